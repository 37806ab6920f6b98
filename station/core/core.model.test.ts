/**
 * Random days at a site: whatever staff, cars, server and power do, in whatever order, the records
 * stay in order. Every step that is refused must have changed nothing.
 */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { ExpectedCar, PaymentRequest } from '../../shared/server-contract/index.ts';
import type { VisitView } from '../../shared/station-contract/index.ts';
import type { Actor, OutboxItem } from './index.ts';
import { aCar, aPreorder, codeNumber, krw, TestLot } from './test-lot.ts';

const cars = 3;

/** A site with three cars, and a server that keeps what it was told. */
class Day {
  readonly lot = new TestLot();
  readonly cars: ExpectedCar[];
  readonly atServer = new Map<string, OutboxItem>();
  /** Every key that was accepted, with its answer: they must answer the same for ever. */
  readonly accepted: Array<() => void> = [];
  version = 1;

  constructor() {
    this.cars = Array.from({ length: cars }, (_, i) =>
      aCar({
        vehicle: { plate: `12가000${i}`, model: 'Ray', color: 'red', fuel: 'gasoline' },
        preorders: i === 2 ? [] : [aPreorder({ number: `A${i}` })],
        codeBehaviour: i === 0 ? 'static' : 'rotating',
      }),
    );
    this.lot.expect(...this.cars.map((car, i) => ({ car, codes: [codeNumber(i), codeNumber(100 + i)] })));
  }

  who(n: number): Actor {
    const people = [this.lot.cashier, this.lot.attendant, this.lot.manager];
    return people[n % people.length] ?? this.lot.manager;
  }

  visitOf(car: number): VisitView | undefined {
    return this.lot.core.visits.board().find((v) => v.plateTail === `000${car}`);
  }

  /** Runs a command as a kiosk does; a refused one must leave everything as it was. */
  tap(command: (key: { idempotencyKey: string }) => { ok: boolean }): void {
    const key = { idempotencyKey: newId() };
    const before = this.snapshot();
    const answer = command(key);
    if (!answer.ok) {
      expect(this.snapshot()).toBe(before);
      return;
    }
    const after = this.snapshot();
    expect(command(key)).toEqual(answer);
    expect(this.snapshot()).toBe(after);
  }

  snapshot(): string {
    const { core } = this.lot;
    return JSON.stringify([core.visits.board(), core.outbox.counts(), core.log.verifyJournal()]);
  }

  send(count: number, outcome: 'sent' | 'transient' | 'attention'): void {
    const nowMs = this.lot.clock.nowMs();
    for (const item of this.lot.core.outbox.due(nowMs, count)) {
      // The server has it even when its answer was lost on the way.
      const before = this.atServer.get(item.outboxId);
      if (before) expect({ ...item, attempts: 0 }).toEqual({ ...before, attempts: 0 });
      if (outcome !== 'attention') this.atServer.set(item.outboxId, item);
      if (outcome === 'sent') this.lot.core.outbox.markSent(item.outboxId);
      else if (outcome === 'transient') {
        this.lot.core.outbox.markTransient(item.outboxId, { code: 'network', detail: '' }, nowMs + 1_000);
      } else this.lot.core.outbox.markAttention(item.outboxId, { code: 'conflict', detail: '' });
    }
  }

  check(): void {
    const { core } = this.lot;
    expect(core.log.verifyJournal().unbroken).toBe(true);
    const board = core.visits.board();
    expect(new Set(board.map((v) => v.plateTail)).size).toBe(board.length);
    const refueling = board.filter((v) => v.refuel?.state === 'refueling' && v.closed === null);
    expect(new Set(refueling.map((v) => v.refuel?.laneId)).size).toBe(refueling.length);
    for (const v of board) {
      if (v.presence === 'arrived' || v.presence === 'parked') expect(v.arrivedAtMs).not.toBe(null);
      if (v.closed !== null) expect(['drive-off', 'left-without-service']).toContain(v.closed.how);
      const { pickup, refuel } = v;
      expect(pickup?.state === 'handed-over').toBe(pickup != null && pickup.handedOverAtMs !== null);
      if (refuel && refuel.state === 'refueling') expect(refuel.amount).toBe(null);
      if (refuel && ['paid', 'awaiting-approval', 'unknown', 'expired'].includes(refuel.state)) {
        expect([refuel.amount === null, refuel.paymentRequestId === null]).toEqual([false, false]);
      }
    }
    for (const { charges = [] } of board) {
      // Never two requests open for one car at once.
      expect(charges.filter((c) => c.state === 'waiting' || c.state === 'unknown').length).toBeLessThan(2);
    }
    // In effect once: no preorder is handed over twice and no request is asked for twice at the server.
    const effects = [...this.atServer.values()].flatMap(({ kind, payload }) =>
      kind === 'preorder-handed-over'
        ? [`handed over ${payload.preorderId}`]
        : kind === 'refuel-completed' || kind === 'charge-requested'
          ? [`asked ${payload.paymentRequestId}`]
          : kind === 'arrival' || kind === 'departure'
            ? [`${kind} ${payload.visitId} ${payload.departedAtMs ?? ''}`]
            : [],
    );
    expect(new Set(effects).size).toBe(effects.length);
  }

