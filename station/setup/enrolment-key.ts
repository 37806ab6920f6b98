import { createHash, randomBytes } from 'node:crypto';
import type { SettingsApi } from '../core/types.ts';

const secretKey = 'setup.enrolment-secret';

/**
 * The Idempotency-Key under which this station enrols with this pairing code. The same each time, so
 * that a station that died between the server's yes and its own record gets the same credential again
 * instead of burning its one-use code; and not to be guessed, because the answer is a credential.
 */
export function enrolmentKey(settings: SettingsApi, serverUrl: string, pairingCode: string): string {
  let secret = settings.recall(secretKey);
  if (secret === null) {
    secret = randomBytes(32).toString('hex');
    settings.remember(secretKey, secret);
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([secret, serverUrl, pairingCode]))
    .digest();
  // UUID version 8 (RFC 9562 section 5.8): our own bits under the common form.
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
