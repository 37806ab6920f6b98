/**
 * Time is injected: production passes {@link systemClock}, tests pass a {@link ManualClock} and
 * move it by hand, so that no test sleeps.
 */

export type Cancel = () => void;

export interface Clock {
  /** UTC milliseconds since 1970. People and time servers correct it, in both directions. */
  nowMs(): number;
  /** Milliseconds since some moment of this run. Nobody corrects it: what passed between two readings has passed. */
  monotonicMs(): number;
  /** Calls `action` once after `delayMs` (≥ 0). Calling the returned function cancels it. */
  schedule(delayMs: number, action: () => void): Cancel;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Calls `action` every `periodMs` until cancelled. The next call is planned after the last one ended. */
export function every(clock: Clock, periodMs: number, action: () => void): Cancel {
  let cancelled = false;
  let cancel: Cancel = () => {};
  const plan = () => {
    cancel = clock.schedule(periodMs, () => {
      action();
      if (!cancelled) plan();
    });
  };
  plan();
  return () => {
    cancelled = true;
    cancel();
  };
}

interface Planned {
  atMs: number;
  sequence: number;
  action: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  /** Wall clock minus monotonic clock. */
  #aheadMs: number;
  #passedMs = 0;
  #sequence = 0;
  #planned: Planned[] = [];

  constructor(nowMs = Date.UTC(2026, 10, 21, 5, 0, 0)) {
    this.#aheadMs = nowMs;
  }

  nowMs(): number {
    return this.#passedMs + this.#aheadMs;
  }

  monotonicMs(): number {
    return this.#passedMs;
  }

  schedule(delayMs: number, action: () => void): Cancel {
    const entry = { atMs: this.#passedMs + Math.max(0, delayMs), sequence: this.#sequence++, action };
    this.#planned.push(entry);
    return () => {
      this.#planned = this.#planned.filter((p) => p !== entry);
    };
  }

  /** Moves time on and runs what falls due, in order, each at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#passedMs + byMs;
    for (;;) {
      let next: Planned | undefined;
      for (const p of this.#planned) {
        if (p.atMs > untilMs) continue;
        if (!next || p.atMs < next.atMs || (p.atMs === next.atMs && p.sequence < next.sequence)) next = p;
      }
      if (!next) break;
      this.#planned = this.#planned.filter((p) => p !== next);
      this.#passedMs = Math.max(this.#passedMs, next.atMs);
      next.action();
    }
    this.#passedMs = untilMs;
  }

  /** Time passes and nothing runs: what fell due meanwhile is late, as after a sleep. */
  skip(byMs: number): void {
    this.#passedMs += byMs;
  }

  /** The wall clock is corrected, in either direction: no time passes, and what is planned stays planned. */
  set(nowMs: number): void {
    this.#aheadMs = nowMs - this.#passedMs;
  }

  get plannedCount(): number {
    return this.#planned.length;
  }
}
