/** What a day's visits add up to. */
import type { VisitView } from '../../../shared/station-contract/index.ts';
import { hasTrouble } from '../../board/index.ts';

export interface DayFigures {
  settledMinor: number;
  visits: number;
  byJack: number;
  /** null while nobody has been served. */
  medianWaitMs: number | null;
  /** Part served within two minutes, 0 to 1; null while nobody has been served. */
  underTwoMinutes: number | null;
  trouble: number;
}

const twoMinutesMs = 120_000;

/** From the first hearing at the lane to the first service; null when the car was not served. */
export function waitMsOf(visit: VisitView): number | null {
  if (visit.arrivedAtMs === null) return null;
  const moments = [visit.pickup?.handedOverAtMs, visit.refuel?.startedAtMs].filter(
    (moment): moment is number => typeof moment === 'number',
  );
  return moments.length === 0 ? null : Math.max(0, Math.min(...moments) - visit.arrivedAtMs);
}

/** Money that has changed hands for this visit, in minor units. */
export function settledMinorOf(visit: VisitView): number {
  const pickup = visit.pickup?.state === 'handed-over' ? visit.pickup.paid.amountMinor : 0;
  const paid = visit.refuel?.state === 'paid' || visit.refuel?.state === 'settled-otherwise';
  return pickup + (paid ? (visit.refuel?.amount?.amountMinor ?? 0) : 0) + chargedMinorOf(visit);
}

/** Charges that are paid, less what was given back of them, in minor units. */
export function chargedMinorOf(visit: VisitView): number {
  return (visit.charges ?? [])
    .filter((charge) => charge.state === 'paid')
    .reduce((sum, charge) => {
      const givenBack = charge.refunds
        .filter((refund) => refund.state === 'given-back')
        .reduce((total, refund) => total + refund.amount.amountMinor, 0);
      return sum + charge.amount.amountMinor - givenBack;
    }, 0);
}

export function dayFigures(visits: readonly VisitView[]): DayFigures {
  const waits = visits
    .map(waitMsOf)
    .filter((wait) => wait !== null)
    .sort((a, b) => a - b);
  const lower = waits[Math.floor((waits.length - 1) / 2)];
  const upper = waits[Math.ceil((waits.length - 1) / 2)];
  return {
    settledMinor: visits.reduce((sum, visit) => sum + settledMinorOf(visit), 0),
    visits: visits.length,
    byJack: visits.filter((visit) => visit.knownBy === 'jack').length,
    medianWaitMs: lower === undefined || upper === undefined ? null : (lower + upper) / 2,
    underTwoMinutes:
      waits.length === 0 ? null : waits.filter((wait) => wait < twoMinutesMs).length / waits.length,
    trouble: visits.filter(hasTrouble).length,
  };
}