  /** The file alone, read by somebody else, agrees with what the core says. */
  end(): void {
    const { core, dir } = this.lot;
    const board = core.visits.board();
    core.close();
    const db = new Database(`${dir}/station.sqlite`, { readonly: true });
    const count = (sql: string) => Number(db.prepare(sql).pluck().get());
    const stored = db.prepare('SELECT visit_id FROM visits WHERE visible = 1').pluck().all();
    // Only a tentative visit that nobody touched may be missing in the file.
    const must = board.filter((v) => v.presence !== 'tentative').map((v) => v.visitId);
    expect(stored).toEqual(expect.arrayContaining(must));
    expect(board.map((v) => v.visitId)).toEqual(expect.arrayContaining(stored));
    expect(
      count('SELECT count(*) FROM (SELECT 1 FROM commands GROUP BY idempotency_key HAVING count(*) > 1)'),
    ).toBe(0);
    expect(
      count(`SELECT count(*) FROM (SELECT 1 FROM outbox WHERE kind = 'preorder-handed-over'
             AND state IN ('waiting', 'sent') GROUP BY payload ->> 'preorderId' HAVING count(*) > 1)`),
    ).toBe(0);
    db.close();
    expect(readFileSync(`${dir}/station.sqlite`).length).toBeGreaterThan(0);
    this.lot.restart();
    this.lot.close();
  }
}

type Step = (day: Day) => void;

const car = fc.nat(cars - 1);
const person = fc.nat(2);
const presenceStep = fc
  .tuple(
    car,
    fc.boolean(),
    fc.constantFrom('tentative', 'approaching', 'arrived', 'parked', 'departed' as const),
    fc.constantFrom('bay-1', 'pump-1', 'pump-2', null),
  )
  .map(
    ([n, other, state, laneId]): Step =>
      (day) => {
        day.lot.presence(codeNumber(other ? 100 + n : n), state as 'arrived', { laneId });
      },
  );
const pickupStep = fc
  .tuple(car, person, fc.constantFrom('ready', 'hand-over', 'undo', 'unavailable' as const))
  .map(
    ([n, who, what]): Step =>
      (day) => {
        const pickup = day.visitOf(n)?.pickup;
        if (!pickup) return;
        const { pickupId } = pickup;
        const { pickups } = day.lot.core;
        day.tap((key) => {
          if (what === 'ready') return pickups.markReady(day.who(who), { ...key, pickupId });
          if (what === 'undo') return pickups.undoHandOver(day.who(who), { ...key, pickupId });
          if (what === 'hand-over')
            return pickups.handOver(day.who(who), { ...key, pickupId, check: pickup.number });
          return pickups.markItemUnavailable(day.who(who), {
            ...key,
            pickupId,
            itemId: pickup.items[0]?.itemId ?? '',
          });
        });
      },
  );
const refuelStep = fc
  .tuple(
    car,
    person,
    fc.constantFrom('start', 'complete', 'again', 'settle', 'cancel' as const),
    fc.constantFrom('pump-1', 'pump-2'),
    fc.integer({ min: 1, max: 90_000 }),
  )
  .map(
    ([n, who, what, laneId, amountMinor]): Step =>
      (day) => {
        const visit = day.visitOf(n);
        if (!visit) return;
        const { visitId } = visit;
        const refuelId = visit.refuel?.refuelId ?? newId();
        const { refuels } = day.lot.core;
        const actor = day.who(who);
        day.tap((key) => {
          if (what === 'start') return refuels.start(actor, { ...key, visitId, laneId, digits: `000${n}` });
          if (what === 'again') return refuels.askAgain(actor, { ...key, refuelId });
          if (what === 'cancel') return refuels.cancel(actor, { ...key, refuelId, reason: '' });
          if (what === 'settle')
            return refuels.settleOtherwise(actor, { ...key, refuelId, tender: 'cash', reason: 'x' });
          const quantity = { volumeMl: null, amountMinor, fuelMismatchConfirmed: false };
          return refuels.complete(actor, { ...key, refuelId, laneId, gradeId: 'g', ...quantity });
        });
      },
  );
