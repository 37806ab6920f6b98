/** What one visit of the log adds up to. */
import type { Money } from '../../../shared/domain/index.ts';
import type { Person, VisitView } from '../../../shared/station-contract/index.ts';

/** From the first hearing at the lane to the first service; null when the car was not served. */
export function waitMsOf(visit: VisitView): number | null {
  if (visit.arrivedAtMs === null) return null;
  const moments = [visit.pickup?.handedOverAtMs, visit.refuel?.startedAtMs].filter(
    (moment): moment is number => typeof moment === 'number',
  );
  return moments.length === 0 ? null : Math.max(0, Math.min(...moments) - visit.arrivedAtMs);
}

/** What the visit's jobs come to, whatever became of them; null where there is no amount. */
export function amountOf(visit: VisitView): Money | null {
  const parts = [
    visit.refuel?.amount ?? null,
    ...(visit.pickups ?? [visit.pickup]).map((pickup) => pickup?.paid ?? null),
    ...(visit.charges ?? []).map((charge) => charge.amount),
  ].filter((part) => part !== null);
  const [first] = parts;
  if (first === undefined) return null;
  const same = parts.filter((part) => part.currency === first.currency);
  return { ...first, amountMinor: same.reduce((sum, part) => sum + part.amountMinor, 0) };
}

/** Who served it, or at least took it on. */
export function servedBy(visit: VisitView): Pick<Person, 'displayName'> | null {
  return (
    visit.pickup?.handedOverBy ??
    visit.refuel?.startedBy ??
    visit.charges?.at(-1)?.requestedBy ??
    visit.claimedBy
  );
}
