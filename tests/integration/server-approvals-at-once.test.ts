/**
 * Approvals of one moment are settled together. What each comes to is what it would have come to alone: for the phone,
 * for the site, in the books, at the processor, and in both streams.
 */
import { randomUUID } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { type App, inWork } from '../../server/app.ts';
import { type AskedApproval, approveUsual } from '../../server/approvals/index.ts';
import { tables } from '../../server/db/index.ts';
import { movedMoney } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type ApprovalStatement, approvalStatementOf, clientOf } from '../support/approval-statements.ts';
import { type Driver, type Lot, onBothStores } from './server-fixture.ts';

/** Stands between the server and its database at one of the two statements. `really` sends it. */
function at(
  app: App,
  statement: ApprovalStatement,
  stand: (really: () => Promise<unknown>) => Promise<unknown>,
) {
  const client = clientOf(app);
  const query = client.query.bind(client);
  vi.spyOn(client, 'query').mockImplementation((...asked) => {
    const really = () => query(...asked);
    return approvalStatementOf(asked[0]) === statement ? stand(really) : really();
  });
}
/** The first time only. */
const once = (first: (really: () => Promise<unknown>) => Promise<unknown>) => {
  let came = false;
  return (really: () => Promise<unknown>) => {
    const isFirst = !came;
    came = true;
    return isFirst ? first(really) : really();
  };
};

type Site = Awaited<ReturnType<Lot['site']>>;
interface Yes {
  driver: Driver;
  request: PaymentRequest;
  body: object;
}
type Kind = (typeof kinds)[number];
const kinds = [
  'right',
  'right',
  'right',
  'by phone',
  'declined',
  'answer lost',
  'ask lost',
  'wrong code',
  'other amount',
  'a stranger’s',
  'expired',
  'paid before',
  'same key twice',
  'two keys',
  'a reservation',
] as const;

