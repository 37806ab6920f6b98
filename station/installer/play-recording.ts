/**
 * A recording run through the station's judgement on a clock of its own. Live visits are not touched: what the
 * board would have shown goes to the screen and nowhere else.
 *
 *   r0.btsnoop ─▶ ReplayReceiver ─┐
 *   r1.btsnoop ─▶ ReplayReceiver ─┴ manual clock ─▶ PresenceEngine ─▶ changes, who is here
 *                                       ▲
 *        as fast as it goes, or so many times as fast as it was heard
 */
import { beaconCodeOf, createReceiver, decodeBeaconFrame, type Receiver } from '../../drivers/index.ts';
import { type BeaconCode, type Clock, ManualClock } from '../../shared/domain/index.ts';
import type { ReplayCar, ReplayEvent } from '../../shared/station-contract/index.ts';
import { type LaneSettings, type PresenceChange, PresenceEngine } from '../presence/index.ts';
import type { JackOf } from './jack-trace.ts';
import { breathe, pause } from './pause.ts';

export interface ReplayFile {
  receiverId: string;
  path: string;
  /** When its first report was heard; null: it holds none. */
  firstReportAtMs: number | null;
}

export interface PlayOptions {
  files: readonly ReplayFile[];
  startedAtMs: number;
  /** null: nobody knows, it was interrupted. */
  durationMs: number | null;
  lanes: readonly LaneSettings[];
  jackOf: JackOf;
  /** Times as fast as it was heard; null: as fast as it goes. */
  speed: number | null;
  /** The station's, to keep the pace by. */
  clock: Clock;
  signal: AbortSignal | undefined;
}

const stepMs = 250;
const maxChanges = 500;
const maxShown = 100;
const maxDevices = 20_000;
/** As fast as it goes: a word after so much of the recording. */
const tellEveryMs = 10_000;
/** A day: no recording of at most 64 MB is longer in earnest, and a broken stamp must not run for ever. */
const maxDurationMs = 24 * 3_600_000;

type Change = Extract<ReplayEvent, { state: 'playing' }>['changes'][number];

export async function* playRecording(options: PlayOptions): AsyncGenerator<ReplayEvent, void, void> {
  const { startedAtMs, speed, signal } = options;
  const clock = new ManualClock(startedAtMs);
  const judged = new Judged(options);
  const open: Receiver[] = [];
  const waiting = options.files
    .flatMap((file) => (file.firstReportAtMs === null ? [] : [{ ...file, atMs: file.firstReportAtMs }]))
    .sort((a, b) => a.atMs - b.atMs);
  const beganAtMs = options.clock.nowMs();
  let toldOffsetMs = 0;
  try {
    for (let steps = 0; clock.nowMs() - startedAtMs < maxDurationMs; steps++) {
      for (let next = waiting[0]; next !== undefined && next.atMs <= clock.nowMs(); next = waiting[0]) {
        waiting.shift();
        const receiver = await openFile(next, clock, judged);
        if (receiver === null) {
          yield { state: 'failed', reason: 'recording-not-readable' };
          return;
        }
        open.push(receiver);
      }
      const playing = open.some((receiver) => receiver.health().state === 'healthy');
      if (!playing && waiting.length === 0) break;
      clock.advance(stepMs);
      judged.tick(clock.nowMs());
      const offsetMs = clock.nowMs() - startedAtMs;
      if (speed === null) {
        if (steps % 8 === 0) await breathe();
      } else {
        const dueAtMs = beganAtMs + offsetMs / speed;
        if (dueAtMs > options.clock.nowMs())
          await pause(options.clock, dueAtMs - options.clock.nowMs(), signal);
        else if (steps % 8 === 0) await breathe();
      }
      if (signal?.aborted) return;
      if (offsetMs - toldOffsetMs < (speed === null ? tellEveryMs : stepMs * Math.max(1, speed))) continue;
      toldOffsetMs = offsetMs;
      yield { state: 'playing', durationMs: options.durationMs, ...judged.facts(offsetMs) };
    }
  } finally {
    await Promise.all(open.map((receiver) => receiver.close()));
  }
  const offsetMs = Math.max(0, Math.round(judged.lastReportAtMs - startedAtMs));
  yield { state: 'done', complete: judged.isComplete, ...judged.facts(offsetMs) };
}

