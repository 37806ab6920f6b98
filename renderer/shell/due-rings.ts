/** When a sound is due, as pure questions to the board. */
import type { LaneKind } from '../../shared/schemas/index.ts';
import type { SiteSettings, VisitView } from '../../shared/station-contract/index.ts';
import { laneKindOf } from '../parts/lane-name.ts';
import type { Sounds } from '../session/index.ts';

/** The kinds of lane in which a car stands that nobody has taken: there the sound goes on until somebody does. */
export function unclaimedKinds(
  visits: Iterable<VisitView>,
  site: SiteSettings | null,
  sounds: Sounds,
): Set<LaneKind> {
  const kinds = new Set<LaneKind>();
  for (const visit of visits) {
    // Its engine may be off meanwhile: it waits all the same.
    const here = visit.presence === 'arrived' || visit.presence === 'parked';
    if (!here || visit.closed !== null || visit.claimedBy !== null) continue;
    const served = visit.pickup?.state === 'handed-over' || visit.refuel !== null;
    if (served || (visit.pickup === null && !visit.mayRefuel)) continue;
    const kind = laneKindOf(visit.laneId, site) ?? 'bay';
    if (sounds[kind].repeat) kinds.add(kind);
  }
  return kinds;
}

/** Every payment that is paid, by its id. */
export function paidIds(visits: Iterable<VisitView>): Set<string> {
  const ids = new Set<string>();
  for (const visit of visits) {
    if (visit.refuel?.state === 'paid') ids.add(visit.refuel.refuelId);
    for (const charge of visit.charges ?? []) if (charge.state === 'paid') ids.add(charge.chargeId);
  }
  return ids;
}
