/**
 * Where the levels say that a car is: the best lane, and how much better than everything else.
 *
 *   levels per receiver ─▶ level per lane (its loudest receiver) ─▶ best lane
 *                       └▶ best level outside of lanes          ─▶ margin = lane − outside
 *
 * Receivers are compared with each other first: the difference of two receivers does not change with the
 * transmit power of the car. A limit in dBm counts only where the installer set one, or where there is
 * nothing to compare with.
 */

import type { PresenceDelays } from './delays.ts';
import { fitDb, isLearned, type LaneSignature, newSignature, tells } from './lane-signature.ts';
import type { LanePass } from './passing.ts';
import type { SmoothedLevel } from './smoothed-level.ts';
import type { LaneSettings, PresenceRule } from './types.ts';

export type Levels = readonly (SmoothedLevel | undefined)[];

/** A lane with its receivers as indexes into a track's levels. */
export interface IndexedLane {
  laneId: string;
  /** What this lane's own cars look like. */
  signature: LaneSignature;
  /** The walks that taught it. */
  lessons: readonly string[];
  /** How much more evidence than usual it asks for, because other lanes' cars pass it (passing.ts), dB·s. */
  pass: LanePass;
  receivers: { index: number; offsetDb: number; enterDbm: number | null; exitDbm: number | null }[];
}

export interface LaneEvidence {
  /** Index of the best lane; −1 = no lane hears the car. */
  lane: number;
  /** The rule by which it is in that lane now; null = it is not. */
  rule: PresenceRule | null;
  laneDbm: number;
  /** Lane level minus the best level outside of lanes; null = no receiver outside has heard the code. */
  marginDb: number | null;
  /** How far above (or below, < 0) the limit of the rule that applies here, dB. */
  excessDb: number;
  /** In that lane by more than a car that arrives needs: one that arrived already may drive past others. */
  clear: boolean;
  /** Judged by comparison with receivers outside, not by a limit in dBm. */
  relative: boolean;
  /** How well the car fits those that stood in the lane before, dB (lane-signature.ts); null = too few are known. */
  fitDb: number | null;
  /** The lane's level is sinking: the car passes by. */
  falling: boolean;
  /** The lane's level is rising: the car still comes nearer. */
  rising: boolean;
  /** How far the lane's level is above that of the last seconds, dB. */
  riseDb: number;
  /** How surely the car is right before the lane's receiver (nearness.ts). */
  nearSum: number;
  /** How seldom the lane's receiver hears the car: mean time between the last hearings, ms. */
  gapMs: number;
  /** By the levels of the last seconds the lane is the best place, though not by enough for `rule`. */
  lingering: boolean;
  /** Judged by an installer's limit in dBm. */
  ownLimit: boolean;
  /** An installer's exit limit says that the car is out. */
  belowExit: boolean;
}

export function indexLanes(
  lanes: readonly LaneSettings[],
  indexOf: (receiverId: string) => number,
): IndexedLane[] {
  return lanes.map((lane) => ({
    laneId: lane.laneId,
    signature: newSignature(),
    lessons: [],
    pass: { calls: 0, evidence: 0 },
    receivers: lane.receivers.map((r) => ({
      index: indexOf(r.receiverId),
      offsetDb: r.offsetDb ?? 0,
      enterDbm: r.enterDbm ?? null,
      exitDbm: r.exitDbm ?? null,
    })),
  }));
}

/** What a level counts as now; a receiver that hears the code no more counts as the radio's floor. */
type Reading = (level: SmoothedLevel) => number;
const fast: Reading = (level) => level.fastDbm;
const slow: Reading = (level) => level.slowDbm;
/** Steadier than fast and sooner than slow: for telling neighbouring lanes apart. */
const between: Reading = (level) => (level.fastDbm + level.slowDbm) / 2;

function read(
  level: SmoothedLevel | undefined,
  reading: Reading,
  nowMs: number,
  delays: PresenceDelays,
): number {
  if (!level?.hasLevel || nowMs - level.lastLevelAtMs > delays.staleMs) return delays.silentDbm;
  return reading(level);
}

function laneReading(
  lane: IndexedLane,
  levels: Levels,
  reading: Reading,
  nowMs: number,
  delays: PresenceDelays,
) {
  let best = delays.silentDbm;
  for (const r of lane.receivers) {
    const dbm = read(levels[r.index], reading, nowMs, delays) + r.offsetDb;
    if (dbm > best) best = dbm;
  }
  return best;
}

/** A lane is as loud as the loudest of its receivers. */
export function laneLevel(lane: IndexedLane, levels: Levels, nowMs: number, delays: PresenceDelays): number {
  return laneReading(lane, levels, fast, nowMs, delays);
}

/** The same over the last seconds. */
export function slowLaneLevel(
  lane: IndexedLane,
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
): number {
  return laneReading(lane, levels, slow, nowMs, delays);
}