/** @returns null when it cannot be read. */
async function openFile(file: ReplayFile, clock: Clock, judged: Judged): Promise<Receiver | null> {
  const made = await createReceiver(
    { kind: 'replay', target: file.path, options: new Map() },
    { id: file.receiverId, clock },
  );
  if (!made.ok) return null;
  made.value.subscribe((event) => {
    if (event.type !== 'report') return;
    const { receiverId, address, rssiDbm, atMs, data } = event.report;
    const frame = decodeBeaconFrame(data);
    judged.heard(address, atMs, frame === null ? null : beaconCodeOf(frame), receiverId, rssiDbm);
  });
  const opened = await made.value.open();
  return opened.ok ? made.value : null;
}

/** What the judgement made of the recording so far. */
class Judged {
  readonly #engine: PresenceEngine;
  readonly #jackOf: JackOf;
  readonly #startedAtMs: number;
  readonly #devices = new Set<string>();
  readonly #codes = new Set<BeaconCode>();
  /** Who would be on the board, by code. */
  readonly #here = new Map<BeaconCode, ReplayCar>();
  #changes: Change[] = [];
  #told = 0;
  #reports = 0;
  isComplete = true;
  lastReportAtMs: number;

  constructor({ lanes, jackOf, startedAtMs }: PlayOptions) {
    this.#engine = new PresenceEngine({ lanes: lanes.map((lane) => ({ ...lane })) });
    this.#jackOf = jackOf;
    this.#startedAtMs = startedAtMs;
    this.lastReportAtMs = startedAtMs;
  }

  heard(
    address: string,
    atMs: number,
    code: BeaconCode | null,
    receiverId: string,
    rssiDbm: number | null,
  ): void {
    this.#reports += 1;
    this.lastReportAtMs = atMs;
    if (this.#devices.size < maxDevices) this.#devices.add(address);
    if (code === null) return;
    this.#note(this.#engine.sighting({ code, receiverId, rssiDbm, atMs }));
    if (this.#codes.has(code) || this.#codes.size >= maxDevices) return;
    this.#codes.add(code);
    // A rotating jack's next code is the same car, as it was when it was live.
    const jackId = this.#jackOf(code, atMs);
    if (jackId !== null) this.#note(this.#engine.sameCar(code, jackId, atMs));
  }

  tick(atMs: number): void {
    this.#note(this.#engine.tick(atMs));
  }

  /** `changes`: those since the last call. */
  facts(offsetMs: number) {
    const changes = this.#changes;
    this.#changes = [];
    return {
      offsetMs: Math.round(offsetMs),
      reports: this.#reports,
      devices: this.#devices.size,
      codes: this.#codes.size,
      changes,
      here: [...this.#here.values()].slice(0, maxShown),
    };
  }

  #note(found: readonly PresenceChange[]): void {
    for (const { code, state, laneId, laneCandidates, firstHeardAtMs, atMs, why } of found) {
      if (state === 'departed') this.#here.delete(code);
      else {
        const sinceOffsetMs = this.#offsetOf(firstHeardAtMs);
        this.#here.set(code, { code, state, laneId, laneCandidates: laneCandidates ?? [], sinceOffsetMs });
      }
      if (this.#told >= maxChanges) {
        this.isComplete = false;
        continue;
      }
      this.#told += 1;
      this.#changes.push({ offsetMs: this.#offsetOf(atMs), code, state, laneId, rule: why.rule });
    }
  }

  #offsetOf(atMs: number): number {
    return Math.max(0, Math.round(atMs - this.#startedAtMs));
  }
}
