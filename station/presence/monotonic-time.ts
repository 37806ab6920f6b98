/**
 * A clock that never runs backwards, made of wall-clock stamps that may.
 *
 *   wall stamps (ticks, sightings of several receivers) → [MonotonicTime] → engine time
 *
 * Durations are judged in engine time; what is reported is turned back to the wall clock as it stands
 * now, so that "waiting for 3 minutes" stays true when somebody corrects the clock.
 */
export class MonotonicTime {
  /** Stamps that are late by less than this are late (buffers, several receivers), not a clock set back. */
  static readonly lateMs = 10_000;

  #lastWallMs: number | null = null;
  #nowMs = 0;
  #skewMs = 0;
  readonly #stepMs: number;

  /** @param stepMs a step forward beyond this is a corrected clock: no time is taken to have passed. */
  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /** Wall stamp in, engine time out: never less than before. */
  advance(wallMs: number): number {
    if (!Number.isFinite(wallMs)) return this.#nowMs;
    if (this.#lastWallMs === null) {
      this.#lastWallMs = wallMs;
      this.#nowMs = wallMs;
      return wallMs;
    }
    const deltaMs = wallMs - this.#lastWallMs;
    if (deltaMs < -MonotonicTime.lateMs || deltaMs > this.#stepMs) {
      this.#skewMs = this.#nowMs - wallMs;
      this.#lastWallMs = wallMs;
      return this.#nowMs;
    }
    if (deltaMs > 0) this.#lastWallMs = wallMs;
    this.#nowMs = Math.max(this.#nowMs, wallMs + this.#skewMs);
    return this.#nowMs;
  }

  /** Somebody who has a monotonic clock says that the wall clock was corrected: stamps come with it from now on. */
  corrected(byMs: number): void {
    if (this.#lastWallMs === null) return;
    this.#lastWallMs += byMs;
    this.#skewMs -= byMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Engine time as the wall clock of today would have shown it. */
  toWall(engineMs: number): number {
    return engineMs - this.#skewMs;
  }

  /** The same the other way, for times kept from an earlier run. */
  fromWall(wallMs: number): number {
    return wallMs + this.#skewMs;
  }
}
