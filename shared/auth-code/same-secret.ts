import { timingSafeEqual } from 'node:crypto';

/**
 * The one way in which secrets are compared (codes, signatures, hashes of PINs and credentials): how long it takes says
 * nothing of where they differ. Of different lengths they differ at once; lengths are no secret here.
 *
 * A test holds the house to it: no secret is compared with `===`.
 */
export function isSameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
