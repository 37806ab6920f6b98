/** Carts in the daily log: their checkouts, which belong to no visit. */
import type { CartPaymentView, PaymentGroup } from '../../shared/station-contract/index.ts';
import type { CartPaymentRecord } from '../records/index.ts';
import type { Wanted } from './log-query.ts';
import { soughtOf } from './word-index.ts';

/** The payment's state as a manager asks for it. */
export function cartPaymentGroup(state: CartPaymentView['state']): PaymentGroup {
  switch (state) {
    case 'paid':
      return 'settled';
    case 'declined':
    case 'expired':
      return 'unpaid';
    case 'waiting':
    case 'unknown':
    case 'cancelled':
      return state;
  }
}

/** Is this checkout asked for? A cart stands in no lane, and its customer checks it out without staff. */
export function isCartWanted(payment: CartPaymentRecord, wanted: Wanted): boolean {
  if (wanted.kind !== null && wanted.kind !== 'cart') return false;
  if (wanted.laneId !== null || wanted.staffId !== null) return false;
  if (wanted.payment !== null && cartPaymentGroup(payment.state) !== wanted.payment) return false;
  const { words } = soughtOf(wanted.text);
  if (words === '') return true;
  return (
    String(payment.cartNumber) === words ||
    payment.lines.some((line) => line.name.toLowerCase().includes(words))
  );
}
