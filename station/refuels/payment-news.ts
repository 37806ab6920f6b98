/** What the server says about a request for approval. It alone decides about money. */
import { throwIllegalValue } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { RefuelState } from '../../shared/station-contract/index.ts';
import { conflict } from '../pickups/index.ts';
import { approvalOf, type RefuelRecord, type Tx, type VisitRecord } from '../records/index.ts';
import { putWithJobs } from '../visits/index.ts';

/**
 * Applied once per version, newest wins: saying it twice or late changes nothing.
 * Requests that are not of a refuel of this site (reservations, charges) are left to others.
 */
export function applyPaymentRequest(tx: Tx, request: PaymentRequest): void {
  const kept = tx.records.visits.paymentRequest(request.paymentRequestId);
  if (kept === null || request.version <= kept.version) return;
  tx.records.visits.savePaymentRequest(
    request.paymentRequestId,
    kept.refuelId,
    kept.visitId,
    request.version,
    request.state,
  );
  const visit = tx.visit(kept.visitId);
  const { refuel } = visit;
  if (refuel === null) return;
  const paidNow = request.state === 'paid' && kept.state !== 'paid';
  if (refuel.refuelId !== kept.refuelId) {
    // Of a refuel before this one, which is over: money that moved after all pays nothing that came later.
    if (paidNow) paidTwice(tx, visit, kept.refuelId, request);
    return;
  }
  if (refuel.paymentRequestId !== request.paymentRequestId) {
    // An earlier request of the same refuel: only money that moved after all is news.
    if (paidNow) paidByAnEarlierRequest(tx, visit, refuel, request);
    return;
  }
  tx.journal('payment-changed', visit.visitId, {
    refuelId: refuel.refuelId,
    paymentRequestId: request.paymentRequestId,
    state: request.state,
    reason: request.reason,
    version: request.version,
  });
  const approval = approvalOf(tx, request, refuel.approval);
  if (refuel.state === 'settled-otherwise' || refuel.state === 'cancelled') {
    if (paidNow) paidTwice(tx, visit, refuel.refuelId, request);
    putWithJobs(tx, { ...visit, refuel: { ...refuel, approval } });
    return;
  }
  putWithJobs(tx, { ...visit, refuel: { ...refuel, approval, state: stateAfter(visit, refuel, request) } });
}

function stateAfter(visit: VisitRecord, refuel: RefuelRecord, request: PaymentRequest): RefuelState {
  // Closed as a drive-off by a person, also where the outcome was unknown meanwhile.
  const droveOff = refuel.state === 'drive-off' || (!visit.visible && visit.closed?.how === 'drive-off');
  switch (request.state) {
    case 'paid':
      return 'paid';
    case 'waiting':
    case 'approved':
      return droveOff ? 'drive-off' : 'awaiting-approval';
    case 'declined':
      return droveOff ? 'drive-off' : 'declined';
    case 'expired':
    case 'cancelled':
      return droveOff ? 'drive-off' : 'expired';
    case 'unknown':
      return 'unknown';
    default:
      return throwIllegalValue(request.state);
  }
}

function paidByAnEarlierRequest(
  tx: Tx,
  visit: VisitRecord,
  refuel: RefuelRecord,
  request: PaymentRequest,
): void {
  if (refuel.state === 'paid' || refuel.state === 'settled-otherwise') {
    paidTwice(tx, visit, refuel.refuelId, request);
    return;
  }
  tx.journal('payment-changed', visit.visitId, {
    refuelId: refuel.refuelId,
    paymentRequestId: request.paymentRequestId,
    state: request.state,
    earlier: true,
  });
  if (refuel.paymentRequestId !== null) {
    tx.outbox({
      kind: 'cancel-payment-request',
      visitId: visit.visitId,
      subjectId: refuel.refuelId,
      payload: { paymentRequestId: refuel.paymentRequestId, reason: 'paid by an earlier request' },
    });
  }
  const approval = approvalOf(tx, request, null);
  putWithJobs(tx, {
    ...visit,
    refuel: { ...refuel, state: 'paid', paymentRequestId: request.paymentRequestId, approval },
  });
}

function paidTwice(tx: Tx, visit: VisitRecord, refuelId: string, request: PaymentRequest): void {
  conflict(tx, visit, refuelId, {
    what: 'paid-twice',
    refuelId,
    paymentRequestId: request.paymentRequestId,
    amountMinor: request.amount.amountMinor,
  });
}
