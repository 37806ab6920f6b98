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
  /** Since when fast and slow level agree. */
  standingSinceMs: number;
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
    standingSinceMs: 0,
  };
}

/** The least time between two hearings that is believed, so that a batch with one stamp still counts. */
const leastGapMs = 20;

/** Exponential smoothing for unevenly spaced samples: weight 1 − e^(−Δt/τ), τ by direction. */
export function hear(
  level: SmoothedLevel,
  rssiDbm: number | null,
  nowMs: number,
  delays: PresenceDelays,
): void {
  level.hearings += 1;
  level.lastHeardAtMs = nowMs;
  if (rssiDbm === null) return;
  if (!level.hasLevel || nowMs - level.lastLevelAtMs > delays.staleMs) {
    level.fastDbm = rssiDbm;
    level.slowDbm = rssiDbm;
    level.standingSinceMs = nowMs;
    level.hasLevel = true;
  } else {
    const gapMs = Math.max(leastGapMs, nowMs - level.lastLevelAtMs);
    const tauMs = rssiDbm > level.fastDbm ? delays.attackMs : delays.releaseMs;
    level.fastDbm += (rssiDbm - level.fastDbm) * (1 - Math.exp(-gapMs / tauMs));
    level.slowDbm += (rssiDbm - level.slowDbm) * (1 - Math.exp(-gapMs / delays.slowMs));
    if (Math.abs(level.fastDbm - level.slowDbm) > delays.standingSpreadDb) level.standingSinceMs = nowMs;
  }
  level.lastLevelAtMs = nowMs;
  if (level.fastDbm > level.peakDbm) level.peakDbm = level.fastDbm;
}

/** The level that counts now: a receiver that hears the code no more counts as the radio's floor. */
export function levelNow(level: SmoothedLevel | undefined, nowMs: number, delays: PresenceDelays): number {
  if (!level?.hasLevel || nowMs - level.lastLevelAtMs > delays.staleMs) return delays.silentDbm;
  return level.fastDbm;
}
