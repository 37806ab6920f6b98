/**
 * Does the car stand? Each hearing says a little, and the sum soon says it surely: a sequential likelihood ratio test that
 * begins anew whenever it speaks for motion (CUSUM, Page 1954; no test with as few false alarms is quicker, Moustakides 1986).
 *
 *   it moves    the waves' paths change every few centimetres: this reading and an earlier one are two Rayleigh fades
 *               that have nothing to do with each other. The ratio of two exponential powers, in dB, is logistic
 *               with the scale 10 / ln 10 = 4.34 dB (the recordings on their last 4 s: 0 dB 8 %, ±1 dB 16 %, ±3 dB and more 62 %)
 *   it stands   the paths are frozen: this reading is the mean since the stop, but for the radio's noise and rounding
 *               (the recordings: steps of 0.95 dB), or an odd one
 *
 *   hearing ─▶ log(stands / moves), −4 to 2 ─▶ sum over all receivers ─┬ 0: it moves, the means begin anew
 *                                                                       └ enough: it surely stands
 *
 * Standing is known so about 0.3 s after the stop where three receivers hear the car ten times a second. Only receivers
 * that were seen to freeze with a standing car are asked: a scanner that hops over channels hears motion always.
 */
import type { PresenceDelays } from './delays.ts';
import { fadesRatio } from './fades.ts';
import { nearToStop, noteNearness } from './nearness.ts';
import type { ReceiverTable } from './receiver-table.ts';
import { leastGapMs, type SmoothedLevel, showsStillness } from './smoothed-level.ts';
import type { Track } from './track.ts';

/**
 * What one reading says, as the logarithm of the likelihood ratio.
 *
 * @param differenceDb from the mean of the readings since the car may have stopped
 * @param hearings that this mean is made of
 */
export function standsRatio(differenceDb: number, hearings: number, delays: PresenceDelays): number {
  const spreadDb = delays.standSpreadDb * Math.sqrt(1 + 1 / hearings);
  const ratio = fadesRatio(differenceDb, spreadDb);
  return Math.log((1 - delays.standOddShare) * ratio + delays.standOddShare);
}

/** Takes in a reading, once the level has taken it in. */
export function noteReading(
  track: Track,
  level: SmoothedLevel,
  index: number,
  receivers: ReceiverTable,
  nowMs: number,
  delays: PresenceDelays,
): void {
  if (showsStillness(level, nowMs, delays)) receivers.showsStillness[index] = true;
  if (!receivers.showsStillness[index] || level.lastLevelAtMs !== nowMs) return;
  // Heard for the first time, or again: nothing to compare with.
  if (level.run === 1) beginMean(track, level, level.lastDbm);
  // One advertisement that is reported twice is one reading.
  if (level.run > 1 && level.sinceBeforeMs < leastGapMs) return;
  noteNearness(level, delays);
  if (level.run === 1) return;
  if (level.stop !== track.stops) beginMean(track, level, level.beforeDbm);
  const differenceDb = level.lastDbm - level.stopDbm;
  track.standsSum += standsRatio(differenceDb, level.stopHearings, delays);
  if (track.standsSum <= 0) {
    track.standsSum = 0;
    track.stops += 1;
    beginMean(track, level, level.lastDbm);
    return;
  }
  track.standsSum = Math.min(track.standsSum, delays.standsMostSum);
  // An odd reading is no part of the mean; of two that differ so, nobody knows which is the odd one, and the later one stands.
  if (Math.abs(differenceDb) > 3 * delays.standSpreadDb * Math.sqrt(1 + 1 / level.stopHearings)) {
    if (level.stopHearings <= 1) beginMean(track, level, level.lastDbm);
    return;
  }
  level.stopDbm += differenceDb / (level.stopHearings + 1);
  level.stopHearings = Math.min(delays.standMeanHearings, level.stopHearings + 1);
}

function beginMean(track: Track, level: SmoothedLevel, dbm: number): void {
  level.stop = track.stops;
  level.stopDbm = dbm;
  level.stopHearings = 1;
}

/** @param likely how much likelier than elsewhere on its way it is that it stops just here, as a logarithm */
export function surelyStands(track: Track, likely: number, delays: PresenceDelays): boolean {
  return track.standsSum > 0 && track.standsSum + likely >= delays.standsSum;
}

/**
 * How much likelier than elsewhere on its way it is that a car that came in stops just here: the longer it has been where
 * it would have arrived if it stood, the further its lane's level has risen above that of the last seconds, and the more
 * surely it is right before that lane's receiver.
 *
 * @returns logarithm, 0 to 13
 */
export function likelyToStop(
  mayStopMs: number,
  riseDb: number,
  nearSum: number,
  delays: PresenceDelays,
): number {
  const heldS = Math.min(delays.stopLikelyMs, mayStopMs) / 1_000;
  const roseDb = Math.max(0, Math.min(delays.stopLikelyRiseDb, riseDb));
  const near = nearToStop(mayStopMs, nearSum, delays);
  return delays.stopLikelyPerS * heldS + delays.stopLikelyPerDb * roseDb + near;
}