onBothStores('approvals of one moment', (lotNow) => {
  afterEach(() => vi.restoreAllMocks());

  async function waiting(lot: Lot, site: Site, card?: string): Promise<Yes> {
    const driver = await lot.driver(card === undefined ? {} : { card });
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId, 40_000)))
      .body;
    return { driver, request: paymentRequest, body: lot.approval(driver, paymentRequest) };
  }
  const send = (lot: Lot, { driver, request, body }: Yes, key?: string) =>
    lot.answer(driver, request.paymentRequestId, body, key);

  /** One of a kind, ready to be sent. */
  async function prepared(lot: Lot, kind: Kind) {
    const { db } = lot.server.app;
    const site = await lot.site(kind === 'a reservation' ? { reservationMaximumMinor: 100_000 } : {});
    const card = {
      declined: 'tok_declined',
      'answer lost': 'tok_capture_timeout',
      'ask lost': 'tok_timeout_before',
    };
    let yes: Yes;
    if (kind === 'a reservation') {
      const driver = await lot.driver();
      await lot.arrive(site, driver);
      const request = await lot.askedOf(driver);
      yes = { driver, request, body: lot.approval(driver, request) };
    } else yes = await waiting(lot, site, card[kind as keyof typeof card]);
    const thisRequest = eq(tables.paymentRequests.id, yes.request.paymentRequestId);
    const change = (to: object) => db.update(tables.paymentRequests).set(to).where(thisRequest);
    const sends = [() => send(lot, yes)];
    switch (kind) {
      case 'by phone': {
        await change({ verification: 'phone' });
        const { siteId, amount } = yes.request;
        yes.body = { decision: { answer: 'approve', siteId, amount } };
        break;
      }
      case 'wrong code':
        yes.body = lot.approval(yes.driver, yes.request, { amountMinor: 1 });
        break;
      case 'other amount': {
        const other = { ...yes.request, amount: { amountMinor: 1, currency: 'KRW' } };
        yes.body = lot.approval(yes.driver, other);
        break;
      }
      case 'a stranger’s':
        yes.driver = await lot.driver();
        break;
      case 'expired':
        await change({ expiresAtMs: lot.clock.nowMs() });
        break;
      case 'paid before':
        await send(lot, yes);
        break;
      case 'same key twice': {
        const key = randomUUID();
        sends.splice(
          0,
          1,
          () => send(lot, yes, key),
          () => send(lot, yes, key),
        );
        break;
      }
      case 'two keys':
        sends.push(() => send(lot, yes));
        break;
      default:
        break;
    }
    return { kind, site, yes, sends };
  }

  /** What an approval came to, without its ids and the moment. */
  async function cameTo(lot: Lot, site: Site, id: string, answers: Awaited<ReturnType<typeof send>>[]) {
    const { db } = lot.server.app;
    const [row] = await db.select().from(tables.paymentRequests).where(eq(tables.paymentRequests.id, id));
    const operations = await db
      .select()
      .from(tables.processorOperations)
      .where(eq(tables.processorOperations.subjectId, id));
    const books = await db.select().from(tables.ledgerEntries).where(eq(tables.ledgerEntries.subjectId, id));
    const keys = await db
      .select()
      .from(tables.idempotencyKeys)
      .where(eq(tables.idempotencyKeys.resume, { kind: 'payment-request', id }));
    const streams = [`site:${site.siteId}`, `driver:${row?.driverId}`];
    const told = await db
      .select()
      .from(tables.events)
      .where(inArray(tables.events.stream, streams))
      .orderBy(tables.events.stream, tables.events.position);
    const shown = (request: PaymentRequest | undefined) =>
      request === undefined ? null : [request.state, request.version, request.reason, request.captured];
    return {
      answers: answers
        .map(({ status, body }) => [status, body.code, shown(body.paymentRequest)])
        .map(String)
        .sort(),
      row: row && [row.state, row.reservationState, row.reason, row.version, row.attempts, row.usedStep],
      settled: row && [
        row.capturedMinor,
        row.settledAtMs !== null,
        row.authorisation !== null,
        row.processorToken !== null,
      ],
      operations: operations
        .map((o) => [o.kind, o.state, o.amountMinor, o.attempts, o.leasedBy])
        .map(String)
        .sort(),
      books: books
        .map((b) => [b.account, b.amountMinor, b.currency])
        .map(String)
        .sort(),
      transactions: new Set(books.map((b) => b.transactionId)).size,
      keys: keys.map((k) => k.answer !== null),
      told: told.map(({ stream, position, payload }) => {
        const { type, paymentRequest } = payload as { type: string; paymentRequest?: PaymentRequest };
        const name = stream.startsWith('site') ? 'site' : 'driver';
        return String([name, position, type, shown(paymentRequest)]);
      }),
    };
  }

  it('come to the same as one after the other, whatever is among them', async () => {
    const lot = lotNow();
    const some = fc.shuffledSubarray([...kinds], { minLength: 6, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(some, async (chosen) => {
        const alone = [];
        const together = [];
        for (const kind of chosen) {
          alone.push(await prepared(lot, kind));
          together.push(await prepared(lot, kind));
        }
        const apart = [];
        for (const { site, yes, sends } of alone) {
          const answers = [];
          for (const one of sends) answers.push(await one());
          apart.push(await cameTo(lot, site, yes.request.paymentRequestId, answers));
        }
        let keepings = 0;
        const client = clientOf(lot.server.app);
        const query = client.query.bind(client);
        vi.spyOn(client, 'query').mockImplementation((...asked) => {
          if (approvalStatementOf(asked[0]) === 'keep') keepings++;
          return query(...asked);
        });
        const answers = await Promise.all(
          together.map(({ sends }) => Promise.all(sends.map((one) => one()))),
        );
        vi.restoreAllMocks();
        for (const [n, { kind, site, yes }] of together.entries()) {
          const got = await cameTo(lot, site, yes.request.paymentRequestId, answers[n] ?? []);
          expect({ kind, ...got }).toEqual({ kind, ...apart[n] });
        }
        const usual = chosen.filter((kind) => ['right', 'by phone', 'two keys'].includes(kind)).length;
        expect(keepings).toBeGreaterThan(0);
        if (usual > 3) expect(keepings).toBeLessThan(usual);
      }),
      { numRuns: 2, seed: 20261128 },
    );
  }, 240_000);

  it('leave alone what changed between the look and the keeping; the others are paid', async () => {
    const lot = lotNow();
    const { app } = lot.server;
    const site = await lot.site();
    const all: Yes[] = [];
    for (let n = 0; n < 5; n++) all.push(await waiting(lot, site));
    const [cancelled, blocked, declined] = all;
    if (cancelled === undefined || blocked === undefined || declined === undefined) throw new Error('none');
    const cancel = `/v1/site/payment-requests/${cancelled.request.paymentRequestId}/cancel`;
    let keepings = 0;
    at(app, 'keep', async (really) => {
      keepings++;
      await lot.call(site.token, 'POST', cancel, { reason: 'x' });
      const thisJack = eq(tables.jacks.id, blocked.driver.jackId);
      await app.db.update(tables.jacks).set({ blockedAtMs: lot.clock.nowMs() }).where(thisJack);
      const no = { decision: { answer: 'decline' } };
      await lot.answer(declined.driver, declined.request.paymentRequestId, no);
      return really();
    });
    // Asked in one turn, so that all of them are looked at, and then kept, together.
    const paid = await Promise.all(
      all.map(({ driver: { driverId }, request: { paymentRequestId }, body }) => {
        const { decision } = body as { decision: AskedApproval['decision'] };
        const keyed = { key: randomUUID(), keyHash: randomUUID(), fingerprint: 'x', caller: 'phone:x' };
        return approveUsual(app, { ...keyed, driverId, paymentRequestId, decision });
      }),
    );
    expect(keepings).toBe(1);
    expect(paid.map((request) => request?.state ?? null)).toEqual([null, null, null, 'paid', 'paid']);
    vi.restoreAllMocks();
    const answers = await Promise.all([cancelled, blocked, declined].map((yes) => send(lot, yes)));
    expect(answers.map(({ body }) => body.code)).toEqual([
      'request-not-waiting',
      'forbidden',
      'request-not-waiting',
    ]);
    for (const { driver } of [cancelled, blocked, declined]) {
      expect(await movedMoney(app.db, driver.processorToken)).toMatchObject({ authorisations: 0 });
    }
  });

  it('are settled once where another settled one of them first', async () => {
    const lot = lotNow();
    const { app } = lot.server;
    const site = await lot.site();
    const all = [await waiting(lot, site), await waiting(lot, site), await waiting(lot, site)];
    const [first] = all;
    const id = first?.request.paymentRequestId ?? '';
    at(
      app,
      'settle',
      once(async (really) => {
        // As the server would that looked it up meanwhile.
        await inWork(app, async (work) => {
          const { processorOperations } = tables;
          const [operation] = await work.tx
            .update(processorOperations)
            .set({ state: 'succeeded', authorisation: 'auth_looked_up', leasedUntilMs: 0, leasedBy: null })
            .where(eq(processorOperations.subjectId, id))
            .returning();
          if (operation === undefined) throw new Error('nothing was asked');
          await app.applyOutcome(work, operation);
        });
        return really();
      }),
    );
    const keys = all.map(() => randomUUID());
    const answers = await Promise.all(all.map((yes, n) => send(lot, yes, keys[n])));
    expect(answers.map(({ body }) => body.paymentRequest.state)).toEqual(['paid', 'paid', 'paid']);
    for (const { request } of all) {
      const thisSubject = eq(tables.ledgerEntries.subjectId, request.paymentRequestId);
      expect(await app.db.select().from(tables.ledgerEntries).where(thisSubject)).toHaveLength(2);
    }
    vi.restoreAllMocks();
    const again = await Promise.all(all.map((yes, n) => send(lot, yes, keys[n])));
    expect(again.map(({ body }) => body)).toEqual(answers.map(({ body }) => body));
  });

  it('are kept one by one where the database refuses them together', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const all = [await waiting(lot, site), await waiting(lot, site), await waiting(lot, site)];
    const refused = async () => {
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    at(lot.server.app, 'keep', once(refused));
    const kept = await Promise.all(all.map((yes) => send(lot, yes)));
    expect(kept.map(({ body }) => body.paymentRequest.state)).toEqual(['paid', 'paid', 'paid']);
    vi.restoreAllMocks();
    const more = [await waiting(lot, site), await waiting(lot, site), await waiting(lot, site)];
    at(lot.server.app, 'settle', refused);
    const settled = await Promise.all(more.map((yes) => send(lot, yes)));
    expect(settled.map(({ body }) => body.paymentRequest.state)).toEqual(['paid', 'paid', 'paid']);
    for (const { driver } of [...all, ...more]) {
      expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({ captures: 1 });
    }
  });

  it('whose keeping was committed and its answer lost are asked of the processor once, and answered under their keys', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const all = [await waiting(lot, site), await waiting(lot, site), await waiting(lot, site)];
    const lost = async (really: () => Promise<unknown>) => {
      await really();
      throw new Error('the line broke');
    };
    at(lot.server.app, 'keep', lost);
    const keys = all.map(() => randomUUID());
    await Promise.all(all.map((yes, n) => send(lot, yes, keys[n])));
    vi.restoreAllMocks();
    lot.clock.advance(31_000);
    await lot.server.tick();
    const answers = await Promise.all(all.map((yes, n) => send(lot, yes, keys[n])));
    expect(answers.map(({ body }) => body.paymentRequest.state)).toEqual(['paid', 'paid', 'paid']);
    for (const { driver } of all) {
      expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
        captures: 1,
        held: 40_000,
      });
    }
  });

  it('under one key for two requests: one is paid, the other is told that its key was used', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const one = await waiting(lot, site);
    const visitId = await lot.arrive(site, one.driver);
    const second = await lot.complete(site, newId(), lot.completion(one.driver, visitId, 30_000));
    const request = second.body.paymentRequest;
    const other = { driver: one.driver, request, body: lot.approval(one.driver, request) };
    const key = randomUUID();
    const answers = await Promise.all([send(lot, one, key), send(lot, other, key)]);
    expect(answers.map(({ body }) => body.code ?? body.paymentRequest.state).sort()).toEqual([
      'idempotency-key-reused',
      'paid',
    ]);
    expect(await movedMoney(lot.server.app.db, one.driver.processorToken)).toMatchObject({ captures: 1 });
  });

  it('that an earlier version asked to hold are taken all the same', async () => {
    const lot = lotNow();
    const { app } = lot.server;
    const site = await lot.site();
    const { driver, request } = await waiting(lot, site);
    const id = request.paymentRequestId;
    const { processorToken } = driver;
    await app.db
      .update(tables.paymentRequests)
      .set({ state: 'approved', processorToken, approvedAtMs: lot.clock.nowMs() })
      .where(eq(tables.paymentRequests.id, id));
    await app.db.insert(tables.processorOperations).values({
      ...{ id: newId(), subjectKind: 'payment-request', subjectId: id, kind: 'authorise', processorToken },
      ...{ amountMinor: 40_000, currency: 'KRW', state: 'pending' },
      ...{ nextAtMs: lot.clock.nowMs(), createdAtMs: lot.clock.nowMs() },
    });
    await lot.server.tick();
    expect(await lot.request(site, id)).toMatchObject({ state: 'paid', captured: { amountMinor: 40_000 } });
    expect(await movedMoney(app.db, processorToken)).toMatchObject({
      held: 40_000,
      captured: 40_000,
      captures: 1,
    });
  });
});
