/**
 * What is still going on, on a clock that was corrected: each moment from which or to which a duration is
 * counted moves with the clock, so that a car that has waited three minutes has waited three minutes.
 * What was promised for a time of day (`promisedAtMs`) does not move: that time of day is meant.
 */
import type { Approval, ChargeRecord, PickupRecord, RefuelRecord, VisitRecord } from './visit-record.ts';

export function movedVisit(visit: VisitRecord, byMs: number): VisitRecord {
  const moved = mover(byMs);
  return {
    ...visit,
    firstHeardAtMs: visit.firstHeardAtMs + byMs,
    arrivedAtMs: moved(visit.arrivedAtMs),
    lastHeardAtMs: visit.lastHeardAtMs + byMs,
    doneAtMs: moved(visit.doneAtMs),
    claimedBy: stamped(visit.claimedBy, byMs),
    closed: stamped(visit.closed, byMs),
    pickups: visit.pickups.map((pickup) => movedPickup(pickup, byMs)),
    refuel: visit.refuel === null ? null : movedRefuel(visit.refuel, byMs),
    charges: visit.charges.map((charge) => movedCharge(charge, byMs)),
  };
}

function movedPickup(pickup: PickupRecord, byMs: number): PickupRecord {
  const moved = mover(byMs);
  return {
    ...pickup,
    handedOverAtMs: moved(pickup.handedOverAtMs),
    undoUntilMs: moved(pickup.undoUntilMs),
    onTheWay:
      pickup.onTheWay === null
        ? null
        : { ...pickup.onTheWay, expectedAtMs: moved(pickup.onTheWay.expectedAtMs) },
  };
}

function movedRefuel(refuel: RefuelRecord, byMs: number): RefuelRecord {
  const moved = mover(byMs);
  return {
    ...refuel,
    startedAtMs: refuel.startedAtMs + byMs,
    completedAtMs: moved(refuel.completedAtMs),
    approval: refuel.approval === null ? null : movedApproval(refuel.approval, byMs),
    settledOtherwise: stamped(refuel.settledOtherwise, byMs),
  };
}

function movedCharge(charge: ChargeRecord, byMs: number): ChargeRecord {
  return {
    ...charge,
    requestedAtMs: charge.requestedAtMs + byMs,
    approval: movedApproval(charge.approval, byMs),
    refunds: charge.refunds.map((refund) => ({ ...refund, atMs: refund.atMs + byMs })),
  };
}

function movedApproval(approval: Approval, byMs: number): Approval {
  return { ...approval, expiresAtMs: mover(byMs)(approval.expiresAtMs) };
}

const mover = (byMs: number) => (atMs: number | null) => (atMs === null ? null : atMs + byMs);

const stamped = <T extends { atMs: number }>(one: T | null, byMs: number): T | null =>
  one === null ? null : { ...one, atMs: one.atMs + byMs };
