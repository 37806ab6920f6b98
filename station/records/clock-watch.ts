/**
 * Tells a wall clock that was corrected from time that passed.
 *
 *   wall clock − monotonic clock ─→ the same as before? ── yes → nothing
 *                                        │ no
 *                                        ├─ the machine slept so long → time passed
 *                                        └─ else → corrected, by so much
 *
 * Small steps and drift (a time server's daily work) are taken as they come: they move no timer that a person
 * reads. Daylight saving and time zones do not come here at all: the wall clock is UTC.
 */
import type { Clock } from '../../shared/domain/index.ts';

/** Smaller steps are no correction. */
export const smallestCorrectionMs = 2_000;

export class ClockWatch {
  readonly #clock: Clock;
  readonly #bootMs: () => number;
  #aheadMs: number;
  /** Time since boot minus monotonic clock: grows while the machine sleeps. */
  #sleptMs: number;

  /** @param bootMs time since the machine was started, sleep included; most monotonic clocks leave sleep out. */
  constructor(clock: Clock, bootMs: () => number) {
    this.#clock = clock;
    this.#bootMs = bootMs;
    this.#aheadMs = this.#ahead();
    this.#sleptMs = this.#slept();
  }

  /** By how much the wall clock was corrected since {@link seen}: 0 = not at all. Asked with every report: cheap. */
  correctionMs(): number {
    const aheadMs = this.#ahead();
    const stepMs = aheadMs - this.#aheadMs;
    if (Math.abs(stepMs) < smallestCorrectionMs) {
      this.#aheadMs = aheadMs;
      return 0;
    }
    const byMs = Math.round(stepMs - (this.#slept() - this.#sleptMs));
    if (Math.abs(byMs) >= smallestCorrectionMs) return byMs;
    this.seen();
    return 0;
  }

  /** The clocks as they stand now are what further corrections are measured from. */
  seen(): void {
    this.#aheadMs = this.#ahead();
    this.#sleptMs = this.#slept();
  }

  #ahead(): number {
    return this.#clock.nowMs() - this.#clock.monotonicMs();
  }

  #slept(): number {
    return this.#bootMs() - this.#clock.monotonicMs();
  }
}
