/** What the server owes a site for a span of time, line by line, as its books have it. */
import { and, asc, eq, gte, lt } from 'drizzle-orm';
import { anyOf, isWord, tables } from '../db/index.ts';
import { asSite, refuse } from '../http/index.ts';

const { ledgerEntries, paymentRequests, refuels, cartTrips } = tables;
const spanMaxMs = 32 * 24 * 3_600_000;

export const statement = asSite.statement.handler(async ({ context, input }) => {
  const { fromMs, toMs } = input;
  if (toMs <= fromMs || toMs - fromMs > spanMaxMs) {
    throw refuse('invalid-request', 'fromMs and toMs name a span of at most 32 days.');
  }
  const { db } = context.app;
  const entries = await db
    .select()
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.siteId, context.siteId),
        isWord(ledgerEntries.account, 'owed-to-sites'),
        gte(ledgerEntries.atMs, fromMs),
        lt(ledgerEntries.atMs, toMs),
      ),
    )
    .orderBy(asc(ledgerEntries.atMs), asc(ledgerEntries.id));
  const requestIds = entries.filter((e) => e.subjectKind === 'payment-request').map((e) => e.subjectId);
  const requests =
    requestIds.length === 0
      ? []
      : await db
          .select({ id: paymentRequests.id, kind: paymentRequests.kind, refuelId: refuels.id })
          .from(paymentRequests)
          .leftJoin(refuels, eq(refuels.paymentRequestId, paymentRequests.id))
          .where(anyOf(paymentRequests.id, requestIds));
  const requestById = new Map(requests.map((r) => [r.id, r]));
  // A cart that was paid and became a pickup: the site hands over that preorder, its money is this request's.
  const chargeIds = requests.filter((r) => r.kind === 'charge').map((r) => r.id);
  const trips =
    chargeIds.length === 0
      ? []
      : await db
          .select({ requestId: cartTrips.paymentRequestId, preorderId: cartTrips.preorderId })
          .from(cartTrips)
          .where(anyOf(cartTrips.paymentRequestId, chargeIds));
  const pickupOf = new Map(trips.map((trip) => [trip.requestId, trip.preorderId]));
  const lines = entries.map((entry) => {
    const request = requestById.get(entry.subjectId);
    return {
      lineId: String(entry.id),
      kind: entry.subjectKind === 'preorder' ? ('preorder' as const) : (request?.kind ?? 'charge'),
      preorderId:
        entry.subjectKind === 'preorder' ? entry.subjectId : (pickupOf.get(entry.subjectId) ?? null),
      paymentRequestId: entry.subjectKind === 'preorder' ? null : entry.subjectId,
      refuelId: request?.refuelId ?? null,
      // A credit of the site's account is what it gets.
      movement: entry.amountMinor < 0 ? ('taken' as const) : ('given-back' as const),
      amount: { amountMinor: Math.abs(entry.amountMinor), currency: entry.currency },
      atMs: entry.atMs,
    };
  });
  const currencies = [...new Set(entries.map((e) => e.currency))].sort();
  const total = (currency: string, movement: 'taken' | 'given-back') =>
    lines
      .filter((line) => line.amount.currency === currency && line.movement === movement)
      .reduce((sum, line) => sum + line.amount.amountMinor, 0);
  return {
    fromMs,
    toMs,
    lines,
    totals: currencies.map((currency) => ({
      currency,
      takenMinor: total(currency, 'taken'),
      givenBackMinor: total(currency, 'given-back'),
    })),
  };
});
