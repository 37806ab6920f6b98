import { describe, expect, it } from 'vitest';
import { type Scan, ScanReader, scannedKey } from './scan-reader.ts';

/** Keys that come down so many milliseconds one after another, ended by Enter. */
function typed(text: string, everyMs: number, reader = new ScanReader(), fromMs = 1_000): Scan | null {
  [...text].forEach((key, place) => {
    expect(reader.key(key, fromMs + place * everyMs)).toBeNull();
  });
  return reader.key('Enter', fromMs + text.length * everyMs);
}

describe('a barcode scanner at the board', () => {
  it.each([1, 8, 30])('is known by keys %i ms apart that end with Enter', (everyMs) => {
    expect(typed('A17', everyMs)).toEqual({ text: 'A17', quick: true });
  });

  it.each([80, 150, 250])('may be a slow one, or a hand, that types every %i ms', (everyMs) => {
    expect(typed('3456', everyMs)).toEqual({ text: '3456', quick: false });
  });

  it.each([251, 600])('is not a hand that types every %i ms', (everyMs) => {
    expect(typed('3456', everyMs)).toBeNull();
  });

  it('is not one digit and Enter, and not Enter alone', () => {
    expect(typed('7', 5)).toBeNull();
    expect(typed('', 5)).toBeNull();
  });

  it('does not take along what a hand typed before it', () => {
    const reader = new ScanReader();
    reader.key('9', 0);
    expect(typed('B42', 5, reader, 400)).toEqual({ text: 'B42', quick: true });
    reader.key('9', 5_000);
    expect(typed('B42', 5, reader, 5_120)).toEqual({ text: 'B42', quick: true });
  });

  it('forgets a scan once it was read, and ends one at a key that prints nothing', () => {
    const reader = new ScanReader();
    expect(typed('A17', 5, reader)).toEqual({ text: 'A17', quick: true });
    expect(reader.key('Enter', 1_020)).toBeNull();
    reader.key('A', 2_000);
    reader.key('Tab', 2_005);
    expect(reader.key('Enter', 2_010)).toBeNull();
  });

  it('is bounded, whatever a broken scanner sends', () => {
    expect(typed('1'.repeat(5_000), 1)?.text).toHaveLength(40);
    expect(typed('1'.repeat(5_000), 100)?.text).toHaveLength(40);
  });

  it('is understood with Korean input switched on', () => {
    expect(scannedKey({ key: 'ㅁ', code: 'KeyA' })).toBe('A');
    expect(scannedKey({ key: 'Process', code: 'Digit1' })).toBe('1');
    expect(scannedKey({ key: 'a', code: 'KeyQ' })).toBe('a');
    expect(scannedKey({ key: 'Shift', code: 'ShiftLeft' })).toBe('Shift');
  });
});
