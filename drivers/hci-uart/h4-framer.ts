/**
 * Bytes of a serial line → H4 packets (Core Spec Vol 4 Part A).
 *
 *   chunk ─▶ held + chunk ─▶ judge the packet that could begin here ─┬─▶ packet
 *                 ▲                  │                               ├─▶ discarded
 *                 └── undecided ◀────┘                               └─▶ held until more bytes come
 *
 * H4 has no mark and no checksum: after lost or extra bytes a length byte in the wrong place can
 * claim up to 255 (data packets 65,535) bytes of good packets. So a packet is believed by evidence:
 *
 *  - its inside agrees with its lengths (`packet-shape.ts`);
 *  - what follows it looks like a packet. A report whose inside agrees is handed on at once, without
 *    waiting for what follows; it stays held until the next bytes confirm the boundary. If they do
 *    not, the packets that begin inside it are looked for, and none of them is lost;
 *  - packets that cannot be checked (data, vendor, unknown events) are believed only while in step,
 *    never while looking for the first good packet;
 *  - when the line falls quiet in the middle of a packet, the driver calls `settle()`: the rest will
 *    not come, and what begins behind is looked at.
 *
 * Never holds more than one packet and its overlap. Each byte is looked at a bounded number of times.
 */
import type { DiscardReason } from '../receiver.ts';
import { events, h4, leSubevents, maxEventPacketBytes } from './hci-constants.ts';
import {
  type Boundary,
  boundary,
  boundaryAt,
  maxDataPacketBytes,
  packetLength,
  packetShape,
  unchecked,
  unknown,
} from './packet-shape.ts';
import { shape } from './report-layout.ts';

export interface H4Sink {
  /** A whole packet, `bytes[start]` is its type. The bytes stay valid and unchanged. */
  packet(bytes: Uint8Array, start: number, end: number): void;
  discarded(bytes: number, reason: DiscardReason): void;
}

/** The most that is ever held between two chunks. */
export const maxHeldBytes = maxDataPacketBytes + maxEventPacketBytes;

const nothing = new Uint8Array(0);
/** Results of the search for packets inside another. */
const none = -1;
const maybe = -2;

/** Type, code, length, subevent and count of a report event: no packet begins inside these. */
const reportHeader = 5;
/** A report event with one report and no data. */
const shortestReport = 15;

export class H4Framer {
  readonly #sink: H4Sink;
  #held: Uint8Array = nothing;
  /** Bytes at the front of `#held` that were handed on as a packet whose end is not confirmed yet. */
  #handedOn = 0;
  /** In step: the byte at the front is where a packet must begin. */
  #inStep: boolean;
  #garbage = 0;

  /** @param inStep whether the first byte is known to begin a packet: a file, not a line joined midway. */
  constructor(sink: H4Sink, inStep = false) {
    this.#sink = sink;
    this.#inStep = inStep;
  }

