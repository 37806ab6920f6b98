/**
 * Completions of one moment are kept together. What each comes to is what it would have come to in a transaction of its
 * own: for the site, for the phone, in the tables, and in both streams.
 */
import { randomUUID } from 'node:crypto';
import { and, eq, inArray } from 'drizzle-orm';
import { afterEach, expect, it, vi } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { completeUsual } from '../../server/refuels/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { type ApprovalStatement, approvalStatementOf, clientOf } from '../support/approval-statements.ts';
import { type Driver, type Lot, onBothStores } from './server-fixture.ts';

const { paymentRequests, refuels, events, idempotencyKeys } = tables;

type Site = Awaited<ReturnType<Lot['site']>>;
type Told = ReturnType<Lot['completion']>;
type Kind = (typeof kinds)[number];
const kinds = [
  'usual',
  'usual',
  'usual',
  'other fuel',
  'for nothing',
  'same key twice',
  'two keys',
  'two requests',
  'asked before and unanswered',
  'asked before and declined',
  'a request that is taken',
  'other currency',
  'price and volume disagree',
  'never entered',
  'entered elsewhere',
  'another car’s visit',
  'left',
  'reserved and unanswered',
  'reserved and held',
  'reserved too little',
] as const;

interface Sent {
  refuelId: string;
  told: Told;
  key: string;
}

