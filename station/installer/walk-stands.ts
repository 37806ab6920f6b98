/**
 * A walk cut into its stands, each with the way of a car that comes for it: pure.
 *
 *   walk    road ─▶ [way in] ─▶ lane 1 ── stands, tap ── ▶ (quietest second) ▶ ─ lane 2 ── stands, tap ── …
 *   stand 1 [way in] ─▶ lane 1
 *   stand 2 [way in] ─▶ from the quietest second on ─▶ lane 2
 *
 * A customer comes from the road; the installer may have come from the lane beside it, and a car that moves over from
 * one lane to another is judged by other rules than one that arrives. So where the installer had stood somewhere before
 * the first lane, the way in begins after that; and who stood in a lane for long before tapping it is no less a customer,
 * who has just come.
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
  /** Of the tap, or when it would have come, had it not been put off. */
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
  /** Longer than this nobody drives from the edge of hearing to a lane; each stand is played with the way in before it. */
  wayInMostMs: 30_000,
  /** So far back from a tap it is looked where the car came from: a lunch, or a clock that was put right, is no way. */
  lookBackMs: 600_000,
};

const levels = {
  /** As loud as in the first lane but for so much, dB: the car had been somewhere on the site before it came. */
  onSiteDb: 6,
  /** From second to second a car that stands is heard alike by its receivers but for so much, dB, in the mean. */
  standsDb: 2.5,
  /** A tap is put off where the car stood for so much longer before it than it had to. */
  putOffMs: 6_000,
};

export function standsOf(trace: readonly Hearing[], marks: readonly Mark[]): Stand[] {
  const taps = marks.map((mark, index) =>
    promptTapMs(trace, mark, index === 0 ? null : stayEndMs(marks, index - 1)),
  );
  const [firstMs] = taps;
  if (firstMs === undefined) return [];
  const wayInEndMs = firstMs - walkTimes.wayInEndsMs;
  const wayInFromMs = wayInBeginsMs(trace, firstMs);
  const wayIn = trace.filter(({ atMs }) => atMs >= wayInFromMs && atMs <= wayInEndMs);
  return marks.map(({ laneId, atMs }, index) => {
    const markAtMs = taps[index] ?? atMs;
    const endMs = stayEndMs(marks, index);
    if (index === 0) {
      const heard = trace.filter((hearing) => hearing.atMs >= wayInFromMs && hearing.atMs <= endMs);
      return { laneId, markAtMs, endMs, heard };
    }
    const since = stayEndMs(marks, index - 1);
    const own = trace.filter((hearing) => hearing.atMs > since && hearing.atMs <= endMs);
    const fromMs = quietestMs(own, since, markAtMs - walkTimes.lastWayMs);
    const byMs = fromMs - wayInEndMs;
    const heard = [
      ...wayIn.map((hearing) => ({ ...hearing, atMs: hearing.atMs + byMs })),
      ...own.filter((hearing) => hearing.atMs >= fromMs),
    ];
    return { laneId, markAtMs, endMs, heard };
  });
}

/**
 * When the tap would have come, had it not been put off: two seconds after the car stood as it is heard at the tap.
 *
 * @param sinceMs no longer than since then, the end of the stand before; null: there was none
 */
function promptTapMs(trace: readonly Hearing[], mark: Mark, sinceMs: number | null): number {
  const standsAtMs = mark.atMs - walkTimes.standsBeforeMs;
  const there = meansIn(trace, standsAtMs, mark.atMs);
  const firstMs = Math.max(sinceMs ?? Number.NEGATIVE_INFINITY, trace[0]?.atMs ?? standsAtMs);
  let stoodMs = standsAtMs;
  while (stoodMs > firstMs && differ(there, meansIn(trace, stoodMs - 1_000, stoodMs)) <= levels.standsDb) {
    stoodMs -= 1_000;
  }
  return standsAtMs - stoodMs < levels.putOffMs ? mark.atMs : stoodMs + walkTimes.standsBeforeMs;
}

/** From the first hearing on; where the car had been on the site before, from the quietest second after that. */
function wayInBeginsMs(trace: readonly Hearing[], firstMs: number): number {
  const wayInEndMs = firstMs - walkTimes.wayInEndsMs;
  const fromMs = Math.max(wayInEndMs - walkTimes.wayInMostMs, trace[0]?.atMs ?? wayInEndMs);
  const quietMs = quietestMs(trace, fromMs, firstMs - walkTimes.lastWayMs);
  const inLaneDbm = loudestDbm(trace, firstMs - walkTimes.standsBeforeMs, firstMs);
  for (let atMs = fromMs; atMs + 1_000 <= quietMs; atMs += 1_000) {
    if (loudestDbm(trace, atMs, atMs + 1_000) >= inLaneDbm - levels.onSiteDb)
      return Math.min(quietMs, wayInEndMs);
  }
  return fromMs;
}

/** Where the car was farthest from all receivers: begin of the second in which the loudest of them heard it least. */
function quietestMs(heard: readonly Hearing[], fromMs: number, untilMs: number): number {
  const firstMs = Math.max(fromMs, untilMs - walkTimes.lookBackMs);
  let quietest = { atMs: firstMs, dbm: Number.POSITIVE_INFINITY };
  for (let atMs = firstMs; atMs <= untilMs; atMs += 500) {
    const dbm = loudestDbm(heard, atMs, atMs + 1_000);
    if (dbm < quietest.dbm) quietest = { atMs, dbm };
  }
  return quietest.atMs;
}

/** The mean of each receiver in [fromMs, untilMs), dBm. */
function meansIn(heard: readonly Hearing[], fromMs: number, untilMs: number): Map<string, number> {
  const then = heard.slice(indexAt(heard, fromMs), indexAt(heard, untilMs));
  return new Map([...byReceiver(then)].map(([receiverId, dbm]) => [receiverId, mean(dbm)]));
}

/** Of the first hearing then or later. */
function indexAt(heard: readonly Hearing[], atMs: number): number {
  let [from, until] = [0, heard.length];
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((heard[middle]?.atMs ?? atMs) < atMs) from = middle + 1;
    else until = middle;
  }
  return from;
}

function loudestDbm(heard: readonly Hearing[], fromMs: number, untilMs: number): number {
  return Math.max(...meansIn(heard, fromMs, untilMs).values(), Number.NEGATIVE_INFINITY);
}

/** By how much these levels differ in the mean of the receivers that heard both; infinite where none did, dB. */
function differ(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const differences = [...a].flatMap(([receiverId, dbm]) => {
    const other = b.get(receiverId);
    return other === undefined ? [] : [Math.abs(dbm - other)];
  });
  return differences.length === 0 ? Number.POSITIVE_INFINITY : mean(differences);
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
