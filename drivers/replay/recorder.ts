/**
 * Keeps what receivers hear in a btsnoop file: for the installer's walk test, for a complaint, for a bug.
 *
 *   reports ─▶ Scrubber (names out, addresses scrambled on request) ─▶ H4 packets ─▶ btsnoop file
 *
 *   recording ── stop() ──▶ stopped
 *       └── full, or the disk refuses ──▶ stopped by itself; the file up to there is whole
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/domain/index.ts';
import type { AdvertisingReport, ReceiverError } from '../receiver.ts';
import { encodeBtsnoopHeader, encodeBtsnoopRecord } from './btsnoop.ts';
import { packetsOfReport } from './report-packet.ts';
import { Scrubber } from './scrub.ts';

export interface RecorderOptions {
  /** Must not exist yet: a recording never overwrites another. */
  path: string;
  scrambleAddresses: boolean;
  /** 32 random bytes, for several files that scramble alike; never to be stored. */
  scramblingKey?: Uint8Array;
  /** The recording stops by itself at this size; default 64 MB, about a busy hour. */
  maxBytes?: number;
}

export interface RecordingSummary {
  records: number;
  bytes: number;
  /** Reports that a slow disk did not take in time. */
  dropped: number;
  ended: 'stopped' | 'full' | 'disk-refused';
}

const defaultMaxBytes = 64 * 1024 * 1024;
/** Bytes that may wait for the disk. */
const maxWaitingBytes = 4 * 1024 * 1024;

export class Recorder {
  readonly #stream: WriteStream;
  readonly #scrubber: Scrubber;
  readonly #maxBytes: number;
  readonly #summary: RecordingSummary = { records: 0, bytes: 0, dropped: 0, ended: 'stopped' };
  #over = false;

  private constructor(stream: WriteStream, options: RecorderOptions) {
    this.#stream = stream;
    this.#scrubber = new Scrubber(options.scrambleAddresses, options.scramblingKey);
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    stream.on('error', () => this.#end('disk-refused'));
    this.#write(encodeBtsnoopHeader());
  }

  static async start(options: RecorderOptions): Promise<Result<Recorder, ReceiverError>> {
    try {
      const file = await open(options.path, 'wx', 0o600);
      return ok(new Recorder(createWriteStream(options.path, { fd: file }), options));
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      return err({ code: /EACCES|EPERM|EROFS/.test(text) ? 'permission-denied' : 'file-not-writable', text });
    }
  }

  record(report: AdvertisingReport): void {
    if (this.#over) return;
    if (this.#stream.writableLength > maxWaitingBytes) {
      this.#summary.dropped++;
      return;
    }
    const scrubbed = this.#scrubber.scrub(report);
    for (const packet of packetsOfReport(scrubbed)) {
      const record = encodeBtsnoopRecord(packet, true, report.atMs);
      if (this.#summary.bytes + record.length > this.#maxBytes) {
        this.#end('full');
        return;
      }
      this.#write(record);
      this.#summary.records++;
    }
  }

  get isRecording(): boolean {
    return !this.#over;
  }

  summary(): RecordingSummary {
    return { ...this.#summary };
  }

  /** Settles when the file is on the disk. Safe to call more than once. */
  async stop(): Promise<RecordingSummary> {
    this.#end('stopped');
    if (!this.#stream.closed) {
      await new Promise<void>((settle) => this.#stream.once('close', () => settle()));
    }
    return this.summary();
  }

  #write(bytes: Uint8Array): void {
    this.#summary.bytes += bytes.length;
    this.#stream.write(bytes);
  }

  #end(ended: RecordingSummary['ended']): void {
    if (this.#over) return;
    this.#over = true;
    this.#summary.ended = ended;
    this.#stream.end();
  }
}
