/** What the server hears of a stay: that the car arrived, and that it left. */
import type { Tx, VisitRecord } from '../records/index.ts';
import { endOfStay } from './jobs.ts';

/** Marks a visit arrived and tells the server where it knows the car. */
export function arrive(tx: Tx, visit: VisitRecord, why: Record<string, unknown>): VisitRecord {
  const arrived: VisitRecord = { ...visit, arrivedAtMs: visit.firstHeardAtMs };
  tx.journal('visit-arrived', visit.visitId, { laneId: visit.laneId, ...why });
  tellArrival(tx, arrived);
  return arrived;
}

export function tellArrival(tx: Tx, visit: VisitRecord): void {
  if (visit.jackId === null || visit.arrivedAtMs === null) return;
  tx.outbox({
    kind: 'arrival',
    visitId: visit.visitId,
    subjectId: null,
    payload: {
      visitId: visit.visitId,
      jackId: visit.jackId,
      arrivedAtMs: visit.arrivedAtMs,
      laneId: visit.laneId,
      laneKind: tx.site.lanes.find((l) => l.laneId === visit.laneId)?.kind ?? null,
    },
  });
}

/** The car has gone (or nobody heard of it for too long): the visit ends by what was done for it. */
export function depart(
  tx: Tx,
  visit: VisitRecord,
  why: Record<string, unknown>,
  timedOut = false,
): VisitRecord {
  if (visit.closed !== null) return tx.put({ ...visit, presence: 'departed' });
  const { how, visible } = endOfStay(visit, timedOut);
  // A car that only drove by, never more than tentative and touched by nobody, leaves no words behind.
  if (visit.presence !== 'tentative' || tx.records.visits.isStored(visit.visitId)) {
    tx.journal('visit-departed', visit.visitId, why);
    tx.journal('visit-closed', visit.visitId, { how });
  }
  if (visit.jackId !== null && visit.arrivedAtMs !== null) {
    tx.outbox({
      kind: 'departure',
      visitId: visit.visitId,
      subjectId: null,
      payload: { visitId: visit.visitId, jackId: visit.jackId, departedAtMs: tx.nowMs },
    });
  }
  return tx.put({
    ...visit,
    presence: 'departed',
    closed: { atMs: tx.nowMs, how },
    visible,
    claimedBy: visible ? visit.claimedBy : null,
  });
}
