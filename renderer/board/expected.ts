/** When a car on the way is to be here, as its driver said on the phone. */
import type { VisitView } from '../../shared/station-contract/index.ts';

const minuteMs = 60_000;

/** null: nothing was said, or a receiver hears the car by now and speaks for it. */
export function expectedAtMs(visit: VisitView): number | null {
  if (visit.knownBy !== 'phone' && visit.presence !== 'tentative') return null;
  const pickups = visit.pickups ?? (visit.pickup === null ? [] : [visit.pickup]);
  const said = pickups.flatMap((pickup) => pickup.expectedAtMs ?? []);
  return said.length === 0 ? null : Math.min(...said);
}

/** How it is said: about so many minutes, any moment, so many minutes late. */
export type Eta = { kind: 'in' | 'late'; minutes: number } | { kind: 'any-moment' };

export function etaOf(expectedMs: number, nowMs: number): Eta {
  const leftMs = expectedMs - nowMs;
  if (leftMs > 0) return { kind: 'in', minutes: Math.max(1, Math.round(leftMs / minuteMs)) };
  if (leftMs > -minuteMs) return { kind: 'any-moment' };
  return { kind: 'late', minutes: Math.floor(-leftMs / minuteMs) };
}
