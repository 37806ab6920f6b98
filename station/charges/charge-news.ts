/** What the server says about a charge and its refunds. It alone decides about money. */
import { throwIllegalValue } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { ChargeState } from '../../shared/station-contract/index.ts';
import { conflict } from '../pickups/index.ts';
import {
  approvalOf,
  type ChargeRecord,
  type RefundRecord,
  refusedAtServer,
  type Tx,
  type VisitRecord,
} from '../records/index.ts';
import { putCharge } from './put-charge.ts';

/** Applied once per version, newest wins: saying it twice or late changes nothing. */
export function applyChargeRequest(tx: Tx, request: PaymentRequest): void {
  const { charges } = tx.records.visits;
  const kept = charges.request(request.paymentRequestId);
  if (kept === null || request.version <= kept.version) return;
  const visit = tx.visit(kept.visitId);
  const charge = visit.charges.find((c) => c.chargeId === kept.chargeId);
  if (charge === undefined) return;
  charges.saveRequest(request.paymentRequestId, charge, request.version, request.state);
  if (charge.paymentRequestId !== request.paymentRequestId) {
    // An earlier request of the same charge: only money that moved after all is news.
    if (request.state === 'paid' && kept.state !== 'paid') paidByAnEarlierRequest(tx, visit, charge, request);
    return;
  }
  const state = stateAfter(request);
  if (state !== charge.state || request.state !== charge.approval.state) {
    tellChange(tx, charge, request);
  }
  const cancelledHere = charge.state === 'cancelled' && charge.approval.version === 0;
  if (cancelledHere && state === 'waiting') {
    // It was cancelled here while nobody had been asked, and then sent again after all: take it back.
    tx.outbox({
      kind: 'charge-cancelled',
      visitId: visit.visitId,
      subjectId: charge.chargeId,
      payload: { paymentRequestId: request.paymentRequestId, reason: 'cancelled at the counter' },
    });
  }
  const approval = approvalOf(tx, request, charge.approval);
  const settled = withRefundsOf(tx, visit, { ...charge, state, approval }, request);
  putCharge(tx, visit, {
    ...settled,
    cancelAsked: state === 'waiting' && (charge.cancelAsked || cancelledHere),
  });
}

/** The server's answer to one refund: taken over before the mark counts as sent. */
export function applyRefundAnswer(tx: Tx, refundId: string, request: PaymentRequest): void {
  const kept = tx.records.visits.charges.request(request.paymentRequestId);
  if (kept === null) return;
  const visit = tx.visit(kept.visitId);
  const charge = visit.charges.find((c) => c.chargeId === kept.chargeId);
  const refund = charge?.refunds.find((r) => r.refundId === refundId);
  if (charge === undefined || refund === undefined || refund.state !== 'waiting') return;
  const given = withRefund(charge, refundId, 'given-back');
  if (request.version > kept.version) {
    tx.records.visits.charges.saveRequest(request.paymentRequestId, charge, request.version, request.state);
  }
  putCharge(tx, visit, withRefundsOf(tx, visit, given, request));
}

function stateAfter(request: PaymentRequest): ChargeState {
  switch (request.state) {
    case 'waiting':
    case 'approved':
      return 'waiting';
    case 'paid':
    case 'declined':
    case 'expired':
    case 'cancelled':
    case 'unknown':
      return request.state;
    default:
      return throwIllegalValue(request.state);
  }
}

function tellChange(tx: Tx, charge: ChargeRecord, request: PaymentRequest): void {
  tx.journal('payment-changed', charge.visitId, {
    chargeId: charge.chargeId,
    paymentRequestId: request.paymentRequestId,
    state: request.state,
    reason: request.reason,
    version: request.version,
  });
}

function paidByAnEarlierRequest(
  tx: Tx,
  visit: VisitRecord,
  charge: ChargeRecord,
  request: PaymentRequest,
): void {
  tellChange(tx, charge, request);
  if (charge.state === 'paid') {
    conflict(tx, visit, charge.chargeId, {
      what: 'paid-twice',
      chargeId: charge.chargeId,
      paymentRequestId: request.paymentRequestId,
      amountMinor: request.amount.amountMinor,
    });
    return;
  }
  // The one that waits must not take the money a second time.
  tx.outbox({
    kind: 'charge-cancelled',
    visitId: visit.visitId,
    subjectId: charge.chargeId,
    payload: { paymentRequestId: charge.paymentRequestId, reason: 'paid by an earlier request' },
  });
  putCharge(tx, visit, {
    ...charge,
    state: 'paid',
    paymentRequestId: request.paymentRequestId,
    approval: approvalOf(tx, request, null),
    cancelAsked: false,
  });
}

function withRefund(charge: ChargeRecord, refundId: string, state: RefundRecord['state']): ChargeRecord {
  return { ...charge, refunds: charge.refunds.map((r) => (r.refundId === refundId ? { ...r, state } : r)) };
}

/** What the server does not count any more was not given back, and a manager sees it. */
function withRefundsOf(
  tx: Tx,
  visit: VisitRecord,
  charge: ChargeRecord,
  request: PaymentRequest,
): ChargeRecord {
  let next = charge;
  for (const { refundId, amountMinor } of refusedAtServer(
    charge.refunds,
    request.refunded?.amountMinor ?? 0,
  )) {
    next = withRefund(next, refundId, 'refused');
    conflict(tx, visit, refundId, {
      what: 'refund-refused',
      chargeId: charge.chargeId,
      refundId,
      paymentRequestId: request.paymentRequestId,
      amountMinor,
    });
  }
  return next;
}
