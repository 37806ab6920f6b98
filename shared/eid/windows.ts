/**
 * A jack's clock and the windows its code lives in. A jack counts seconds by itself; the server knows
 * what the counter showed at one moment and reckons from there.
 */
import type { BeaconCode } from '../domain/index.ts';
import { eidCodeAt, windowStart } from './eid.ts';

/** A rotating jack as the one who resolves it knows it. */
export interface RotatingJack {
  /** 16 bytes. */
  identityKey: Uint8Array;
  /** K, 0 to 15. */
  rotationExponent: number;
  /** The jack's counter … */
  counterSeconds: number;
  /** … at this moment (UTC ms). */
  counterAtMs: number;
}

/** One code and the span of UTC milliseconds it is broadcast in: from `fromMs` (inclusive) to `toMs`. */
export interface EidWindow {
  code: BeaconCode;
  counterSeconds: number;
  fromMs: number;
  toMs: number;
}

/** What the jack's counter shows at `timeMs`; wraps at 2^32 as the jack's does. */
export function counterAt(jack: RotatingJack, timeMs: number): number {
  const elapsed = Math.floor((timeMs - jack.counterAtMs) / 1000);
  return (((jack.counterSeconds + elapsed) % 2 ** 32) + 2 ** 32) % 2 ** 32;
}

/** What the jack broadcasts at `timeMs`. */
export function codeAt(jack: RotatingJack, timeMs: number): BeaconCode {
  return eidCodeAt(jack.identityKey, jack.rotationExponent, counterAt(jack, timeMs));
}

/** The window that `timeMs` falls in. */
export function windowAt(jack: RotatingJack, timeMs: number): EidWindow {
  const counter = counterAt(jack, timeMs);
  const start = windowStart(jack.rotationExponent, counter);
  const wholeSecondMs = jack.counterAtMs + Math.floor((timeMs - jack.counterAtMs) / 1000) * 1000;
  const fromMs = wholeSecondMs - (counter - start) * 1000;
  return {
    code: eidCodeAt(jack.identityKey, jack.rotationExponent, start),
    counterSeconds: start,
    fromMs,
    toMs: fromMs + 2 ** jack.rotationExponent * 1000,
  };
}

/** Every window that touches the span from `fromMs` to `toMs` (inclusive), in order. */
export function windowsBetween(jack: RotatingJack, fromMs: number, toMs: number): EidWindow[] {
  const windows: EidWindow[] = [];
  for (let atMs = fromMs; atMs <= toMs; ) {
    const window = windowAt(jack, atMs);
    windows.push(window);
    atMs = window.toMs;
  }
  return windows;
}
