/** What is sold out today, from the tap at the kiosk to the order on the phone, with both ends real. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importMenu, readMenu } from '../../server/admin/menu-file.ts';
import { issuePairingCode, type RunningServer, startServer } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { order, registerDriver, type TestDriver } from '../support/server-client.ts';
import { withStore } from '../support/store-template.ts';
import { call } from './server-fixture.ts';
import { type Kiosk, StationFixture, WatchedBoard } from './station-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-menu-'));
const serverDir = join(folder, 'server');
let server: RunningServer;
let watch: ContractWatch;
let siteId: string;
let fixture: StationFixture;
let kiosk: Kiosk;
let board: WatchedBoard;
let driver: TestDriver;

beforeAll(async () => {
  server = await startServer({ dataDir: await withStore(serverDir), demo: true });
  watch = await ContractWatch.open(() => server.url);
  siteId = server.demo?.siteId ?? '';
  driver = await registerDriver(watch.url, { plate: '12가3456' });
  const pairingCode = await issuePairingCode(server.app, siteId);
  fixture = await StationFixture.start({ serverUrl: watch.url, pairingCode });
  await signIn();
});
afterAll(async () => {
  board.close();
  await fixture.end();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  await watch.close();
  expect(watch.missing(['setSoldOut', 'publishedMenu', 'siteEvents'], 'site')).toEqual([]);
});

async function signIn(): Promise<void> {
  kiosk = await fixture.signIn('cashier');
  board = await WatchedBoard.open(kiosk);
}
async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const giveUpAtMs = Date.now() + 12_000; Date.now() < giveUpAtMs; await delay(30)) {
    if (await holds()) return;
  }
  throw new Error(`waited in vain for ${what}`);
}
async function first() {
  await until(async () => (await kiosk.menu.list({})).items.length > 0, 'the menu');
  const [item] = (await kiosk.menu.list({})).items;
  if (item === undefined) throw new Error('an empty menu');
  return item;
}
const mark = (menuItemId: string, soldOut: boolean) =>
  kiosk.menu.setSoldOut({ idempotencyKey: newId(), menuItemId, soldOut });
const settled = (menuItemId: string) =>
  until(
    async () =>
      (await kiosk.menu.list({})).items.find((item) => item.menuItemId === menuItemId)?.sync === 'sent',
    'the server to have the mark',
  );
/** What an order of the first thing on the menu is refused with; null: it is not. */
async function refusal(): Promise<string | null> {
  const { items } = await driver.phone.phone.menu({ siteId });
  const { jackId, paymentMethodId } = driver;
  const ordered = [{ menuItemId: items[0]?.menuItemId, quantity: 1, options: [] }];
  const what = { siteId, jackId, paymentMethodId, promisedAtMs: null, items: ordered };
  const { status, body } = await call(watch.url, driver.token, 'POST', '/v1/preorders', what);
  return status === 200 ? null : body.code;
}

it('a mark reaches the phones; taken back it is sold again', { timeout: 60_000 }, async () => {
  const { menuItemId, soldOutUntilMs } = await first();
  expect(soldOutUntilMs).toBeNull();
  const paid = await order(driver, siteId);
  const { item } = await mark(menuItemId, true);
  expect(item.soldOutUntilMs).toBeGreaterThan(Date.now());
  await settled(menuItemId);
  const { items } = await driver.phone.phone.menu({ siteId });
  expect(items[0]).toMatchObject({ menuItemId, soldOutUntilMs: item.soldOutUntilMs });
  expect(await refusal()).toBe('item-sold-out');
  const { preorder } = await driver.phone.phone.getPreorder({ preorderId: paid.preorderId });
  expect(preorder).toMatchObject({ state: 'open', payment: 'held', paid: paid.paid });
  await mark(menuItemId, false);
  await settled(menuItemId);
  expect(await refusal()).toBeNull();
});

it('marked while the server is away, it is told after a restart of the station, in order and once', {
  timeout: 60_000,
}, async () => {
  const { menuItemId } = await first();
  const { port } = server;
  await server.close();
  await mark(menuItemId, true);
  await mark(menuItemId, false);
  await mark(menuItemId, true);
  expect(await first()).toMatchObject({ menuItemId, sync: 'waiting', soldOutUntilMs: expect.any(Number) });
  expect(fixture.station.core.outbox.counts()).toMatchObject({ waiting: 3, attention: 0 });
  board.close();
  await fixture.halt();
  await fixture.startAgain();
  await signIn();
  expect(await first()).toMatchObject({ menuItemId, sync: 'waiting', soldOutUntilMs: expect.any(Number) });
  server = await startServer({ dataDir: serverDir, demo: true, port });
  await settled(menuItemId);
  expect(await first()).toMatchObject({ menuItemId, soldOutUntilMs: expect.any(Number) });
  expect(await refusal()).toBe('item-sold-out');
  expect(fixture.station.core.outbox.counts()).toMatchObject({ waiting: 0, attention: 0 });
});

it('a changed menu is seen at once; a mark of what is gone from it needs a manager', {
  timeout: 60_000,
}, async () => {
  const { menuItemId } = await first();
  const { port } = server;
  await server.close();
  await mark(menuItemId, false);
  server = await startServer({ dataDir: serverDir, demo: true, port });
  const tea = [{ name: 'Tea', nameKo: null, unitAmountMinor: 3000, options: [] }];
  // Before the station is back: it has not been told yet.
  await importMenu(server.app, siteId, readMenu('menu.json', JSON.stringify(tea)));
  await until(async () => (await first()).name === 'Tea', 'the new menu');
  await until(() => (board.status?.outbox.attention ?? 0) === 1, 'a manager to be needed');
  const manager = await fixture.signIn('manager');
  expect((await manager.log.attention({})).items).toMatchObject([
    { kind: 'menu-sold-out', lastError: { code: 'item-not-found' } },
  ]);
});
