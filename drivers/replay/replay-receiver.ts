/**
 * A recorded file as a receiver.
 *
 *   file ─▶ BtsnoopReader ─▶ records (loaded) ─▶ clock: in time, faster, or step by step ─▶ HciDecoder ─▶ reports
 *
 *   Reports carry the time at which they are played, so that the station treats them as heard now.
 */
import { createReadStream } from 'node:fs';
import { type Cancel, type Clock, err, ok, type Result, systemClock } from '../../shared/domain/index.ts';
import { HciDecoder } from '../hci-uart/hci-decoder.ts';
import type {
  Receiver,
  ReceiverCounters,
  ReceiverError,
  ReceiverHealth,
  ReceiverListener,
  Unsubscribe,
} from '../receiver.ts';
import { ReceiverCore } from '../receiver-core.ts';
import { BtsnoopReader, type BtsnoopRecord } from './btsnoop.ts';

/**
 * `in-time` at `speed` times the recorded pace (1 = as it was); `stepwise` plays one record per
 * `step()`.
 */
export type ReplayPace = { kind: 'in-time'; speed: number } | { kind: 'stepwise' };

export interface ReplayOptions {
  id: string;
  path: string;
  clock?: Clock;
  /** Default: as recorded. */
  pace?: ReplayPace;
  /** Start again at the end; default false. */
  repeat?: boolean;
  onEnd?: () => void;
}

/** Recordings are for tests, training and complaints, not for archives: a day of a busy site is 100 MB. */
const maxFileBytes = 512 * 1024 * 1024;
/** Pause between the last record and the first when a recording is repeated. */
const repeatPauseMs = 1000;

export class ReplayReceiver implements Receiver {
  readonly id: string;
  readonly kind = 'replay';
  readonly #options: ReplayOptions;
  readonly #clock: Clock;
  readonly #core: ReceiverCore;
  readonly #decoder: HciDecoder;
  #records: BtsnoopRecord[] = [];
  #next = 0;
  #cancel: Cancel = () => {};
  /** Clock time at which the recording's first record plays. */
  #startedAtMs = 0;
  #atMs = 0;

  constructor(options: ReplayOptions) {
    this.id = options.id;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#core = new ReceiverCore(this.#clock);
    this.#decoder = new HciDecoder({
      report: (address, addressType, data, rssiDbm) => {
        this.#core.report({ receiverId: this.id, address, addressType, rssiDbm, data, atMs: this.#atMs });
      },
      answer: () => this.#core.unknownEvent(),
      hardwareError: () => this.#core.unknownEvent(),
      unknown: () => this.#core.unknownEvent(),
      discarded: (bytes, reason) => this.#core.discarded(bytes, reason),
    });
  }

  async open(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'unopened') {
      return err({ code: 'already-opened', text: `replay ${this.id} was opened before; make a new one` });
    }
    this.#core.starting();
    const read = await readRecords(this.#options.path);
    if (this.#core.isEnded)
      return err({ code: 'not-open', text: `replay ${this.id} was closed while it opened` });
    if (!read.ok) {
      this.#core.failed(read.error);
      return read;
    }
    this.#records = read.value.records;
    if (read.value.cutOffBytes > 0) this.#core.discarded(read.value.cutOffBytes, 'cut-off');
    this.#startedAtMs = this.#clock.nowMs();
    this.#core.healthy();
    this.#plan();
    return ok(undefined);
  }

  /** Plays the next record at once (any pace). @returns false at the end. */
  step(): boolean {
    if (!this.#core.isOpen || this.#next >= this.#records.length) return false;
    this.#atMs = this.#clock.nowMs();
    this.#play();
    return this.#next < this.#records.length;
  }

  subscribe(listener: ReceiverListener): Unsubscribe {
    return this.#core.subscribe(listener);
  }

  health(): ReceiverHealth {
    return this.#core.health();
  }

  counters(): ReceiverCounters {
    return this.#core.counters();
  }

  /** Plays on: a file has no scan that could stop. */
  async restartScan(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'healthy') {
      return err({ code: 'not-open', text: `replay ${this.id} is not open` });
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    this.#cancel();
    this.#records = [];
    this.#core.closed();
  }

  #play(): void {
    const record = this.#records[this.#next++];
    if (record === undefined) return;
    if (!record.received || record.cut) return;
    this.#core.packet();
    this.#decoder.packet(record.packet, 0, record.packet.length);
  }

  #plan(): void {
    const pace = this.#options.pace ?? { kind: 'in-time', speed: 1 };
    if (pace.kind === 'stepwise') return;
    const first = this.#records[0];
    const record = this.#records[this.#next];
    if (first === undefined || record === undefined) {
      this.#options.onEnd?.();
      if (!this.#options.repeat || first === undefined) {
        this.#core.closed();
        return;
      }
      this.#next = 0;
      this.#startedAtMs = this.#clock.nowMs() + repeatPauseMs;
      this.#cancel = this.#clock.schedule(repeatPauseMs, () => this.#playDue(pace.speed));
      return;
    }
    const dueAtMs = this.#startedAtMs + (record.atMs - first.atMs) / pace.speed;
    this.#cancel = this.#clock.schedule(Math.max(0, dueAtMs - this.#clock.nowMs()), () =>
      this.#playDue(pace.speed),
    );
  }

  /** Everything due by now in one turn, so that a high speed does not need a timer per record. */
  #playDue(speed: number): void {
    const nowMs = this.#clock.nowMs();
    const firstAtMs = this.#records[0]?.atMs ?? 0;
    for (;;) {
      const record = this.#records[this.#next];
      if (record === undefined || !this.#core.isOpen) break;
      const dueAtMs = this.#startedAtMs + (record.atMs - firstAtMs) / speed;
      if (dueAtMs > nowMs) break;
      this.#atMs = Math.max(dueAtMs, this.#startedAtMs);
      this.#play();
    }
    if (this.#core.isOpen) this.#plan();
  }
}

interface Recording {
  records: BtsnoopRecord[];
  /** A file cut off inside its last record plays up to there. */
  cutOffBytes: number;
}

async function readRecords(path: string): Promise<Result<Recording, ReceiverError>> {
  const records: BtsnoopRecord[] = [];
  const reader = new BtsnoopReader((record) => records.push(record));
  let total = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > maxFileBytes) return err({ code: 'file-malformed', text: `${path} is longer than 512 MB` });
      const pushed = reader.push(chunk);
      if (!pushed.ok) return err({ ...pushed.error, text: `${path}: ${pushed.error.text}` });
    }
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const code = /EACCES|EPERM/.test(text) ? 'permission-denied' : 'file-not-found';
    return err({ code, text: `${path}: ${text}` });
  }
  const ended = reader.end();
  if (!ended.ok && records.length === 0) return err({ ...ended.error, text: `${path}: ${ended.error.text}` });
  return ok({ records, cutOffBytes: ended.ok ? 0 : reader.heldBytes });
}
