/**
 * The installer's walk test.
 *
 *   (none) ── start(code) ──▶ running ── mark(lane), take back … ──▶ running ── finish ──▶ report
 *                                └── cancel, or the station is restarted ──▶ (none)
 *
 * The trace of one jack, through all of its codes (jack-trace.ts), is kept in memory only, and is bounded; each
 * report is kept for good (walk-reports.ts).
 */
import { type BeaconCode, type Clock, newId } from '../../shared/domain/index.ts';
import type { WalkReport, WalkState } from '../../shared/station-contract/index.ts';
import type { LaneSettings } from '../presence/index.ts';
import type { Radio } from '../receivers/index.ts';
import { type JackOf, JackTrace } from './jack-trace.ts';
import { analyseWalk } from './walk-analysis.ts';
import { type Hearing, type Mark, walkTimes } from './walk-stands.ts';
import type { WalkedBefore } from './walked-before.ts';

const maxMarks = 60;

interface Running {
  testId: string;
  code: BeaconCode;
  startedAtMs: number;
  by: string;
  trace: JackTrace;
  marks: Mark[];
  /** Receivers by what they are called; those that are taken out meanwhile stay. */
  names: Map<string, string>;
  stop: () => void;
}

/** What there is to be judged of a walk. */
interface Walked extends Pick<Running, 'testId' | 'code' | 'startedAtMs' | 'names'> {
  codes: number;
  heard: readonly Hearing[];
  marks: readonly Mark[];
  by: string;
}

export class WalkTest {
  readonly #radio: Pick<Radio, 'tap' | 'laneSettings' | 'receivers'>;
  readonly #clock: Clock;
  readonly #jackOf: JackOf;
  #running: Running | null = null;

  constructor(radio: Pick<Radio, 'tap' | 'laneSettings' | 'receivers'>, clock: Clock, jackOf: JackOf) {
    this.#radio = radio;
    this.#clock = clock;
    this.#jackOf = jackOf;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** null: none is running. */
  get testId(): string | null {
    return this.#running?.testId ?? null;
  }

  start(code: BeaconCode, by: string): void {
    const trace = new JackTrace(code, this.#jackOf);
    const stop = this.#radio.tap(({ receiverId, rssiDbm, atMs }, heard) => {
      if (heard !== null && rssiDbm !== null) trace.hear(heard, { receiverId, rssiDbm, atMs });
    });
    const startedAtMs = Math.round(this.#clock.nowMs());
    this.#running = { testId: newId(), code, startedAtMs, by, trace, marks: [], names: new Map(), stop };
    this.#learnNames();
  }

  mark(laneId: string): void {
    const { marks } = this.#mustRun();
    this.#learnNames();
    const atMs = Math.round(this.#clock.nowMs());
    const last = marks.at(-1);
    // No car stands in another lane so soon: the tap before was in error, or this one is it once more.
    if (last !== undefined && Math.abs(atMs - last.atMs) < walkTimes.standsAfterMs) marks.pop();
    if (marks.length < maxMarks) marks.push({ laneId, atMs });
  }

  takeBack(): void {
    this.#mustRun().marks.pop();
  }

  cancel(): void {
    this.#running?.stop();
    this.#running = null;
  }

  /** Long work in small pieces; the test goes on until `cancel`. */
  async report(by: string): Promise<WalkReport> {
    const { testId, code, startedAtMs, trace, marks, names } = this.#mustRun();
    // By then the trace may have grown: what is judged is what was heard by now.
    trace.follow(this.#clock.nowMs());
    const heard = [...trace.hearings].sort((a, b) => a.atMs - b.atMs);
    this.#learnNames();
    return this.#judge({ testId, code, startedAtMs, names, codes: trace.codes, heard, marks, by });
  }

  /** A walk that was done before: judged by the lanes and receivers of now. */
  reportOf({ code, startedAtMs, hearings, marks }: WalkedBefore, by: string): Promise<WalkReport> {
    const names = new Map(this.#radio.receivers().map(({ receiverId, name }) => [receiverId, name]));
    const heard = hearings.toSorted((a, b) => a.atMs - b.atMs);
    return this.#judge({ testId: newId(), code, startedAtMs, names, codes: 1, heard, marks, by });
  }

  async #judge(walk: Walked): Promise<WalkReport> {
    const { testId, code, startedAtMs, names, codes, heard, marks, by } = walk;
    const lanes: LaneSettings[] = this.#radio.laneSettings();
    // One that was taken out meanwhile is drawn, but nothing can be set to it any more.
    const there = new Set(this.#radio.receivers().map(({ receiverId }) => receiverId));
    const judged = heard.filter(({ receiverId }) => there.has(receiverId));
    return {
      testId,
      startedAtMs,
      finishedAtMs: Math.round(this.#clock.nowMs()),
      by,
      hearings: heard.length,
      codes,
      trace: drawnTrace(heard, startedAtMs),
      marks: marks.map(({ laneId, atMs }) => ({ laneId, offsetMs: atMs - startedAtMs })),
      receivers: [...names].map(([receiverId, name]) => ({ receiverId, name })),
      ...(await analyseWalk(code, judged, [...marks], lanes)),
    };
  }

  state(): WalkState['running'] {
    const running = this.#running;
    if (running === null) return null;
    const { testId, code, startedAtMs, by, trace, marks } = running;
    trace.follow(this.#clock.nowMs());
    return {
      testId,
      code,
      startedAtMs,
      by,
      hearings: trace.hearings.length,
      codes: trace.codes,
      full: trace.isFull,
      marks: marks.map((mark) => ({ ...mark, hearings: hearingsAt(trace.hearings, mark) })),
    };
  }

  get marks(): readonly Mark[] {
    return this.#running?.marks ?? [];
  }

  #learnNames(): void {
    const { names } = this.#mustRun();
    for (const { receiverId, name } of this.#radio.receivers()) names.set(receiverId, name);
  }

  #mustRun(): Running {
    if (this.#running === null) throw new Error('no walk test is running');
    return this.#running;
  }
}

/** The mean of each second at each receiver. */
function drawnTrace(trace: readonly Hearing[], startedAtMs: number): WalkReport['trace'] {
  const receivers = new Map<string, Map<number, { sum: number; count: number }>>();
  for (const { receiverId, rssiDbm, atMs } of trace) {
    const second = Math.floor((atMs - startedAtMs) / 1_000);
    const seconds = receivers.get(receiverId) ?? new Map<number, { sum: number; count: number }>();
    receivers.set(receiverId, seconds);
    const mean = seconds.get(second) ?? { sum: 0, count: 0 };
    seconds.set(second, { sum: mean.sum + rssiDbm, count: mean.count + 1 });
  }
  return [...receivers].map(([receiverId, seconds]) => ({
    receiverId,
    points: [...seconds].map(([second, { sum, count }]) => ({
      offsetMs: second * 1_000,
      dbm: Math.round((sum / count) * 10) / 10,
    })),
  }));
}

function hearingsAt(trace: readonly Hearing[], mark: Mark): number {
  const fromMs = mark.atMs - walkTimes.standsBeforeMs;
  const toMs = mark.atMs + walkTimes.standsAfterMs;
  let count = 0;
  for (const { atMs } of trace) if (atMs >= fromMs && atMs <= toMs) count += 1;
  return count;
}
