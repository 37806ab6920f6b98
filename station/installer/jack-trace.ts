/**
 * The trace of one jack, under whatever codes it is heard. Whose a new code is, the site may learn only
 * seconds after its first hearing (from the expected list or the payment server); what was heard by then
 * is not lost.
 *
 *   hearing ─▶ code of the jack? ── yes ──▶ trace
 *                     └── not known yet ──▶ waits with its code ── known as the jack's ──▶ trace
 *                                                    └── known as another's, or too many ──▶ forgotten
 */
import type { BeaconCode } from '../../shared/domain/index.ts';
import type { Hearing } from './walk-stands.ts';

/** Whose code it was at that time; null: the site does not know (yet). */
export type JackOf = (code: BeaconCode, atMs: number) => string | null;

/** Seven receivers that hear ten advertisements a second: about six minutes. */
export const maxHearings = 24_000;
/** A car park full of strangers' beacons, half a minute of each. */
const maxWaitingCodes = 64;
const maxWaitingHearings = 1_000;
/** How often the site is asked whose a waiting code is. */
const askEveryMs = 1_000;

interface Waiting {
  hearings: Hearing[];
  askedAtMs: number;
}

export class JackTrace {
  readonly #jackOf: JackOf;
  readonly #firstCode: BeaconCode;
  readonly #codes = new Set<BeaconCode>();
  readonly #waiting = new Map<BeaconCode, Waiting>();
  readonly #others = new Set<BeaconCode>();
  readonly #hearings: Hearing[] = [];
  #jackId: string | null = null;

  constructor(code: BeaconCode, jackOf: JackOf) {
    this.#firstCode = code;
    this.#jackOf = jackOf;
    this.#codes.add(code);
  }

  get hearings(): readonly Hearing[] {
    return this.#hearings;
  }

  get isFull(): boolean {
    return this.#hearings.length >= maxHearings;
  }

  /** How many codes of the jack were heard. */
  get codes(): number {
    return this.#codes.size;
  }

  hear(code: BeaconCode, hearing: Hearing): void {
    if (this.isFull) return;
    if (this.#codes.has(code)) {
      this.#hearings.push(hearing);
      return;
    }
    if (this.#others.has(code)) return;
    let waiting = this.#waiting.get(code);
    if (waiting === undefined) {
      if (this.#waiting.size >= maxWaitingCodes) this.#forgetOldest();
      waiting = { hearings: [], askedAtMs: Number.NEGATIVE_INFINITY };
      this.#waiting.set(code, waiting);
    }
    if (waiting.hearings.length < maxWaitingHearings) waiting.hearings.push(hearing);
    // Also when the clock was set back.
    if (Math.abs(hearing.atMs - waiting.askedAtMs) < askEveryMs) return;
    waiting.askedAtMs = hearing.atMs;
    this.#ask(code, waiting, hearing.atMs);
  }

  /** Takes in what the site has learned since. */
  follow(nowMs: number): void {
    for (const [code, waiting] of [...this.#waiting]) this.#ask(code, waiting, nowMs);
  }

  #ask(code: BeaconCode, waiting: Waiting, nowMs: number): void {
    this.#jackId ??= this.#jackOf(this.#firstCode, this.#hearings[0]?.atMs ?? nowMs);
    const atMs = waiting.hearings.at(-1)?.atMs ?? nowMs;
    const jackId = this.#jackOf(code, atMs);
    if (jackId === null || this.#jackId === null) return;
    this.#waiting.delete(code);
    if (jackId !== this.#jackId) {
      if (this.#others.size < maxWaitingCodes * 8) this.#others.add(code);
      return;
    }
    this.#codes.add(code);
    this.#hearings.push(...waiting.hearings.slice(0, maxHearings - this.#hearings.length));
  }

  #forgetOldest(): void {
    const oldest = this.#waiting.keys().next().value;
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }
}
