/**
 * Tells a barcode scanner from a hand. A scanner types like a keyboard, but within milliseconds,
 * and ends with Enter:
 *
 *   key ─▶ gathering ──next key within betweenKeysMs──▶ gathering ──Enter──▶ the whole text
 *              └─────────────later than that: a hand, begin anew──┘
 */
export const scanLimits = {
  /** A scanner leaves 1 to 30 ms between two keys; the quickest typist about 80. */
  betweenKeysMs: 50,
  /** The shortest order number. */
  minLength: 2,
  /** What the station takes as a search. */
  maxLength: 40,
} as const;

export class ScanReader {
  #text = '';
  #lastAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param key A printed character or 'Enter'; everything else ends what was gathered.
   * @param atMs When it came down; of one clock that only goes forward (`event.timeStamp`).
   * @returns The text of a scan that this key completes.
   */
  key(key: string, atMs: number): string | null {
    const quick = atMs - this.#lastAtMs <= scanLimits.betweenKeysMs;
    const gathered = quick ? this.#text : '';
    this.#lastAtMs = atMs;
    this.#text = '';
    if (key === 'Enter') return gathered.length >= scanLimits.minLength ? gathered : null;
    if (key.length === 1) this.#text = (gathered + key).slice(0, scanLimits.maxLength);
    return null;
  }
}

/**
 * What a scanner meant by a key. With Korean input switched on the machine reports a letter of
 * Hangul, or nothing at all, for a Latin key: then the place of the key tells it.
 */
export function scannedKey(event: Pick<KeyboardEvent, 'key' | 'code'>): string {
  if (event.key === 'Enter' || /^[ -~]$/.test(event.key)) return event.key;
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
  return place?.[1] ?? event.key;
}
