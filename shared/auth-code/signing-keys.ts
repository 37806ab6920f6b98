/**
 * The payment server's signing keys (Ed25519, RFC 8032), numbered by generation. A station pins the key that it
 * was given at enrolment; a later one it trusts only through the chain of endorsements:
 *
 *   pinned n ──endorses──▶ n+1 ──endorses──▶ n+2 …        each by a signature over the next one's number and key
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

export interface SigningKey {
  /** 1, 2, 3 … */
  generation: number;
  /** SubjectPublicKeyInfo (RFC 8410), DER, base64url. */
  publicKey: string;
}

export interface EndorsedKey extends SigningKey {
  /** By the generation before; null for the first. base64url. */
  endorsement: string | null;
}

/** `privateKey`: PKCS #8, DER. */
export function newSigningKey(): { publicKey: string; privateKey: Buffer } {
  const pair = generateKeyPairSync('ed25519');
  return {
    publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
  };
}

const endorsed = (key: SigningKey) => Buffer.from(`signing key ${key.generation} ${key.publicKey}`);

/** @param privateKey PKCS #8, DER @returns base64url */
export function signWith(privateKey: Buffer, data: Buffer): string {
  return sign(null, data, createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' })).toString(
    'base64url',
  );
}

export function verifyWith(publicKey: string, data: Buffer, signature: string): boolean {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), type: 'spki', format: 'der' });
    return (
      key.asymmetricKeyType === 'ed25519' && verify(null, data, key, Buffer.from(signature, 'base64url'))
    );
  } catch {
    // Not a key, or not a signature: nothing that was signed.
    return false;
  }
}

/** The older generation says that the next one is the server's too. */
export function endorse(olderPrivateKey: Buffer, next: SigningKey): string {
  return signWith(olderPrivateKey, endorsed(next));
}

/**
 * The key of that generation, where an unbroken chain leads to it from the pinned one; null where none does.
 * A generation before the pinned one is never trusted: it was given up.
 */
export function trustedKey(
  pinned: SigningKey,
  keys: readonly EndorsedKey[],
  generation: number,
): SigningKey | null {
  let trusted: SigningKey = { generation: pinned.generation, publicKey: pinned.publicKey };
  while (trusted.generation < generation) {
    const next = keys.find((key) => key.generation === trusted.generation + 1);
    if (next === undefined || next.endorsement === null) return null;
    if (!verifyWith(trusted.publicKey, endorsed(next), next.endorsement)) return null;
    trusted = { generation: next.generation, publicKey: next.publicKey };
  }
  return trusted.generation === generation ? trusted : null;
}
