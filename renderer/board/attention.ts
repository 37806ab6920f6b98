/**
 * Who needs attention first: the one rule behind the board's order, the colour of the timers and
 * the strong action of a card.
 *
 * Order: trouble (declined, expired, unknown, refused by the server) → waiting beyond red → beyond
 * amber → waiting → being served → waiting for the driver → done; within each the longest here first.
 */
import type { SiteSettings, VisitView } from '../../shared/station-contract/index.ts';
import { longestUndoMs } from '../../shared/station-facts/index.ts';
import { expectedAtMs } from './expected.ts';

export type WaitTone = 'calm' | 'fresh' | 'amber' | 'red' | 'parked';

/** What a card offers first. `none`: nothing to do but look. */
export type PrimaryAction =
  | 'hand-over'
  | 'mark-ready'
  | 'refuel'
  | 'complete'
  | 'ask-again'
  | 'look'
  | 'none';

/** New on the board: shown as "just in" for this long. */
export const freshMs = 30_000;
/** A car on the way that was not heard for so long is said to be silent; one that was heard leaving is gone by then. */
const silentAfterMs = 12_000;
/** How long a closed visit stays to be seen, when nothing can be undone any more. */
const closedShownMs = 10_000;
const leftShownMs = 120_000;

export const isOnTheWay = (visit: VisitView): boolean =>
  visit.presence === 'tentative' || visit.presence === 'approaching';

/** A car on the way that is heard no more but was not heard leaving: it may stand there with its engine off. */
export const isSilent = (visit: VisitView, nowMs: number): boolean =>
  visit.presence === 'approaching' &&
  visit.knownBy !== 'phone' &&
  nowMs - visit.lastHeardAtMs >= silentAfterMs;

export const hasOpenPickup = (visit: VisitView): boolean =>
  visit.pickup !== null && (visit.pickup.state === 'preparing' || visit.pickup.state === 'ready');

export const hasTrouble = (visit: VisitView): boolean => {
  const refuel = visit.refuel;
  if (refuel?.state === 'declined' || refuel?.state === 'expired') return true;
  if (refuel?.state === 'unknown' || refuel?.state === 'drive-off') return true;
  // A charge that was declined is dealt with at the counter where it was asked for.
  if (visit.charges?.some((charge) => charge.state === 'unknown' || charge.sync === 'attention')) return true;
  return refuel?.sync === 'attention' || visit.pickup?.sync === 'attention';
};

/** Does staff still have something to begin for this car? */
export const waitsForStaff = (visit: VisitView): boolean =>
  hasOpenPickup(visit) || (visit.refuel === null && visit.mayRefuel);

/** May the card still be shown? The station decides when a visit leaves; a closed one fades earlier. */
export function isOnBoard(visit: VisitView, nowMs: number): boolean {
  if (visit.closed === null) return visit.presence !== 'departed' || hasTrouble(visit);
  if (visit.closed.how === 'drive-off') return true;
  // Neither may stand there for an hour because the clock was set back by one.
  const sinceMs = Math.abs(nowMs - visit.closed.atMs);
  const undoMs = (visit.pickup?.undoUntilMs ?? 0) - nowMs;
  if (undoMs > 0 && undoMs <= longestUndoMs) return true;
  return sinceMs < (visit.closed.how === 'left-without-service' ? leftShownMs : closedShownMs);
}

export function waitTone(visit: VisitView, site: SiteSettings, nowMs: number): WaitTone {
  if (visit.arrivedAtMs === null || visit.closed !== null) return 'calm';
  if (!waitsForStaff(visit)) return visit.presence === 'parked' ? 'parked' : 'calm';
  const waitedMs = nowMs - visit.arrivedAtMs;
  if (waitedMs >= site.redAfterMs) return 'red';
  if (waitedMs >= site.amberAfterMs) return 'amber';
  if (visit.presence === 'parked') return 'parked';
  return waitedMs < freshMs ? 'fresh' : 'calm';
}

export function primaryAction(visit: VisitView): PrimaryAction {
  if (visit.closed !== null) return 'none';
  switch (visit.refuel?.state) {
    case 'declined':
    case 'expired':
      return 'ask-again';
    case 'unknown':
    case 'drive-off':
      return 'look';
    default:
  }
  if (visit.pickup?.state === 'ready') return 'hand-over';
  if (visit.refuel?.state === 'refueling') return 'complete';
  if (visit.pickup?.state === 'preparing') return 'mark-ready';
  if (visit.refuel === null && visit.mayRefuel) return 'refuel';
  if (visit.refuel?.state === 'awaiting-approval') return 'look';
  return 'none';
}

function rank(visit: VisitView, site: SiteSettings, nowMs: number): number {
  if (visit.closed !== null) return visit.closed.how === 'drive-off' ? 0 : 8;
  if (hasTrouble(visit)) return 0;
  if (waitsForStaff(visit)) {
    const tone = waitTone(visit, site, nowMs);
    return tone === 'red' ? 1 : tone === 'amber' ? 2 : 3;
  }
  if (visit.refuel?.state === 'refueling') return 4;
  if (visit.refuel?.state === 'awaiting-approval') return 5;
  return 6;
}

export interface BoardOrder {
  /** Cards, who needs attention first. */
  here: string[];
  /** Nearest first. */
  onTheWay: string[];
}

export type BoardFilter = 'all' | 'pickup' | 'refuel';

export const matchesFilter = (visit: VisitView, filter: BoardFilter): boolean => {
  switch (filter) {
    case 'all':
      return true;
    case 'pickup':
      return visit.pickup !== null;
    case 'refuel':
      return visit.refuel !== null || visit.mayRefuel;
  }
};

/** Of those that no receiver hears, who is to be here first. */
function expectedFirst(a: VisitView, b: VisitView): number {
  const [first, second] = [expectedAtMs(a), expectedAtMs(b)];
  return first === null || second === null
    ? Number(first === null) - Number(second === null)
    : first - second;
}

export function boardOrder(visits: Iterable<VisitView>, site: SiteSettings, nowMs: number): BoardOrder {
  const here: { id: string; rank: number; sinceMs: number }[] = [];
  const coming: { visit: VisitView }[] = [];
  for (const visit of visits) {
    if (!isOnBoard(visit, nowMs)) continue;
    if (isOnTheWay(visit) && visit.closed === null) coming.push({ visit });
    else {
      here.push({
        id: visit.visitId,
        rank: rank(visit, site, nowMs),
        sinceMs: visit.arrivedAtMs ?? visit.firstHeardAtMs,
      });
    }
  }
  here.sort((a, b) => a.rank - b.rank || a.sinceMs - b.sinceMs || a.id.localeCompare(b.id));
  coming.sort(
    (a, b) =>
      Number(a.visit.presence === 'tentative') - Number(b.visit.presence === 'tentative') ||
      // Steps of a tenth: the list must not dance with every decibel.
      Math.round(b.visit.nearness * 10) - Math.round(a.visit.nearness * 10) ||
      expectedFirst(a.visit, b.visit) ||
      a.visit.firstHeardAtMs - b.visit.firstHeardAtMs ||
      a.visit.visitId.localeCompare(b.visit.visitId),
  );
  return { here: here.map((entry) => entry.id), onTheWay: coming.map(({ visit }) => visit.visitId) };
}
