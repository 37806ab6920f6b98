/**
 * PINs are short, so what is kept of them must be slow to try: scrypt (RFC 7914), parameters stored
 * with each hash so that they can be raised later. Runs off the main thread.
 *
 *   scrypt$<N>$<r>$<p>$<salt base64url>$<hash base64url>
 */
import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { isSameSecret } from '../../shared/auth-code/index.ts';
import type { PinCost } from '../core/types.ts';

/** 2^15 · 8 · 128 bytes = 32 MiB and some tens of milliseconds for one try. */
export const usualPinCost: PinCost = { N: 2 ** 15, r: 8, p: 1 };
const keyLength = 32;

function derive(pin: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, keyLength, { ...options, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

export async function hashPin(pin: string, cost: PinCost): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(pin, salt, cost);
  return `scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Compares in constant time. A hash that cannot be read matches nothing. */
export async function pinMatches(pin: string, stored: string): Promise<boolean> {
  const [kind, n, r, p, salt, expected] = stored.split('$');
  if (kind !== 'scrypt' || salt === undefined || expected === undefined) return false;
  const key = await derive(pin, Buffer.from(salt, 'base64url'), { N: Number(n), r: Number(r), p: Number(p) });
  return isSameSecret(Buffer.from(expected, 'base64url'), key);
}

/** A hash that no PIN matches, for trying when there is no such person: it takes the same time. */
export const nobodysHash = (cost: PinCost): string =>
  `scrypt$${cost.N}$${cost.r}$${cost.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** 0000, 1212, 1234, 8765, 1122 …: what people try first. */
export function isTooSimple(pin: string): boolean {
  const digits = [...pin].map(Number);
  const distinct = new Set(digits).size;
  if (distinct <= 2) return true;
  const steps = new Set(digits.slice(1).map((d, i) => (d - (digits[i] ?? 0) + 10) % 10));
  if (steps.size === 1) return true;
  const half = pin.length / 2;
  if (pin.length % 2 === 0 && pin.slice(0, half) === pin.slice(half)) return true;
  // A year of birth, and the middle column of the keypad.
  return /^(19|20)\d\d$/.test(pin) || pin === '2580' || pin === '0852';
}
