/**
 * Registration of a rotating jack as published for Eddystone-EID: both sides agree on the identity
 * key by X25519, so that it is never sent.
 *
 *   identity key = first 16 bytes of HKDF-SHA256(shared secret, salt = resolver public ‖ beacon public)
 */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync } from 'node:crypto';

// DER wrappings of a raw X25519 key (RFC 8410): node:crypto takes keys in no rawer form than these.
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');

function privateKeyObject(raw: Uint8Array) {
  if (raw.byteLength !== 32) throw new RangeError('an X25519 private key has 32 bytes');
  return createPrivateKey({ key: Buffer.concat([privatePrefix, raw]), format: 'der', type: 'pkcs8' });
}

function publicKeyObject(raw: Uint8Array) {
  if (raw.byteLength !== 32) throw new RangeError('an X25519 public key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });
}

export interface EidKeyPair {
  /** 32 bytes. */
  privateKey: Buffer;
  /** 32 bytes. */
  publicKey: Buffer;
}

/** A fresh key pair for one registration. */
export function newEidKeyPair(): EidKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  return {
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
  };
}

/** The public key that belongs to a private one. */
export function eidPublicKey(privateKey: Uint8Array): Buffer {
  return createPublicKey(privateKeyObject(privateKey)).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** The X25519 shared secret. @throws when the other side's key is a point of small order (all-zero secret) */
export function eidSharedSecret(ownPrivateKey: Uint8Array, otherPublicKey: Uint8Array): Buffer {
  const secret = diffieHellman({
    privateKey: privateKeyObject(ownPrivateKey),
    publicKey: publicKeyObject(otherPublicKey),
  });
  if (secret.every((byte) => byte === 0)) throw new RangeError('the other public key gives no secret');
  return secret;
}

/**
 * The identity key both sides arrive at. The salt's order is fixed (resolver first), so each side
 * says which role its own key has.
 *
 * @returns 16 bytes
 */
export function agreedIdentityKey(
  own: { role: 'resolver' | 'beacon'; privateKey: Uint8Array },
  otherPublicKey: Uint8Array,
): Buffer {
  const ownPublic = eidPublicKey(own.privateKey);
  const salt =
    own.role === 'resolver'
      ? Buffer.concat([ownPublic, otherPublicKey])
      : Buffer.concat([otherPublicKey, ownPublic]);
  const secret = eidSharedSecret(own.privateKey, otherPublicKey);
  return Buffer.from(hkdfSync('sha256', secret, salt, '', 16));
}
