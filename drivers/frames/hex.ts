/** Bytes ↔ lower-case hex text, fast for the short runs that addresses and codes are. */

/** `00` to `ff`. */
export const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, value) =>
  value.toString(16).padStart(2, '0'),
);

/** `bytes[start, end)` as lower-case hex. */
export function hexOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let at = start; at < end; at++) text += hexOfByte[bytes[at] as number];
  return text;
}

/** Hex text (any case, spaces and colons between bytes allowed) → bytes, or null when it is not hex. */
export function bytesOfHex(text: string): Uint8Array | null {
  const digits = text.replace(/[\s:]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return null;
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
