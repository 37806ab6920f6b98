import type { Clock } from './clock.ts';

/** `burst` attempts at once, then one per `refillMs`. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #refillMs: number;
  #tokens: number;
  #atMs: number;

  constructor(clock: Clock, burst: number, refillMs: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#tokens = burst;
    this.#atMs = clock.nowMs();
  }

  /** Takes one attempt; answers 0, or how many milliseconds to wait. */
  take(): number {
    const nowMs = this.#clock.nowMs();
    // A wall clock set back must not lock anybody out for longer.
    const passedMs = Math.max(0, nowMs - this.#atMs);
    this.#tokens = Math.min(this.#burst, this.#tokens + passedMs / this.#refillMs);
    this.#atMs = nowMs;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - this.#tokens) * this.#refillMs);
  }

  /** The attempt that was taken last was none. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }
}
