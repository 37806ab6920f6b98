/** What the processor's answers do to a payment request (its states: requests.ts). */
import type { Work } from '../app.ts';
import { sendIn } from '../db/index.ts';
import type { OperationRow, PaymentRequestRow } from '../db/schema.ts';
import { postCapture, postHold, postPurchase, postRefund, postRelease } from '../ledger/index.ts';
import { planOperation } from '../payments/index.ts';
import { siteRow } from '../sites/index.ts';
import { settleDriveOff } from './drive-offs.ts';
import { lockRequest, releaseReservation, updateRequest } from './requests.ts';

/** Captures what is held for this request: its own hold, or a part of a reservation's. */
export function planCapture(
  work: Work,
  row: Pick<PaymentRequestRow, 'id' | 'processorToken' | 'authorisation' | 'amountMinor' | 'currency'>,
): string {
  return planOperation(work, {
    subjectKind: 'payment-request',
    subjectId: row.id,
    kind: 'capture',
    processorToken: row.processorToken ?? '',
    authorisation: row.authorisation,
    amountMinor: row.amountMinor,
    currency: row.currency,
  });
}

export async function applyToPaymentRequest(work: Work, operation: OperationRow): Promise<void> {
  const row = await lockRequest(work.tx, operation.subjectId);
  if (row === null) throw new Error('an operation without its payment request');
  if (operation.state === 'pending') return;
  if (operation.state === 'unknown') {
    // Releasing something is not the request's own outcome: its state stays what it is.
    if (operation.kind !== 'void' && operation.kind !== 'refund' && row.state !== 'unknown')
      await updateRequest(work, row.id, { state: 'unknown' });
    return;
  }
  const succeeded = operation.state === 'succeeded';
  switch (operation.kind) {
    case 'authorise':
      return authorised(work, row, operation, succeeded);
    case 'purchase':
      return purchased(work, row, operation, succeeded);
    case 'capture':
      return captured(work, row, operation, succeeded);
    case 'void':
      await postRelease(work, { operation, siteId: row.siteId, driverId: row.driverId }, row.amountMinor);
      // Declined means that nothing is held any more at the processor: as good as released.
      if (row.reservationState === 'releasing') {
        await updateRequest(work, row.id, {
          reservationState: 'released',
          state: 'cancelled',
          settledAtMs: work.nowMs,
        });
      }
      return;
    case 'refund':
      if (succeeded) {
        await postRefund(
          work,
          { operation, siteId: row.siteId, driverId: row.driverId },
          operation.amountMinor,
        );
        await updateRequest(work, row.id, {});
      } else {
        // It was counted when it was planned; it did not happen.
        await updateRequest(work, row.id, { refundedMinor: row.refundedMinor - operation.amountMinor });
        work.app.log.warn('refund-declined', { paymentRequestId: row.id });
      }
      return;
  }
}

async function authorised(
  work: Work,
  row: PaymentRequestRow,
  operation: OperationRow,
  succeeded: boolean,
): Promise<void> {
  if (!succeeded) {
    await updateRequest(work, row.id, {
      state: 'declined',
      reason: operation.detail ?? 'card-declined',
      settledAtMs: work.nowMs,
      ...(row.reservationState === null ? {} : { reservationState: 'declined' }),
    });
    return;
  }
  const { authorisation } = operation;
  await postHold(work, { operation, siteId: row.siteId, driverId: row.driverId }, operation.amountMinor);
  if (row.kind === 'refuel-reservation') {
    const leftMeanwhile = row.reservationState !== 'waiting';
    const held = await updateRequest(work, row.id, {
      state: 'approved',
      authorisation,
      reservationState: 'held',
    });
    if (leftMeanwhile) await releaseReservation(work, held, row.reason ?? 'not-needed');
    return;
  }
  if (row.state === 'approved') {
    // Nothing that anybody outside sees has changed yet.
    const keep = 'UPDATE payment_requests SET authorisation = $2 WHERE id = $1';
    work.send(sendIn(work.tx, keep, [row.id, authorisation]));
  } else {
    await updateRequest(work, row.id, { state: 'approved', authorisation });
  }
  await planCapture(work, { ...row, authorisation });
}

/** Held and taken in one, where the exact amount is known. */
async function purchased(
  work: Work,
  row: PaymentRequestRow,
  operation: OperationRow,
  succeeded: boolean,
): Promise<void> {
  if (!succeeded) {
    await updateRequest(work, row.id, {
      state: 'declined',
      reason: operation.detail ?? 'card-declined',
      settledAtMs: work.nowMs,
    });
    return;
  }
  await updateRequest(work, row.id, {
    state: 'paid',
    reason: null,
    authorisation: operation.authorisation,
    capturedMinor: operation.amountMinor,
    settledAtMs: work.nowMs,
  });
  if (row.kind === 'refuel') await settleDriveOff(work, { paymentRequestId: row.id }, 'driver');
  const posting = { operation, siteId: row.siteId, driverId: row.driverId };
  await postPurchase(work, posting, operation.amountMinor);
}

async function captured(
  work: Work,
  row: PaymentRequestRow,
  operation: OperationRow,
  succeeded: boolean,
): Promise<void> {
  if (succeeded) {
    await updateRequest(work, row.id, {
      state: 'paid',
      reason: null,
      capturedMinor: operation.amountMinor,
      settledAtMs: work.nowMs,
    });
    if (row.kind === 'refuel') await settleDriveOff(work, { paymentRequestId: row.id }, 'driver');
    let heldMinor = row.amountMinor;
    if (row.reservationId !== null) {
      const reservation = await lockRequest(work.tx, row.reservationId);
      if (reservation !== null) {
        heldMinor = reservation.amountMinor;
        await updateRequest(work, reservation.id, {
          state: 'paid',
          reservationState: 'captured',
          capturedMinor: operation.amountMinor,
          settledAtMs: work.nowMs,
        });
      }
    }
    await postCapture(
      work,
      { operation, siteId: row.siteId, driverId: row.driverId },
      heldMinor,
      operation.amountMinor,
    );
    return;
  }
  work.app.log.warn('capture-declined', { paymentRequestId: row.id });
  if (row.reservationId !== null) {
    // The reservation could not be used: release it and ask for the exact amount instead.
    const reservation = await lockRequest(work.tx, row.reservationId);
    if (reservation?.reservationState === 'held')
      await releaseReservation(work, reservation, 'capture-declined');
    const site = await siteRow(work.tx, row.siteId);
    await updateRequest(work, row.id, {
      state: 'waiting',
      reason: null,
      reservationId: null,
      authorisation: null,
      processorToken: null,
      expiresAtMs: work.nowMs + site.approvalMs,
    });
    return;
  }
  await updateRequest(work, row.id, {
    state: 'declined',
    reason: 'capture-declined',
    settledAtMs: work.nowMs,
  });
  await planOperation(work, { ...operation, kind: 'void', authorisation: row.authorisation });
}
