/**
 * Changes that the core could not take over (its disk was full, its database was locked for a moment): a car that
 * stands there is not told again by itself, so it is told here until it is taken.
 *
 *   change ──refused──▶ owed, per code in order ──each tick──▶ taken
 */
import type { BeaconCode } from '../../shared/domain/index.ts';
import type { PresenceChange } from '../presence/index.ts';

/** Of one car; beyond that what happened first is let go: the newest say where it is. */
const keptPerCode = 8;
/** So many cars at most: a disk that is full all night must not fill the memory as well. */
const maxCodes = 4_096;
/** After so many refusals in one go nothing is taken at present. */
const refusalsInOneGo = 3;

export class OwedChanges {
  readonly #byCode = new Map<BeaconCode, PresenceChange[]>();

  has(code: BeaconCode): boolean {
    return this.#byCode.has(code);
  }

  owe(change: PresenceChange): void {
    const before = this.#byCode.get(change.code) ?? [];
    this.#byCode.set(change.code, [...before, change].slice(-keptPerCode));
    if (this.#byCode.size <= maxCodes) return;
    const [longestAgo] = this.#byCode.keys();
    if (longestAgo !== undefined) this.#byCode.delete(longestAgo);
  }

  /** Offers what is owed once more, each car's in order. */
  settle(take: (change: PresenceChange) => boolean): void {
    let refusals = 0;
    for (const [code, changes] of [...this.#byCode]) {
      const refusedAt = changes.findIndex((change) => !take(change));
      if (refusedAt === -1) {
        this.#byCode.delete(code);
        continue;
      }
      // To the end: one that is never taken must not keep the others waiting.
      this.#byCode.delete(code);
      this.#byCode.set(code, changes.slice(refusedAt));
      refusals += 1;
      if (refusals === refusalsInOneGo) return;
    }
  }
}
