/** Time as the shell needs it; injected, so that tests pass it by hand. */
export interface Timers {
  nowMs(): number;
  /** Runs `task` once after `delayMs`. @returns a function that calls it off. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Doubling waits: `firstMs`, 2 × `firstMs`, … up to `maxMs`. @param failures how many in a row, from 1 */
export function backOffMs(failures: number, firstMs: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.max(0, failures - 1));
}
