/** How declared arrivals are compared with the light barriers' truth. */

/** A declared arrival counts from so long before the truth ... */
export const earliestMs = -2_000;
/** ... to so long after it. */
export const latestMs = 5_000;

export interface Score {
  arrivals: number;
  hits: number;
  misses: number;
  /** Declared arrivals that hit no truth, or one that was hit before. */
  falseArrivals: number;
  /** Declared − true of every hit; negative = before the car stood in its position. */
  latenciesMs: number[];
}

export const noScore: Score = { arrivals: 0, hits: 0, misses: 0, falseArrivals: 0, latenciesMs: [] };

/** One hit per truth; the first declaration in its window is the hit. */
export function score(truthsMs: readonly number[], declaredMs: readonly number[]): Score {
  const hit = new Set<number>();
  const latenciesMs: number[] = [];
  let falseArrivals = 0;
  for (const atMs of declaredMs) {
    const truth = truthsMs.find((t) => !hit.has(t) && atMs - t >= earliestMs && atMs - t <= latestMs);
    if (truth === undefined) {
      falseArrivals += 1;
    } else {
      hit.add(truth);
      latenciesMs.push(atMs - truth);
    }
  }
  return {
    arrivals: truthsMs.length,
    hits: hit.size,
    misses: truthsMs.length - hit.size,
    falseArrivals,
    latenciesMs,
  };
}

export function addScores(a: Score, b: Score): Score {
  return {
    arrivals: a.arrivals + b.arrivals,
    hits: a.hits + b.hits,
    misses: a.misses + b.misses,
    falseArrivals: a.falseArrivals + b.falseArrivals,
    latenciesMs: [...a.latenciesMs, ...b.latenciesMs],
  };
}

/** Nearest-rank percentile; null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? null;
}
