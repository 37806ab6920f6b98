/**
 * Extended advertisements longer than one event arrive in parts ("incomplete, more data to come").
 * They are joined here, bounded in number and length; what is lost is counted, never guessed.
 *
 *   part (more) ─▶ waiting[address, set] ─▶ part (more) ─▶ … ─▶ part (complete | truncated) ─▶ whole
 */

/** Most bytes of one advertisement (Core Spec Vol 6 Part B 2.3.4.9). */
export const maxAdvertisingDataBytes = 1650;
/** Advertisements being joined at the same time; a controller interleaves few. */
export const maxJoining = 16;

export class FragmentJoiner {
  readonly #waiting = new Map<string, Uint8Array>();
  readonly #lost: (bytes: number) => void;

  /** @param lost told how many bytes were given up. */
  constructor(lost: (bytes: number) => void) {
    this.#lost = lost;
  }

  /** Is anything waiting? Lets the common case (never) cost nothing. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /** @returns false when the advertisement grew too long and was given up. */
  add(key: string, part: Uint8Array): boolean {
    const before = this.#waiting.get(key);
    this.#waiting.delete(key);
    const joined = join(before, part);
    if (joined.length > maxAdvertisingDataBytes) {
      this.#lost(joined.length);
      return false;
    }
    if (this.#waiting.size >= maxJoining) this.#dropOldest();
    this.#waiting.set(key, joined);
    return true;
  }

  /** The last part: the whole advertisement. Null when it grew too long; then it is given up and counted. */
  finish(key: string, part: Uint8Array): Uint8Array | null {
    const before = this.#waiting.get(key);
    this.#waiting.delete(key);
    const joined = join(before, part);
    if (joined.length > maxAdvertisingDataBytes) {
      this.#lost(joined.length);
      return null;
    }
    return joined;
  }

  /** The scan starts anew: what was begun will not be ended. */
  clear(): void {
    while (this.#waiting.size > 0) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#waiting.entries().next().value;
    if (oldest === undefined) return;
    this.#waiting.delete(oldest[0]);
    this.#lost(oldest[1].length);
  }
}

function join(before: Uint8Array | undefined, part: Uint8Array): Uint8Array {
  if (before === undefined) return part.slice();
  const joined = new Uint8Array(before.length + part.length);
  joined.set(before);
  joined.set(part, before.length);
  return joined;
}
