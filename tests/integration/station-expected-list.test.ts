/** The station's expected list against a real payment server, with somebody on the line who bends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { createSite, issuePairingCode, type RunningServer, startServer } from '../../server/index.ts';
import { rotateSigningKey } from '../../server/sites/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import { type Core, openCore } from '../../station/core/index.ts';
import { CodeResolver, expectedListDelays, ServerLink } from '../../station/sync/index.ts';
import { registerDriver, serverClient, type TestDriver } from '../support/server-client.ts';
import { withStore } from '../support/store-template.ts';

interface List {
  since?: string;
  cars: { jackId: string; vehicle: { plate: string } }[];
}

describe('the expected list at a station', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'station-list-'));
  const clock = new ManualClock();
  let server: RunningServer;
  let siteId: string;
  let core: Core;
  let link: ServerLink;
  let coreDir: string;
  let drivers: TestDriver[] = [];
  let credential = '';
  /** What the station got, as it was on the line. */
  let lists: List[] = [];
  let bend: (list: List) => List = (list) => list;
  let bendKeys: (keys: unknown[]) => unknown[] = (keys) => keys;

  const onTheLine: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const { pathname } = new URL(input instanceof Request ? input.url : String(input));
    if (!response.ok) return response;
    if (pathname.endsWith('/expected-codes')) {
      const list = bend((await response.json()) as List);
      lists.push(list);
      return Response.json(list);
    }
    if (pathname.endsWith('/signing-keys')) {
      const { keys } = (await response.json()) as { keys: unknown[] };
      return Response.json({ keys: bendKeys(keys) });
    }
    return response;
  };

  const openStation = () => {
    const opened = openCore({ dataDir: coreDir, clock });
    if (!opened.ok) throw new Error(opened.error.message);
    core = opened.value;
    const resolver = new CodeResolver({ clock, onReached: () => {}, onTrouble: () => {} });
    link = new ServerLink({ core, resolver, clock, log: () => {}, fetch: onTheLine, onStatus: () => {} });
  };
  const closeStation = async () => {
    await link.stop();
    core.close();
  };
  /** The next regular fetch. */
  const nextList = async (count = 1) => {
    const wanted = lists.length + count;
    clock.advance(3 * 60_000);
    await vi.waitFor(() => expect(lists.length).toBeGreaterThanOrEqual(wanted), 20_000);
  };
  const knows = (driver: TestDriver) => core.visits.knowsCode(driver.code, clock.nowMs());
  const comesBy = async (driver: TestDriver) => {
    await serverClient(server.url, credential).site.reportArrival({
      visitId: newId(),
      jackId: driver.jackId,
      arrivedAtMs: clock.nowMs(),
      laneId: null,
      laneKind: null,
    });
  };
  const journal = (kind: string) =>
    core.log.journal({ beforeSequence: null, limit: 100 }).entries.filter((entry) => entry.kind === kind);

  beforeAll(async () => {
    server = await startServer({ dataDir: await withStore(join(folder, 'server')), clock });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    [bend, bendKeys, lists] = [(list) => list, (keys) => keys, []];
    siteId = await createSite(server.app, {
      ...{ name: 'S', nameKo: null, currency: 'KRW', timeZone: 'Asia/Seoul' },
      ...{ approvalMode: 'at-completion', reservationMaximumMinor: null },
    });
    drivers = await Promise.all(
      ['11가1111', '22나2222', '33다3333'].map((plate) => registerDriver(server.url, { plate })),
    );
    coreDir = mkdtempSync(join(folder, 'core-'));
    openStation();
    const pairingCode = await issuePairingCode(server.app, siteId);
    const enrolled = await link.enrol(null, { serverUrl: server.url, pairingCode, idempotencyKey: null });
    if (!enrolled.ok) throw new Error(enrolled.error.code);
    credential = core.settings.enrolment()?.credential ?? '';
    const [first] = drivers;
    if (first !== undefined) await comesBy(first);
    await vi.waitFor(() => expect(lists.length).toBeGreaterThan(0), 20_000);
    await nextList();
    await vi.waitFor(() => expect(link.listStatus().state).toBe('fresh'), 20_000);
  });
  afterEach(() => closeStation());

  it('comes whole once, then as what changed, also over a restart', async () => {
    const [first, second, third] = drivers;
    if (!first || !second || !third) throw new Error('no drivers');
    expect(lists[0]?.since).toBeUndefined();
    expect([knows(first), knows(second)]).toEqual([true, false]);
    await comesBy(second);
    await nextList();
    await vi.waitFor(() => expect(knows(second)).toBe(true), 20_000);
    // A later list, of nothing new, may have come after it.
    const changes = lists.slice(1).flatMap(({ cars }) => cars.map((car) => car.jackId));
    expect(changes).toContain(second.jackId);
    expect(changes).not.toContain(first.jackId);
    await closeStation();
    openStation();
    await comesBy(third);
    const before = lists.length;
    link.start();
    await vi.waitFor(() => expect(knows(third)).toBe(true), 20_000);
    expect(lists[before]?.since).toBeDefined();
    expect([knows(first), knows(second)]).toEqual([true, true]);
    // A blocked jack goes with the next changes.
    await first.phone.phone.blockJack({ jackId: first.jackId });
    await nextList();
    await vi.waitFor(() => expect(knows(first)).toBe(false), 20_000);
    expect(knows(second)).toBe(true);
  });

  it('is refused when it is not what the server signed: the kept one stays, and it is said', async () => {
    const [first, second] = drivers;
    if (!first || !second) throw new Error('no drivers');
    const kept = core.news.keptList();
    await comesBy(second);
    bend = (list) => ({ ...list, cars: [], removed: [first.jackId] }) as List;
    await nextList();
    await vi.waitFor(() => expect(link.listStatus().state).toBe('refused'), 20_000);
    await nextList();
    expect([knows(first), knows(second)]).toEqual([true, false]);
    expect(core.news.keptList()).toEqual(kept);
    await vi.waitFor(() => expect(journal('expected-list-refused')).toHaveLength(1), 20_000);
    expect(journal('expected-list-refused')[0]?.details).toMatchObject({ reason: 'signature' });
    bend = (list) => list;
    await nextList();
    await vi.waitFor(() => expect(link.listStatus().state).toBe('fresh'), 20_000);
    expect(knows(second)).toBe(true);
  });

  it('is fetched whole when changes are of another list, and when the server forgot the kept one', async () => {
    const [first, second] = drivers;
    if (!first || !second) throw new Error('no drivers');
    await comesBy(second);
    await server.app.db.delete(tables.expectedLists).where(eq(tables.expectedLists.siteId, siteId));
    await nextList();
    await vi.waitFor(() => expect(knows(second)).toBe(true), 20_000);
    expect(lists.at(-1)?.since).toBeUndefined();
    expect(knows(first)).toBe(true);
    // Changes that start from a version that this station never had.
    const list = { version: 'g', fromMs: 0, toMs: 1, cars: [], codes: [], removed: [], since: 'not kept' };
    expect(core.news.expectedList(list)).toBe(false);
    expect([knows(first), knows(second)]).toEqual([true, true]);
  });

  it('may be signed by a later key that the pinned one vouches for, and by no other', async () => {
    const [, second] = drivers;
    if (!second) throw new Error('no drivers');
    const pinned = core.settings.enrolment()?.signingKey?.generation ?? 0;
    await rotateSigningKey(server.app);
    await comesBy(second);
    bendKeys = (keys) => keys.slice(0, -1);
    await nextList();
    await vi.waitFor(() => expect(link.listStatus().state).toBe('refused'), 20_000);
    expect(journal('expected-list-refused')[0]?.details).toMatchObject({ reason: 'key' });
    expect(knows(second)).toBe(false);
    bendKeys = (keys) => keys;
    await nextList();
    await vi.waitFor(() => expect(knows(second)).toBe(true), 20_000);
    expect(core.settings.enrolment()?.signingKey?.generation).toBe(pinned + 1);
    expect(journal('server-key-changed')[0]?.details).toEqual({ from: pinned, to: pinned + 1 });
  });

  it('is called stale when it was not brought up to date for a quarter of an hour', async () => {
    await link.stop();
    clock.advance(expectedListDelays.staleMs + 1);
    expect(link.listStatus()).toMatchObject({ state: 'stale', asOfMs: expect.any(Number) });
  });

  it('comes with the rule from which amount on the jack’s code is required: the server’s is the only one', async () => {
    await vi.waitFor(() => expect(core.settings.site().jackRequiredFromMinor).toBe(0), 20_000);
    await server.app.db
      .update(tables.sites)
      .set({ jackRequiredFromMinor: 25_000 })
      .where(eq(tables.sites.id, siteId));
    await nextList();
    await vi.waitFor(() => expect(core.settings.site().jackRequiredFromMinor).toBe(25_000), 20_000);
  });
});
