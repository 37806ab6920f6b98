/**
 * A link that is lost again and again is not well between its losses. What the supervision finds goes in, what the
 * site is told comes out:
 *
 *                    3rd loss within 10 min                 away for 20 s
 *   as it is found ─────────────────────────▶ unstable ───────────────────────▶ as it is found (failed, silent)
 *         ▲                                    │  ▲  connected or not, with the     │
 *         └── no loss for 10 min, and it hears ┘  └── losses of the last 10 min ◀───┘ heard again
 *
 * A loss: it was open, and then failed. It counts from the end of the time that it was away. Silence alone is none: at
 * night nobody may be there to be heard, and nothing is loose.
 */
import type { Clock } from '../../shared/domain/index.ts';
import type { ReceiverView } from '../../shared/station-contract/index.ts';
import { linkDelays } from './link-delays.ts';

export type LinkHealth = ReceiverView['health'];

export class LinkStability {
  readonly #clock: Clock;
  /** It is open, or was until the loss that is counted now. */
  #wasOpen = false;
  /** Since when it has not been healthy; null: it is. Monotonic. */
  #awaySinceMs: number | null = null;
  /** It was lost in the time that it is away now: once, however often it is opened in vain. */
  #isLost = false;
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
    if (this.#isLost) this.#lossesMs[this.#lossesMs.length - 1] = nowMs;
    if (found.state === 'healthy') {
      this.#awaySinceMs = null;
      this.#isLost = false;
    } else this.#awaySinceMs ??= nowMs;
    if (found.state !== 'failed') this.#wasOpen = true;
    else if (this.#wasOpen && !this.#isLost) this.#lost(found.reason, nowMs);
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

  #lost(reason: string, nowMs: number): void {
    this.#isLost = true;
    this.#lossesMs = [...this.#lossesMs, nowMs].slice(-linkDelays.lossesCounted);
    this.#lastReason = reason;
  }
}
