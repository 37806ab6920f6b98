/**
 * From a walk test's trace to limits: pure.
 *
 *   trace + marks ─▶ levels while standing in each lane ─▶ which receiver tells it, and its limits
 *                └▶ the trace again and again, disturbed ─▶ PresenceEngine ─▶ expected misses and false arrivals
 *
 * Disturbed means: other transmit powers (±8 dB), lost hearings (up to 30 %), noise (1.5 dB). The engine is
 * the very one that judges the live radio.
 */
import type { BeaconCode } from '../../shared/domain/index.ts';
import type { LaneReceiverView, WalkReport } from '../../shared/station-contract/index.ts';
import { limitRange } from '../../shared/station-facts/index.ts';
import { type LaneSettings, PresenceEngine } from '../presence/index.ts';
import { breathe } from './pause.ts';

export interface Hearing {
  receiverId: string;
  rssiDbm: number;
  atMs: number;
}
export interface Mark {
  laneId: string;
  atMs: number;
}
type LaneResult = WalkReport['lanes'][number];
type Shares = WalkReport['expected']['now'];

export const walkTimes = {
  /** A car that is marked has stood there this long, and stays this much longer. */
  standsBeforeMs: 2_000,
  standsAfterMs: 6_000,
  /** An arrival this long before the mark, or after it, belongs to it. */
  arrivesBeforeMs: 20_000,
  arrivesAfterMs: 8_000,
};
const trials = 20;
const exitBelowDb = 6;
const separableDb = 2;
const tickMs = 500;

