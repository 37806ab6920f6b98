/** Load on payment servers: as fast as so many connections go, or at a given pace. */
import { type Caller, openCaller } from './http-caller.ts';

export interface Measured {
  perSecond: number;
  medianMs: number;
  p99Ms: number;
  calls: number;
  /** Answers that were no success, by status. */
  refused: Record<number, number>;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export class Tally {
  readonly #tookMs: number[] = [];
  readonly #refused: Record<number, number> = {};

  add(tookMs: number, status: number): void {
    this.#tookMs.push(tookMs);
    if (status !== 200) this.#refused[status] = (this.#refused[status] ?? 0) + 1;
  }

  result(elapsedMs: number): Measured {
    const sorted = this.#tookMs.toSorted((a, b) => a - b);
    return {
      perSecond: (sorted.length / elapsedMs) * 1000,
      medianMs: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      calls: sorted.length,
      refused: this.#refused,
    };
  }
}

async function openCallers(urls: readonly string[], connections: number): Promise<Caller[]> {
  return Promise.all(Array.from({ length: connections }, (_, n) => openCaller(urls[n % urls.length] ?? '')));
}

/** Every connection asks again as soon as it was answered. Ends early when `next` has nothing left. */
export async function asFastAsItGoes(
  urls: readonly string[],
  connections: number,
  seconds: number,
  next: () => string | null,
): Promise<Measured> {
  const callers = await openCallers(urls, connections);
  const tally = new Tally();
  const startMs = performance.now();
  const untilMs = startMs + seconds * 1000;
  await Promise.all(
    callers.map(async (caller) => {
      while (performance.now() < untilMs) {
        const request = next();
        if (request === null) return;
        const atMs = performance.now();
        const { status } = await caller.call(request);
        tally.add(performance.now() - atMs, status);
      }
    }),
  );
  const measured = tally.result(performance.now() - startMs);
  for (const caller of callers) caller.close();
  return measured;
}

/** A pool of connections that calls wait for, so that a pace can be kept whatever one answer takes. */
export interface CallerPool {
  call(request: string): Promise<{ status: number; body: string }>;
  close(): void;
}

export async function callerPool(urls: readonly string[], connections: number): Promise<CallerPool> {
  const callers = await openCallers(urls, connections);
  const free = [...callers];
  const waiting: ((caller: Caller) => void)[] = [];
  return {
    async call(request) {
      const caller = free.pop() ?? (await new Promise<Caller>((resolve) => waiting.push(resolve)));
      try {
        return await caller.call(request);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(caller);
        else next(caller);
      }
    },
    close() {
      for (const caller of callers) caller.close();
    },
  };
}
