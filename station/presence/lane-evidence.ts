import type { PresenceDelays } from './delays.ts';
import { levelNow, type SmoothedLevel } from './smoothed-level.ts';
import type { LaneSettings, PresenceRule } from './types.ts';

/** A lane with its receivers as indexes into a track's levels. */
export interface IndexedLane {
  laneId: string;
  receivers: { index: number; offsetDb: number; enterDbm: number | null; exitDbm: number | null }[];
}

export interface LaneEvidence {
  /** Rule by which the car is in a lane now; null = it is not. */
  rule: PresenceRule | null;
  /** Likeliest first; more than one = cannot be told apart. */
  candidates: string[];
  laneDbm: number;
  /** How far above (or below, < 0) the limit of the rule that applies here, dB. */
  excessDb: number;
  /** Lane level minus the best level outside of lanes; null = no receiver outside has heard the code. */
  marginDb: number | null;
  /** True when an installer's exit limit says the car is out. */
  belowExit: boolean;
}

export function indexLanes(
  lanes: readonly LaneSettings[],
  indexOf: (receiverId: string) => number,
): IndexedLane[] {
  return lanes.map((lane) => ({
    laneId: lane.laneId,
    receivers: lane.receivers.map((r) => ({
      index: indexOf(r.receiverId),
      offsetDb: r.offsetDb ?? 0,
      enterDbm: r.enterDbm ?? null,
      exitDbm: r.exitDbm ?? null,
    })),
  }));
}

/** A lane is as loud as the loudest of its receivers. */
export function laneLevel(
  lane: IndexedLane,
  levels: readonly (SmoothedLevel | undefined)[],
  nowMs: number,
  delays: PresenceDelays,
): number {
  let best = delays.silentDbm;
  for (const r of lane.receivers) {
    const dbm = levelNow(levels[r.index], nowMs, delays) + r.offsetDb;
    if (dbm > best) best = dbm;
  }
  return best;
}

/** The best level at receivers that stand at no lane; null when none of them ever heard the code. */
export function outsideLevel(
  inLane: readonly boolean[],
  levels: readonly (SmoothedLevel | undefined)[],
  nowMs: number,
  delays: PresenceDelays,
): number | null {
  let best: number | null = null;
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index];
    if (inLane[index] || !level?.hasLevel) continue;
    const dbm = levelNow(level, nowMs, delays);
    if (best === null || dbm > best) best = dbm;
  }
  return best;
}

/**
 * Where the levels say the car is now. Receivers are compared with each other first: the difference of
 * two receivers does not change with the transmit power of the car. A limit in dBm counts only where the
 * installer set one, or where there is nothing to compare with.
 */
export function judgeLanes(
  lanes: readonly IndexedLane[],
  inLane: readonly boolean[],
  levels: readonly (SmoothedLevel | undefined)[],
  nowMs: number,
  delays: PresenceDelays,
): LaneEvidence {
  let best: IndexedLane | null = null;
  let laneDbm = delays.silentDbm;
  for (const lane of lanes) {
    const dbm = laneLevel(lane, levels, nowMs, delays);
    if (dbm > laneDbm) {
      best = lane;
      laneDbm = dbm;
    }
  }
  const outside = outsideLevel(inLane, levels, nowMs, delays);
  const marginDb = outside === null ? null : laneDbm - outside;
  if (best === null) {
    return { rule: null, candidates: [], laneDbm, excessDb: delays.silentDbm, marginDb, belowExit: false };
  }

  let strongest = best.receivers[0];
  for (const r of best.receivers) {
    if (levelNow(levels[r.index], nowMs, delays) + r.offsetDb === laneDbm) strongest = r;
  }
  const level = strongest ? levels[strongest.index] : undefined;
  const enterDbm = strongest?.enterDbm ?? null;
  const exitDbm = strongest?.exitDbm ?? null;
  const falling = marginDb === null && level !== undefined && level.fastDbm < level.slowDbm - 1;
  const stands =
    level !== undefined &&
    nowMs - level.standingSinceMs >= delays.standingMs &&
    laneDbm >= delays.standingDbm &&
    (marginDb === null || marginDb >= 0);

  let rule: PresenceRule = 'strong-level';
  let excessDb: number;
  if (enterDbm !== null) {
    excessDb = Math.min(laneDbm - enterDbm, marginDb ?? Number.POSITIVE_INFINITY);
  } else if (marginDb !== null) {
    rule = 'stronger-in-lane';
    excessDb = Math.min(marginDb - delays.enterMarginDb, laneDbm - delays.floorDbm);
  } else {
    excessDb = laneDbm - delays.enterDbm;
  }
  const inside = excessDb >= 0 && !falling;
  if (!inside && stands && enterDbm === null) rule = 'standing';

  const ranked: { laneId: string; dbm: number }[] = [];
  for (const lane of lanes) {
    const dbm = laneLevel(lane, levels, nowMs, delays);
    if (dbm >= laneDbm - delays.laneAmbiguousDb) ranked.push({ laneId: lane.laneId, dbm });
  }
  ranked.sort((a, b) => b.dbm - a.dbm);
  return {
    rule: inside || rule === 'standing' ? rule : null,
    excessDb,
    candidates: ranked.map((r) => r.laneId),
    laneDbm,
    marginDb,
    belowExit: exitDbm !== null && laneDbm < exitDbm,
  };
}
