/**
 * What a lane's own cars look like, receiver by receiver.
 *
 *   a car stood in a named lane and fell silent ─▶ its level at every receiver ─▶ mean of the lane's cars
 *   a car is judged ─▶ differences from that mean ─▶ less what all have in common (its transmit power)
 *                                                 ─▶ how well it fits: like one that stands there, or elsewhere
 *
 * Receivers differ by some dB from each other, stand nearer to or further from the way past them, and hear
 * past metal or not; none of that is known beforehand and none of it changes from car to car. A lane learns it
 * from the cars whose engine was switched off in it: those did not pass. What is left is shadowing and the
 * car's own power, both taken as normal; "elsewhere" is the same with a wider spread.
 */
import type { PresenceDelays } from './delays.ts';
import type { SmoothedLevel } from './smoothed-level.ts';

/** One lane's cars; nothing is asked of it before it knows enough of them. */
export interface LaneSignature {
  /** Cars that stood here and fell silent; one that may have stood in either of two lanes counts in part in each. */
  stays: number;
  /** By receiver index: mean level of those cars, dBm; NaN = never learned. */
  meanDbm: number[];
}

export const newSignature = (): LaneSignature => ({ stays: 0, meanDbm: [] });

/** How much one car weighs, once a few are known: old cars are forgotten slowly, as sites change. */
const newest = 0.05;

export function isLearned(signature: LaneSignature, delays: PresenceDelays): boolean {
  return signature.stays >= delays.signatureStays;
}

/**
 * A car stood in this lane; one odd car moves the mean by little.
 *
 * @param share how surely it was this lane, 0 to 1
 */
export function learn(
  signature: LaneSignature,
  share: number,
  levels: readonly (SmoothedLevel | undefined)[],
  receivers: number,
  heardAtMs: number,
  delays: PresenceDelays,
): void {
  signature.stays += share;
  const weight = share * Math.max(newest, 1 / Math.max(1, signature.stays));
  for (let index = 0; index < receivers; index++) {
    const level = levels[index];
    const dbm = readOr(level, level?.slowDbm, heardAtMs, delays);
    const mean = signature.meanDbm[index];
    if (mean === undefined || Number.isNaN(mean)) {
      while (signature.meanDbm.length < index) signature.meanDbm.push(Number.NaN);
      signature.meanDbm[index] = dbm;
      continue;
    }
    const limit = delays.signatureStepDb;
    signature.meanDbm[index] = mean + Math.min(limit, Math.max(-limit, dbm - mean)) * weight;
  }
}

function readOr(
  level: SmoothedLevel | undefined,
  dbm: number | undefined,
  nowMs: number,
  delays: PresenceDelays,
): number {
  if (!level?.hasLevel || dbm === undefined || nowMs - level.lastLevelAtMs > delays.staleMs) {
    return delays.silentDbm;
  }
  return dbm;
}

/**
 * How much better the levels are explained by a car that stands in this lane than by one elsewhere:
 * the logarithm of the likelihood ratio, in dB (10·log10). Power that is common to all receivers is
 * taken out, and only much of it counts against the car.
 */
export function fitDb(
  signature: LaneSignature,
  levels: readonly (SmoothedLevel | undefined)[],
  nowMs: number,
  delays: PresenceDelays,
  steady = false,
): number {
  const { signatureSpreadDb, signatureElsewhereDb, signaturePowerDb, silentDbm } = delays;
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < signature.meanDbm.length; index++) {
    const mean = signature.meanDbm[index] as number;
    if (Number.isNaN(mean)) continue;
    const level = levels[index];
    const dbm = readOr(
      level,
      level && (steady ? (level.fastDbm + level.slowDbm) / 2 : level.fastDbm),
      nowMs,
      delays,
    );
    // Heard by nobody here, neither it nor others: says nothing.
    if (dbm <= silentDbm && mean <= silentDbm + 4) continue;
    const difference = dbm - mean;
    count += 1;
    sum += difference;
    squares += difference * difference;
  }
  if (count === 0) return 0;
  const variance = signatureSpreadDb ** 2;
  const powerVariance = signaturePowerDb ** 2;
  const commonDb = sum / (count + variance / powerVariance);
  const rest = squares - 2 * commonDb * sum + count * commonDb * commonDb;
  const nats =
    count * Math.log(signatureElsewhereDb / signatureSpreadDb) -
    0.5 * rest * (1 / variance - 1 / signatureElsewhereDb ** 2) -
    (0.5 * commonDb * commonDb) / powerVariance;
  return nats * 4.343;
}
