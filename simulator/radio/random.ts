/**
 * The one source of chance in the simulator. `pure-rand` (xoroshiro128+) is what fast-check runs on;
 * every part gets a stream of its own by name, so that one more car does not change another's fades.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Random {
  readonly seed: number;
  readonly #generator: ReturnType<typeof xoroshiro128plus>;
  #spareNormal: number | null = null;

  constructor(seed: number) {
    this.seed = seed | 0;
    this.#generator = xoroshiro128plus(this.seed);
  }

  /** A stream of its own, the same for the same seed and name whatever was drawn in between. */
  fork(name: string): Random {
    // FNV-1a over the name, started from the seed: only has to spread, not to be secret.
    let hash = (0x811c9dc5 ^ this.seed) >>> 0;
    for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return new Random(hash | 0);
  }

  /** 0 ≤ x < 1 */
  float(): number {
    return uniformFloat64(this.#generator);
  }

  /** from ≤ x < to */
  between(from: number, to: number): number {
    return from + this.float() * (to - from);
  }

  /** Whole number, both ends included. */
  int(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** Standard normal by Marsaglia's polar method (1964). */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.float() - 1;
      const v = 2 * this.float() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spareNormal = v * scale;
      return u * scale;
    }
  }

  /** Mean `mean`; the gap between events that do not know of each other. */
  exponential(mean: number): number {
    return -Math.log(1 - this.float()) * mean;
  }

  /** Number of events in an interval that holds `mean` of them on average (Knuth; for small means). */
  poisson(mean: number): number {
    const limit = Math.exp(-Math.min(mean, 50));
    let product = this.float();
    let count = 0;
    while (product > limit) {
      count++;
      product *= this.float();
    }
    return count;
  }

  /** @throws RangeError for an empty list. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.int(0, 255));
  }
}
