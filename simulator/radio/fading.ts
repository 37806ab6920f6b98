import type { RadioModel } from './radio-model.ts';
import type { Random } from './random.ts';

const channels = 3;

/**
 * Small-scale fading of one link: a direct ray and scattered ones (Rician; K = 0 is Rayleigh). Each
 * advertising channel fades by itself (Faragher and Harle 2015). The scattered part is a complex normal
 * that is forgotten with the way (half a wavelength) and, more slowly, with time: a car that stands
 * keeps a bad spot for a while, a car that moves gets a new draw with every packet.
 */
export class Fading {
  readonly #model: RadioModel;
  readonly #random: Random;
  /** Per channel: in-phase, quadrature; way and time when last drawn. */
  readonly #i = new Float64Array(channels);
  readonly #q = new Float64Array(channels);
  readonly #wayM = new Float64Array(channels).fill(Number.NEGATIVE_INFINITY);
  readonly #atMs = new Float64Array(channels);

  constructor(model: RadioModel, random: Random) {
    this.#model = model;
    this.#random = random;
  }

  /**
   * @param channel 0, 1, 2 for 37, 38, 39. @param wayM driven by the car so far, m.
   * @param ricianK as a factor. @returns gain in dB; mean power is 0 dB.
   */
  gainDb(channel: number, wayM: number, atMs: number, ricianK: number): number {
    const moved = wayM - (this.#wayM[channel] as number);
    const passedMs = atMs - (this.#atMs[channel] as number);
    // e^(−∞) = 0: the first packet on a channel is a fresh draw.
    const rho = Math.exp(-moved / this.#model.fadingDistanceM - passedMs / this.#model.fadingTimeMs);
    const fresh = Math.sqrt(Math.max(0, 1 - rho * rho));
    const i = rho * (this.#i[channel] as number) + fresh * this.#random.normal();
    const q = rho * (this.#q[channel] as number) + fresh * this.#random.normal();
    this.#i[channel] = i;
    this.#q[channel] = q;
    this.#wayM[channel] = wayM;
    this.#atMs[channel] = atMs;
    return ricianGainDb(ricianK, i, q);
  }
}

/** Power of √(K/(K+1)) + √(1/(2(K+1)))·(i + j·q) in dB, for i, q standard normal. */
export function ricianGainDb(ricianK: number, i: number, q: number): number {
  const direct = Math.sqrt(ricianK / (ricianK + 1));
  const scale = Math.sqrt(1 / (2 * (ricianK + 1)));
  const re = direct + scale * i;
  const im = scale * q;
  return 10 * Math.log10(Math.max(1e-9, re * re + im * im));
}