const chargeStep = fc
  .tuple(
    car,
    person,
    fc.constantFrom('request', 'cancel', 'again' as const),
    fc.integer({ min: 1, max: 90_000 }),
    fc.constantFrom('jack', 'phone' as const),
  )
  .map(
    ([n, who, what, amountMinor, verification]): Step =>
      (day) => {
        const visit = day.visitOf(n);
        if (!visit) return;
        const { visitId } = visit;
        const chargeId = visit.charges?.at(-1)?.chargeId ?? newId();
        const { charges } = day.lot.core;
        const actor = day.who(who);
        day.tap((key) => {
          if (what === 'cancel') return charges.cancel(actor, { ...key, chargeId });
          if (what === 'again') return charges.askAgain(actor, { ...key, chargeId });
          const how = verification as 'jack';
          return charges.request(actor, { ...key, visitId, amountMinor, note: null, verification: how });
        });
      },
  );
const visitStep = fc
  .tuple(
    car,
    person,
    fc.constantFrom('claim', 'release', 'close', 'drive-off', 'lane', 'check-in' as const),
    fc.constantFrom('bay-1', 'pump-1'),
  )
  .map(
    ([n, who, what, laneId]): Step =>
      (day) => {
        const { visits } = day.lot.core;
        const visitId = day.visitOf(n)?.visitId ?? newId();
        const actor = day.who(who);
        day.tap((key) => {
          if (what === 'claim') return visits.claim(actor, { ...key, visitId });
          if (what === 'release') return visits.release(actor, { ...key, visitId });
          if (what === 'lane') return visits.setLane(actor, { ...key, visitId, laneId });
          if (what === 'check-in') {
            return visits.checkIn(actor, {
              ...key,
              plate: `12가000${n}`,
              laneId,
              purpose: 'refuel',
              pickupNumber: null,
            });
          }
          return visits.close(actor, {
            ...key,
            visitId,
            how: what === 'close' ? 'closed-by-staff' : 'drive-off',
            reason: '',
          });
        });
      },
  );
const newsStep = fc
  .tuple(
    car,
    fc.constantFrom('paid', 'declined', 'expired', 'unknown', 'waiting', 'cancelled' as const),
    fc.boolean(),
    fc.boolean(),
  )
  .map(
    ([n, state, late, charged]): Step =>
      (day) => {
        const visit = day.visitOf(n);
        const paymentRequestId = charged
          ? visit?.charges?.at(-1)?.paymentRequestId
          : visit?.refuel?.paymentRequestId;
        if (!paymentRequestId) return;
        const request: PaymentRequest = {
          paymentRequestId,
          kind: charged ? 'charge' : 'refuel',
          siteId: newId(),
          siteName: 'Test site',
          amount: krw(1),
          captured: null,
          state: state as PaymentRequest['state'],
          reason: null,
          version: late ? 1 : ++day.version,
          createdAtMs: 0,
          expiresAtMs: 0,
          settledAtMs: null,
        };
        day.lot.core.news.paymentRequest(request);
        const once = day.snapshot();
        day.lot.core.news.paymentRequest(request);
        expect(day.snapshot()).toBe(once);
      },
  );
const preorderNews = fc.tuple(car, fc.constantFrom('open', 'cancelled' as const), fc.boolean()).map(
  ([n, state, fresh]): Step =>
    (day) => {
      const known = day.cars[n];
      if (!known) return;
      const preorder = fresh ? aPreorder({ number: 'Z9' }) : known.preorders[0];
      if (!preorder) return;
      day.lot.core.news.preorder(known.jackId, { ...preorder, state: state as 'open' }, known);
    },
);
const sendStep = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('sent', 'sent', 'transient', 'attention' as const))
  .map(
    ([count, outcome]): Step =>
      (day) =>
        day.send(count, outcome as 'sent'),
  );
const timeStep = fc.constantFrom(100, 5_000, 31_000, 130_000, 16 * 60_000).map(
  (ms): Step =>
    (day) =>
      day.lot.clock.advance(ms),
);
const restartStep = fc.constant<Step>((day) => {
  // The board's own order is the kiosk's; here it is that of their ids.
  const ids = (visits: VisitView[]) =>
    visits
      .filter((v) => v.presence !== 'tentative')
      .toSorted((a, b) => a.visitId.localeCompare(b.visitId))
      .map((v) => [v.visitId, v.pickup, v.refuel, v.charges, v.closed]);
  const before = ids(day.lot.core.visits.board());
  day.lot.restart();
  expect(ids(day.lot.core.visits.board())).toEqual(before);
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: presenceStep },
  { weight: 5, arbitrary: pickupStep },
  { weight: 6, arbitrary: refuelStep },
  { weight: 3, arbitrary: chargeStep },
  { weight: 4, arbitrary: visitStep },
  { weight: 3, arbitrary: newsStep },
  { weight: 1, arbitrary: preorderNews },
  { weight: 3, arbitrary: sendStep },
  { weight: 2, arbitrary: timeStep },
  { weight: 1, arbitrary: restartStep },
);

it('keeps its records in order through any day', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const day = new Day();
      try {
        for (const run of steps) {
          run(day);
          day.check();
        }
      } catch (error) {
        day.lot.close();
        throw error;
      }
      day.end();
    }),
    { numRuns: 60 },
  );
});
