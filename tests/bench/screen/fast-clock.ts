/** A clock whose time runs `speed` times as fast as the machine's: an hour of the site in two minutes. */
import type { Cancel, Clock } from '../../../shared/domain/index.ts';

export class FastClock implements Clock {
  readonly #startMs = Date.now();
  readonly #since = performance.now();
  readonly #speed: number;

  constructor(speed: number) {
    this.#speed = speed;
  }

  nowMs(): number {
    return Math.floor(this.#startMs + this.monotonicMs());
  }

  monotonicMs(): number {
    return (performance.now() - this.#since) * this.#speed;
  }

  schedule(delayMs: number, action: () => void): Cancel {
    const timer = setTimeout(action, delayMs / this.#speed);
    return () => clearTimeout(timer);
  }
}
