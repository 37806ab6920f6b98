/**
 * Tells a barcode scanner from a hand. A scanner types like a keyboard, but within milliseconds,
 * and ends with Enter:
 *
 *   key ─▶ gathering ──next key within betweenKeysMs──▶ gathering ──Enter──▶ the whole text, quick
 *              └─────────────later than that: a hand, begin anew──┘
 *
 * Some scanners on Bluetooth are as slow as a hand. What came at such a pace is told too, but not as quick:
 * it is a scan only where it can be nothing else, as the number of an order that is on the board.
 */
export const scanLimits = {
  /** A scanner leaves 1 to 30 ms between two keys; the quickest typist about 80. */
  betweenKeysMs: 50,
  /** The slowest scanner; a hand that looks for its keys is slower. */
  betweenSlowKeysMs: 250,
  /** The shortest order number. */
  minLength: 2,
  /** What the station takes as a search. */
  maxLength: 40,
} as const;

export interface Scan {
  text: string;
  /** No hand types so quickly. */
  quick: boolean;
}

export class ScanReader {
  #quick = '';
  #slow = '';
  #lastAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param key A printed character or 'Enter'; everything else ends what was gathered.
   * @param atMs When it came down; of one clock that only goes forward (`event.timeStamp`).
   * @returns The scan that this key completes.
   */
  key(key: string, atMs: number): Scan | null {
    const sinceMs = atMs - this.#lastAtMs;
    const quick = sinceMs <= scanLimits.betweenKeysMs ? this.#quick : '';
    const slow = sinceMs <= scanLimits.betweenSlowKeysMs ? this.#slow : '';
    this.#lastAtMs = atMs;
    this.#quick = '';
    this.#slow = '';
    if (key === 'Enter') {
      if (quick.length >= scanLimits.minLength) return { text: quick, quick: true };
      return slow.length >= scanLimits.minLength ? { text: slow, quick: false } : null;
    }
    if (key.length === 1) {
      this.#quick = (quick + key).slice(0, scanLimits.maxLength);
      this.#slow = (slow + key).slice(0, scanLimits.maxLength);
    }
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
