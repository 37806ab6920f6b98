/**
 * From a walk test's trace to limits: pure.
 *
 *   trace + marks ─▶ levels while standing in each lane ─▶ which receiver tells it, and its limits
 *                └▶ its stands, each as many other cars (walk-trials.ts) ─▶ what would go wrong ─▶ advice (walk-advice.ts)
 */
import type { BeaconCode } from '../../shared/domain/index.ts';
import type { LaneReceiverView, WalkReport, WalkShares } from '../../shared/station-contract/index.ts';
import { limitRange } from '../../shared/station-facts/index.ts';
import type { LaneSettings } from '../presence/index.ts';
import { adviceOf } from './walk-advice.ts';
import { lessonsOf } from './walk-lessons.ts';
import { type Hearing, levelsIn, type Mark, standsOf } from './walk-stands.ts';
import { expectOf, trialsPerStand } from './walk-trials.ts';

type LaneResult = Omit<WalkReport['lanes'][number], 'expected'>;

const exitBelowDb = 6;
const separableDb = 2;
/** Limits hold for the walk's own car: they must save so many of all stops, or receivers are compared. */
const limitsBetterBy = 0.02;

/** Which receivers and limits the trace speaks for, lane by lane. */
export function suggestLanes(
  trace: readonly Hearing[],
  marks: readonly Mark[],
  lanes: readonly LaneSettings[],
): LaneResult[] {
  const marked = lanes.filter(({ laneId }) => marks.some((mark) => mark.laneId === laneId));
  const mayChoose = choosable(trace, lanes, marked);
  const standing = new Map(marked.map(({ laneId }) => [laneId, levelsIn(trace, marks, laneId)]));
  return marked.map((lane) => {
    const own = standing.get(lane.laneId) ?? new Map<string, number[]>();
    const others = [...standing].filter(([laneId]) => laneId !== lane.laneId).map(([, levels]) => levels);
    const levels = [...own]
      .map(([receiverId, dbm]) => ({ receiverId, medianDbm: quantile(dbm, 0.5), hearings: dbm.length }))
      .sort((a, b) => b.medianDbm - a.medianDbm);
    const gaps = levels.map(({ receiverId }) => {
      const inside = quantile(own.get(receiverId) ?? [], 0.1);
      const outside = others.map((other) => quantile(other.get(receiverId) ?? [], 0.9, -100));
      const loudest = others.length === 0 ? inside - 2 * exitBelowDb : Math.max(...outside);
      return { receiverId, inside, loudest, gapDb: inside - loudest };
    });
    const set = new Set(lane.receivers.map(({ receiverId }) => receiverId));
    const kept = gaps.filter(({ receiverId, gapDb }) => set.has(receiverId) && gapDb >= separableDb);
    const best = gaps
      .filter(({ receiverId, gapDb }) => mayChoose.has(receiverId) && gapDb >= separableDb)
      .sort((a, b) => b.gapDb - a.gapDb)
      .slice(0, 1);
    const chosen = kept.length > 0 ? kept : best;
    return {
      laneId: lane.laneId,
      marks: marks.filter(({ laneId }) => laneId === lane.laneId).length,
      levels,
      // What cannot be told apart stays as it is: any other choice would be a guess.
      suggested:
        chosen.length === 0
          ? asSet(lane)
          : chosen.map(({ receiverId, inside, loudest }): LaneReceiverView => {
              const below = Math.max(loudest, inside - 4 * exitBelowDb);
              const halfWay = Math.min(limitRange.loudestDbm, Math.round((inside + below) / 2));
              const enterDbm = Math.max(-120, halfWay);
              return { receiverId, enterDbm, exitDbm: enterDbm - exitBelowDb };
            }),
      separable: chosen.length > 0,
    };
  });
}

/**
 * The last receiver outside of the lanes stays there: it is what the lanes are compared with. One of a lane that was not
 * walked stays with that lane: a wrong tap must not give it away.
 */
