import type { PresenceDelays } from './delays.ts';

/**
 * What one receiver knows of one code. `fastDbm` follows a rise quickly and a fall slowly (a fade is
 * short, an arrival lasts); `slowDbm` is the level of the last seconds, to tell standing from moving.
 */
export interface SmoothedLevel {
  fastDbm: number;
  slowDbm: number;
  peakDbm: number;
  /** False until a hearing carried a level. */
  hasLevel: boolean;
  hearings: number;
  lastHeardAtMs: number;
  lastLevelAtMs: number;
  lastDbm: number;
  /** The reading before that, and how long ago it was. */
  beforeDbm: number;
  sinceBeforeMs: number;
  /** Mean step between hearings of the last moment, dB: 2 to 5 while a car moves, under 1 when it stands. */
  jitterDb: number;
  /** The same over the last seconds: how much this code jitters here while it moves. */
  usualJitterDb: number;
  /** How the level drifts, dB/s: a receiver that averages by itself shows motion only so. */
  driftDbPerS: number;
  /** The same, one step of it counting no more than a drift's may. */
  steadyDriftDbPerS: number;
  /** Since when the jitter is that of a standing car; null = it is not. */
  quietSinceMs: number | null;
  /** Hearings with a level since it was last lost for a while. */
  run: number;
  /** The level about a minute ago, and since when it is compared with that (coming.ts); NaN = none yet. */
  baseDbm: number;
  baseSinceMs: number;
  /** Mean time between the last hearings, ms. */
  gapMs: number;
  /** The mean since the car may have stopped, and of how many hearings (standing.ts); which of the track's stops that was. */
  stopDbm: number;
  stopHearings: number;
  stop: number;
  /** How surely the car is right before this receiver (nearness.ts). */
  nearSum: number;
}

export function newLevel(): SmoothedLevel {
  return {
    fastDbm: 0,
    slowDbm: 0,
    peakDbm: Number.NEGATIVE_INFINITY,
    hasLevel: false,
    hearings: 0,
    lastHeardAtMs: 0,
    lastLevelAtMs: 0,
    lastDbm: 0,
    beforeDbm: 0,
    sinceBeforeMs: 0,
    jitterDb: 0,
    usualJitterDb: 0,
    driftDbPerS: 0,
    steadyDriftDbPerS: 0,
    quietSinceMs: null,
    run: 0,
    baseDbm: Number.NaN,
    baseSinceMs: 0,
    gapMs: 0,
    stopDbm: 0,
    stopHearings: 0,
    stop: -1,
    nearSum: 0,
  };
}

/** What one gap between two hearings weighs in their mean. */
const gapShare = 0.15;
/** The least time between two hearings that is believed, so that a batch with one stamp still counts. */
export const leastGapMs = 20;

/** Exponential smoothing for unevenly spaced samples: weight 1 − e^(−Δt/τ), τ by direction. */
export function hear(
  level: SmoothedLevel,
  rssiDbm: number | null,
  nowMs: number,
  delays: PresenceDelays,
): void {
  const heardGapMs = Math.min(delays.staleMs, nowMs - level.lastHeardAtMs);
  if (level.hearings > 0) level.gapMs += (heardGapMs - level.gapMs) * (level.hearings === 1 ? 1 : gapShare);
  level.hearings += 1;
  level.lastHeardAtMs = nowMs;
  if (rssiDbm === null) return;
  const anew = !level.hasLevel || nowMs - level.lastLevelAtMs > delays.staleMs;
  const dbm = anew ? rssiDbm : Math.min(rssiDbm, level.fastDbm + delays.maxRiseDb);
  if (anew) {
    level.fastDbm = rssiDbm;
    level.slowDbm = rssiDbm;
    level.jitterDb = delays.startJitterDb;
    level.usualJitterDb = delays.startJitterDb;
    level.driftDbPerS = 0;
    level.steadyDriftDbPerS = 0;
    level.quietSinceMs = null;
    level.run = 0;
    level.hasLevel = true;
  } else {
    const gapMs = Math.max(leastGapMs, nowMs - level.lastLevelAtMs);
    const tauMs = dbm > level.fastDbm ? delays.attackMs : delays.releaseMs;
    level.fastDbm += (dbm - level.fastDbm) * (1 - Math.exp(-gapMs / tauMs));
    level.slowDbm += (dbm - level.slowDbm) * (1 - Math.exp(-gapMs / delays.slowMs));
    const stepDb = Math.min(delays.maxStepDb, Math.abs(dbm - level.lastDbm));
    level.jitterDb +=
      (stepDb - level.jitterDb) * Math.min(delays.jitterShare, 1 - Math.exp(-gapMs / delays.jitterMs));
    const share = 1 - Math.exp(-gapMs / delays.driftMs);
    const rise = dbm - level.lastDbm;
    level.driftDbPerS += ((rise * 1_000) / gapMs - level.driftDbPerS) * share;
    const mostDb = Math.max(delays.driftStepDb, (2 * delays.driftDbPerS * gapMs) / 1_000);
    const steady = Math.max(-mostDb, Math.min(mostDb, rise));
    level.steadyDriftDbPerS += ((steady * 1_000) / gapMs - level.steadyDriftDbPerS) * share;
    const drifts = Math.abs(level.driftDbPerS) > delays.driftDbPerS;
    if (level.jitterDb > delays.stillnessDb || drifts) level.quietSinceMs = null;
    else level.quietSinceMs ??= nowMs;
    // Rises at once, sinks slowly: the moving car's jitter is still known when it has stopped.
    const usualMs = stepDb > level.usualJitterDb ? delays.usualAttackMs : delays.usualReleaseMs;
    level.usualJitterDb += (stepDb - level.usualJitterDb) * (1 - Math.exp(-gapMs / usualMs));
  }
  level.run += 1;
  level.beforeDbm = level.lastDbm;
  level.sinceBeforeMs = nowMs - level.lastLevelAtMs;
  level.lastDbm = dbm;
  level.lastLevelAtMs = nowMs;
  if (level.fastDbm > level.peakDbm) level.peakDbm = level.fastDbm;
}

