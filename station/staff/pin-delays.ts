/** How wrong PINs slow down and lock a person. Kept in the database: a restart forgives nothing. */
export const pinDelays = {
  /** Wrong tries before the person is locked. */
  attempts: 5,
  /** From this wrong try on the next one must wait. */
  slowFrom: 3,
  slowMs: 5_000,
  /** First lock; doubles with every further wrong try until the longest. */
  lockMs: 60_000,
  longestLockMs: 3_600_000,
  /** A sign-in lasts one shift. The kiosk locks itself earlier when idle. */
  sessionMs: 12 * 3_600_000,
  /** Tries that may wait for the (slow) hash at once; more are answered as too fast. */
  triesAtOnce: 16,
} as const;

/** How long the next try waits after so many wrong ones, in milliseconds. */
export function delaysAfter(failed: number): { lockMs: number; slowMs: number } {
  const { attempts, slowFrom, slowMs, lockMs, longestLockMs } = pinDelays;
  return {
    lockMs: failed >= attempts ? Math.min(lockMs * 2 ** (failed - attempts), longestLockMs) : 0,
    slowMs: failed >= slowFrom ? slowMs * (failed - slowFrom + 1) : 0,
  };
}
