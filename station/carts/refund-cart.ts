import { newId } from '../../shared/domain/index.ts';
import type { CartPaymentView, Person } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Inputs } from '../core/types.ts';
import { type CartPaymentRecord, type Records, Refusal, refundableMinor } from '../records/index.ts';
import { cartPaymentView } from './cart-payments.ts';

/**
 * Gives money back of a paid cart: kept, journalled, and sent to the server that decides about it.
 *
 * @param allowedBy the manager whose PIN was right; null: the person who does it must be one
 */
export function refundCart(
  records: Records,
  actor: Actor,
  input: Inputs['carts']['refund'],
  allowedBy: Person | null,
): CommandResult<{ payment: CartPaymentView }> {
  return records.run<{ payment: CartPaymentView }>(actor, 'carts.refund', input, (tx) => {
    const manager = allowedBy ?? tx.person;
    if (manager.role !== 'manager') throw new Refusal('manager-needed');
    const { paymentRequestId, amountMinor, reason } = input;
    const before = tx.records.cartPayments.get(paymentRequestId);
    if (before === null) throw new Refusal('cart-payment-not-found');
    if (before.state === 'unknown') throw new Refusal('approval-unknown-look-up-first');
    if (before.state !== 'paid') throw new Refusal('cart-payment-not-paid');
    if (amountMinor > refundableMinor(before, tx.records)) throw new Refusal('refund-too-much');
    const refundId = newId();
    const { currency } = before;
    tx.outbox({
      kind: 'charge-refunded',
      visitId: null,
      subjectId: refundId,
      payload: { paymentRequestId, refundId, amount: { amountMinor, currency }, reason },
    });
    tx.journal('cart-refunded', null, {
      ...{ cartId: before.cartId, number: before.cartNumber, tripId: before.tripId },
      ...{ refundId, paymentRequestId, amountMinor, currency, reason, allowedBy: manager },
    });
    const refund = { refundId, amountMinor, reason, by: tx.person, allowedBy: manager, atMs: tx.nowMs };
    const after: CartPaymentRecord = {
      ...before,
      refunds: [...before.refunds, { ...refund, state: 'waiting' }],
    };
    tx.records.cartPayments.save(after, before);
    return { payment: cartPaymentView(after, tx.records) };
  });
}