onBothStores('completions of one moment', (lotNow) => {
  afterEach(() => vi.restoreAllMocks());

  /** Stands between the server and its database where completions are kept. `really` sends the statement. */
  function atKeeping(stand: (really: () => Promise<unknown>, together: number) => Promise<unknown>) {
    const wanted: ApprovalStatement = 'complete';
    const client = clientOf(lotNow().server.app);
    const query = client.query.bind(client);
    vi.spyOn(client, 'query').mockImplementation((...asked) => {
      const really = () => query(...asked);
      const [[sites = []] = []] = asked.slice(1) as [unknown[][]?];
      return approvalStatementOf(asked[0]) === wanted ? stand(really, sites.length) : really();
    });
  }
  const send = (site: Site, { refuelId, told, key }: Sent) => lotNow().complete(site, refuelId, told, key);

  async function prepared(kind: Kind) {
    const lot = lotNow();
    const reserved = kind.startsWith('reserved');
    const maximum = kind === 'reserved too little' ? 10_000 : 100_000;
    const site = await lot.site(reserved ? { reservationMaximumMinor: maximum } : {});
    const driver = await lot.driver();
    const visitId = await lot.arrive(kind === 'entered elsewhere' ? await lot.site() : site, driver);
    const one: Sent = {
      refuelId: newId(),
      told: lot.completion(driver, visitId, kind === 'for nothing' ? 0 : 40_000),
      key: randomUUID(),
    };
    const all = [one];
    const otherRequest = { ...one.told, paymentRequestId: newId() };
    switch (kind) {
      case 'other fuel':
        one.told.fuel = 'diesel';
        break;
      case 'same key twice':
        all.push({ ...one });
        break;
      case 'two keys':
        all.push({ ...one, key: randomUUID() });
        break;
      case 'two requests':
        all.push({ ...one, told: otherRequest, key: randomUUID() });
        break;
      case 'asked before and unanswered':
      case 'asked before and declined': {
        const before = (await send(site, { ...one, told: otherRequest, key: randomUUID() })).body;
        if (kind === 'asked before and unanswered') break;
        await lot.answer(driver, before.paymentRequest.paymentRequestId, { decision: { answer: 'decline' } });
        break;
      }
      case 'a request that is taken': {
        const other = await lot.driver();
        const otherVisit = await lot.arrive(site, other);
        const told = lot.completion(other, otherVisit, 1_000, one.told.paymentRequestId);
        await send(site, { refuelId: newId(), told, key: randomUUID() });
        break;
      }
      case 'other currency':
        one.told.amount.currency = 'JPY';
        break;
      case 'price and volume disagree':
        one.told.volumeMl += 1_000;
        break;
      case 'never entered':
        one.told.visitId = newId();
        break;
      case 'another car’s visit':
        one.told.jackId = (await lot.driver()).jackId;
        break;
      case 'left': {
        const departure = { visitId, jackId: driver.jackId, departedAtMs: lot.clock.nowMs() };
        await lot.call(site.token, 'POST', '/v1/site/departures', departure);
        break;
      }
      case 'reserved and held':
      case 'reserved too little': {
        const asked = await lot.askedOf(driver);
        await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
        break;
      }
      default:
        break;
    }
    return { kind, site, driver, all };
  }

  /** What they came to, without ids and moments; of two at once either may be the first. */
  async function cameTo(site: Site, driver: Driver, answers: Awaited<ReturnType<typeof send>>[]) {
    // What is given back is given back by and by.
    await lotNow().server.tick();
    const { db } = lotNow().server.app;
    const requests = await db
      .select()
      .from(paymentRequests)
      .where(eq(paymentRequests.siteId, site.siteId))
      .orderBy(paymentRequests.id);
    const told = await db
      .select()
      .from(events)
      .where(inArray(events.stream, [`site:${site.siteId}`, `driver:${driver.driverId}`]))
      .orderBy(events.stream, events.position);
    const keys = await db
      .select()
      .from(idempotencyKeys)
      .where(eq(idempotencyKeys.scope, `site:${site.siteId}`));
    return {
      answers: answers
        .map(({ status, body }) => {
          const { paymentRequest: asked } = body;
          return String([status, body.code, asked?.state, asked?.wrongFuel, asked?.siteName, asked?.version]);
        })
        .sort(),
      requests: requests.map((r) =>
        [
          ...[
            r.kind,
            r.state,
            r.reservationState,
            r.reason,
            r.version,
            r.amountMinor,
            r.currency,
            r.wrongFuel,
          ],
          ...[r.capturedMinor, r.verification, r.expiresAtMs - r.createdAtMs, r.driverId === driver.driverId],
          ...[r.jackId === driver.jackId, r.reservationId !== null, r.refundedMinor, r.attempts],
        ].map(String),
      ),
      refuels: (await db.select().from(refuels).where(eq(refuels.siteId, site.siteId))).map((r) => [
        ...[r.fuel, r.volumeMl, r.unitPriceMilli, r.amountMinor, r.currency, r.laneId, r.pumpNumber],
        requests.findIndex(({ id }) => id === r.paymentRequestId),
      ]),
      keys: keys.map((k) => [k.answer !== null, k.resume === null]).sort(),
      told: told.map(({ stream, position, payload }) => {
        const { type, paymentRequest } = payload as { type: string; paymentRequest?: { state: string } };
        return String([stream.slice(0, 4), position, type, paymentRequest?.state]);
      }),
    };
  }

  it('come to the same as each in a transaction of its own, whatever is among them', async () => {
    const [alone, together] = [[], []] as Awaited<ReturnType<typeof prepared>>[][];
    for (const kind of kinds) {
      alone?.push(await prepared(kind));
      together?.push(await prepared(kind));
    }
    atKeeping(async () => {
      throw new Error('not together');
    });
    const apart = [];
    for (const { site, driver, all } of alone ?? []) {
      const answers = [];
      for (const one of all) answers.push(await send(site, one));
      apart.push(await cameTo(site, driver, answers));
    }
    vi.restoreAllMocks();
    let kept = 0;
    atKeeping((really, count) => {
      kept += count;
      return really();
    });
    const answers = await Promise.all(
      (together ?? []).map(({ site, all }) => Promise.all(all.map((one) => send(site, one)))),
    );
    vi.restoreAllMocks();
    for (const [n, { kind, site, driver }] of (together ?? []).entries()) {
      const got = await cameTo(site, driver, answers[n] ?? []);
      expect({ kind, ...got }).toEqual({ kind, ...apart[n] });
    }
    expect(kept).toBeGreaterThan(4);
  }, 240_000);

  async function usual(site: Site, count: number) {
    const all = [];
    for (let n = 0; n < count; n++) {
      const driver = await lotNow().driver();
      const told = lotNow().completion(driver, await lotNow().arrive(site, driver), 40_000);
      all.push({ driver, refuelId: newId(), told, key: randomUUID() });
    }
    return all;
  }
  const requestsOf = (visitId: string) =>
    lotNow()
      .server.app.db.select()
      .from(paymentRequests)
      .where(eq(paymentRequests.visitId, visitId))
      .orderBy(paymentRequests.createdAtMs);

  it('a reservation that is asked for between the look and the keeping is dropped, as it is otherwise', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 100_000 });
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    let keepings = 0;
    atKeeping(async (really) => {
      // The car moves on from its bay to a pump, where this site asks for a reservation.
      if (++keepings === 1) {
        await lot.call(site.token, 'POST', '/v1/site/arrivals', {
          ...{ visitId, jackId: driver.jackId, arrivedAtMs: lot.clock.nowMs() },
          ...{ laneId: 'pump-1', laneKind: 'pump' },
        });
      }
      return really();
    });
    const told = lot.completion(driver, visitId, 40_000);
    const { status } = await lot.complete(site, newId(), told);
    expect(keepings).toBe(1);
    expect(status).toBe(200);
    const rows = await requestsOf(visitId);
    expect(rows.map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
      'refuel waiting',
      'refuel-reservation cancelled',
    ]);
    expect((await lot.askedOf(driver)).paymentRequestId).toBe(told.paymentRequestId);
  });

  /** Asked in one turn, so that all of them are looked at, and then kept, together. */
  const together = (site: Site, all: Sent[]) =>
    Promise.all(
      all.map(({ refuelId, told }) =>
        completeUsual(lotNow().server.app, {
          ...{ key: randomUUID(), keyHash: randomUUID(), fingerprint: 'x', caller: `site:${site.siteId}` },
          ...{ siteId: site.siteId, refuel: { ...told, refuelId, fuel: 'gasoline' } },
        }),
      ),
    );

  it('are kept with one statement', async () => {
    const site = await lotNow().site();
    const all = await usual(site, 5);
    const counts: number[] = [];
    atKeeping((really, count) => {
      counts.push(count);
      return really();
    });
    const asked = await together(site, all);
    expect(counts).toEqual([5]);
    expect(asked.map((request) => request?.paymentRequestId)).toEqual(
      all.map(({ told }) => told.paymentRequestId),
    );
  });

  it('a refuel that is told under another request meanwhile keeps that one; the others are kept', async () => {
    const site = await lotNow().site();
    const all = await usual(site, 4);
    const [first] = all;
    if (first === undefined) throw new Error('none');
    const other = { ...first, told: { ...first.told, paymentRequestId: newId() }, key: randomUUID() };
    let keepings = 0;
    atKeeping(async (really) => {
      if (++keepings === 1) await send(site, other);
      return really();
    });
    const asked = await together(site, all);
    vi.restoreAllMocks();
    expect(asked.map((request) => request?.state ?? null)).toEqual([null, 'waiting', 'waiting', 'waiting']);
    expect((await send(site, first)).body.code).toBe('conflict');
    for (const [n, { told }] of all.entries()) {
      const rows = await requestsOf(told.visitId);
      expect(rows.map(({ id }) => id)).toEqual([
        n === 0 ? other.told.paymentRequestId : told.paymentRequestId,
      ]);
    }
  });

  it('whose answer was lost are answered under their keys, and kept once', async () => {
    const site = await lotNow().site();
    const all = await usual(site, 4);
    let lost = 0;
    atKeeping(async (really) => {
      const kept = await really();
      if (lost++ === 0) throw new Error('the line broke');
      return kept;
    });
    const answers = await Promise.all(all.map((one) => send(site, one)));
    vi.restoreAllMocks();
    expect(lost).toBeGreaterThan(1);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const again = await Promise.all(all.map((one) => send(site, one)));
    expect(again.map(({ body }) => body)).toEqual(answers.map(({ body }) => body));
    const { db } = lotNow().server.app;
    for (const { told, refuelId, driver } of all) {
      const thisRefuel = and(eq(refuels.siteId, site.siteId), eq(refuels.id, refuelId));
      expect(await db.select().from(refuels).where(thisRefuel)).toHaveLength(1);
      expect(await requestsOf(told.visitId)).toHaveLength(1);
      const thisStream = eq(events.stream, `driver:${driver.driverId}`);
      expect(await db.select().from(events).where(thisStream)).toHaveLength(1);
    }
  });
});
