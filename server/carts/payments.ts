/** Checkouts of a site's carts with what was in them: what a kiosk needs to look one up, and to give money back. */
import { and, asc, eq, gte, lt } from 'drizzle-orm';
import { tables } from '../db/index.ts';
import { asSite, refuse } from '../http/index.ts';
import { renderRequest } from '../views/index.ts';
import { renderLine } from './rules.ts';
import { linesOf } from './store.ts';

const { carts, cartTrips, paymentRequests } = tables;

export const cartPaymentLimits = { spanMs: 35 * 24 * 3_600_000, rows: 5_000 };

export const cartPayments = asSite.cartPayments.handler(async ({ context, input }) => {
  const { db } = context.app;
  const { fromMs, toMs } = input;
  if (toMs < fromMs || toMs - fromMs > cartPaymentLimits.spanMs) {
    throw refuse('invalid-request', 'fromMs and toMs name a span of at most 35 days.');
  }
  const rows = await db
    .select({ trip: cartTrips, number: carts.number, request: paymentRequests })
    .from(cartTrips)
    .innerJoin(carts, eq(carts.id, cartTrips.cartId))
    .innerJoin(paymentRequests, eq(paymentRequests.id, cartTrips.paymentRequestId))
    .where(
      and(
        eq(cartTrips.siteId, context.siteId),
        gte(paymentRequests.createdAtMs, fromMs),
        lt(paymentRequests.createdAtMs, toMs),
      ),
    )
    .orderBy(asc(paymentRequests.createdAtMs), asc(paymentRequests.id))
    .limit(cartPaymentLimits.rows);
  const lines = await linesOf(
    db,
    rows.map(({ trip }) => trip.id),
  );
  const linesByTrip = Map.groupBy(lines, (line) => line.tripId);
  return {
    payments: await Promise.all(
      rows.map(async ({ trip, number, request }) => ({
        tripId: trip.id,
        cartId: trip.cartId,
        number,
        lines: (linesByTrip.get(trip.id) ?? []).map(renderLine),
        asPickup: trip.asPickup,
        paymentRequest: await renderRequest(db, request),
      })),
    ),
  };
});