  /** The chunk must not be changed afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    let bytes = chunk;
    if (this.#held.length > 0) {
      if (this.#handedOn === this.#held.length && boundaryAt(chunk, 0, chunk.length) === boundary.strong) {
        this.#handedOn = 0;
      } else {
        bytes = new Uint8Array(this.#held.length + chunk.length);
        bytes.set(this.#held);
        bytes.set(chunk, this.#held.length);
      }
      this.#held = nothing;
    }
    this.#work(bytes, false);
  }

  /** The line has been quiet for longer than any pause inside a packet. */
  settle(): void {
    if (this.#held.length === 0) return;
    const bytes = this.#held;
    this.#held = nothing;
    this.#work(bytes, true);
  }

  /** No more bytes will come. */
  end(): void {
    this.settle();
    if (this.#handedOn === 0 && this.#held.length > 0) this.#discard(this.#held.length, 'cut-off');
    this.#flushGarbage();
    this.#held = nothing;
    this.#handedOn = 0;
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  /** Is something held that more bytes or `settle()` must decide? (A report handed on is not.) */
  get isUndecided(): boolean {
    return this.#held.length > this.#handedOn;
  }

  #work(bytes: Uint8Array, quiet: boolean): void {
    const end = bytes.length;
    let at = 0;
    while (at < end) {
      const next = this.#step(bytes, at, end, quiet);
      if (next === at) break;
      at = next;
    }
    this.#flushGarbage();
    if (at < end) this.#held = at === 0 ? bytes : bytes.subarray(at);
  }

  /** @returns where to go on; `at` itself when more bytes are needed. */
  #step(bytes: Uint8Array, at: number, end: number, quiet: boolean): number {
    const handedOn = this.#handedOn;
    if (handedOn > 0) return this.#confirm(bytes, at, at + handedOn, end, quiet, true);
    if (!this.#inStep && bytes[at] !== h4.event) return this.#skipToEvent(bytes, at, end);
    const judged = packetShape(bytes, at, end);
    switch (judged) {
      case shape.verified:
      case shape.columns:
      case shape.doubtful:
        return this.#confirm(
          bytes,
          at,
          at + packetLength(bytes, at, end),
          end,
          quiet,
          judged !== shape.doubtful,
        );
      case shape.pending:
        return quiet ? this.#reject(at, 'cut-off') : at;
      case unchecked:
      case unknown:
        return this.#inStep
          ? this.#uncheckedPacket(bytes, at, end, quiet, judged)
          : this.#reject(at, 'garbage');
      case shape.impossible:
        return this.#reject(at, this.#reasonAgainst(bytes, at, end));
    }
  }

  /** A packet whose inside agrees: is its end right too? */
  #confirm(bytes: Uint8Array, at: number, to: number, end: number, quiet: boolean, sure: boolean): number {
    if (this.#handedOn === 0) {
      const tail = findPacketsUpTo(bytes, at + reportHeader, to);
      if (tail >= 0) {
        this.#discard(tail - at, 'cut-off');
        this.#inStep = true;
        return tail;
      }
    }
    let follows: Boundary = boundaryAt(bytes, to, end);
    // Silence behind a whole packet is as good an end as another packet.
    if (follows === boundary.undecided && quiet) follows = boundary.strong;
    if (follows === boundary.undecided) {
      if (sure && this.#handedOn === 0) {
        this.#handOn(bytes, at, to);
        this.#handedOn = to - at;
      }
      return at;
    }
    if (follows === boundary.bad || follows === boundary.weak) {
      const inner = findPacket(bytes, at + 1, to, end);
      if (inner === maybe && !quiet) return at;
      if (inner >= 0) {
        if (this.#handedOn === 0) this.#discard(inner - at, 'cut-off');
        this.#handedOn = 0;
        this.#inStep = true;
        return inner;
      }
    }
    if (this.#handedOn === 0) this.#handOn(bytes, at, to);
    this.#handedOn = 0;
    this.#inStep = follows !== boundary.bad;
    return to;
  }

  /** In step, a packet of no interest: skipped by its length if what follows agrees. */
  #uncheckedPacket(
    bytes: Uint8Array,
    at: number,
    end: number,
    quiet: boolean,
    judged: typeof unchecked | typeof unknown,
  ): number {
    const length = packetLength(bytes, at, end);
    const to = at + length;
    if (length === 0 || to > end) {
      if (quiet) return this.#reject(at, 'cut-off');
      const inner = judged === unknown ? findPacket(bytes, at + 1, end, end) : none;
      return inner >= 0 ? this.#rejectTo(at, inner) : at;
    }
    const follows = boundaryAt(bytes, to, end);
    if (follows === boundary.undecided && !quiet) return at;
    if (judged === unknown || follows === boundary.bad || follows === boundary.weak) {
      const inner = findPacket(bytes, at + 1, to, end);
      if (inner >= 0) return this.#rejectTo(at, inner);
      if (inner === maybe && !quiet && follows !== boundary.strong) return at;
    }
    if (follows === boundary.bad) return this.#reject(at, 'garbage');
    // A stray byte in front of an event makes a data packet that ends with it, as the event's length
    // takes the place of its own: good packets that fill the rest outweigh a packet nobody can check.
    const tail = findPacketsUpTo(bytes, at + 1, to);
    if (tail >= 0) return this.#rejectTo(at, tail);
    this.#handOn(bytes, at, to);
    return to;
  }

  #handOn(bytes: Uint8Array, at: number, to: number): void {
    this.#flushGarbage();
    this.#sink.packet(bytes, at, to);
  }

