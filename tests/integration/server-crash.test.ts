/**
 * The server dies (SIGKILL) between asking the processor and hearing its answer, at each kind of ask, with and
 * without the money having moved. What comes up again looks up first, and asks only for what never happened.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { openStore, tables } from '../../server/db/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { done } from '../support/answers/scene.ts';
import { withStore } from '../support/store-template.ts';
import { call, type Driver, Lot } from './server-fixture.ts';

type Line =
  | { ready: string; pairingCode: string }
  | { asked: string; reference: string }
  | { hanging: string; reference: string }
  | { lookedUp: string | null; reference: string };

/** A lease is thirty seconds: each life of the server begins that much later than the one before it ended. */
const leaseMs = 31_000;

const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-crash-'));
let child: ChildProcess | null = null;
let aheadMs = 0;
let lines: Line[] = [];

afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function line<T extends Line>(fits: (line: Line) => line is T): Promise<T> {
  let found: T | undefined;
  await vi.waitFor(
    () => {
      found = lines.find(fits);
      expect(found).toBeDefined();
    },
    { timeout: 60_000, interval: 20 },
  );
  if (found === undefined) throw new Error('unreachable');
  return found;
}
const isReady = (l: Line): l is Extract<Line, { ready: string }> => 'ready' in l;
const isHanging = (l: Line): l is Extract<Line, { hanging: string }> => 'hanging' in l;

