/**
 * Kept answers may hold a credential that is otherwise kept only as a hash. They are sealed under the caller's
 * own Idempotency-Key, of which only the hash is kept: who reads the database cannot open them.
 */
import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';

/** Told apart from the answers of earlier versions, which are kept for seven days: base64 has no colon. */
const form = '2:';

/** The key itself is the secret (a UUID: 122 bits); one hash, bound to the caller and to this use, is enough. */
const secretOf = (key: string, scope: string): Buffer =>
  hash('sha256', `idempotent answer\n${scope.length}:${scope}\n${key}`, 'buffer');

export function sealAnswer(key: string, scope: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secretOf(key, scope), nonce);
  const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return form + sealed.toString('base64');
}

/** @throws when the key is another one */
export function openAnswer(key: string, scope: string, sealed: string): string {
  const current = sealed.startsWith(form);
  const bytes = Buffer.from(current ? sealed.slice(form.length) : sealed, 'base64');
  const secret = current
    ? secretOf(key, scope)
    : Buffer.from(hkdfSync('sha256', key, scope, 'idempotent answer', 32));
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12)).setAuthTag(
    bytes.subarray(-16),
  );
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
}
