/**
 * An arrived car's levels may speak for other lanes than the one it was judged to be in: for fewer of those it
 * may be in (narrowed), or for another one altogether (moved, or wrong at first). Either must hold for a while.
 */
import type { PresenceDelays } from './delays.ts';
import { type IndexedLane, type LaneEvidence, likelyLanes } from './lane-evidence.ts';
import type { Track } from './track.ts';

export interface LaneMove {
  laneIds: string[];
  narrower: boolean;
  sinceMs: number;
}

/** @returns where the car is now, once that is certain; null = where it was. Keeps the time in the track. */
export function judgeMove(
  track: Track,
  evidence: LaneEvidence,
  lanes: readonly IndexedLane[],
  nowMs: number,
  delays: PresenceDelays,
): LaneMove | null {
  const own = track.candidates;
  const bestId = lanes[evidence.lane]?.laneId;
  if (!evidence.clear || bestId === undefined || (own.length === 1 && own[0] === bestId)) {
    track.movingSinceMs = null;
    return null;
  }
  const found = likelyLanes(lanes, track.levels, nowMs, delays);
  const narrower = found.laneIds.length < own.length && found.laneIds.every((id) => own.includes(id));
  const elsewhere =
    found.laneIds.length > 0 && !found.laneIds.some((id) => own.includes(id)) && found.rulesOut(own);
  if (!narrower && !elsewhere) {
    track.movingSinceMs = null;
    return null;
  }
  // Which of several lanes is the likeliest may change from hearing to hearing; that it has left its own does not.
  const key = narrower ? found.laneIds.toSorted().join('\n') : 'elsewhere';
  if (track.movingSinceMs === null || track.movingTo !== key) {
    track.movingSinceMs = nowMs;
    track.movingTo = key;
  }
  const dwellMs = narrower ? delays.laneNarrowDwellMs : delays.laneMoveDwellMs;
  if (nowMs - track.movingSinceMs < dwellMs) return null;
  const sinceMs = track.movingSinceMs;
  track.movingSinceMs = null;
  return { laneIds: found.laneIds, narrower, sinceMs };
}
