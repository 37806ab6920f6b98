/**
 * What the payment server says of checkouts of carts and of their refunds. It alone decides about money.
 *
 *   cart event (checking-out) ─┐
 *   payments after a reconnect ┴▶ noted ──payment request, newest version──▶ paid | declined | … ──▶ refunds
 */
import { businessDayOf, businessDayRange, throwIllegalValue } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { CartPayment, PaymentRequest } from '../../shared/server-contract/index.ts';
import type { CartPaymentView, ChargeState } from '../../shared/station-contract/index.ts';
import type { Inputs } from '../core/types.ts';
import {
  type CartPaymentRecord,
  type RecordStores,
  type Records,
  type RefundRecord,
  refundableMinor,
  refundViews,
  refusedAtServer,
  type Tx,
} from '../records/index.ts';

export function cartPaymentView(
  payment: CartPaymentRecord,
  from: Pick<RecordStores, 'outbox'>,
): CartPaymentView {
  const { amountMinor, currency, refunds: _, version: __, lines, ...rest } = payment;
  return {
    ...rest,
    lines: [...lines],
    amount: { amountMinor, currency },
    refunds: refundViews(payment, from),
    refundable: { amountMinor: refundableMinor(payment, from), currency },
  };
}

/** Checkouts of a business day, newest first, and what they come to. */
export function cartPayments(
  records: Records,
  input: Inputs['carts']['payments'],
): {
  payments: CartPaymentView[];
  paid: { amountMinor: number; currency: string };
  givenBack: { amountMinor: number; currency: string };
} {
  const { timeZone, businessDayStartHour, currency } = records.site;
  const day = input.day ?? businessDayOf(records.clock.nowMs(), timeZone, businessDayStartHour);
  const { fromMs, toMs } = businessDayRange(day, timeZone, businessDayStartHour);
  const payments = records.cartPayments.between(fromMs, toMs).map((p) => cartPaymentView(p, records));
  const counted = payments.filter((p) => p.amount.currency === currency && p.state === 'paid');
  const sum = (of: (payment: CartPaymentView) => number) => ({
    amountMinor: counted.reduce((total, payment) => total + of(payment), 0),
    currency,
  });
  return {
    payments,
    paid: sum((p) => p.amount.amountMinor),
    givenBack: sum((p) =>
      p.refunds.filter((r) => r.state === 'given-back').reduce((total, r) => total + r.amount.amountMinor, 0),
    ),
  };
}

/** A cart that is being paid: its contents are kept, for once it is paid the cart is somebody else's. */
export function noteCheckout(tx: Tx, cart: Cart): void {
  const { trip } = cart;
  if (trip?.state !== 'checking-out' || trip.paymentRequestId === null) return;
  const { cartPayments: store } = tx.records;
  if (store.get(trip.paymentRequestId) !== null) return;
  store.save(
    {
      paymentRequestId: trip.paymentRequestId,
      tripId: trip.tripId,
      cartId: cart.cartId,
      cartNumber: cart.number,
      state: 'waiting',
      amountMinor: trip.total.amountMinor,
      currency: trip.total.currency,
      asPickup: trip.asPickup === true,
      lines: trip.lines,
      askedAtMs: trip.lastActivityAtMs,
      settledAtMs: null,
      refunds: [],
      version: 0,
    },
    null,
  );
}

/** All of them as the server has them: what an event missed is made good. */
export function applyCartPayments(tx: Tx, payments: readonly CartPayment[]): void {
  const { cartPayments: store } = tx.records;
  for (const { paymentRequest: request, ...payment } of payments) {
    if (store.get(request.paymentRequestId) === null) {
      store.save(
        {
          paymentRequestId: request.paymentRequestId,
          tripId: payment.tripId,
          cartId: payment.cartId,
          cartNumber: payment.number,
          state: 'waiting',
          amountMinor: request.amount.amountMinor,
          currency: request.amount.currency,
          asPickup: payment.asPickup,
          lines: payment.lines,
          askedAtMs: request.createdAtMs,
          settledAtMs: null,
          refunds: [],
          version: 0,
        },
        null,
      );
    }
    applyCartRequest(tx, request);
  }
}

/** Applied once per version, newest wins: saying it twice or late changes nothing. */
export function applyCartRequest(tx: Tx, request: PaymentRequest): void {
  const before = tx.records.cartPayments.get(request.paymentRequestId);
  if (before === null || request.version <= before.version) return;
  const state = stateAfter(request);
  if (state !== before.state) {
    tx.journal('payment-changed', null, {
      ...{ cartId: before.cartId, number: before.cartNumber, tripId: before.tripId },
      ...{ paymentRequestId: request.paymentRequestId, state: request.state },
      ...{ reason: request.reason, version: request.version },
    });
  }
  const settledAtMs = state === 'paid' ? request.settledAtMs : before.settledAtMs;
  const after = { ...before, state, settledAtMs, version: request.version };
  tx.records.cartPayments.save(withRefundsOf(tx, after, request), before);
}

/** The server's answer to one refund: taken over before the mark counts as sent. */
export function applyCartRefundAnswer(tx: Tx, refundId: string, request: PaymentRequest): void {
  const before = tx.records.cartPayments.get(request.paymentRequestId);
  const refund = before?.refunds.find((r) => r.refundId === refundId);
  if (before === null || refund?.state !== 'waiting') return;
  const given = withRefund(before, refundId, 'given-back');
  tx.records.cartPayments.save(withRefundsOf(tx, given, request), before);
}

function stateAfter({ state }: PaymentRequest): ChargeState {
  switch (state) {
    case 'waiting':
    case 'approved':
      return 'waiting';
    case 'paid':
    case 'declined':
    case 'expired':
    case 'cancelled':
    case 'unknown':
      return state;
    default:
      return throwIllegalValue(state);
  }
}

function withRefund(
  payment: CartPaymentRecord,
  refundId: string,
  state: RefundRecord['state'],
): CartPaymentRecord {
  return { ...payment, refunds: payment.refunds.map((r) => (r.refundId === refundId ? { ...r, state } : r)) };
}

/** What the server does not count any more was not given back, and a manager sees it. */
function withRefundsOf(tx: Tx, payment: CartPaymentRecord, request: PaymentRequest): CartPaymentRecord {
  let next = payment;
  for (const { refundId, amountMinor } of refusedAtServer(
    payment.refunds,
    request.refunded?.amountMinor ?? 0,
  )) {
    next = withRefund(next, refundId, 'refused');
    const about = {
      what: 'refund-refused',
      ...{ cartId: payment.cartId, number: payment.cartNumber, refundId },
      ...{ paymentRequestId: request.paymentRequestId, amountMinor },
    };
    tx.journal('conflict', null, about);
    tx.outbox({ kind: 'conflict', visitId: null, subjectId: refundId, payload: about });
  }
  return next;
}
