/**
 * When is it enough? Evidence for a lane is summed over time (a CUSUM): much quickly, little slowly.
 *
 *   dB above the margin × seconds          a car that moves about there     weight 1
 *                                          its level is still rising        half
 *                                          its level is sinking             nothing
 *                                          it is seen to stand              many times
 *   dB below the margin × seconds          takes away twice
 *
 * Where receivers show whether a car stands, motion alone must bring more: the car will be seen to stop.
 */

import type { PresenceDelays } from './delays.ts';
import type { LaneEvidence } from './lane-evidence.ts';
import type { Track } from './track.ts';

/**
 * @param still how surely the car stands, 0 to 1; 0 where that cannot be seen
 * @param motionShows a receiver hears the car that shows whether cars stand
 * @returns true when the car has arrived
 */
export function addEvidence(
  track: Track,
  evidence: LaneEvidence,
  still: number,
  motionShows: boolean,
  nowMs: number,
  delays: PresenceDelays,
): boolean {
  const seconds = Math.min(delays.evidenceGapMs, nowMs - track.summedAtMs) / 1_000;
  track.summedAtMs = nowMs;
  const count = (excessDb: number) => delays.evidenceBaseDb + Math.min(delays.evidenceCapDb, excessDb);
  const inLane = evidence.rule !== null;
  // Where a car stands still a smaller margin will do.
  const stillExcessDb = evidence.relative
    ? Math.max(evidence.excessDb, (evidence.marginDb ?? 0) - delays.stillMarginDb - evidence.raiseDb)
    : evidence.excessDb;
  const stands = still > 0 && stillExcessDb >= 0;
  if (inLane || stands) {
    const moving = evidence.falling ? 0 : evidence.rising ? delays.risingWeight : 1;
    const movingDb = inLane ? count(evidence.excessDb) * moving * (1 - still) : 0;
    const stillDb = stands ? count(stillExcessDb) * delays.stillWeight * still : 0;
    track.evidence += seconds * (movingDb + stillDb);
  } else {
    track.evidence = Math.max(0, track.evidence + seconds * Math.min(0, evidence.excessDb) * 2);
  }
  if (track.evidence <= 0) track.inLaneSinceMs = null;
  else track.inLaneSinceMs ??= nowMs;
  if (!inLane && !stands) return false;
  return track.evidence >= (motionShows ? delays.movingArrivalEvidence : delays.arrivalEvidence);
}
