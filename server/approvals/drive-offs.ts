/**
 * A car that left with its refuel unpaid is written down when its departure is reported, and never taken back;
 * what settles it later (the driver's yes, another tender) is added.
 */
import { and, eq, isNull, notExists, sql } from 'drizzle-orm';
import type { Work } from '../app.ts';
import { isWord, tables } from '../db/index.ts';

const { driveOffs, refuels, refuelTenders, paymentRequests } = tables;

/** Writes down what this visit left unpaid. */
export async function recordDriveOffs(
  work: Work,
  siteId: string,
  visitId: string,
  leftAtMs: number,
): Promise<void> {
  const { tx, app } = work;
  const unpaid = await tx
    .select({ refuelId: refuels.id })
    .from(refuels)
    .innerJoin(paymentRequests, eq(paymentRequests.id, refuels.paymentRequestId))
    .where(
      and(
        eq(refuels.siteId, siteId),
        eq(refuels.visitId, visitId),
        isWord(paymentRequests.state, 'waiting', 'declined', 'expired', 'cancelled'),
        notExists(
          tx
            .select({ one: sql`1` })
            .from(refuelTenders)
            .where(and(eq(refuelTenders.siteId, siteId), eq(refuelTenders.refuelId, refuels.id))),
        ),
      ),
    );
  for (const { refuelId } of unpaid) {
    await tx.insert(driveOffs).values({ siteId, refuelId, leftAtMs }).onConflictDoNothing();
    work.afterCommit(() => app.log.warn('drive-off', { siteId, refuelId }));
  }
}

/** Settles what was written down of a refuel, if anything was. */
export async function settleDriveOff(
  work: Work,
  of: { paymentRequestId: string } | { siteId: string; refuelId: string },
  how: 'driver' | 'otherwise',
): Promise<void> {
  const { tx, nowMs } = work;
  const which =
    'refuelId' in of
      ? and(eq(driveOffs.siteId, of.siteId), eq(driveOffs.refuelId, of.refuelId))
      : sql`(${driveOffs.siteId}, ${driveOffs.refuelId}) IN (
          SELECT site_id, id FROM refuels WHERE payment_request_id = ${of.paymentRequestId})`;
  await tx
    .update(driveOffs)
    .set({ settledAtMs: nowMs, settledHow: how })
    .where(and(which, isNull(driveOffs.settledAtMs)));
}