/**
 * The mean jitter over the receivers that hear the car often just now, dB; null when none does. One whose level drifts
 * is taken to move.
 *
 * @param steady one jump is no drift, however far: it was a fade
 */
export function pooledJitter(
  levels: readonly (SmoothedLevel | undefined)[],
  nowMs: number,
  delays: PresenceDelays,
  steady = false,
): { jitterDb: number | null; usualDb: number } {
  let jitterDb = 0;
  let usualDb = 0;
  let count = 0;
  for (const level of levels) {
    if (!level?.hasLevel || level.hearings < delays.jitterHearings) continue;
    if (nowMs - level.lastLevelAtMs > delays.jitterFreshMs) continue;
    const driftDbPerS = Math.abs(steady ? level.steadyDriftDbPerS : level.driftDbPerS);
    jitterDb += driftDbPerS > delays.driftDbPerS ? Math.max(level.jitterDb, delays.movingDb) : level.jitterDb;
    usualDb += level.usualJitterDb;
    count += 1;
  }
  return count === 0
    ? { jitterDb: null, usualDb: 0 }
    : { jitterDb: jitterDb / count, usualDb: usualDb / count };
}

/**
 * How surely the car stands, 0 to 1. While it moves, every receiver's level jumps from hearing to hearing
 * as the paths of the waves change; when it stands they freeze. That shows within half a second, whatever
 * the transmit power and wherever the jack sits. Judged over the receivers that hear the car often just
 * now; 0 when none does.
 *
 * @param dimly the site's radio shows standing but dimly: what it shows is taken for something
 * @param steady a jump of a level is not taken for a drift, for which a car waits half a second
 */
export function stillness(
  levels: readonly (SmoothedLevel | undefined)[],
  nowMs: number,
  delays: PresenceDelays,
  dimly = false,
  steady = false,
): number {
  const { jitterDb, usualDb } = pooledJitter(levels, nowMs, delays, steady);
  if (jitterDb === null) return 0;
  const { fitMovingDb, fitQuietDb } = delays;
  const movingDb = dimly ? fitMovingDb : Math.max(delays.movingDb, delays.movingShare * usualDb);
  const quietDb = dimly ? fitQuietDb : movingDb - (delays.movingDb - delays.quietDb);
  return Math.min(1, Math.max(0, (movingDb - jitterDb) / (movingDb - quietDb)));
}

/** This receiver freezes with a standing car: not all do (a scanner that hops over channels hears three fades). */
export function showsStillness(level: SmoothedLevel, nowMs: number, delays: PresenceDelays): boolean {
  return level.quietSinceMs !== null && nowMs - level.quietSinceMs >= delays.stillnessSeenMs;
}

/** Does a receiver that hears this code now freeze with standing cars? Then motion is seen, not guessed. */
export function motionShows(
  levels: readonly (SmoothedLevel | undefined)[],
  shows: readonly boolean[],
  nowMs: number,
  delays: PresenceDelays,
): boolean {
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index];
    if (level && shows[index] && nowMs - level.lastLevelAtMs <= delays.jitterFreshMs) return true;
  }
  return false;
}
