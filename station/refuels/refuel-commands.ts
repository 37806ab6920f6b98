/**
 * A refuel.
 *
 *   start → refueling ──complete──→ awaiting-approval ──(server)──→ paid
 *              │                     ↑      │  │  └──(server)──→ unknown ──(looked up)──→ any of these
 *              │                  askAgain  │  └──(server)──→ declined / expired
 *              │                     └──────┼─────────────────────┘
 *              │                            └── settleOtherwise ──→ settled-otherwise
 *              └──cancel──→ cancelled
 *   unpaid and the car has gone: the visit shows drive-off; a person closes it as such → drive-off
 *
 * While the outcome is unknown nothing may be tried again: it is looked up first.
 */
import {
  amountAgrees,
  amountForVolume,
  fuelMismatch,
  newId,
  parsePlateDigits,
  plateMatches,
  volumeForAmount,
} from '../../shared/domain/index.ts';
import type { Actor, Inputs, VisitAnswer } from '../core/types.ts';
import { type Records, type RefuelRecord, Refusal, type Tx, type VisitRecord } from '../records/index.ts';
import {
  claimed,
  isHere,
  isUnpaidRefuel,
  laneOf,
  putWithJobs,
  tellArrival,
  visitToActOn,
} from '../visits/index.ts';

export class RefuelCommands {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  start(actor: Actor, input: Inputs['refuels']['start']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'refuels.start', input, (tx) => {
      const visit = visitToActOn(tx, input.visitId);
      if (isUnpaidRefuel(visit.refuel)) throw new Refusal('refuel-already-open');
      if (!isHere(visit)) throw new Refusal('car-not-here');
      const digits = input.digits === null ? null : parsePlateDigits(input.digits);
      if (input.digits !== null && (digits === null || !plateMatches(visit.plate, digits))) {
        throw new Refusal('digits-do-not-match');
      }
      freePump(tx, input.laneId, visit.visitId);
      const refuel: RefuelRecord = {
        refuelId: newId(),
        visitId: visit.visitId,
        state: 'refueling',
        laneId: input.laneId,
        gradeId: null,
        fuel: null,
        volumeMl: null,
        amountMinor: null,
        currency: tx.site.currency,
        unitPriceMilli: null,
        fuelMismatchConfirmed: false,
        startedBy: tx.person,
        startedAtMs: tx.nowMs,
        completedAtMs: null,
        paymentRequestId: null,
        approval: null,
        settledOtherwise: null,
      };
      tx.journal('refuel-started', visit.visitId, { refuelId: refuel.refuelId, laneId: input.laneId });
      const next: VisitRecord = {
        ...claimed(tx, visit),
        refuel,
        // A person saw it at the pump.
        laneId: input.laneId,
        laneCandidates: [],
        laneByStaff: true,
        presence: visit.presence === 'approaching' ? 'arrived' : visit.presence,
        arrivedAtMs: visit.arrivedAtMs ?? visit.firstHeardAtMs,
      };
      if (visit.arrivedAtMs === null) tellArrival(tx, next);
      tx.seenStanding(visit.visitId, input.laneId);
      return putWithJobs(tx, next).visitId;
    });
  }

  complete(actor: Actor, input: Inputs['refuels']['complete']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'refuels.complete', input, (tx) => {
      const { visit, refuel } = refuelToActOn(tx, input.refuelId);
      if (refuel.state !== 'refueling') throw new Refusal('refuel-wrong-state');
      // At its own pump it can always be completed, also where a car that had left from it is back since.
      if (input.laneId !== refuel.laneId) freePump(tx, input.laneId, visit.visitId);
      const grade = tx.site.grades.find((g) => g.gradeId === input.gradeId);
      if (grade === undefined) throw new Refusal('grade-not-found');
      const mismatch = fuelMismatch(visit.fuel, grade.fuel);
      if (mismatch && !input.fuelMismatchConfirmed) throw new Refusal('fuel-mismatch-not-confirmed');
      const { volumeMl, amountMinor } = quantities(grade.unitPriceMilli, input.volumeMl, input.amountMinor);
      const held = visit.reservation?.state === 'held' ? visit.reservation : null;
      const above = held !== null && amountMinor > held.maximum.amountMinor;
      if (above && !input.aboveReservationConfirmed) throw new Refusal('above-reservation');
      const completed: RefuelRecord = {
        ...refuel,
        laneId: input.laneId,
        gradeId: grade.gradeId,
        fuel: grade.fuel,
        volumeMl,
        amountMinor,
        unitPriceMilli: grade.unitPriceMilli,
        fuelMismatchConfirmed: mismatch,
        completedAtMs: tx.nowMs,
      };
      tx.journal('refuel-completed', visit.visitId, {
        refuelId: refuel.refuelId,
        laneId: input.laneId,
        gradeId: grade.gradeId,
        volumeMl,
        amountMinor,
        currency: refuel.currency,
        unitPriceMilli: grade.unitPriceMilli,
        fuelMismatchConfirmed: mismatch,
        aboveReservation: above,
      });
      // Another pump than at first: that was a slip.
      if (input.laneId !== refuel.laneId) tx.seenStanding(visit.visitId, input.laneId);
      const next = { ...claimed(tx, visit), laneId: input.laneId };
      return putWithJobs(tx, { ...next, refuel: askForApproval(tx, next, completed) }).visitId;
    });
  }

  askAgain(actor: Actor, input: Inputs['refuels']['askAgain']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'refuels.askAgain', input, (tx) => {
      const { visit, refuel } = refuelToActOn(tx, input.refuelId);
      mustBeKnown(refuel);
      if (refuel.state !== 'declined' && refuel.state !== 'expired') throw new Refusal('refuel-wrong-state');
      return putWithJobs(tx, { ...visit, refuel: askForApproval(tx, visit, refuel) }).visitId;
    });
  }

  settleOtherwise(actor: Actor, input: Inputs['refuels']['settleOtherwise']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'refuels.settleOtherwise', input, (tx) => {
      const { visit, refuel } = refuelToActOn(tx, input.refuelId);
      mustBeKnown(refuel);
      const open = ['awaiting-approval', 'declined', 'expired', 'drive-off'].includes(refuel.state);
      if (!open || refuel.completedAtMs === null) throw new Refusal('refuel-wrong-state');
      tx.outbox({
        kind: 'settled-otherwise',
        visitId: visit.visitId,
        subjectId: refuel.refuelId,
        payload: {
          refuelId: refuel.refuelId,
          paymentRequestId: refuel.paymentRequestId,
          tender: input.tender,
          reason: input.reason,
          atMs: tx.nowMs,
        },
      });
      tx.journal('settled-otherwise', visit.visitId, {
        refuelId: refuel.refuelId,
        paymentRequestId: refuel.paymentRequestId,
        tender: input.tender,
        reason: input.reason,
        amountMinor: refuel.amountMinor,
      });
      const settled: RefuelRecord = {
        ...refuel,
        state: 'settled-otherwise',
        settledOtherwise: { tender: input.tender, reason: input.reason, by: tx.person, atMs: tx.nowMs },
      };
      return putWithJobs(tx, { ...visit, refuel: settled }).visitId;
    });
  }

  /** Nothing was filled, or it was started for the wrong car. What was filled is settled, not cancelled. */
  cancel(actor: Actor, input: Inputs['refuels']['cancel']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'refuels.cancel', input, (tx) => {
      const { visit, refuel } = refuelToActOn(tx, input.refuelId);
      if (refuel.state !== 'refueling') throw new Refusal('refuel-wrong-state');
      tx.journal('refuel-cancelled', visit.visitId, { refuelId: refuel.refuelId, reason: input.reason });
      return putWithJobs(tx, { ...visit, refuel: { ...refuel, state: 'cancelled' } }).visitId;
    });
  }
}

