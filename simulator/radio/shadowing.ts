import type { RadioModel } from './radio-model.ts';
import type { Random } from './random.ts';

/**
 * Log-normal shadowing of one link. It changes with the way the car drives, not with time:
 * s(d + Δ) = ρ·s(d) + √(1 − ρ²)·σ·N(0, 1), ρ = e^(−Δ/d_corr)  (Gudmundson 1991).
 */
export class Shadowing {
  readonly #model: RadioModel;
  readonly #random: Random;
  #valueDb: number;

  constructor(model: RadioModel, random: Random) {
    this.#model = model;
    this.#random = random;
    this.#valueDb = model.shadowingDb * random.normal();
  }

  /** @param movedM since the last call, m. @returns dB, mean 0. */
  after(movedM: number): number {
    if (movedM > 0) {
      const rho = Math.exp(-movedM / this.#model.shadowingDistanceM);
      this.#valueDb =
        rho * this.#valueDb + Math.sqrt(1 - rho * rho) * this.#model.shadowingDb * this.#random.normal();
    }
    return this.#valueDb;
  }
}
