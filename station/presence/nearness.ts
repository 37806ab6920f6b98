/**
 * Is the car right before the receiver? There the direct ray outweighs the scattered ones (Rice fading), and the level
 * hardly jumps although the car still rolls: what comes to its lane's end will stop within a second or two.
 *
 *   it is near   two readings after each other differ by what a Rice fade with K = 11 dB makes of them: 8.7 dB / √K
 *   it is far    they are two Rayleigh fades: logistic, as in standing.ts
 *
 *   hearing ─▶ log(near / far), −2.5 to 1.0 ─▶ sum of this receiver, 0 to 11 (a CUSUM) ─▶ what is above 5 is added to
 *                                                                               the odds that it stops here (standing.ts)
 *
 * A prior only: what brings the arrival is still that the car is seen to stand, sooner believed.
 */
import type { PresenceDelays } from './delays.ts';
import { fadesRatio } from './fades.ts';
import type { SmoothedLevel } from './smoothed-level.ts';

/**
 * What one step from reading to reading says, as the logarithm of the likelihood ratio.
 *
 * @param stepDb between two readings after each other
 */
export function nearRatio(stepDb: number, delays: PresenceDelays): number {
  return Math.max(delays.nearLeast, Math.log(fadesRatio(stepDb, delays.nearSpreadDb)));
}

/** Takes in the newest reading of a receiver that shows standing; the first of a run has nothing to differ from. */
export function noteNearness(level: SmoothedLevel, delays: PresenceDelays): void {
  if (level.run === 1) {
    level.nearSum = 0;
    return;
  }
  const sum = level.nearSum + nearRatio(level.lastDbm - level.beforeDbm, delays);
  level.nearSum = Math.min(delays.nearMostSum, Math.max(0, sum));
}

/**
 * How much likelier it is that a car which came in stops here, as a logarithm: 0 to 6.
 *
 * @param mayStopMs for so long it has been where it would have arrived if it stood
 */
export function nearToStop(mayStopMs: number, nearSum: number, delays: PresenceDelays): number {
  return mayStopMs < delays.nearHeldMs ? 0 : Math.max(0, nearSum - delays.nearEnoughSum);
}
