import type { Lane } from '../../shared/station-contract/index.ts';
import { Refusal, type Tx, type VisitRecord } from '../records/index.ts';

/** A visit a person may act on: on the board, and not another person's (a manager takes over). */
export function visitToActOn(tx: Tx, visitId: string): VisitRecord {
  const visit = tx.visit(visitId);
  if (!visit.visible) throw new Refusal('visit-closed');
  const { claimedBy } = visit;
  if (claimedBy !== null && claimedBy.staffId !== tx.person.staffId && tx.person.role !== 'manager') {
    const { atMs: _, kioskId: __, ...by } = claimedBy;
    throw new Refusal('claimed-by-other', { by });
  }
  return visit;
}

/** Who taps a card claims it. */
export function claimed(tx: Tx, visit: VisitRecord): VisitRecord {
  if (visit.claimedBy?.staffId === tx.person.staffId) return visit;
  return { ...visit, claimedBy: { ...tx.person, atMs: tx.nowMs, kioskId: tx.actor?.kioskId ?? null } };
}

/** @throws Refusal lane-not-found */
export function laneOf(tx: Tx, laneId: string): Lane {
  const lane = tx.site.lanes.find((l) => l.laneId === laneId);
  if (lane === undefined) throw new Refusal('lane-not-found');
  return lane;
}
