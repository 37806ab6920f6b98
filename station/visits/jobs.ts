/** What is still to be done for a visit, and how it ends. Pure rules. */
import type {
  ChargeRecord,
  ClosedHow,
  PickupRecord,
  RefuelRecord,
  Tx,
  VisitRecord,
} from '../records/index.ts';

export function isOpenPickup(pickup: PickupRecord): boolean {
  return pickup.state === 'preparing' || pickup.state === 'ready';
}

/** Fuel is being filled, or was, and nobody has paid for it yet. */
export function isUnpaidRefuel(refuel: RefuelRecord | null): refuel is RefuelRecord {
  if (refuel === null) return false;
  switch (refuel.state) {
    case 'refueling':
    case 'awaiting-approval':
    case 'declined':
    case 'expired':
    case 'unknown':
    case 'drive-off':
      return true;
    case 'paid':
    case 'settled-otherwise':
    case 'cancelled':
      return false;
  }
}

/** The driver has been asked, and how it ends is not known yet. */
export function isOpenCharge(charge: ChargeRecord): boolean {
  return charge.state === 'waiting' || charge.state === 'unknown';
}

export function hasOpenJob(visit: VisitRecord): boolean {
  return visit.pickups.some(isOpenPickup) || isUnpaidRefuel(visit.refuel) || visit.charges.some(isOpenCharge);
}

function hadJob(visit: VisitRecord): boolean {
  const refueled = visit.refuel !== null && visit.refuel.state !== 'cancelled';
  return (
    refueled ||
    visit.pickups.some((p) => p.state !== 'cancelled') ||
    visit.charges.some((c) => c.state === 'paid')
  );
}

/**
 * How a visit ends when its car has gone:
 *
 *   never arrived            → departed             (off the board)
 *   fuel not paid            → drive-off            (stays on the board until a person settles it)
 *   preorder not handed over → left-without-service (stays a while)
 *   jobs done                → completed
 *   nothing to do            → departed
 */
export function endOfStay(visit: VisitRecord, timedOut: boolean): { how: ClosedHow; visible: boolean } {
  if (isUnpaidRefuel(visit.refuel)) return { how: 'drive-off', visible: true };
  // Handed its order before the radio was sure of it: it was here all the same.
  const wasHere = visit.arrivedAtMs !== null || visit.pickups.some((p) => p.state === 'handed-over');
  if (!wasHere) return { how: 'departed', visible: false };
  if (visit.pickups.some(isOpenPickup)) return { how: 'left-without-service', visible: true };
  if (hadJob(visit)) return { how: 'completed', visible: false };
  return { how: timedOut ? 'timed-out' : 'departed', visible: false };
}

/**
 * Puts a visit whose jobs have changed: remembers when the last one was done. One that was only still on the board
 * for an open job after its car had gone ends anew, by what is still open now.
 */
export function putWithJobs(tx: Tx, visit: VisitRecord): VisitRecord {
  const done = hadJob(visit) && !hasOpenJob(visit);
  const next: VisitRecord = { ...visit, doneAtMs: done ? (visit.doneAtMs ?? tx.nowMs) : null };
  if (next.closed === null) return tx.put(next);
  const end = next.visible
    ? endOfStay(next, false)
    : done
      ? { how: 'completed' as const, visible: false }
      : null;
  if (end === null) return tx.put(next);
  // It had left without its order, and only then was the order cancelled: nobody waits, but so it had left.
  const how =
    end.how === 'departed' && next.closed.how === 'left-without-service' ? next.closed.how : end.how;
  if (how === next.closed.how && end.visible === next.visible) return tx.put(next);
  tx.journal('visit-closed', next.visitId, { how, before: next.closed.how });
  const claimedBy = end.visible ? next.claimedBy : null;
  return tx.put({ ...next, closed: { atMs: next.closed.atMs, how }, visible: end.visible, claimedBy });
}