function choosable(
  trace: readonly Hearing[],
  lanes: readonly LaneSettings[],
  walked: readonly LaneSettings[],
): ReadonlySet<string> {
  const receiversOf = (some: readonly LaneSettings[]) =>
    new Set(some.flatMap(({ receivers }) => receivers.map(({ receiverId }) => receiverId)));
  const heard = new Set(trace.map(({ receiverId }) => receiverId));
  const inLanes = receiversOf(lanes);
  const inWalked = receiversOf(walked);
  const outside = [...heard].filter((receiverId) => !inLanes.has(receiverId));
  return inLanes.size > 0 && outside.length <= 1 ? inWalked : new Set([...outside, ...inWalked]);
}

function asSet({ receivers }: LaneSettings): LaneReceiverView[] {
  return receivers.map(({ receiverId, enterDbm, exitDbm }) => ({
    receiverId,
    enterDbm: enterDbm ?? null,
    exitDbm: exitDbm ?? null,
  }));
}

/**
 * The suggestion with what may be expected of it, once it is used: it teaches the lanes, too. Never one that does worse
 * than the receivers and limits that are set now; limits only where they do better than comparing receivers.
 */
export async function analyseWalk(
  code: BeaconCode,
  trace: readonly Hearing[],
  marks: readonly Mark[],
  lanes: readonly LaneSettings[],
): Promise<Pick<WalkReport, 'lanes' | 'expected' | 'advice'>> {
  const limited = suggestLanes(trace, marks, lanes);
  const compared = limited.map((lane) => ({
    ...lane,
    suggested: lane.suggested.map((one) => ({ ...one, enterDbm: null, exitDbm: null })),
  }));
  const unchanged = limited.map((result) => {
    const lane = lanes.find(({ laneId }) => laneId === result.laneId);
    return { ...result, suggested: lane === undefined ? [] : asSet(lane) };
  });
  const stands = standsOf(trace, marks);
  const lessons = lessonsOf({ testId: 'walk', lanes: limited });
  const now = await expectOf(code, stands, lanes, []);
  let best = { lanes: unchanged, expected: await expectOf(code, stands, lanes, lessons) };
  // A limit needs to have seen at least one other lane; of one alone it could only be a guess.
  for (const candidate of limited.length > 1 ? [compared, limited] : [compared]) {
    const expected = await expectOf(code, stands, lanesWith(lanes, candidate), lessons);
    const betterBy = candidate === limited ? limitsBetterBy : 0;
    if (cost(expected.shares) + betterBy < cost(best.expected.shares)) best = { lanes: candidate, expected };
  }
  const results = best.lanes.map((lane) => {
    const expected = best.expected.lanes.get(lane.laneId);
    return { ...lane, ...(expected === undefined ? {} : { expected }) };
  });
  return {
    lanes: results,
    expected: { trials: trialsPerStand, now: now.shares, suggested: best.expected.shares },
    advice: adviceOf(results, best.expected.shares),
  };
}

/** "Bay 1 or 2" is no error, but of two proposals with as many errors the one that says it less is better. */
const cost = ({ missed, wrongLane, unsure, false: early }: Required<WalkShares>): number =>
  missed + wrongLane + early + unsure / 4;

/** The lanes with what was suggested for those that were walked. */
export function lanesWith(
  lanes: readonly LaneSettings[],
  results: readonly Pick<LaneResult, 'laneId' | 'suggested'>[],
): LaneSettings[] {
  return lanes.map((lane) => {
    const result = results.find(({ laneId }) => laneId === lane.laneId);
    if (result === undefined) return lane;
    const receivers = result.suggested.map(({ receiverId, enterDbm, exitDbm }) => ({
      receiverId,
      ...(enterDbm === null ? {} : { enterDbm }),
      ...(exitDbm === null ? {} : { exitDbm }),
    }));
    return { ...lane, receivers };
  });
}

function quantile(values: readonly number[], share: number, ofNothing = -100): number {
  if (values.length === 0) return ofNothing;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? ofNothing;
}
