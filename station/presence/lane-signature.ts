/**
 * What a lane's own cars look like, receiver by receiver.
 *
 *   a car stood in a named lane and fell silent ─┐
 *   somebody saw it stand there                 ─┴▶ its level at every receiver ─▶ mean of the lane's cars
 *   a car is judged ─▶ differences from that mean ─▶ less what all have in common (its transmit power)
 *                                                 ─▶ how well it fits: like one that stands there, or elsewhere
 *
 * Receivers differ by some dB from each other, stand nearer to or further from the way past them, and hear
 * past metal or not; none of that is known beforehand and none of it changes from car to car. A lane learns it
 * from the cars whose engine was switched off in it (those did not pass) and from those that staff or the installer
 * saw stand there. What is left is shadowing and the car's own power, both taken as normal; "elsewhere" is the same
 * with a wider spread.
 */
import type { PresenceDelays } from './delays.ts';
import type { SmoothedLevel } from './smoothed-level.ts';

/** One lane's cars; what is asked of it depends on how many it knows, and how surely. */
export interface LaneSignature {
  /** Cars that stood here; one that may have stood in either of two lanes counts in part in each. */
  stays: number;
  /** So many of them for certain: somebody saw them stand here. */
  seen: number;
  /** By receiver index: mean level of those cars, dBm; NaN = never learned. */
  meanDbm: number[];
}

export const newSignature = (): LaneSignature => ({ stays: 0, seen: 0, meanDbm: [] });

/** How much one car weighs, once a few are known: old cars are forgotten slowly, as sites change. */
const newest = 0.05;

/** Enough to judge by it whether a car stands here at all. */
export function isLearned(signature: LaneSignature, delays: PresenceDelays): boolean {
  return signature.stays >= delays.signatureStays;
}

/** Enough to say whether it is this lane or another one: one car that somebody saw stand here will do. */
export function tells(signature: LaneSignature, delays: PresenceDelays): boolean {
  return signature.seen > 0 || isLearned(signature, delays);
}

/** How a car is heard where it stands, by receiver index: its level over the last seconds, dBm. */
export function standingLevels(
  levels: readonly (SmoothedLevel | undefined)[],
  receivers: number,
  heardAtMs: number,
  delays: PresenceDelays,
): number[] {
  return Array.from({ length: receivers }, (_, index) =>
    readOr(levels[index], levels[index]?.slowDbm, heardAtMs, delays),
  );
}

/**
 * A car stood in this lane; one odd car moves the mean by little.
 *
 * @param share how surely it was this lane, 0 to 1
 * @param levelsDbm by receiver index
 */
export function learn(
  signature: LaneSignature,
  share: number,
  levelsDbm: readonly number[],
  delays: PresenceDelays,
): void {
  signature.stays += share;
  const weight = share * weightOfOne(signature);
  levelsDbm.forEach((dbm, index) => {
    const mean = signature.meanDbm[index];
    if (mean === undefined || Number.isNaN(mean)) {
      while (signature.meanDbm.length < index) signature.meanDbm.push(Number.NaN);
      signature.meanDbm[index] = dbm;
      return;
    }
    signature.meanDbm[index] = mean + bounded(dbm - mean, delays.signatureStepDb) * weight;
  });
}

/** It was not this lane after all: takes away what this car brought here, as far as that can be told now. */
export function unlearn(
  signature: LaneSignature,
  levelsDbm: readonly number[],
  delays: PresenceDelays,
): void {
  const weight = weightOfOne(signature);
  signature.stays = Math.max(0, signature.stays - 1);
  signature.seen = Math.max(0, signature.seen - 1);
  if (signature.stays < 0.5) {
    Object.assign(signature, newSignature());
    return;
  }
  levelsDbm.forEach((dbm, index) => {
    const mean = signature.meanDbm[index];
    if (mean === undefined || Number.isNaN(mean)) return;
    const brought = Math.min(delays.signatureStepDb, Math.abs(dbm - mean) / (1 - weight));
    signature.meanDbm[index] = mean - Math.sign(dbm - mean) * brought * weight;
  });
}

const weightOfOne = ({ stays }: LaneSignature): number => Math.max(newest, 1 / Math.max(1, stays));

const bounded = (db: number, limitDb: number): number => Math.min(limitDb, Math.max(-limitDb, db));

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
 *
 * @param stays of how many cars the mean is: the mean of n lies about the lane's true level with a variance of 1/n of
 *   one car's, and what is compared with it differs by both. Without it, the mean is taken as exact.
 */
export function fitDb(
  signature: LaneSignature,
  levels: readonly (SmoothedLevel | undefined)[],
  nowMs: number,
  delays: PresenceDelays,
  steady = false,
  stays = Number.POSITIVE_INFINITY,
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
  const ofMean = 1 / Math.max(1, stays);
  const variance = signatureSpreadDb ** 2 * (1 + ofMean);
  const elsewhere = signatureElsewhereDb ** 2 + signatureSpreadDb ** 2 * ofMean;
  const powerVariance = signaturePowerDb ** 2 * (1 + ofMean);
  const commonDb = sum / (count + variance / powerVariance);
  const rest = squares - 2 * commonDb * sum + count * commonDb * commonDb;
  const nats =
    0.5 * count * Math.log(elsewhere / variance) -
    0.5 * rest * (1 / variance - 1 / elsewhere) -
    (0.5 * commonDb * commonDb) / powerVariance;
  return nats * 4.343;
}
