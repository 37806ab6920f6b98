import { type Cancel, type Clock, systemClock } from '../../shared/domain/index.ts';

/** Real time, so many times as fast: what takes a minute on the lot takes seconds in a test. */
export class QuickClock implements Clock {
  readonly #factor: number;
  readonly #startMs = systemClock.nowMs();

  constructor(factor: number) {
    this.#factor = factor;
  }

  nowMs(): number {
    return Math.round(this.#startMs + (systemClock.nowMs() - this.#startMs) * this.#factor);
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() * this.#factor;
  }

  schedule(delayMs: number, action: () => void): Cancel {
    return systemClock.schedule(delayMs / this.#factor, action);
  }
}