function outsideReading(
  inLane: readonly boolean[],
  levels: Levels,
  reading: Reading,
  nowMs: number,
  delays: PresenceDelays,
): number | null {
  let best: number | null = null;
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index];
    if (inLane[index] || !level?.hasLevel) continue;
    const dbm = read(level, reading, nowMs, delays);
    if (best === null || dbm > best) best = dbm;
  }
  return best;
}

/** @param inLane by receiver index: stands at a lane */
export function judgeLanes(
  lanes: readonly IndexedLane[],
  inLane: readonly boolean[],
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
): LaneEvidence {
  let bestIndex = -1;
  let laneDbm = delays.silentDbm;
  for (let index = 0; index < lanes.length; index++) {
    const lane = lanes[index];
    if (lane === undefined) continue;
    const dbm = laneReading(lane, levels, fast, nowMs, delays);
    if (dbm > laneDbm) {
      bestIndex = index;
      laneDbm = dbm;
    }
  }
  const outsideDbm = outsideReading(inLane, levels, fast, nowMs, delays);
  const marginDb = outsideDbm === null ? null : laneDbm - outsideDbm;
  const evidence: LaneEvidence = {
    lane: bestIndex,
    rule: null,
    laneDbm,
    marginDb,
    excessDb: delays.silentDbm,
    clear: false,
    relative: false,
    fitDb: null,
    falling: false,
    rising: false,
    riseDb: 0,
    nearSum: 0,
    gapMs: 0,
    lingering: false,
    ownLimit: false,
    belowExit: false,
  };
  const best = lanes[bestIndex];
  if (best === undefined) return evidence;

  let strongest = best.receivers[0];
  for (const r of best.receivers) {
    if (read(levels[r.index], fast, nowMs, delays) + r.offsetDb === laneDbm) strongest = r;
  }
  if (strongest === undefined) return evidence;
  const level = levels[strongest.index];
  evidence.riseDb = level === undefined ? 0 : level.fastDbm - level.slowDbm;
  evidence.nearSum = level?.nearSum ?? 0;
  evidence.gapMs = level?.gapMs ?? 0;
  evidence.falling = evidence.riseDb < -delays.fallingDb;
  evidence.rising = evidence.riseDb > delays.risingDb;
  evidence.ownLimit = strongest.enterDbm !== null;
  evidence.belowExit = strongest.exitDbm !== null && laneDbm < strongest.exitDbm;

  let rule: PresenceRule = 'strong-level';
  let fit: number | null = null;
  if (strongest.enterDbm !== null) {
    evidence.excessDb = Math.min(laneDbm - strongest.enterDbm, marginDb ?? Number.POSITIVE_INFINITY);
  } else if (marginDb !== null) {
    rule = 'stronger-in-lane';
    evidence.relative = laneDbm >= delays.floorDbm;
    if (isLearned(best.signature, delays)) {
      rule = 'like-its-cars';
      const marginOverDb = Math.min(marginDb - delays.fitMarginDb, laneDbm - delays.fitFloorDbm);
      if (marginOverDb >= 0) fit = bestFit(lanes, levels, nowMs, delays);
      evidence.fitDb = fit === null ? marginOverDb : delays.fitSlackDb + fit;
      evidence.excessDb = Math.min(marginOverDb, evidence.fitDb);
      // So much better than outside that it stands there, however unlike the lane's other cars it is.
      const plainDb = Math.min(marginDb - delays.plainMarginDb, laneDbm - delays.floorDbm);
      if (plainDb >= 0 && plainDb > evidence.excessDb) {
        rule = 'stronger-in-lane';
        evidence.excessDb = plainDb;
      }
    } else {
      evidence.excessDb = Math.min(marginDb - delays.enterMarginDb, laneDbm - delays.floorDbm);
    }
  } else {
    evidence.excessDb = laneDbm - delays.enterDbm;
  }
  if (evidence.excessDb >= 0) evidence.rule = rule;
  evidence.clear =
    evidence.rule !== null &&
    (evidence.fitDb === null ||
      (evidence.fitDb >= delays.fitSlackDb &&
        laneDbm >= delays.floorDbm &&
        (marginDb ?? 0) >= delays.enterMarginDb));

  if (strongest.enterDbm === null) {
    const slowDbm = laneReading(best, levels, slow, nowMs, delays);
    const slowOutsideDbm = outsideReading(inLane, levels, slow, nowMs, delays);
    evidence.lingering =
      slowOutsideDbm === null
        ? slowDbm >= delays.lingerDbm
        : slowDbm - slowOutsideDbm >= delays.lingerMarginDb &&
          // A lane that knows its own cars is not deceived by one that lingers elsewhere.
          (!isLearned(best.signature, delays) ||
            (fit ?? bestFit(lanes, levels, nowMs, delays)) >= -delays.fitSlackDb);
  }
  return evidence;
}

/** How well the car fits the lane that it fits best, dB; −∞ where no lane knows its own cars. */
export function bestFit(
  lanes: readonly IndexedLane[],
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
) {
  let best = Number.NEGATIVE_INFINITY;
  for (const { signature } of lanes) {
    if (isLearned(signature, delays)) best = Math.max(best, fitDb(signature, levels, nowMs, delays));
  }
  return best;
}

