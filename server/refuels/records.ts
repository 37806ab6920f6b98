/** Releases and drive-offs of a site, as its manager follows them up. */
import { and, asc, eq, gte, isNotNull, isNull, or } from 'drizzle-orm';
import { isWord, tables } from '../db/index.ts';
import { asSite } from '../http/index.ts';

const { driveOffs: driveOffRows, paymentRequests, processorOperations, refuels } = tables;
/** More than that at once is a broken processor, not a list to read. */
const rowsMax = 1_000;

export const releases = asSite.releases.handler(async ({ context, input }) => {
  const { db, clock } = context.app;
  const rows = await db
    .select({ request: paymentRequests, operation: processorOperations })
    .from(paymentRequests)
    .leftJoin(
      processorOperations,
      and(
        eq(processorOperations.subjectId, paymentRequests.id),
        eq(processorOperations.subjectKind, 'payment-request'),
        eq(processorOperations.kind, 'void'),
      ),
    )
    .where(
      and(
        eq(paymentRequests.siteId, context.siteId),
        isWord(paymentRequests.reservationState, 'releasing', 'released'),
        or(
          isWord(paymentRequests.reservationState, 'releasing'),
          // One that was never held owed nothing.
          and(isNotNull(processorOperations.id), gte(paymentRequests.settledAtMs, input.sinceMs)),
        ),
      ),
    )
    .orderBy(asc(paymentRequests.createdAtMs))
    .limit(rowsMax);
  return {
    nowMs: clock.nowMs(),
    releases: rows.map(({ request, operation }) => ({
      paymentRequestId: request.id,
      visitId: request.visitId,
      amount: { amountMinor: request.amountMinor, currency: request.currency },
      reason: request.reason,
      state: request.reservationState === 'released' ? ('released' as const) : ('open' as const),
      // Not asked yet: nobody knows so far whether anything is held at all.
      dueSinceMs: operation?.createdAtMs ?? request.approvedAtMs ?? request.createdAtMs,
      releasedAtMs: operation?.settledAtMs ?? null,
      asks: operation?.attempts ?? 0,
      proof: operation === null ? null : { reference: operation.id, authorisation: operation.authorisation },
    })),
  };
});

export const driveOffs = asSite.driveOffs.handler(async ({ context, input }) => {
  const { db, clock } = context.app;
  const rows = await db
    .select({ row: driveOffRows, refuel: refuels })
    .from(driveOffRows)
    .innerJoin(refuels, and(eq(refuels.siteId, driveOffRows.siteId), eq(refuels.id, driveOffRows.refuelId)))
    .where(
      and(
        eq(driveOffRows.siteId, context.siteId),
        or(isNull(driveOffRows.settledAtMs), gte(driveOffRows.settledAtMs, input.sinceMs)),
      ),
    )
    .orderBy(asc(driveOffRows.leftAtMs))
    .limit(rowsMax);
  return {
    nowMs: clock.nowMs(),
    driveOffs: rows.map(({ row, refuel }) => ({
      refuelId: row.refuelId,
      visitId: refuel.visitId,
      paymentRequestId: refuel.paymentRequestId,
      amount: { amountMinor: refuel.amountMinor, currency: refuel.currency },
      leftAtMs: row.leftAtMs,
      settled:
        row.settledAtMs === null || row.settledHow === null
          ? null
          : { how: row.settledHow, atMs: row.settledAtMs },
    })),
  };
});
