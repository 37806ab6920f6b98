/**
 * HOTP (RFC 4226) and TOTP (RFC 6238): the truncation underneath OCRA.
 */
import { createHmac } from 'node:crypto';

export type OtpHash = 'sha1' | 'sha256' | 'sha512';

/**
 * Dynamic truncation (RFC 4226 section 5.3) of an HMAC to a decimal code, leading zeros kept.
 *
 * @param digits 0 means no truncation: the whole HMAC as lower-case hex (RFC 6287 section 5.2).
 */
export function truncate(hmac: Uint8Array, digits: number): string {
  if (digits === 0) return Buffer.from(hmac).toString('hex');
  const view = new DataView(hmac.buffer, hmac.byteOffset, hmac.byteLength);
  const offset = view.getUint8(hmac.byteLength - 1) & 0x0f;
  const bits = view.getUint32(offset) & 0x7fffffff;
  return String(bits % 10 ** digits).padStart(digits, '0');
}

/** A counter as RFC 4226 feeds it: 8 bytes, big-endian. */
export function counterBytes(counter: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(counter);
  return bytes;
}

/** HOTP (RFC 4226 section 5.3). `digits` 6 to 10. */
export function hotp(key: Uint8Array, counter: bigint, digits = 6, hash: OtpHash = 'sha1'): string {
  return truncate(createHmac(hash, key).update(counterBytes(counter)).digest(), digits);
}

/** TOTP (RFC 6238) with T0 = 0. `timeMs` is UTC milliseconds, `stepMs` the time step. */
export function totp(
  key: Uint8Array,
  timeMs: number,
  stepMs = 30_000,
  digits = 6,
  hash: OtpHash = 'sha1',
): string {
  return hotp(key, BigInt(Math.floor(timeMs / stepMs)), digits, hash);
}
