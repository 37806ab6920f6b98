import type { BeaconCode } from '../../shared/domain/index.ts';
import type { TestBeaconView } from '../../shared/station-contract/index.ts';

/** Without another wish the alarm stands well within half a minute. */
export const beaconSilentAfterMs = 20_000;

/**
 * A transmitter fixed at the site, say under the canopy. As long as it is heard the whole chain works:
 * antenna, receiver, driver, decoder. Its code is no car's and never gets to the judgement of presence.
 */
export class TestBeacon {
  #code: BeaconCode | null = null;
  #silentAfterMs = beaconSilentAfterMs;
  #setAtMs = 0;
  #lastHeardAtMs: number | null = null;

  get code(): BeaconCode | null {
    return this.#code;
  }

  set(code: BeaconCode | null, silentAfterMs: number, nowMs: number): void {
    if (code !== this.#code) this.#lastHeardAtMs = null;
    this.#code = code;
    this.#silentAfterMs = silentAfterMs;
    this.#setAtMs = nowMs;
  }

  heard(atMs: number): void {
    this.#lastHeardAtMs = atMs;
  }

  /** The wall clock was corrected. */
  clockCorrected(byMs: number): void {
    this.#setAtMs += byMs;
    if (this.#lastHeardAtMs !== null) this.#lastHeardAtMs += byMs;
  }

  /** Since when it has been missed; null while it is heard, is waited for, or none is set. */
  silentSinceMs(nowMs: number): number | null {
    if (this.#code === null) return null;
    const sinceMs = Math.round(this.#lastHeardAtMs ?? this.#setAtMs);
    return nowMs - sinceMs >= this.#silentAfterMs ? sinceMs : null;
  }

  view(nowMs: number): TestBeaconView {
    return {
      code: this.#code,
      silentAfterMs: this.#silentAfterMs,
      lastHeardAtMs: this.#lastHeardAtMs === null ? null : Math.round(this.#lastHeardAtMs),
      heard: this.silentSinceMs(nowMs) !== null ? false : this.#lastHeardAtMs !== null ? true : null,
    };
  }
}
