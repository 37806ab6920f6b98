/**
 * The site's credential renews itself, and at every moment, whatever is cut off where, the station has one that works:
 *
 *   due ─► ask (old one, same key until it is kept) ─► keep both, durable ─► use the new one ─► old one forgotten
 *                                                                               │ refused
 *                                                                               └─► the old one again, pause
 *
 * The server lets the old one die with the first use of the new one, so nothing may be used that is not kept.
 */
import { newId } from '../../shared/domain/index.ts';
import type { Enrolment, SettingsApi } from '../core/types.ts';
import type { ServerClient } from './server-client.ts';

export const credentialDelays = {
  /** A credential so old is renewed. */
  renewAfterMs: 30 * 24 * 3_600_000,
  /** A renewal that ended with the old credential is not tried again before. */
  pauseMs: 3_600_000,
};

const keyOfRenewal = 'server.credential-renewal-key';

/** What the server says of the credential that asks; absent where an older server answers. */
type CredentialNews = Awaited<ReturnType<ServerClient['site']['site']>>['credential'];

export function isRenewalDue(credential: CredentialNews, nowMs: number): boolean {
  if (credential === undefined) return false;
  return credential.renewalWanted || nowMs - credential.sinceMs >= credentialDelays.renewAfterMs;
}

/**
 * Asks for a new credential and keeps it. Asked again after an answer that was lost, the server gives the same one.
 *
 * @param isStillWanted false once the station stopped or enrolled elsewhere: then nothing is kept
 * @returns the enrolment to go on with
 * @throws what the client throws; then nothing has changed here
 */
export async function renewCredential(
  client: ServerClient,
  settings: SettingsApi,
  isStillWanted: () => boolean,
): Promise<Enrolment | null> {
  const kept = settings.recall(keyOfRenewal);
  const idempotencyKey = kept === null || kept === '' ? newId() : kept;
  settings.remember(keyOfRenewal, idempotencyKey);
  const { credential } = await client.site.renewCredential({}, { context: { idempotencyKey } });
  if (!isStillWanted()) return null;
  return settings.keepRenewedCredential(credential, keyOfRenewal);
}
