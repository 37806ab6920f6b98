import type { RefundRecord } from './visit-record.ts';

/**
 * The server counts a refund when it is planned and takes it off again when the card's bank says no. It tells only the
 * sum: what it does not count any more is the refund of just that sum where there is one, or else the latest ones.
 *
 * @param refunds oldest first
 * @param atServerMinor what the server counts as given back
 * @returns those of them that were not given back, the latest first
 */
export function refusedAtServer(refunds: readonly RefundRecord[], atServerMinor: number): RefundRecord[] {
  const given = refunds.filter(({ state }) => state === 'given-back').reverse();
  let overMinor = given.reduce((sum, { amountMinor }) => sum + amountMinor, 0) - atServerMinor;
  const exact = given.find(({ amountMinor }) => amountMinor === overMinor);
  if (exact !== undefined) return [exact];
  return given.filter(({ amountMinor }) => {
    if (overMinor <= 0) return false;
    overMinor -= amountMinor;
    return true;
  });
}
