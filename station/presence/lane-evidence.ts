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
import type { SmoothedLevel } from './smoothed-level.ts';
import type { LaneSettings, PresenceRule } from './types.ts';

export type Levels = readonly (SmoothedLevel | undefined)[];

/** A lane with its receivers as indexes into a track's levels. */
export interface IndexedLane {
  laneId: string;
  /** By how much more than the margin of every site this lane's cars are asked to be better (usual-margin.ts), dB. */
  raiseDb: number;
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
  /** Judged by comparison with receivers outside, not by a limit in dBm. */
  relative: boolean;
  /** How much more than usual is asked for here, dB. */
  raiseDb: number;
  /** The lane's level is sinking: the car passes by. */
  falling: boolean;
  /** The lane's level is rising: the car still comes nearer. */
  rising: boolean;
  /** By the levels of the last seconds the lane is the best place, though not by enough for `rule`. */
  lingering: boolean;
  /** An installer's exit limit says that the car is out. */
  belowExit: boolean;
}

export function indexLanes(
  lanes: readonly LaneSettings[],
  indexOf: (receiverId: string) => number,
): IndexedLane[] {
  return lanes.map((lane) => ({
    laneId: lane.laneId,
    raiseDb: 0,
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
    relative: false,
    raiseDb: 0,
    falling: false,
    rising: false,
    lingering: false,
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
  evidence.falling = level !== undefined && level.fastDbm < level.slowDbm - delays.fallingDb;
  evidence.rising = level !== undefined && level.fastDbm > level.slowDbm + delays.risingDb;
  evidence.belowExit = strongest.exitDbm !== null && laneDbm < strongest.exitDbm;

  let rule: PresenceRule = 'strong-level';
  if (strongest.enterDbm !== null) {
    evidence.excessDb = Math.min(laneDbm - strongest.enterDbm, marginDb ?? Number.POSITIVE_INFINITY);
  } else if (marginDb !== null) {
    rule = 'stronger-in-lane';
    evidence.relative = laneDbm >= delays.floorDbm;
    // Where nobody outside hears the car there is nothing to be better than.
    evidence.raiseDb = laneDbm - marginDb > delays.silentDbm ? best.raiseDb : 0;
    evidence.excessDb = Math.min(
      marginDb - delays.enterMarginDb - evidence.raiseDb,
      laneDbm - delays.floorDbm,
    );
  } else {
    evidence.excessDb = laneDbm - delays.enterDbm;
  }
  if (evidence.excessDb >= 0) evidence.rule = rule;

  if (strongest.enterDbm === null) {
    const slowDbm = laneReading(best, levels, slow, nowMs, delays);
    const slowOutsideDbm = outsideReading(inLane, levels, slow, nowMs, delays);
    evidence.lingering =
      slowOutsideDbm === null
        ? slowDbm >= delays.lingerDbm
        : slowDbm - slowOutsideDbm >= delays.lingerMarginDb;
  }
  return evidence;
}

/**
 * The lanes that cannot be told from the best one, likeliest first; empty when no lane hears the car.
 *
 * @param ambiguousDb lanes that lie so close to the best one are as likely
 */
export function likelyLanes(
  lanes: readonly IndexedLane[],
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
  ambiguousDb = delays.laneAmbiguousDb,
): { laneIds: string[]; dbm: number } {
  const ranked = lanes.map((lane) => ({
    laneId: lane.laneId,
    dbm: laneReading(lane, levels, between, nowMs, delays),
  }));
  ranked.sort((a, b) => b.dbm - a.dbm);
  const dbm = ranked[0]?.dbm ?? delays.silentDbm;
  if (dbm <= delays.silentDbm) return { laneIds: [], dbm };
  return { laneIds: ranked.filter((r) => r.dbm >= dbm - ambiguousDb).map((r) => r.laneId), dbm };
}

/** The level of those lanes on the scale of {@link likelyLanes}. */
export function likelyLevel(
  lanes: readonly IndexedLane[],
  laneIds: readonly string[],
  levels: Levels,
  nowMs: number,
  delays: PresenceDelays,
): number {
  let best = delays.silentDbm;
  for (const lane of lanes) {
    if (!laneIds.includes(lane.laneId)) continue;
    best = Math.max(best, laneReading(lane, levels, between, nowMs, delays));
  }
  return best;
}
