/** How readings fade: what standing.ts and nearness.ts tell motion by. */

/** Scale of the difference of two independent Rayleigh fades, dB: the ratio of two exponential powers is logistic in dB. */
const fadeDb = 10 / Math.LN10;

/** @returns how likely two Rayleigh fades are to differ by this, per dB */
function rayleighDensity(differenceDb: number): number {
  const decay = Math.exp(-Math.abs(differenceDb) / fadeDb);
  return decay / (fadeDb * (1 + decay) ** 2);
}

/** @returns how much likelier a normal spread makes this difference than two Rayleigh fades do */
export function fadesRatio(differenceDb: number, spreadDb: number): number {
  const normal = Math.exp(-0.5 * (differenceDb / spreadDb) ** 2) / (spreadDb * Math.sqrt(2 * Math.PI));
  return normal / rayleighDensity(differenceDb);
}
