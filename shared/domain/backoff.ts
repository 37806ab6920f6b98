export interface BackoffSettings {
  firstMs: number;
  maxMs: number;
}

/**
 * How long to wait after the n-th failure in a row (n ≥ 1): doubled each time up to a maximum, and of
 * that a random half to whole, so that many sites do not come back in the same instant.
 *
 * @param random Uniform in [0, 1).
 */
export function backoffMs(failures: number, settings: BackoffSettings, random: () => number): number {
  const whole = Math.min(settings.maxMs, settings.firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(whole * (0.5 + random() / 2));
}
