import type { RadioModel } from './radio-model.ts';

/** Nearer than this the far-field formula does not hold; levels stop rising, m. */
export const nearestM = 0.3;

/** Median loss against 1 m, dB: 10·n·log10(d/1 m), log-distance path loss (Rappaport 4.9.1). */
export function pathLossDb(model: RadioModel, distanceM: number): number {
  return 10 * model.pathLossExponent * Math.log10(Math.max(nearestM, distanceM));
}