  #reject(at: number, reason: DiscardReason): number {
    this.#inStep = false;
    if (reason === 'garbage') this.#garbage++;
    else this.#discard(1, reason);
    return at + 1;
  }

  #rejectTo(at: number, to: number): number {
    this.#garbage += to - at;
    return to;
  }

  #skipToEvent(bytes: Uint8Array, at: number, end: number): number {
    const found = bytes.indexOf(h4.event, at);
    const to = found < 0 ? end : found;
    this.#garbage += to - at;
    return to;
  }

  #reasonAgainst(bytes: Uint8Array, at: number, end: number): DiscardReason {
    if (packetLength(bytes, at, end) === -2) return 'too-long';
    return this.#inStep && bytes[at] === h4.event ? 'malformed' : 'garbage';
  }

  #discard(count: number, reason: DiscardReason): void {
    this.#flushGarbage();
    this.#sink.discarded(count, reason);
  }

  #flushGarbage(): void {
    if (this.#garbage === 0) return;
    const count = this.#garbage;
    this.#garbage = 0;
    this.#sink.discarded(count, 'garbage');
  }
}

/**
 * The first whole advertising report or command answer that begins in `bytes[from, to)`, wherever it
 * ends. `maybe` when one could begin there whose end is not here yet.
 */
function findPacket(bytes: Uint8Array, from: number, to: number, end: number): number {
  let result = none;
  for (let at = bytes.indexOf(h4.event, from); at >= 0 && at < to; at = bytes.indexOf(h4.event, at + 1)) {
    if (at + 1 < end && !isTellingEvent(bytes, at, end)) continue;
    const judged = packetShape(bytes, at, end);
    if (judged === shape.verified || judged === shape.doubtful || judged === shape.columns) return at;
    if (judged === shape.pending) result = maybe;
  }
  return result;
}

/**
 * Good packets that begin inside `bytes[from, to)` and end exactly at `to`: what a packet that lost
 * its end has swallowed, where what is left of it happens to agree with its lengths.
 */
function findPacketsUpTo(bytes: Uint8Array, from: number, to: number): number {
  const last = to - shortestReport;
  for (let at = from; at <= last; at++) {
    if (bytes[at + 1] !== events.leMeta || bytes[at] !== h4.event) continue;
    let next = at;
    while (next < to && packetShape(bytes, next, to) === shape.verified)
      next += packetLength(bytes, next, to);
    if (next === to) return at;
  }
  return none;
}

/** Only events whose inside can be checked count as found: others would be met by accident. */
function isTellingEvent(bytes: Uint8Array, at: number, end: number): boolean {
  const code = bytes[at + 1];
  if (code === events.leMeta) {
    if (at + 3 >= end) return true;
    const subevent = bytes[at + 3];
    return subevent === leSubevents.advertisingReport || subevent === leSubevents.extendedAdvertisingReport;
  }
  if (code === events.commandStatus) return at + 2 >= end || bytes[at + 2] === 4;
  if (code !== events.commandComplete) return false;
  // One to a few command credits and an opcode group that exists: else two bytes would be enough.
  return at + 5 >= end || ((bytes[at + 3] as number) <= 8 && (bytes[at + 5] as number) <= 0x20 + 3);
}
