/**
 * Payment requests: what a driver is asked to approve.
 *
 *   waiting ─► approved ─► paid                 refuel, charge: approved means "being settled"
 *      │           ├─────► declined (the card)
 *      │           └─────► unknown ─ looked up ─► paid | declined
 *      ├─► declined | expired | cancelled
 *
 *   A reservation stays `approved` while the money is held; its own state says what became of it:
 *   waiting ─► held ─► captured | releasing ─► released          (or declined, expired)
 */
import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { type App, inWork, type Work } from '../app.ts';
import { isWord, type Tx, tables } from '../db/index.ts';
import type { PaymentRequestRow } from '../db/schema.ts';
import { planOperation } from '../payments/index.ts';
import { renderRequest, reservationOf } from '../views/index.ts';

const { paymentRequests } = tables;

/** Tells both sides; a request that waits is asked of the driver. */
export async function tellOfRequest(work: Work, row: PaymentRequestRow): Promise<void> {
  const paymentRequest = await renderRequest(work.tx, row);
  work.tellDriver(row.driverId, {
    type: row.state === 'waiting' ? 'approval-asked' : 'payment-request',
    paymentRequest,
  });
  work.tellSite(row.siteId, { type: 'payment-request', paymentRequest });
  if (row.reservationState !== null) {
    work.tellSite(row.siteId, { type: 'reservation', jackId: row.jackId, reservation: reservationOf(row) });
  }
}

export async function lockRequest(tx: Tx, id: string): Promise<PaymentRequestRow | null> {
  const [row] = await tx.select().from(paymentRequests).where(eq(paymentRequests.id, id)).for('update');
  return row ?? null;
}

/** Changes a locked request, raises its version and tells. */
export async function updateRequest(
  work: Work,
  id: string,
  change: Partial<Omit<PaymentRequestRow, 'version'>>,
): Promise<PaymentRequestRow> {
  const [row] = await work.tx
    .update(paymentRequests)
    .set({ ...change, version: sql`${paymentRequests.version} + 1` })
    .where(eq(paymentRequests.id, id))
    .returning();
  if (row === undefined) throw new Error('a payment request vanished');
  await tellOfRequest(work, row);
  await work.app.requestChanged(work, row);
  return row;
}

export type NewRequest = Pick<
  PaymentRequestRow,
  'id' | 'kind' | 'siteId' | 'driverId' | 'jackId' | 'visitId' | 'amountMinor' | 'currency'
> &
  Partial<
    Pick<
      PaymentRequestRow,
      | 'state'
      | 'reservationId'
      | 'authorisation'
      | 'processorToken'
      | 'approvedAtMs'
      | 'verification'
      | 'description'
      | 'wrongFuel'
    >
  >;

/** @returns null when the id is taken */
export async function insertRequest(
  work: Work,
  request: NewRequest,
  approvalMs: number,
): Promise<PaymentRequestRow | null> {
  const [row] = await work.tx
    .insert(paymentRequests)
    .values({
      ...request,
      state: request.state ?? 'waiting',
      reservationState: request.kind === 'refuel-reservation' ? 'waiting' : null,
      version: 1,
      createdAtMs: work.nowMs,
      expiresAtMs: work.nowMs + approvalMs,
    })
    .onConflictDoNothing()
    .returning();
  if (row === undefined) return null;
  await tellOfRequest(work, row);
  return row;
}

/**
 * Is a completed refuel taking its money from this reservation just now? Then the answer to that decides
 * what becomes of the hold, and nothing else may release it. The reservation must be locked.
 */
export async function isBeingCaptured(tx: Tx, reservationId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(
      and(
        eq(paymentRequests.reservationId, reservationId),
        inArray(paymentRequests.state, ['approved', 'unknown']),
      ),
    );
  return rows.length > 0;
}

/** Gives back what a reservation holds. The row must be locked and `held`. */
export async function releaseReservation(work: Work, row: PaymentRequestRow, reason: string): Promise<void> {
  await updateRequest(work, row.id, { reservationState: 'releasing', reason });
  await planOperation(work, {
    subjectKind: 'payment-request',
    subjectId: row.id,
    kind: 'void',
    processorToken: row.processorToken ?? '',
    authorisation: row.authorisation,
    amountMinor: row.amountMinor,
    currency: row.currency,
  });
}

/** Ends a locked request that waits. */
export function endWaiting(
  work: Work,
  row: PaymentRequestRow,
  state: 'declined' | 'expired' | 'cancelled',
  reason: string,
): Promise<PaymentRequestRow> {
  return updateRequest(work, row.id, {
    state,
    reason,
    settledAtMs: work.nowMs,
    ...(row.reservationState === null
      ? {}
      : { reservationState: state === 'cancelled' ? 'released' : state }),
  });
}

/** Ends what nobody answered in time. */
export async function expireRequests(app: App): Promise<void> {
  const due = await app.db
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(and(isWord(paymentRequests.state, 'waiting'), lte(paymentRequests.expiresAtMs, app.clock.nowMs())))
    .limit(200);
  for (const { id } of due) {
    await inWork(app, async (work) => {
      const row = await lockRequest(work.tx, id);
      if (row?.state === 'waiting' && row.expiresAtMs <= work.nowMs) {
        await endWaiting(work, row, 'expired', 'no-answer');
      }
    });
  }
}

/** Nobody refuels for so long: money held since then goes back, also when no departure was ever reported. */
export const reservationHeldMs = 3 * 3_600_000;

/** Releases reservations that were forgotten. */
export async function releaseOldReservations(app: App): Promise<void> {
  const old = await app.db
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(
      and(
        isWord(paymentRequests.reservationState, 'held'),
        lte(paymentRequests.approvedAtMs, app.clock.nowMs() - reservationHeldMs),
      ),
    )
    .limit(200);
  for (const { id } of old) {
    await inWork(app, async (work) => {
      const row = await lockRequest(work.tx, id);
      if (row?.reservationState !== 'held') return;
      if (!(await isBeingCaptured(work.tx, id))) await releaseReservation(work, row, 'not-used-in-time');
    });
  }
}
