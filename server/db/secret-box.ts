/**
 * Seals the jacks' keys at rest with AES-256-GCM under a master key. Each sealed text names its key,
 * so that a new master key can be added first and old texts sealed anew later.
 *
 *   v1.<key id>.<nonce ‖ ciphertext ‖ tag, base64url>        associated data: what the secret is for
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const nonceBytes = 12;
const tagBytes = 16;

export interface SecretBox {
  /** @param purpose bound into the text: a secret sealed for one row cannot be moved to another */
  seal(secret: Uint8Array, purpose: string): string;
  /** @throws Error when the text was changed, moved, or sealed under a key that is not here */
  open(sealed: string, purpose: string): Buffer;
  /** Is it sealed under the newest key? */
  isCurrent(sealed: string): boolean;
}

const keyId = (key: Uint8Array) => createHash('sha256').update(key).digest('hex').slice(0, 8);

/** @param masterKeys 32 bytes each; the first seals, all open */
export function secretBox(masterKeys: Uint8Array[]): SecretBox {
  const newest = masterKeys[0];
  if (newest === undefined || masterKeys.some((key) => key.byteLength !== 32)) {
    throw new RangeError('a master key has 32 bytes, and there is at least one');
  }
  const keys = new Map(masterKeys.map((key) => [keyId(key), key]));
  const newestId = keyId(newest);
  return {
    seal(secret, purpose) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', newest, nonce).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
      return `v1.${newestId}.${sealed.toString('base64url')}`;
    },
    open(text, purpose) {
      const [version, id = '', body = ''] = text.split('.');
      const key = keys.get(id);
      if (version !== 'v1' || key === undefined)
        throw new Error(`sealed under a key that is not here (${id})`);
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    },
    isCurrent: (text) => text.split('.')[1] === newestId,
  };
}

/**
 * Master keys from a file: one per line, 64 hex digits, the newest first. Made with one fresh key,
 * readable by its owner only, where it does not exist.
 */
export function masterKeysFrom(path: string): Buffer[] {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(path, 0o600);
  }
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      if (!/^[0-9a-f]{64}$/.test(line))
        throw new Error(`${path}: a line is not a master key (64 hex digits)`);
      return Buffer.from(line, 'hex');
    });
}
