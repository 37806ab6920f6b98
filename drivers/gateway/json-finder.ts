/**
 * Bytes of a gateway's serial line → the JSON objects in them.
 *
 *   "N: Send on /BTtoMQTT/… msg {"id":…}N: BLE Connect end\r\n"  ─▶  {"id":…}      the rest is log text
 *
 * Objects may stand anywhere in a line, run together, or be spread over lines. What turns out not to be
 * an object, by the first byte that contradicts JSON, is given up and looked into from its second byte.
 * Lengths and depths have hard limits, so that a brace in a log text swallows little.
 */
import type { DiscardReason } from '../receiver.ts';
import { JsonScanner } from './json-scanner.ts';

export interface JsonSink {
  /** The outermost object of a stretch of braces. */
  object(value: Record<string, unknown>): void;
  discarded(bytes: number, reason: DiscardReason): void;
  /** Bytes outside objects. `binary` of them are no text in any usual encoding. */
  text(bytes: number, binary: number): void;
}

/** A gateway that lists fifty advertisements in one message needs about 10 kB. */
export const maxObjectBytes = 64 * 1024;

const open = 0x7b; // {

export class JsonFinder {
  readonly #sink: JsonSink;
  readonly #decoder = new TextDecoder();
  /** From the opening brace of the object that is not whole yet. */
  #held: Uint8Array = new Uint8Array(0);
  readonly #scanner = new JsonScanner();
  #inside = false;
  #scannedTo = 0;

  constructor(sink: JsonSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#held.length > 0) {
      bytes = new Uint8Array(this.#held.length + chunk.length);
      bytes.set(this.#held);
      bytes.set(chunk, this.#held.length);
    }
    this.#held = this.#work(bytes, false);
  }

  /** The line is quiet: an object that is open will not be closed. */
  settle(): void {
    if (this.#held.length > 0) this.#held = this.#work(this.#held, true);
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  /** @returns what must be kept: an object that is not whole yet. */
  #work(bytes: Uint8Array, quiet: boolean): Uint8Array {
    let start = 0;
    while (start < bytes.length) {
      if (!this.#inside) {
        const found = bytes.indexOf(open, start);
        const textEnd = found < 0 ? bytes.length : found;
        if (textEnd > start) this.#sink.text(textEnd - start, binaryBytes(bytes, start, textEnd));
        if (found < 0) break;
        start = found;
        this.#inside = true;
        this.#scannedTo = 0;
        this.#scanner.reset();
      }
      const end = this.#scan(bytes, start);
      if (end === 'open' && !quiet) return bytes.subarray(start).slice();
      this.#inside = false;
      const next = typeof end === 'number' ? end : start;
      if (next > start && this.#take(bytes.subarray(start, next))) start = next;
      else {
        this.#sink.discarded(1, end === 'open' ? 'cut-off' : end === 'too-long' ? 'too-long' : 'malformed');
        start++;
      }
    }
    return new Uint8Array(0);
  }

  /** @returns the end of the object that begins at `start`, or why there is none. */
  #scan(bytes: Uint8Array, start: number): number | 'open' | 'too-long' | 'broken' {
    let at = start + this.#scannedTo;
    const limit = Math.min(bytes.length, start + maxObjectBytes);
    for (; at < limit; at++) {
      const state = this.#scanner.take(bytes[at] as number);
      if (state === 'whole') return at + 1;
      if (state === 'broken') return 'broken';
    }
    this.#scannedTo = at - start;
    return bytes.length - start >= maxObjectBytes ? 'too-long' : 'open';
  }

  #take(bytes: Uint8Array): boolean {
    try {
      const value: unknown = JSON.parse(this.#decoder.decode(bytes));
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      this.#sink.object(value as Record<string, unknown>);
      return true;
    } catch (cause) {
      if (cause instanceof SyntaxError) return false;
      throw cause;
    }
  }
}

function binaryBytes(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    // Tabs, line ends and the escape of coloured logs are text; so may bytes of UTF-8 be.
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b) count++;
    else if (byte === 0x7f || byte >= 0xf5) count++;
  }
  return count;
}
