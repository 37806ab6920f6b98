import type { VisitRecord } from '../records/index.ts';

/** Known by the driver's phone alone: no receiver has heard it, nobody has seen it. */
export const isAwaited = (
  visit: Pick<VisitRecord, 'knownBy' | 'codes' | 'arrivedAtMs' | 'closed'>,
): boolean =>
  visit.knownBy === 'phone' &&
  visit.codes.length === 0 &&
  visit.arrivedAtMs === null &&
  visit.closed === null;
