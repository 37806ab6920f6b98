import type { PresenceWhyView } from '../../shared/station-contract/index.ts';
import type { PresenceChange } from '../presence/index.ts';

/** The engine's reason as a kiosk sees it. */
export function whyView({ code, state, laneId, laneCandidates, why }: PresenceChange): PresenceWhyView {
  return {
    code,
    state,
    laneId,
    laneCandidates: laneCandidates ?? [],
    rule: why.rule,
    sinceMs: Math.round(why.sinceMs),
    marginDb: why.marginDb,
    levels: why.levels.map(({ receiverId, smoothedDbm, hearings, lastHeardAtMs }) => ({
      receiverId,
      smoothedDbm,
      hearings,
      lastHeardAtMs: Math.round(lastHeardAtMs),
    })),
  };
}