async function start(): Promise<Extract<Line, { ready: string }>> {
  lines = [];
  await withStore(join(folder, 'data'));
  const program = spawn(process.execPath, ['tests/support/crash-server.ts', folder, String(aheadMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = program;
  let text = '';
  program.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    const whole = text.split('\n');
    text = whole.pop() ?? '';
    lines.push(...whole.map((l) => JSON.parse(l) as Line));
  });
  return line(isReady);
}

async function die(): Promise<void> {
  const program = child;
  if (program === null) throw new Error('no server');
  const gone = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGKILL');
  await gone;
  aheadMs += leaseMs;
}

/** Asks without waiting for an answer that will never come. */
async function fire(url: string, token: string, path: string, body: object, key?: string): Promise<void> {
  void call(url, token, 'POST', path, body, key).catch(() => {});
}

it('looks up before anything else after a crash at every ask of a charge, an order, a refund and a release, and moves money once', async () => {
  let { ready: url, pairingCode } = await start();
  const lot = new Lot(
    { url } as Lot['server'],
    { nowMs: () => Date.now() + aheadMs } as Lot['clock'],
    async () => {
      throw new Error('restarted by this test');
    },
  );
  const at = (): string => url;
  Object.defineProperty(lot, 'url', { get: at });
  const enrolled = await done(
    lot.call<{ credential: string; site: { siteId: string } }>(null, 'POST', '/v1/enrolments', {
      pairingCode,
      stationName: 'x',
    }),
  );
  const site = { token: enrolled.credential, siteId: enrolled.site.siteId };
  const item = { menuItemId: newId(), name: 'Tea', nameKo: null, unitAmountMinor: 5_000, options: [] };
  await done(lot.call(site.token, 'POST', '/v1/site/menu', { version: 1, items: [item] }));
  const driver: Driver = await lot.driver();
  const visitId = await lot.arrive(site, driver, 'bay');

  const charge = async () => {
    const body = {
      ...{ paymentRequestId: newId(), visitId, jackId: driver.jackId, verification: 'jack' },
      ...{ amount: { amountMinor: 9_000, currency: 'KRW' }, description: null },
    };
    return (
      await done(lot.call<{ paymentRequest: PaymentRequest }>(site.token, 'POST', '/v1/site/charges', body))
    ).paymentRequest;
  };
  type Order = { preorder: { preorderId: string; payment: string } };
  const ordering = () => ({
    ...{ siteId: site.siteId, jackId: driver.jackId, paymentMethodId: driver.paymentMethodId },
    ...{ promisedAtMs: null, items: [{ menuItemId: item.menuItemId, quantity: 1, options: [] }] },
  });
  const order = async () =>
    (await done(lot.call<Order>(driver.token, 'POST', '/v1/preorders', ordering()))).preorder.preorderId;
  const payment = async (preorderId: string) =>
    (await lot.call<Order>(driver.token, 'GET', `/v1/preorders/${preorderId}`)).body.preorder?.payment;
  const state = async (id: string) => (await lot.request(site, id)).state;
  const until = (check: () => Promise<unknown>, value: unknown) =>
    vi.waitFor(async () => expect(await check()).toEqual(value), { timeout: 60_000, interval: 100 });

  let charges = 0;
  let orders = 0;
  for (const kind of ['purchase', 'authorise', 'capture', 'refund', 'void'] as const) {
    for (const moved of [true, false]) {
      // What must be true once it is over, and what is sent into the crash.
      let over: () => Promise<void>;
      const arm = () => writeFileSync(join(folder, 'armed'), JSON.stringify({ kind, moved }));
      if (kind === 'authorise') {
        // Under the same key it is the same order, whoever died meanwhile.
        const key = randomUUID();
        const body = ordering();
        arm();
        await fire(url, driver.token, '/v1/preorders', body, key);
        const again = () => lot.call<Order>(driver.token, 'POST', '/v1/preorders', body, key);
        over = () => until(async () => (await again()).body.preorder?.payment, 'held');
        orders++;
      } else if (kind === 'void' || kind === 'capture') {
        const preorderId = await order();
        orders++;
        arm();
        if (kind === 'void') await fire(url, driver.token, `/v1/preorders/${preorderId}/cancel`, {});
        else {
          const handed = { visitId, handedOverAtMs: Date.now(), staffName: 'x' };
          await fire(url, site.token, `/v1/site/preorders/${preorderId}/handed-over`, handed);
        }
        over = () => until(() => payment(preorderId), kind === 'void' ? 'voided' : 'captured');
      } else {
        const request = await charge();
        charges++;
        const id = request.paymentRequestId;
        const yes = lot.approval(driver, request);
        if (kind === 'refund') {
          await lot.answer(driver, id, yes);
          await until(() => state(id), 'paid');
        }
        arm();
        const refund = { refundId: newId(), amount: { amountMinor: 4_000, currency: 'KRW' }, reason: 'x' };
        if (kind === 'refund') {
          await fire(url, site.token, `/v1/site/payment-requests/${id}/refunds`, refund);
        } else await fire(url, driver.token, `/v1/approvals/${id}`, yes);
        over = async () => {
          await until(() => state(id), 'paid');
          if (kind !== 'refund') return;
          await until(async () => (await lot.request(site, id)).refunded?.amountMinor, 4_000);
        };
      }
      const { reference } = await line(isHanging);
      await die();
      rmSync(join(folder, 'armed'));
      url = (await start()).ready;
      await over();
      await line((l): l is Line => 'lookedUp' in l && l.reference === reference);
      // The first word about it was a question; it was asked for again only where it had not happened.
      const about = lines.filter((l) => 'reference' in l && l.reference === reference);
      expect([kind, moved, about[0]]).toEqual([
        kind,
        moved,
        { lookedUp: moved ? 'succeeded' : null, reference },
      ]);
      expect([kind, moved, about.filter((l) => 'asked' in l).length]).toEqual([kind, moved, moved ? 0 : 1]);
    }
  }
  await die();

  const store = await openStore({ kind: 'folder', dataDir: join(folder, 'data') });
  try {
    const ledger = await store.db.select().from(tables.sandboxLedger);
    const of = (kind: string) => ledger.filter((row) => row.kind === kind);
    expect([of('purchase').length, of('refund').length]).toEqual([charges, 2]);
    expect([of('authorise').length, of('capture').length, of('void').length]).toEqual([orders, 2, 2]);
    const books = await store.db.select().from(tables.ledgerEntries);
    const balance = (account: string) =>
      books.filter((b) => b.account === account).reduce((n, b) => n + b.amountMinor, 0);
    expect(balance('held-at-processor')).toBe(2 * item.unitAmountMinor);
    expect(balance('taken-at-processor')).toBe(charges * 9_000 - 8_000 + 2 * item.unitAmountMinor);
    expect(books.reduce((n, b) => n + b.amountMinor, 0)).toBe(0);
  } finally {
    await store.close();
  }
}, 300_000);
