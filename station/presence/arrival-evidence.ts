/**
 * When is it enough? Evidence for a lane is summed over time (a CUSUM): much quickly, little slowly.
 *
 *   dB above the margin × seconds          a car that moves about there     weight 1
 *                                          its level is still rising        half
 *                                          its level is sinking             nothing
 *                                          it is seen to stand              many times
 *   dB below the margin × seconds          takes away twice
 *
 * A car that surely stands (standing.ts), with a margin that is enough for one that stands, needs no sum. The longer
 * one that came in has had that margin, the sooner that is believed.
 * Where receivers show whether a car stands, motion alone must bring more: the car will be seen to stop.
 * Where a lane knows its own cars (lane-signature.ts) and this site's radio shows standing but dimly, the same sum
 * has weights of its own.
 */

import type { PresenceDelays } from './delays.ts';
import type { LaneEvidence } from './lane-evidence.ts';
import type { Held } from './own-stay.ts';
import { likelyToStop, surelyStands } from './standing.ts';
import type { Track } from './track.ts';

/** How evidence is weighed, and how much of it is enough. */
interface Weights {
  rising: number;
  still: number;
  against: number;
  enough: number;
}

function weightsOf(fitsOnly: boolean, motionShows: boolean, delays: PresenceDelays): Weights {
  if (fitsOnly) {
    const { fitStillWeight, fitAgainstWeight, fitArrivalEvidence } = delays;
    return { rising: 1, still: fitStillWeight, against: fitAgainstWeight, enough: fitArrivalEvidence };
  }
  return {
    rising: delays.risingWeight,
    still: delays.stillWeight,
    against: 2,
    enough: motionShows ? delays.movingArrivalEvidence : delays.arrivalEvidence,
  };
}

/** What is seen of the car's motion. */
export interface Seen {
  /** How much it looks like standing, 0 to 1; 0 where that cannot be seen. */
  still: number;
  /** Whether it surely stands may be asked (standing.ts): cars that stand were seen to freeze on this radio, and this one does not drift. */
  freezes: boolean;
  /** A receiver hears the car that shows whether cars stand. */
  motionShows: boolean;
}

/** The sum with which a car has arrived, dB·s. */
export function arrivalSum(fitsOnly: boolean, delays: PresenceDelays): number {
  return weightsOf(fitsOnly, false, delays).enough;
}

/**
 * @param fitsOnly the lane knows its own cars, and standing is seen but dimly on this site's radio: other weights
 * @param held what its own stay says, for a car that stood in this lane before and left (own-stay.ts)
 * @param passEvidence how much more this lane asks for, because cars pass it (passing.ts), dB·s
 * @returns true when the car has arrived
 */
export function addEvidence(
  track: Track,
  evidence: LaneEvidence,
  { still, freezes, motionShows }: Seen,
  fitsOnly: boolean,
  passEvidence: number,
  held: Held,
  nowMs: number,
  delays: PresenceDelays,
): boolean {
  const seconds = Math.min(delays.evidenceGapMs, nowMs - track.summedAtMs) / 1_000;
  track.summedAtMs = nowMs;
  // Motion goes on between two hearings; how still the car is, each of them says only once. (Their mean gap counts:
  // hearings that come in a burst after a pause of the machine are as many as without it.)
  const stillSeconds = seconds * Math.min(1, delays.stillGapMs / Math.max(1, evidence.gapMs));
  const weights = weightsOf(fitsOnly, motionShows, delays);
  const count = (excessDb: number) => delays.evidenceBaseDb + Math.min(delays.evidenceCapDb, excessDb);
  const inLane = evidence.rule !== null && held.aboveDb >= 0;
  const roseDb = marginRise(track, evidence, seconds, delays);
  // Where a car that came in stands still a smaller margin will do, unless the lane knows better.
  const stillExcessDb =
    evidence.relative && evidence.fitDb === null && roseDb >= delays.stillRoseDb
      ? Math.max(evidence.excessDb, (evidence.marginDb ?? 0) - delays.stillMarginDb)
      : evidence.excessDb;
  const again = evidence.relative && !evidence.falling && held.againDb >= 0;
  const swung = swungExcessDb(evidence, roseDb, delays);
  const swungIn = swung >= 0 && held.aboveDb >= 0;
  const mayStand = (stillExcessDb >= 0 && held.aboveDb >= 0) || again;
  const stands = still > 0 && mayStand;
  if (!inLane && !stands && still > 0 && swungIn) {
    const surely = evidence.rising
      ? Math.max(0, (still - delays.surelyStill) / (1 - delays.surelyStill))
      : still;
    track.evidence += stillSeconds * count(swung) * delays.swungWeight * surely;
  } else if (inLane || stands) {
    const moving = evidence.falling ? 0 : evidence.rising ? weights.rising : 1;
    const movingDb = inLane ? count(evidence.excessDb) * moving * (1 - still) : 0;
    const stillDb = stands
      ? count(again ? Math.max(stillExcessDb, held.againDb) : stillExcessDb) * weights.still * still
      : 0;
    track.evidence += seconds * movingDb + (fitsOnly ? seconds : stillSeconds) * stillDb;
  } else {
    track.evidence = Math.max(
      0,
      track.evidence + seconds * Math.min(0, evidence.excessDb, held.aboveDb) * weights.against,
    );
  }
  if (track.evidence <= 0) track.inLaneSinceMs = null;
  else track.inLaneSinceMs ??= nowMs;
  if (mayStand && evidence.relative && roseDb >= delays.stillRoseDb) track.mayStopSinceMs ??= nowMs;
  else track.mayStopSinceMs = null;
  // It stands, and where a standing car has arrived: nothing is left to wait for. (A lane that others pass is more careful.)
  if (freezes && (mayStand || swungIn) && passEvidence === 0 && !fitsOnly) {
    const sinceMs = track.mayStopSinceMs;
    const likely =
      sinceMs === null ? 0 : likelyToStop(nowMs - sinceMs, evidence.riseDb, evidence.nearSum, delays);
    if (surelyStands(track, likely, delays)) return true;
  }
  if (!inLane && !stands && !swungIn) return false;
  return track.evidence >= weights.enough + passEvidence;
}

/** How much its margin has risen since it was least, which is forgotten slowly, dB; 0 = nothing to compare with. */
function marginRise(
  track: Track,
  { marginDb }: LaneEvidence,
  seconds: number,
  delays: PresenceDelays,
): number {
  if (marginDb === null) return 0;
  const low = track.lowMarginDb;
  track.lowMarginDb =
    low === null ? marginDb : Math.min(marginDb, low + seconds * delays.swingForgottenDbPerS);
  return marginDb - track.lowMarginDb;
}

/**
 * How far a car that stands is above the margin that is asked of one that was heard coming in, dB: it was outside
 * before and is in the lane now. Where its jack sits and what metal is in the way take as much from the lane's
 * receiver at every place, so that the swing stays what it is, and hardly any margin is needed; < 0 = no such car.
 */
function swungExcessDb(evidence: LaneEvidence, roseDb: number, delays: PresenceDelays): number {
  const { marginDb } = evidence;
  if (marginDb === null || !evidence.relative || evidence.fitDb !== null || evidence.falling) {
    return Number.NEGATIVE_INFINITY;
  }
  return roseDb >= delays.swingDb ? marginDb - delays.swungMarginDb : Number.NEGATIVE_INFINITY;
}
