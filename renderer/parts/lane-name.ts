import type { SiteSettings, VisitView } from '../../shared/station-contract/index.ts';
import type { Words } from '../words/index.ts';

/** What people call a lane: its own name where it has one, else `Bay 2`, `Pump 4`. */
export function laneName(laneId: string | null, site: SiteSettings | null, w: Words): string {
  const lane = laneOf(laneId, site);
  if (lane === undefined) return w.presence.noLane;
  if (lane.name !== null && lane.name !== '') return lane.name;
  return lane.kind === 'bay' ? w.lane.bay(lane.number) : w.lane.pump(lane.number);
}

/** Where a car stands; `Pump 3 or 4` while that is not certain. */
export function visitLaneName(visit: VisitView, site: SiteSettings | null, w: Words): string {
  const [first, second] = visit.laneCandidates;
  if (visit.laneId === null && first !== undefined && second !== undefined) {
    const [one, other] = [laneOf(first, site), laneOf(second, site)];
    if (one && other && one.kind === other.kind && !one.name && !other.name) {
      return one.kind === 'bay'
        ? w.lane.bays(one.number, other.number)
        : w.lane.pumps(one.number, other.number);
    }
    return w.presence.or(laneName(first, site, w), laneName(second, site, w));
  }
  return laneName(visit.laneId ?? first ?? null, site, w);
}

export function laneKindOf(laneId: string | null, site: SiteSettings | null) {
  return laneOf(laneId, site)?.kind ?? null;
}

function laneOf(laneId: string | null, site: SiteSettings | null) {
  return site?.lanes.find((lane) => lane.laneId === laneId);
}
