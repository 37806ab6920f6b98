/**
 * What the silence of an approaching car means.
 *
 *   in a lane with part of the evidence, or lingering there ─▶ arrived: the driver switched the engine off
 *   heard fully to its last word, best by a lane, not sinking ─▶ kept: silent, not gone; perhaps it has stopped
 *   at last by lanes alone, after receivers outside           ─▶ kept as well
 *   its level fell away from its peak                       ─▶ departed, it drove by
 *   silent for a minute                                     ─▶ departed, never heard again
 *
 * A car that drives off is lost word by word; a jack without power is cut off in the middle of the sentence.
 */
import { arrivalSum } from './arrival-evidence.ts';
import { hasCome } from './coming.ts';
import type { PresenceDelays } from './delays.ts';
import { type IndexedLane, judgeLanes, type LaneEvidence } from './lane-evidence.ts';
import type { LaneExperience } from './lane-experience.ts';
import { fellAway } from './leaving.ts';
import type { ReceiverTable } from './receiver-table.ts';
import type { Track } from './track.ts';

export type Silence =
  | { means: 'arrived'; sinceMs: number; laneDbm: number }
  | { means: 'kept' }
  | { means: 'departed'; rule: 'drove-by' | 'never-heard-again' }
  /** Nothing yet. */
  | { means: 'wait' };

const wait: Silence = { means: 'wait' };

/** @param hearersLost asked only when it matters: every receiver that heard it is lost */
export function judgeApproachingSilence(
  track: Track,
  silentMs: number,
  lanes: readonly IndexedLane[],
  receivers: ReceiverTable,
  experience: LaneExperience,
  d: PresenceDelays,
  hearersLost: () => boolean,
): Silence {
  if (silentMs < d.silentArrivalMs) return wait;
  const kept = track.why.rule === 'silent-not-gone';
  if (kept && silentMs < d.silentHoldMs) return wait;
  const heardAtMs = track.lastHeardAtMs;
  const then = judgeLanes(lanes, receivers.inLane, track.levels, heardAtMs, d);
  const stood = stoodThere(track, then, d);
  if (track.inLaneSinceMs !== null && !stood) {
    const share = then.fitDb === null ? d.silentArrivalShare : d.silentFitShare;
    const dimly = then.fitDb !== null && !experience.freezes;
    const enough = track.evidence >= share * (arrivalSum(dimly, d) + experience.askedMore(then));
    if (enough && then.rule !== null && !then.falling) {
      return { means: 'arrived', sinceMs: track.inLaneSinceMs, laneDbm: then.laneDbm };
    }
  }
  if (track.lingeringSinceMs !== null && !stood) {
    const lingered = heardAtMs - track.lingeringSinceMs >= d.silentLingerMs;
    if (lingered && then.lingering && !then.falling) {
      return { means: 'arrived', sinceMs: track.lingeringSinceMs, laneDbm: then.laneDbm };
    }
  }
  if (silentMs < d.passedBySilenceMs) return wait;
  if (hearersLost() && silentMs < d.receiverLostHoldMs) return wait;
  const droveBy = fellAway(track, d);
  const droveOff = droveBy && then.falling;
  if (!kept && !droveOff && (wasCutOff(track, then, lanes, d) || stayedInside(track, receivers, d)))
    return { means: 'kept' };
  if (droveBy) return { means: 'departed', rule: 'drove-by' };
  return silentMs >= d.approachingSilenceMs ? { means: 'departed', rule: 'never-heard-again' } : wait;
}

/** It sounds too weak for a car that was not heard to come: it stands about elsewhere. */
export function stoodThere(track: Track, evidence: LaneEvidence, delays: PresenceDelays): boolean {
  return !evidence.ownLimit && evidence.laneDbm < delays.stoodFloorDbm && !hasCome(track, delays);
}

/**
 * Whoever drives off is heard at the way out: one that no receiver outside had heard for a while, and some had before,
 * did not leave while it was heard by the lanes alone.
 */
function stayedInside(track: Track, receivers: ReceiverTable, delays: PresenceDelays): boolean {
  let outsideAtMs: number | null = null;
  for (const [index, level] of track.levels.entries()) {
    if (level === undefined || receivers.inLane[index]) continue;
    outsideAtMs = Math.max(outsideAtMs ?? level.lastHeardAtMs, level.lastHeardAtMs);
  }
  return outsideAtMs !== null && track.lastHeardAtMs - outsideAtMs >= delays.insideAloneMs;
}

/** A lane heard it best, and heard its last words as fully as it was ever heard. */
function wasCutOff(
  track: Track,
  then: LaneEvidence,
  lanes: readonly IndexedLane[],
  delays: PresenceDelays,
): boolean {
  const outsideDbm = then.marginDb === null ? delays.silentDbm : then.laneDbm - then.marginDb;
  const asked = outsideDbm <= delays.silentDbm ? 0 : delays.cutOffMarginDb;
  if (then.laneDbm - outsideDbm < asked) return false;
  const receivers = lanes[then.lane]?.receivers ?? [];
  return receivers.some(({ index }) => {
    const level = track.levels[index];
    if (level === undefined || track.lastHeardAtMs - level.lastHeardAtMs > delays.jitterFreshMs) return false;
    if (level.peakDbm - level.fastDbm >= delays.passedByDropDb) return false;
    return level.gapMs <= delays.cutOffGaps * track.shortestGapMs;
  });
}
