import type { VisitView } from '../../shared/station-contract/index.ts';

/** Who has claimed a car, and at which kiosk where that has a name: `Minji K. (Pump handheld)`. */
export function claimName(claim: NonNullable<VisitView['claimedBy']>): string {
  return claim.kioskName ? `${claim.displayName} (${claim.kioskName})` : claim.displayName;
}
