import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { Tx } from './tx.ts';
import type { Approval } from './visit-record.ts';

/**
 * What the server says of a request, as kept here. Its end is turned to our clock when it is first heard of and
 * stays: it moves with our clock alone, and the server never gives a request more time.
 *
 * @param before what was kept of the same request; null: another one takes its place
 */
export function approvalOf(tx: Tx, request: PaymentRequest, before: Approval | null): Approval {
  const known = before !== null && before.version > 0 ? before.expiresAtMs : null;
  return {
    state: request.state,
    expiresAtMs: known ?? tx.records.serverTime.toHere(request.expiresAtMs),
    reason: request.reason,
    asked: true,
    version: request.version,
  };
}
