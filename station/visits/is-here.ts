import type { VisitRecord } from '../records/index.ts';

/** Here, or just driving in: staff see a car before the radio is sure. A single weak hearing is not enough. */
export function isHere(visit: VisitRecord): boolean {
  if (visit.closed !== null) return false;
  return visit.presence === 'arrived' || visit.presence === 'parked' || visit.presence === 'approaching';
}
