/**
 * Eddystone-EID: a code that changes every 2^K seconds and that only the holder of the identity key
 * can foresee (google/eddystone, eddystone-eid/eid-computation.md).
 *
 *   temporary key = AES-128-ECB(identity key, 00×11 FF 00 00 c3 c2)       c = counter, big-endian,
 *   EID           = AES-128-ECB(temporary key, 00×11 K c'3 c'2 c'1 c'0)   c' = c with K low bits clear
 *                   first 8 bytes
 */
import { createCipheriv } from 'node:crypto';
import { type BeaconCode, beaconCode } from '../domain/index.ts';

const counterMax = 0xffffffff;
export const rotationExponentMax = 15;

function aesBlock(key: Uint8Array, block: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

function checkInputs(identityKey: Uint8Array, rotationExponent: number, counterSeconds: number): void {
  if (identityKey.byteLength !== 16) throw new RangeError('an identity key has 16 bytes');
  if (!Number.isInteger(rotationExponent) || rotationExponent < 0 || rotationExponent > rotationExponentMax) {
    throw new RangeError('K is an integer from 0 to 15');
  }
  if (!Number.isInteger(counterSeconds) || counterSeconds < 0 || counterSeconds > counterMax) {
    throw new RangeError('the counter is a 32-bit number of seconds');
  }
}

/** The key of one 65 536-second epoch; it changes every 18 hours. */
export function temporaryKey(identityKey: Uint8Array, counterSeconds: number): Buffer {
  const block = Buffer.alloc(16);
  block[11] = 0xff;
  block.writeUInt16BE(counterSeconds >>> 16, 14);
  return aesBlock(identityKey, block);
}

/** The EID made with a temporary key: 16 lower-case hex digits. */
export function eidFromTemporaryKey(
  key: Uint8Array,
  rotationExponent: number,
  counterSeconds: number,
): string {
  const block = Buffer.alloc(16);
  block[11] = rotationExponent;
  block.writeUInt32BE(windowStart(rotationExponent, counterSeconds), 12);
  return aesBlock(key, block).subarray(0, 8).toString('hex');
}

/**
 * The identifier broadcast while the jack's counter stands at `counterSeconds`.
 *
 * @param rotationExponent K, 0 to 15: the code changes every 2^K seconds
 * @returns 16 lower-case hex digits
 * @throws RangeError when an argument is out of its range
 */
export function eidAt(identityKey: Uint8Array, rotationExponent: number, counterSeconds: number): string {
  checkInputs(identityKey, rotationExponent, counterSeconds);
  return eidFromTemporaryKey(temporaryKey(identityKey, counterSeconds), rotationExponent, counterSeconds);
}

/** The same as the product's text form, `eddystone-eid:…`. */
export function eidCodeAt(
  identityKey: Uint8Array,
  rotationExponent: number,
  counterSeconds: number,
): BeaconCode {
  return beaconCode('eddystone-eid', eidAt(identityKey, rotationExponent, counterSeconds));
}

/** The first counter second of the window that `counterSeconds` falls in. */
export function windowStart(rotationExponent: number, counterSeconds: number): number {
  const length = 2 ** rotationExponent;
  return Math.floor(counterSeconds / length) * length;
}