/** The lanes that hear the car hardly worse than the loudest one: the others do not matter. */
export function lanesNear(
  lanes: readonly IndexedLane[],
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
): IndexedLane[] {
  const heard = lanes.map((lane) => laneReading(lane, levels, between, nowMs, delays));
  const loudest = Math.max(delays.silentDbm, ...heard);
  if (loudest <= delays.silentDbm) return [];
  return lanes.filter((_, index) => (heard[index] ?? delays.silentDbm) >= loudest - delays.laneFitReachDb);
}

/** So much behind those that matter are the others. */
const farDb = 1_000;

/** The lanes that cannot be told apart, likeliest first, and how far behind the others are. */
export interface LikelyLanes {
  laneIds: string[];
  /** The best of these lanes is so far behind that the car cannot be in one of them. */
  rulesOut(laneIds: readonly string[]): boolean;
}

/**
 * Which lane, or which of several; none when no lane hears the car.
 *
 *   all lanes that hear it well know their own cars    the lane that it fits best and is loud in; near ones in likelihood
 *   otherwise                                          the loudest lane; near ones in level
 *
 * @param arriving the car may still roll, and the levels with it: nearer lanes are as likely
 */
export function likelyLanes(
  lanes: readonly IndexedLane[],
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
  arriving = false,
): LikelyLanes {
  const ranked = lanes.map((lane) => ({
    lane,
    score: laneReading(lane, levels, between, nowMs, delays),
  }));
  const near = lanesNear(lanes, levels, nowMs, delays);
  if (near.length === 0) return { laneIds: [], rulesOut: () => false };
  const fits = near.every(({ signature }) => tells(signature, delays));
  if (fits) {
    const scores = tellingDb(near, levels, nowMs, delays);
    for (const rank of ranked) rank.score = scores[near.indexOf(rank.lane)] ?? rank.score - farDb;
  }
  ranked.sort((a, b) => b.score - a.score);
  const best = ranked[0]?.score ?? 0;
  const seen = anySeen(near);
  // What was learned of few cars that nobody saw is known the less surely: only those taught that were named by themselves.
  const unsure = seen ? 1 : 1 + delays.laneFewStays / fewestStays(near);
  const arrivalDb = seen ? delays.laneArrivalSeenDb : delays.laneArrivalFitDb;
  const ambiguousDb = fits
    ? (arriving ? arrivalDb : delays.laneFitDb) * unsure
    : arriving
      ? delays.laneArrivalAmbiguousDb
      : delays.laneAmbiguousDb;
  const moveDb = fits ? delays.laneMoveFitDb : delays.laneMoveMarginDb;
  const likely = ranked.filter(({ score }) => score >= best - ambiguousDb).length;
  // Unlike a car that stands there: perhaps it is still on its way, past this lane to the next likely one.
  const passes =
    fits &&
    seen &&
    arriving &&
    ownFitDb(ranked[0]?.lane, levels, nowMs, delays) < delays.laneArrivalLeastFitDb;
  return {
    laneIds: ranked.slice(0, passes ? Math.max(2, likely) : likely).map(({ lane }) => lane.laneId),
    rulesOut: (laneIds) =>
      !ranked.some(({ lane, score }) => laneIds.includes(lane.laneId) && score > best - moveDb),
  };
}

/** Somebody saw a car stand in one of them: what these lanes know is worth something from the first car on. */
const anySeen = (lanes: readonly IndexedLane[]) => lanes.some(({ signature }) => signature.seen > 0);

function fewestStays(lanes: readonly IndexedLane[]): number {
  return Math.max(1, Math.min(...lanes.map(({ signature }) => signature.stays)));
}

/**
 * How likely each of these lanes is rather than the others, in dB up to what is common to all of them: how well the car
 * fits the lane's own. Of few cars that somebody saw a lane knows little, and the likeliest is the loudest: each is marked
 * by its own receiver, and one car's shadows are no more certain than that. −∞ for a lane that knows too few to tell.
 */
export function tellingDb(
  lanes: readonly IndexedLane[],
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
): number[] {
  const { laneFewSeen } = delays;
  const levelShare = anySeen(lanes) ? laneFewSeen / (laneFewSeen + fewestStays(lanes) - 1) : 0;
  return lanes.map(
    (lane) =>
      ownFitDb(lane, levels, nowMs, delays) + levelShare * laneReading(lane, levels, between, nowMs, delays),
  );
}

/** The fit alone, spread by how few cars the lane knows. */
function ownFitDb(lane: IndexedLane | undefined, levels: Levels, nowMs: number, delays: PresenceDelays) {
  if (lane === undefined || !tells(lane.signature, delays)) return Number.NEGATIVE_INFINITY;
  const { signature } = lane;
  const stays = signature.seen > 0 ? signature.stays : undefined;
  return fitDb(signature, levels, nowMs, delays, true, stays);
}
