/**
 * A link that is lost again and again is not well between its losses. What the supervision finds goes in, what the
 * site is told comes out:
 *
 *                    3rd loss within 10 min                 away for 20 s
 *   as it is found ─────────────────────────▶ unstable ───────────────────────▶ as it is found (failed, silent)
 *         ▲                                    │  ▲  connected or not, with the     │
 *         └── no loss for 10 min, and it hears ┘  └── losses of the last 10 min ◀───┘ heard again
 *
 * A loss: it was healthy, and then was silent, or failed, or ended. It counts from the end of the time that it was away.
 */
import type { Clock } from '../../shared/domain/index.ts';
import type { ReceiverView } from '../../shared/station-contract/index.ts';
import { linkDelays } from './link-delays.ts';

export type LinkHealth = ReceiverView['health'];

export class LinkStability {
  readonly #clock: Clock;
  #wasHealthy = false;
  /** Since when it has not been healthy after a loss; null: it is, or it never was. Monotonic. */
  #awaySinceMs: number | null = null;
  /** When each of the last losses ended, the oldest first. Monotonic. */
  #lossesMs: number[] = [];
  #lastReason = '';
  /** Since when it is called unstable, UTC; null: it is not. */
  #unstableSinceMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param found what the supervision finds now; asked again as time passes. @returns what is said of it */
  judge(found: LinkHealth): LinkHealth {
    if (found.state === 'closed' || found.state === 'starting') return found;
    const nowMs = this.#clock.monotonicMs();
    if (found.state !== 'healthy' && this.#wasHealthy) this.#lost(found, nowMs);
    if (this.#awaySinceMs !== null) this.#lossesMs[this.#lossesMs.length - 1] = nowMs;
    this.#wasHealthy = found.state === 'healthy';
    if (this.#wasHealthy) this.#awaySinceMs = null;
    this.#lossesMs = this.#lossesMs.filter((atMs) => nowMs - atMs < linkDelays.stableAfterMs);
    const losses = this.#lossesMs.length;
    if (losses === 0) this.#unstableSinceMs = null;
    else if (losses >= linkDelays.lossesToUnstable) this.#unstableSinceMs ??= this.#clock.nowMs();
    if (this.#unstableSinceMs === null) return found;
    const awayMs = this.#awaySinceMs === null ? 0 : nowMs - this.#awaySinceMs;
    if (awayMs >= linkDelays.unstableGraceMs) return found;
    return {
      state: 'unstable',
      sinceMs: this.#unstableSinceMs,
      reason: this.#lastReason,
      losses,
      withinMs: linkDelays.stableAfterMs,
      connected: found.state === 'healthy',
    };
  }

  #lost(found: LinkHealth, nowMs: number): void {
    this.#awaySinceMs = nowMs;
    this.#lossesMs = [...this.#lossesMs, nowMs].slice(-linkDelays.lossesCounted);
    this.#lastReason = found.state === 'failed' ? found.reason : 'fell-silent';
  }
}
