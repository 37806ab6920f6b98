/** Every delay and count of the supervision of one receiver, each with its reason. Times in milliseconds. */
export const linkDelays = {
  /** A radio that heard nobody for so long is asked anew: with it the alarm stands long before half a minute has passed. */
  silentMs: 10_000,
  /** Between two attempts to open: soon at first, for a plug that was only touched; then no oftener than a person looks. */
  backoff: { firstMs: 500, maxMs: 10_000 },
  /** Drivers have limits of their own; a system's library that never answers must not end the supervision. */
  openTimeoutMs: 20_000,
  restartTimeoutMs: 15_000,
  closeTimeoutMs: 5_000,
  watchEveryMs: 1_000,
  restartsBeforeNewLink: 3,
  /** So often it may be opened, hear nobody and fail: whatever ends its scan must not make it look well each time. */
  deafFailuresForgiven: 1,
  /**
   * A cable that is changed, or put in another socket, is lost once or twice; a loose one or a bad hub goes on. Three
   * within ten minutes is the least that cannot be somebody at work on it for a moment. It is called well again when
   * there was no loss within the same time: who mended the cable need not wait longer, and one that shakes loose with
   * each lorry that passes stays marked.
   */
  lossesToUnstable: 3,
  stableAfterMs: 10 * 60_000,
  /**
   * So long an unstable receiver may be away without another word on the screens: it comes back within 10 s of being
   * plugged in (`backoff`), and who is told "unstable" is warned already. Beyond that it is failed or silent.
   */
  unstableGraceMs: 20_000,
  /** More losses than that are not told apart, nor remembered. */
  lossesCounted: 99,
} as const;
