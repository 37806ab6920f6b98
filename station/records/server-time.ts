/**
 * The payment server's clock as seen from here. What it says ends "at 14:32" ends then by its own clock; where
 * the two clocks differ a countdown here must say how long is left, not what the difference makes of it.
 */
import type { Clock } from '../../shared/domain/index.ts';

/** Less is the way of the message, not a difference of the clocks. */
const sameClockMs = 1_500;

export class ServerTime {
  readonly #clock: Clock;
  /** The server's clock minus our monotonic one: a correction of our wall clock does not touch it. */
  #aheadMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The server's clock shows this now. */
  heard(serverNowMs: number): void {
    this.#aheadMs = serverNowMs - this.#clock.monotonicMs();
  }

  /** A moment of the server's clock, as our wall clock shows it. */
  toHere(atMs: number): number {
    if (this.#aheadMs === null) return atMs;
    const differenceMs = this.#clock.monotonicMs() + this.#aheadMs - this.#clock.nowMs();
    return Math.abs(differenceMs) < sameClockMs ? atMs : Math.round(atMs - differenceMs);
  }
}
