/** Every delay of the visits' rules, in one place. Milliseconds. */
export const visitDelays = {
  /** A visit whose jobs are done stays on the board this long once nothing is heard of the car. */
  doneLingerMs: 120_000,
  /** "Left without service" stays on the board this long: the driver may come back for it. */
  leftLingerMs: 15 * 60_000,
  /** A visit of which nothing was heard this long is closed, whatever it was. */
  longTimeoutMs: 6 * 3_600_000 + 60_000,
  /** How often the above is looked at. */
  tickMs: 5_000,
  /** Levels of a car are told to the kiosks at most this often. */
  levelTellMs: 1_000,
  /** A code the server did not know is not asked about again for this long. */
  unknownKeptMs: 60_000,
  /** The server could not be asked: asked again after this. */
  askAgainMs: 5_000,
} as const;

/** Bounds: strangers' codes must not fill the memory. */
export const visitBounds = {
  unknownCodes: 5_000,
  unresolvedCodes: 500,
  asksAtOnce: 8,
  codesOfAVisit: 50,
} as const;
