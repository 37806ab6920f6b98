/**
 * A walk cut into its stands, each with the way of a car that comes for it: pure.
 *
 *   walk    road ─▶ [way in] ─▶ lane 1 ── stands, tap ── ▶ (quietest second) ▶ ─ lane 2 ── stands, tap ── …
 *   stand 1 [way in] ─▶ lane 1
 *   stand 2 [way in] ─▶ from the quietest second on ─▶ lane 2
 *
 * A customer comes from the road; the installer may have come from the lane beside it, and a car that moves over from
 * one lane to another is judged by other rules than one that arrives.
 */

export interface Hearing {
  receiverId: string;
  rssiDbm: number;
  atMs: number;
}
export interface Mark {
  laneId: string;
  atMs: number;
}
export interface Stand {
  laneId: string;
  /** In order; the times of the way in are moved to where it is put. */
  heard: readonly Hearing[];
  markAtMs: number;
  endMs: number;
}

export const walkTimes = {
  /** A car that is marked has stood there this long, and stays this much longer. */
  standsBeforeMs: 2_000,
  standsAfterMs: 6_000,
  /** A car creeps into its lane for so long before it stands: it may be judged as arrived there. */
  creepsMs: 11_000,
  /** The last of the way to a lane, before the tap, belongs to that lane alone. */
  lastWayMs: 6_000,
  /** The way in ends so long before the first tap: after that it is the way to the first lane. */
  wayInEndsMs: 9_000,
};

export function standsOf(trace: readonly Hearing[], marks: readonly Mark[]): Stand[] {
  const first = marks[0];
  if (first === undefined) return [];
  const wayInEndMs = first.atMs - walkTimes.wayInEndsMs;
  const wayIn = trace.filter(({ atMs }) => atMs <= wayInEndMs);
  return marks.map(({ laneId, atMs: markAtMs }, index) => {
    const endMs = stayEndMs(marks, index);
    if (index === 0) return { laneId, markAtMs, endMs, heard: trace.filter(({ atMs }) => atMs <= endMs) };
    const since = stayEndMs(marks, index - 1);
    const own = trace.filter(({ atMs }) => atMs > since && atMs <= endMs);
    const fromMs = quietestMs(own, since, markAtMs - walkTimes.lastWayMs);
    const byMs = fromMs - wayInEndMs;
    const heard = [
      ...wayIn.map((hearing) => ({ ...hearing, atMs: hearing.atMs + byMs })),
      ...own.filter(({ atMs }) => atMs >= fromMs),
    ];
    return { laneId, markAtMs, endMs, heard };
  });
}

/** Where the car was farthest from all receivers: begin of the second in which the loudest of them heard it least. */
function quietestMs(heard: readonly Hearing[], fromMs: number, untilMs: number): number {
  let quietest = { atMs: fromMs, dbm: Number.POSITIVE_INFINITY };
  for (let atMs = fromMs; atMs <= untilMs; atMs += 500) {
    const then = heard.filter((hearing) => hearing.atMs >= atMs && hearing.atMs < atMs + 1_000);
    const loudest = Math.max(...[...byReceiver(then).values()].map(mean), Number.NEGATIVE_INFINITY);
    if (loudest < quietest.dbm) quietest = { atMs, dbm: loudest };
  }
  return quietest.atMs;
}

export function stayEndMs(marks: readonly Mark[], index: number): number {
  const mark = marks[index];
  const next = marks[index + 1];
  const endMs = (mark?.atMs ?? 0) + walkTimes.standsAfterMs;
  return next === undefined ? endMs : Math.min(endMs, next.atMs - walkTimes.standsBeforeMs);
}

/** What each receiver heard while the car stood in this lane. */
export function levelsIn(
  trace: readonly Hearing[],
  marks: readonly Mark[],
  laneId: string,
): Map<string, number[]> {
  return byReceiver(
    marks.flatMap((mark, index) => {
      if (mark.laneId !== laneId) return [];
      const endMs = stayEndMs(marks, index);
      return trace.filter(({ atMs }) => atMs >= mark.atMs - walkTimes.standsBeforeMs && atMs <= endMs);
    }),
  );
}

function byReceiver(heard: readonly Hearing[]): Map<string, number[]> {
  const levels = new Map<string, number[]>();
  for (const { receiverId, rssiDbm } of heard) {
    const of = levels.get(receiverId);
    if (of === undefined) levels.set(receiverId, [rssiDbm]);
    else of.push(rssiDbm);
  }
  return levels;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