/** A new request under a new id, queued for the server; nobody waits for the network here. */
function askForApproval(tx: Tx, visit: VisitRecord, refuel: RefuelRecord): RefuelRecord {
  const lane = laneOf(tx, refuel.laneId);
  if (visit.jackId === null) {
    // Nobody to ask: the server does not know this car. It is settled at the counter.
    const approval = {
      state: 'declined',
      expiresAtMs: null,
      reason: 'car-unknown',
      asked: false,
      version: 0,
    } as const;
    return { ...refuel, state: 'declined', paymentRequestId: null, approval };
  }
  const paymentRequestId = newId();
  tx.outbox({
    kind: 'refuel-completed',
    visitId: visit.visitId,
    subjectId: refuel.refuelId,
    payload: {
      refuelId: refuel.refuelId,
      paymentRequestId,
      visitId: visit.visitId,
      jackId: visit.jackId,
      laneId: refuel.laneId,
      pumpNumber: lane.number,
      fuel: refuel.fuel,
      unitPriceMilli: refuel.unitPriceMilli,
      volumeMl: refuel.volumeMl,
      amount: { amountMinor: refuel.amountMinor, currency: refuel.currency },
      completedAtMs: refuel.completedAtMs,
    },
  });
  tx.journal('approval-asked', visit.visitId, { refuelId: refuel.refuelId, paymentRequestId });
  tx.records.visits.savePaymentRequest(paymentRequestId, refuel.refuelId, visit.visitId, 0, 'waiting');
  const approval = { state: 'waiting', expiresAtMs: null, reason: null, asked: false, version: 0 } as const;
  return { ...refuel, state: 'awaiting-approval', paymentRequestId, approval };
}

/** Either of both may be missing: it follows from the price. Both: they must agree as a pump rounds. */
function quantities(
  unitPriceMilli: number,
  volumeMl: number | null,
  amountMinor: number | null,
): { volumeMl: number; amountMinor: number } {
  const volume = volumeMl ?? (amountMinor === null ? 0 : volumeForAmount(unitPriceMilli, amountMinor));
  const amount = amountMinor ?? amountForVolume(unitPriceMilli, volume);
  if (volume <= 0 || amount <= 0) throw new Refusal('amount-or-volume-needed');
  if (volumeMl !== null && amountMinor !== null && !amountAgrees(unitPriceMilli, volume, amount)) {
    throw new Refusal('amount-and-volume-disagree');
  }
  return { volumeMl: volume, amountMinor: amount };
}

/** @throws Refusal lane-not-found, lane-not-a-pump, pump-in-use */
function freePump(tx: Tx, laneId: string, visitId: string): void {
  if (laneOf(tx, laneId).kind !== 'pump') throw new Refusal('lane-not-a-pump');
  const other = tx
    .board()
    .find(
      (v) =>
        v.visitId !== visitId &&
        v.closed === null &&
        v.refuel?.state === 'refueling' &&
        v.refuel.laneId === laneId,
    );
  if (other !== undefined) throw new Refusal('pump-in-use', { by: other.refuel?.startedBy ?? null });
}

function refuelToActOn(tx: Tx, refuelId: string): { visit: VisitRecord; refuel: RefuelRecord } {
  const visitId = tx.records.visits.visitIdOfRefuel(refuelId);
  if (visitId === null) throw new Refusal('refuel-not-found');
  const visit = visitToActOn(tx, visitId);
  if (visit.refuel?.refuelId !== refuelId) throw new Refusal('refuel-wrong-state');
  return { visit, refuel: visit.refuel };
}

function mustBeKnown(refuel: RefuelRecord): void {
  if (refuel.state === 'unknown') throw new Refusal('approval-unknown-look-up-first');
}
