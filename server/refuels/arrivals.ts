/** Cars that enter and leave, and the reservation asked at arrival where a site does so. */
import { and, eq, inArray, isNull, ne } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Work } from '../app.ts';
import {
  endWaiting,
  insertRequest,
  isBeingCaptured,
  lockRequest,
  recordDriveOffs,
  releaseReservation,
  updateRequest,
} from '../approvals/index.ts';
import { tables } from '../db/index.ts';
import { asSite, once, refuse } from '../http/index.ts';
import { siteRow } from '../sites/index.ts';

const { arrivals, jacks, paymentRequests } = tables;

export const reportArrival = asSite.reportArrival.handler(({ context, input }) =>
  once(context, `site:${context.siteId}`, 'reportArrival', input, async (work) => {
    const { tx } = work;
    const { siteId } = context;
    const { visitId, jackId, arrivedAtMs, laneId, laneKind } = input;
    const [jack] = await tx
      .select()
      .from(jacks)
      .where(and(eq(jacks.id, jackId), isNull(jacks.blockedAtMs)));
    if (jack === undefined) throw refuse('not-found', 'There is no such jack.');
    const [row] = await tx
      .insert(arrivals)
      .values({ siteId, visitId, jackId, arrivedAtMs, laneId, laneKind })
      .onConflictDoUpdate({ target: [arrivals.siteId, arrivals.visitId], set: { laneId, laneKind } })
      .returning();
    if (row?.jackId !== jackId) throw refuse('conflict', 'This visit is of another car.');
    // A car is at a site once: whatever earlier visit was not seen to end has ended.
    await tx
      .update(arrivals)
      .set({ departedAtMs: arrivedAtMs })
      .where(
        and(
          eq(arrivals.siteId, siteId),
          eq(arrivals.jackId, jackId),
          isNull(arrivals.departedAtMs),
          ne(arrivals.visitId, visitId),
        ),
      );
    await askForReservation(work, siteId, { visitId, jackId, driverId: jack.driverId, laneKind });
    return { answer: { ok: true as const } };
  }),
);

async function askForReservation(
  work: Work,
  siteId: string,
  visit: { visitId: string; jackId: string; driverId: string; laneKind: 'bay' | 'pump' | null },
): Promise<void> {
  const site = await siteRow(work.tx, siteId);
  if (site.approvalMode !== 'reserve-at-arrival' || site.reservationMaximumMinor === null) return;
  if (visit.laneKind !== 'pump') return;
  const [before] = await work.tx
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(and(eq(paymentRequests.siteId, siteId), eq(paymentRequests.visitId, visit.visitId)));
  if (before !== undefined) return;
  await insertRequest(
    work,
    {
      id: newId(),
      kind: 'refuel-reservation',
      siteId,
      driverId: visit.driverId,
      jackId: visit.jackId,
      visitId: visit.visitId,
      amountMinor: site.reservationMaximumMinor,
      currency: site.currency,
    },
    site.approvalMs,
  );
}

/** Releases what a visit reserved and does not need any more. */
export async function dropReservations(
  work: Work,
  siteId: string,
  visitId: string,
  reason: string,
): Promise<void> {
  const rows = await work.tx
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(
      and(
        eq(paymentRequests.siteId, siteId),
        eq(paymentRequests.visitId, visitId),
        eq(paymentRequests.kind, 'refuel-reservation'),
        inArray(paymentRequests.reservationState, ['waiting', 'held']),
      ),
    );
  for (const { id } of rows) {
    const row = await lockRequest(work.tx, id);
    if (row === null) continue;
    if (row.state === 'waiting') await endWaiting(work, row, 'cancelled', reason);
    else if (row.reservationState === 'held') {
      if (!(await isBeingCaptured(work.tx, id))) await releaseReservation(work, row, reason);
    }
    // Being authorised, or unknown: marked now, released by whoever learns that it is held.
    else if (row.reservationState === 'waiting')
      await updateRequest(work, id, { reservationState: 'releasing', reason });
  }
}

export const reportDeparture = asSite.reportDeparture.handler(({ context, input }) =>
  once(context, `site:${context.siteId}`, 'reportDeparture', input, async (work) => {
    const { siteId } = context;
    const [row] = await work.tx
      .update(arrivals)
      .set({ departedAtMs: input.departedAtMs })
      .where(
        and(
          eq(arrivals.siteId, siteId),
          eq(arrivals.visitId, input.visitId),
          eq(arrivals.jackId, input.jackId),
        ),
      )
      .returning();
    if (row === undefined) throw refuse('car-did-not-enter', 'This visit was never reported here.');
    await dropReservations(work, siteId, input.visitId, 'car-left');
    await recordDriveOffs(work, siteId, input.visitId, input.departedAtMs);
    return { answer: { ok: true as const } };
  }),
);
