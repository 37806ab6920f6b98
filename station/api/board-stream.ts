/**
 * The board's event stream, resumable and without queues.
 *
 *   publish ─▶ ring of the last N events, ids `<epoch>-<sequence>` ◀─ each watcher keeps one cursor
 *
 * A watcher pulls the next event behind its cursor that no later one has overtaken: a slow kiosk
 * skips intermediate states of the same visit and costs no memory. One that fell out of the ring, or
 * comes with an id of another run, gets a snapshot; so does everybody when the machine's clock was corrected, for
 * the time of now and the times of the cars must come in one piece. The epoch changes with every start.
 */
import { withEventMeta } from '@orpc/server';
import type { Cancel, Clock } from '../../shared/domain/index.ts';
import type { BoardEvent } from '../../shared/station-contract/index.ts';

type Snapshot = Extract<BoardEvent, { type: 'snapshot' }>;
export type BoardChange = Exclude<BoardEvent, { type: 'snapshot' | 'beat' }>;

const sharedForMs = 1_000;

export interface BoardStreamOptions {
  clock: Clock;
  /** Everything a fresh watcher needs, as of now. */
  snapshot: () => Omit<Snapshot, 'type' | 'nowMs'>;
  /** Was the clock corrected? Asked before the time is told; answered by {@link BoardStream.tellAnew}. */
  followClock?: () => void;
  /** Unique to this run of the station; without a dash it could not be told from the sequence. */
  epoch: string;
  /** Events kept for resuming. */
  capacity?: number;
  beatMs?: number;
}

export interface WatchOptions {
  lastEventId: string | undefined;
  signal: AbortSignal | undefined;
  /** Asked before every event and at every beat: is the watcher still signed in? */
  mayWatch: () => boolean;
  /** Thrown into the stream when it is not. */
  ended: () => Error;
}

interface Kept {
  sequence: number;
  key: string;
  event: BoardChange;
}

export class BoardStream {
  readonly #clock: Clock;
  readonly #snapshot: BoardStreamOptions['snapshot'];
  readonly #followClock: () => void;
  readonly #epoch: string;
  readonly #capacity: number;
  readonly #beatMs: number;
  /** Ring: the event with sequence s lies at s % capacity. */
  readonly #ring: Kept[] = [];
  readonly #latest = new Map<string, number>();
  readonly #wakers = new Set<() => void>();
  #sequence = 0;
  /** Whoever has seen less gets a snapshot. */
  #anewAt = 0;
  /** Made once for all kiosks that come at the same moment, as they do when the station was away. */
  #shared: { sequence: number; atMs: number; event: Omit<Snapshot, 'nowMs'> } | null = null;

  constructor(options: BoardStreamOptions) {
    this.#clock = options.clock;
    this.#snapshot = options.snapshot;
    this.#followClock = options.followClock ?? (() => {});
    this.#epoch = options.epoch;
    this.#capacity = options.capacity ?? 1024;
    this.#beatMs = options.beatMs ?? 5_000;
  }

  get watchers(): number {
    return this.#wakers.size;
  }

  publish(event: BoardChange): void {
    this.#sequence += 1;
    const key = keyOf(event);
    const slot = this.#sequence % this.#capacity;
    const old = this.#ring[slot];
    if (old !== undefined && this.#latest.get(old.key) === old.sequence) this.#latest.delete(old.key);
    this.#ring[slot] = { sequence: this.#sequence, key, event };
    this.#latest.set(key, this.#sequence);
    this.recheck();
  }

  /** Lets every watcher look again whether it is still signed in. */
  recheck(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  /** Everybody gets a snapshot next. */
  tellAnew(): void {
    this.#sequence += 1;
    this.#anewAt = this.#sequence;
    this.#shared = null;
    this.recheck();
  }

  async *watch(options: WatchOptions): AsyncGenerator<BoardEvent, void, void> {
    let cursor = this.#resumePoint(options.lastEventId);
    let beatDue = false;
    let wake: () => void = () => {};
    const waker = () => wake();
    const onBeat = () => {
      beatDue = true;
      wake();
    };
    let cancelBeat: Cancel = this.#clock.schedule(this.#beatMs, onBeat);
    this.#wakers.add(waker);
    options.signal?.addEventListener('abort', waker);
    try {
      while (options.signal?.aborted !== true) {
        if (!options.mayWatch()) throw options.ended();
        const next = this.#next(cursor);
        if (next !== null) {
          cursor = next.sequence;
          yield withEventMeta(next.event, { id: `${this.#epoch}-${next.sequence}` });
          continue;
        }
        if (beatDue) {
          this.#followClock();
          if (this.#next(cursor) !== null) continue;
          beatDue = false;
          cancelBeat = this.#clock.schedule(this.#beatMs, onBeat);
          yield { type: 'beat', nowMs: this.#clock.nowMs() };
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = () => {};
      }
    } finally {
      cancelBeat();
      this.#wakers.delete(waker);
      options.signal?.removeEventListener('abort', waker);
    }
  }

  /** The first event behind the cursor that no later one has overtaken; a snapshot when the ring no longer reaches back. */
  #next(cursor: number | null): { sequence: number; event: BoardEvent } | null {
    if (cursor === null || cursor < Math.max(this.#anewAt, this.#sequence - this.#capacity)) {
      this.#followClock();
      const nowMs = this.#clock.nowMs();
      // As of the last event. What is no event (the level of a car between two of them) may be a second old.
      const isNew =
        this.#shared?.sequence === this.#sequence && Math.abs(nowMs - this.#shared.atMs) <= sharedForMs;
      const shared =
        isNew && this.#shared !== null
          ? this.#shared
          : {
              sequence: this.#sequence,
              atMs: nowMs,
              event: { type: 'snapshot' as const, ...this.#snapshot() },
            };
      this.#shared = shared;
      return { sequence: this.#sequence, event: { ...shared.event, nowMs } };
    }
    for (let sequence = cursor + 1; sequence <= this.#sequence; sequence++) {
      const kept = this.#ring[sequence % this.#capacity];
      if (kept !== undefined && this.#latest.get(kept.key) === sequence) return kept;
    }
    return null;
  }

  #resumePoint(lastEventId: string | undefined): number | null {
    if (lastEventId === undefined) return null;
    const dash = lastEventId.lastIndexOf('-');
    const digits = lastEventId.slice(dash + 1);
    if (dash < 0 || lastEventId.slice(0, dash) !== this.#epoch || !/^[0-9]{1,15}$/.test(digits)) return null;
    const sequence = Number(digits);
    return sequence <= this.#sequence ? sequence : null;
  }
}

/** Events with the same key overtake each other: only the latest counts. */
function keyOf(event: BoardChange): string {
  switch (event.type) {
    case 'visit':
      return `visit ${event.visit.visitId}`;
    case 'visit-gone':
      return `visit ${event.visitId}`;
    case 'levels':
    case 'status':
    case 'receivers':
    case 'site':
      return event.type;
  }
}
