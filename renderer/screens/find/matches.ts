import type { VisitView } from '../../../shared/station-contract/index.ts';

/** As a scanner or a hand gives it: `#a17 ` is order A17. */
export const tidySearch = (text: string): string => text.trim().replace(/^#/, '').toUpperCase();

/** The visits that carry exactly this order, those that still stand open first. */
export function withOrder(visits: readonly VisitView[], text: string): VisitView[] {
  const wanted = tidySearch(text);
  const found = visits.filter((visit) =>
    (visit.pickups ?? (visit.pickup === null ? [] : [visit.pickup])).some(
      (pickup) => pickup.number.toUpperCase() === wanted,
    ),
  );
  const open = found.filter((visit) => visit.closed === null);
  return open.length > 0 ? open : found;
}

/** The order that was asked for before cars that only share its digits; then open before closed. */
export function bestFirst(visits: readonly VisitView[], text: string): VisitView[] {
  const exact = new Set(withOrder(visits, text));
  const rank = (visit: VisitView) => (exact.has(visit) ? 0 : 2) + (visit.closed === null ? 0 : 1);
  return [...visits].sort((a, b) => rank(a) - rank(b));
}
