import { percentile } from '../presence-recordings/score.ts';
import { driveBy, type VisitResult, visit } from './lot-run.ts';

export interface LotReport {
  arrivals: number;
  driveBys: number;
  /** Share of the cars that stopped and were judged as arrived while they stood. */
  recall: number;
  /** Share of the drive-bys that were judged as arrived. */
  falseShare: number;
  /** Judged more than 2 s before the car stood. */
  earlyShare: number;
  latencyMedianMs: number | null;
  latencyP95Ms: number | null;
  /** Of the arrivals that named one lane within 10 s: the right one. */
  rightLaneShare: number;
  /** Of all arrivals: one lane was named within 10 s. */
  namedLaneShare: number;
  /** Departed while the car still stood there. */
  closedWhileStanding: number;
  /** Of all arrivals: departed within a minute of leaving. */
  departedShare: number;
}

/** @param count cars that stop, and as many that drive by */
export function runLot(count: number): LotReport {
  const latencies: number[] = [];
  const tally = { arrived: 0, early: 0, named: 0, right: 0, closed: 0, departed: 0, false: 0 };
  for (let n = 0; n < count; n++) {
    const result = visit(n);
    const arrival = firstArrival(result);
    if (arrival !== null) {
      tally.arrived += 1;
      latencies.push(arrival - result.stoppedAtMs);
      if (arrival < result.stoppedAtMs - 2_000) tally.early += 1;
      const named = laneWithin(result, 10_000);
      if (named !== null) tally.named += 1;
      if (named === result.laneId) tally.right += 1;
    }
    const departures = result.changes.filter((c) => c.state === 'departed').map((c) => c.atMs);
    if (departures.some((atMs) => atMs >= result.stoppedAtMs && atMs <= result.leftAtMs)) tally.closed += 1;
    if (departures.some((atMs) => atMs > result.leftAtMs)) tally.departed += 1;
    if (driveBy(1_000_000 + n).some((c) => c.state === 'arrived')) tally.false += 1;
  }
  const of = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    arrivals: count,
    driveBys: count,
    recall: of(tally.arrived, count),
    falseShare: of(tally.false, count),
    earlyShare: of(tally.early, tally.arrived),
    latencyMedianMs: percentile(latencies, 0.5),
    latencyP95Ms: percentile(latencies, 0.95),
    rightLaneShare: of(tally.right, tally.named),
    namedLaneShare: of(tally.named, tally.arrived),
    closedWhileStanding: tally.closed,
    departedShare: of(tally.departed, tally.arrived),
  };
}

function firstArrival({ changes, leftAtMs }: VisitResult): number | null {
  return changes.find((c) => c.state === 'arrived' && c.atMs <= leftAtMs)?.atMs ?? null;
}

/** The one lane that the car was last said to be in, so long after it stopped. */
function laneWithin({ changes, stoppedAtMs }: VisitResult, ms: number): string | null {
  return changes.filter((c) => c.atMs <= stoppedAtMs + ms).at(-1)?.laneId ?? null;
}
