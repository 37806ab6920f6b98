/**
 * Was the car heard to come? One that comes is heard to change: some receiver's level rises or sinks far from what
 * it was within the last minute. One that stands about, a neighbour or a car in the queue on the road, sounds from
 * its first word on as it sounds now, and however much better a lane hears it, it has not come there.
 *
 *   first hearings at a receiver ─▶ base, taken anew every minute ─▶ level of the last seconds far from it ─▶ moved
 */
import type { PresenceDelays } from './delays.ts';
import type { SmoothedLevel } from './smoothed-level.ts';
import type { Track } from './track.ts';

/** Of each hearing, after the level has taken it in. @param gapMs since the car was heard last, by whomever */
export function noteMotion(
  track: Track,
  level: SmoothedLevel,
  gapMs: number,
  nowMs: number,
  delays: PresenceDelays,
): void {
  track.unmovedMs += Math.min(gapMs, delays.evidenceGapMs);
  if (!level.hasLevel || level.run < delays.cameHearings) return;
  if (Number.isNaN(level.baseDbm)) {
    // A receiver that hears it only now did not hear it before.
    const late = nowMs - track.firstHeardAtMs >= delays.cameLateMs;
    level.baseDbm = late ? Math.min(level.slowDbm, delays.silentDbm) : level.slowDbm;
    level.baseSinceMs = nowMs;
  } else if (Math.abs(level.slowDbm - level.baseDbm) >= delays.cameDb) {
    track.unmovedMs = 0;
  } else if (nowMs - level.baseSinceMs >= delays.cameBaseMs) {
    level.baseDbm = level.slowDbm;
    level.baseSinceMs = nowMs;
  }
}

/** It was heard to move, and has not stood for long since; silence does not count as standing. */
export function hasCome(track: Track, delays: PresenceDelays): boolean {
  return track.unmovedMs < delays.cameForgottenMs;
}

/** In a lane with the first words heard after the start (`startMs`): it did not come, it was there. */
export function wasThereAtStart(
  track: Track,
  sinceMs: number,
  startMs: number,
  delays: PresenceDelays,
): boolean {
  const inLaneAtOnce =
    sinceMs - startMs <= delays.presentAtStartMs && sinceMs - track.firstHeardAtMs <= delays.presentWithinMs;
  const heardAtOnce = track.firstHeardAtMs - startMs <= delays.presentAtStartMs;
  return inLaneAtOnce || (heardAtOnce && !hasCome(track, delays));
}