/** Which receivers and limits the trace speaks for, lane by lane. */
export function suggestLanes(
  trace: readonly Hearing[],
  marks: readonly Mark[],
  lanes: readonly LaneSettings[],
): LaneResult[] {
  const marked = lanes.filter(({ laneId }) => marks.some((mark) => mark.laneId === laneId));
  const mayChoose = choosable(trace, lanes);
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

/** The last receiver outside of the lanes stays there: it is what the lanes are compared with. */
function choosable(trace: readonly Hearing[], lanes: readonly LaneSettings[]): ReadonlySet<string> {
  const heard = new Set(trace.map(({ receiverId }) => receiverId));
  const inLanes = new Set(lanes.flatMap(({ receivers }) => receivers.map(({ receiverId }) => receiverId)));
  const outside = [...heard].filter((receiverId) => !inLanes.has(receiverId));
  return inLanes.size > 0 && outside.length <= 1 ? inLanes : heard;
}

function asSet({ receivers }: LaneSettings): LaneReceiverView[] {
  return receivers.map(({ receiverId, enterDbm, exitDbm }) => ({
    receiverId,
    enterDbm: enterDbm ?? null,
    exitDbm: exitDbm ?? null,
  }));
}

/**
 * The suggestion with what may be expected of it. Never one that does worse than what is set now; limits
 * only where they do better than comparing receivers.
 */
export async function analyseWalk(
  code: BeaconCode,
  trace: readonly Hearing[],
  marks: readonly Mark[],
  lanes: readonly LaneSettings[],
): Promise<Pick<WalkReport, 'lanes' | 'expected'>> {
  const limited = suggestLanes(trace, marks, lanes);
  const compared = limited.map((lane) => ({
    ...lane,
    suggested: lane.suggested.map((one) => ({ ...one, enterDbm: null, exitDbm: null })),
  }));
  const unchanged = limited.map((result) => {
    const lane = lanes.find(({ laneId }) => laneId === result.laneId);
    return { ...result, suggested: lane === undefined ? [] : asSet(lane) };
  });
  const now = await expect(code, trace, marks, lanes);
  let best = { lanes: unchanged, shares: now };
  // A limit needs to have seen at least one other lane; of one alone it could only be a guess.
  for (const candidate of limited.length > 1 ? [compared, limited] : [compared]) {
    const shares = await expect(code, trace, marks, merge(lanes, candidate));
    if (errors(shares) < errors(best.shares)) best = { lanes: candidate, shares };
  }
  return { lanes: best.lanes, expected: { trials, now, suggested: best.shares } };
}

const errors = (shares: Shares): number => shares.missed + shares.false;

function merge(lanes: readonly LaneSettings[], results: readonly LaneResult[]): LaneSettings[] {
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

async function expect(
  code: BeaconCode,
  trace: readonly Hearing[],
  marks: readonly Mark[],
  lanes: readonly LaneSettings[],
): Promise<Shares> {
  let missed = 0;
  let wrong = 0;
  for (let trial = 0; trial < trials; trial++) {
    const outcome = playTrial(code, trace, marks, lanes, randomOf(trial + 1), trial === 0);
    missed += outcome.missed;
    wrong += outcome.wrong;
    await breathe();
  }
  const all = Math.max(1, marks.length * trials);
  return { missed: Math.min(1, missed / all), false: Math.min(1, wrong / all) };
}

function playTrial(
  code: BeaconCode,
  trace: readonly Hearing[],
  marks: readonly Mark[],
  lanes: readonly LaneSettings[],
  random: () => number,
  undisturbed: boolean,
): { missed: number; wrong: number } {
  const engine = new PresenceEngine({ lanes: lanes.map((lane) => ({ ...lane })) });
  const powerDb = undisturbed ? 0 : (random() * 2 - 1) * 8;
  const loss = undisturbed ? 0 : random() * 0.3;
  const arrivals: Mark[] = [];
  const note = (changes: ReturnType<PresenceEngine['tick']>) => {
    for (const { state, laneId, atMs } of changes) {
      if (state === 'arrived' && laneId !== null) arrivals.push({ laneId, atMs });
    }
  };
  const asks = marks.map((mark, index) => ({ ...mark, askAtMs: stayEndMs(marks, index) }));
  let missed = 0;
  let tickAtMs = (trace[0]?.atMs ?? 0) + tickMs;
  let asked = 0;
  const askUntil = (atMs: number) => {
    for (; asked < asks.length; asked++) {
      const ask = asks[asked];
      if (ask === undefined || ask.askAtMs > atMs) return;
      const now = engine.explain(code);
      const here = now !== null && (now.state === 'arrived' || now.state === 'parked');
      if (!here || (now.laneId ?? now.laneCandidates?.[0]) !== ask.laneId) missed += 1;
    }
  };
  for (const { receiverId, rssiDbm, atMs } of trace) {
    for (; tickAtMs <= atMs; tickAtMs += tickMs) note(engine.tick(tickAtMs));
    askUntil(atMs);
    if (random() < loss) continue;
    const noiseDb = undisturbed ? 0 : (random() + random() + random() - 1.5) * 3;
    note(engine.sighting({ code, receiverId, rssiDbm: rssiDbm + powerDb + noiseDb, atMs }));
  }
  askUntil(Number.POSITIVE_INFINITY);
  const { arrivesBeforeMs, arrivesAfterMs } = walkTimes;
  const wrong = arrivals.filter(
    ({ laneId, atMs }) =>
      !marks.some(
        (mark) =>
          mark.laneId === laneId && atMs >= mark.atMs - arrivesBeforeMs && atMs <= mark.atMs + arrivesAfterMs,
      ),
  ).length;
  return { missed, wrong };
}

function stayEndMs(marks: readonly Mark[], index: number): number {
  const mark = marks[index];
  const next = marks[index + 1];
  const endMs = (mark?.atMs ?? 0) + walkTimes.standsAfterMs;
  return next === undefined ? endMs : Math.min(endMs, next.atMs - walkTimes.standsBeforeMs);
}

/** What each receiver heard while the car stood in this lane. */
function levelsIn(trace: readonly Hearing[], marks: readonly Mark[], laneId: string): Map<string, number[]> {
  const levels = new Map<string, number[]>();
  marks.forEach((mark, index) => {
    if (mark.laneId !== laneId) return;
    const endMs = stayEndMs(marks, index);
    for (const hearing of trace) {
      if (hearing.atMs < mark.atMs - walkTimes.standsBeforeMs || hearing.atMs > endMs) continue;
      const of = levels.get(hearing.receiverId);
      if (of === undefined) levels.set(hearing.receiverId, [hearing.rssiDbm]);
      else of.push(hearing.rssiDbm);
    }
  });
  return levels;
}

function quantile(values: readonly number[], share: number, ofNothing = -100): number {
  if (values.length === 0) return ofNothing;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? ofNothing;
}

/** mulberry32: the same trace gives the same report. */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
