import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { Cart, CartLine, CartTrip } from '../../shared/schemas/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { CartPaymentView } from '../../shared/station-contract/index.ts';
import { aCar, aPreorder, codeNumber, key, krw, refusedFor, TestLot } from '../core/test-lot.ts';
import type { CartAnswer, OutboxItem } from '../core/types.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot({ allowSimplePins: true });
});
afterEach(() => lot.close());

const milk: CartLine = {
  ...{ lineId: newId(), name: 'Milk', nameKo: '우유', barcode: '8800001', soldBy: 'piece', quantity: 2 },
  ...{ weightGram: null, unitAmountMinor: 2900, amountMinor: 5800, known: true },
};
const unknown: CartLine = {
  ...{ ...milk, lineId: newId(), name: '9999999', nameKo: null, barcode: '9999999' },
  ...{ quantity: 1, unitAmountMinor: 0, amountMinor: 0, known: false },
};
const cartId = newId();
let version = 1;

function aCart(trip: Partial<CartTrip> | null, state: Cart['state'] = 'in-use'): Cart {
  version += 1;
  const { tripId = newId(), ...more } = trip ?? {};
  return {
    ...{ cartId, number: 7, version, state },
    trip:
      trip === null
        ? null
        : {
            ...{ tripId, state: 'shopping', endReason: null, lines: [milk], total: krw(5800) },
            weight: { expectedGram: 0, toleranceGram: 25, measuredGram: null, verdict: 'waiting' },
            ...{ attention: [], startedAtMs: 0, lastActivityAtMs: lot.clock.nowMs() },
            ...{ paymentRequestId: null, preorderId: null },
            ...more,
          },
  };
}

const shown = () => lot.core.carts.list().carts;
const due = (): OutboxItem[] => lot.core.outbox.due(lot.clock.nowMs(), 10);
const cartOf = (answer: CartAnswer) => {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
  return answer.value.cart;
};
const journalled = (kind: string) =>
  lot.core.log.journal({ beforeSequence: null, limit: 50 }).entries.filter((e) => e.kind === kind);

describe('the carts that the station knows', () => {
  it('are as the server last said, newest version first, and stay known over a restart', () => {
    expect(lot.core.carts.list()).toMatchObject({ carts: [], asOfMs: null });
    const trip = { tripId: newId() };
    const [older, newer] = [aCart(trip), aCart({ ...trip, lines: [milk, unknown] })];
    lot.core.news.fleet([newer]);
    lot.core.news.cart(older);
    expect(shown()[0]?.trip?.lines).toHaveLength(2);
    lot.restart();
    expect(lot.core.carts.list()).toMatchObject({
      carts: [{ version: newer.version }],
      asOfMs: lot.clock.nowMs(),
    });
    // Who is not in the fleet any more is retired.
    lot.core.news.fleet([]);
    expect(shown()).toEqual([]);
  });

  it('are asked for something once: until the server answers, and never for a user who is gone', () => {
    const cart = aCart({});
    lot.core.news.fleet([cart]);
    const thisTrip = { cartId, tripId: cart.trip?.tripId ?? '' };
    const freed = lot.core.carts.free(lot.cashier, { ...key(), ...thisTrip, reason: 'left alone' });
    expect(cartOf(freed).pending).toBe('free');
    expect(refusedFor(lot.core.carts.checkOut(lot.cashier, { ...key(), ...thisTrip }))).toBe(
      'cart-already-asked',
    );
    expect(due().map((i) => [i.kind, i.payload])).toEqual([
      ['cart-freed', { ...thisTrip, reason: 'left alone' }],
    ]);
    lot.core.news.cartAnswer(thisTrip, 'cart-checking-out');
    expect(shown()[0]).toMatchObject({ pending: null, refusedBecause: 'cart-checking-out' });
    expect(journalled('cart-refused')).toHaveLength(1);
    const other = { ...thisTrip, tripId: newId() };
    expect(refusedFor(lot.core.carts.checkOut(lot.cashier, { ...key(), ...other }))).toBe('cart-not-in-use');
    expect(refusedFor(lot.core.carts.free(lot.attendant, { ...key(), ...thisTrip, reason: '' }))).toBe(
      'FORBIDDEN',
    );
  });

  it('are not freed of what was asked for by a late answer of the trip before', () => {
    const first = aCart({});
    lot.core.news.fleet([first]);
    const before = { cartId, tripId: first.trip?.tripId ?? '' };
    cartOf(lot.core.carts.free(lot.cashier, { ...key(), ...before, reason: 'left alone' }));
    const second = aCart({});
    lot.core.news.cart(second);
    const thisTrip = { cartId, tripId: second.trip?.tripId ?? '' };
    cartOf(lot.core.carts.checkOut(lot.cashier, { ...key(), ...thisTrip }));
    lot.core.news.cartAnswer(before, 'cart-not-in-use');
    expect(shown()[0]).toMatchObject({ pending: 'checkout', refusedBecause: null });
    lot.core.news.cartAnswer(thisTrip, null);
    expect(shown()[0]?.pending).toBe(null);
  });

  it('can be asked for again when a manager gave up what the server would not take', () => {
    const cart = aCart({});
    lot.core.news.fleet([cart]);
    const thisTrip = { cartId, tripId: cart.trip?.tripId ?? '' };
    cartOf(lot.core.carts.free(lot.cashier, { ...key(), ...thisTrip, reason: 'left alone' }));
    const [{ outboxId = '' } = {}] = due();
    lot.core.outbox.markAttention(outboxId, { code: 'forbidden', detail: '' });
    const aside = { outboxId, how: 'set-aside', reason: 'not ours' } as const;
    lot.core.log.resolveAttention(lot.manager, { ...key(), ...aside });
    expect(shown()[0]).toMatchObject({ pending: null, refusedBecause: null });
    cartOf(lot.core.carts.checkOut(lot.cashier, { ...key(), ...thisTrip }));
  });
});

describe('an item that the site does not know', () => {
  it('is priced by a cashier: journalled, sent once under its key, refused for what has a price', () => {
    const cart = aCart({ lines: [milk, unknown], attention: ['unknown-item'] }, 'needs-attention');
    lot.core.news.fleet([cart]);
    const thisTrip = { cartId, tripId: cart.trip?.tripId ?? '' };
    const input = { ...key(), ...thisTrip, lineId: unknown.lineId, unitAmountMinor: 1500, name: 'Umbrella' };
    const known = { ...input, ...key(), lineId: milk.lineId };
    expect(refusedFor(lot.core.carts.priceItem(lot.cashier, known))).toBe('item-has-price');
    const gone = { ...input, ...key(), lineId: newId() };
    expect(refusedFor(lot.core.carts.priceItem(lot.cashier, gone))).toBe('item-not-found');
    expect(refusedFor(lot.core.carts.priceItem(lot.attendant, input))).toBe('FORBIDDEN');
    const once = cartOf(lot.core.carts.priceItem(lot.cashier, input));
    expect(once.pending).toBe('price');
    expect(cartOf(lot.core.carts.priceItem(lot.cashier, input))).toEqual(once);
    expect(due().map((i) => [i.kind, i.payload])).toEqual([
      [
        'cart-item-priced',
        { ...thisTrip, lineId: unknown.lineId, unitAmountMinor: 1500, name: 'Umbrella', staffName: 'Mina' },
      ],
    ]);
    expect(journalled('cart-item-priced')[0]?.details).toMatchObject({
      barcode: '9999999',
      unitAmountMinor: 1500,
    });
    const paying = aCart({ ...thisTrip, state: 'checking-out', lines: [unknown] }, 'checking-out');
    lot.core.news.cartAnswer(thisTrip, null);
    lot.core.news.cart(paying);
    expect(refusedFor(lot.core.carts.priceItem(lot.cashier, { ...input, ...key() }))).toBe(
      'cart-wrong-state',
    );
  });
});

describe('a checkout', () => {
  it('says whether the goods are brought to the car, and the pickup appears on the card of that car', () => {
    const cart = aCart({});
    lot.core.news.fleet([cart]);
    const car = aCar();
    const code = codeNumber(5);
    const visit = lot.arrival(car, code, 'bay-1');
    lot.sendAll();
    const thisTrip = { cartId, tripId: cart.trip?.tripId ?? '' };
    cartOf(lot.core.carts.checkOut(lot.cashier, { ...key(), ...thisTrip, asPickup: true }));
    expect(due()[0]?.payload).toMatchObject({ ...thisTrip, asPickup: true });
    // Paid: the server tells of a preorder that is packed already.
    const preorder = aPreorder({ state: 'ready', payment: 'captured', number: 'K07', paid: krw(5800) });
    lot.core.news.preorder(car.jackId, preorder, { ...car, preorders: [preorder] });
    expect(lot.visit()).toMatchObject({
      visitId: visit.visitId,
      pickup: { number: 'K07', state: 'ready', payment: 'captured', paid: krw(5800) },
    });
  });
});

describe('a paid cart', () => {
  const requestId = newId();
  const tripId = newId();
  const news = (state: PaymentRequest['state'], atVersion: number, refundedMinor = 0): PaymentRequest => ({
    ...{ paymentRequestId: requestId, kind: 'charge', siteId: newId(), siteName: 'S', amount: krw(5800) },
    captured: state === 'paid' ? krw(5800) : null,
    ...(refundedMinor > 0 ? { refunded: krw(refundedMinor) } : {}),
    ...{ state, reason: null, version: atVersion, createdAtMs: lot.clock.nowMs(), expiresAtMs: 0 },
    settledAtMs: state === 'paid' ? lot.clock.nowMs() : null,
  });
  const checkingOut = () =>
    aCart({ tripId, state: 'checking-out', paymentRequestId: requestId, asPickup: true }, 'checking-out');
  const payment = (): CartPaymentView => {
    const [found] = lot.core.carts.payments({ day: null }).payments;
    if (found === undefined) throw new Error('no payment');
    return found;
  };
  const paid = () => {
    lot.core.news.cart(checkingOut());
    lot.core.news.paymentRequest(news('paid', 3));
    lot.core.news.cart(aCart(null, 'free'));
  };
  const refund = (amountMinor: number, by = lot.manager) =>
    lot.core.carts.refund(by, {
      ...{ ...key(), paymentRequestId: requestId, amountMinor, reason: 'sour milk' },
      ...{ managerId: null, pin: null },
    });
  const refusedRefund = async (...args: Parameters<typeof refund>) => refusedFor(await refund(...args));

  it('is remembered with what was in it when the cart is the next one’s already', () => {
    paid();
    expect(payment()).toMatchObject({
      ...{ cartNumber: 7, tripId, state: 'paid', amount: krw(5800), asPickup: true, refundable: krw(5800) },
      lines: [{ name: 'Milk', quantity: 2 }],
    });
    lot.core.news.paymentRequest(news('declined', 2));
    expect(payment().state).toBe('paid');
    expect(lot.core.carts.payments({ day: null })).toMatchObject({ paid: krw(5800), givenBack: krw(0) });
    expect(journalled('payment-changed').map((e) => e.details.state)).toEqual(['paid']);
  });

  it('that was paid while the line was down is made good from the server’s list', () => {
    const told = {
      tripId,
      cartId,
      number: 7,
      lines: [milk],
      asPickup: false,
      paymentRequest: news('paid', 4),
    };
    lot.core.news.cartPayments([told]);
    lot.core.news.cartPayments([told]);
    expect(payment()).toMatchObject({ state: 'paid', lines: [{ name: 'Milk' }] });
    expect(lot.core.carts.payments({ day: null }).payments).toHaveLength(1);
  });

  it('is given back by a manager in parts, never more than was paid, and not before it is paid', async () => {
    expect(await refusedRefund(100)).toBe('cart-payment-not-found');
    lot.core.news.cart(checkingOut());
    expect(await refusedRefund(100)).toBe('cart-payment-not-paid');
    lot.core.news.paymentRequest(news('unknown', 2));
    expect(await refusedRefund(100)).toBe('approval-unknown-look-up-first');
    paid();
    expect(await refusedRefund(100, lot.cashier)).toBe('manager-needed');
    expect(await refusedRefund(100, lot.attendant)).toBe('FORBIDDEN');
    expect((await refund(2900)).ok).toBe(true);
    expect(await refusedRefund(2901)).toBe('refund-too-much');
    const [item] = due();
    expect(item).toMatchObject({
      kind: 'charge-refunded',
      payload: { paymentRequestId: requestId, amount: krw(2900), reason: 'sour milk' },
    });
    expect(payment()).toMatchObject({ refundable: krw(2900), refunds: [{ state: 'waiting' }] });
    lot.core.news.refundAnswer(String(item?.payload.refundId), news('paid', 4, 2900));
    lot.core.outbox.markSent(item?.outboxId ?? '');
    expect(payment().refunds).toMatchObject([{ state: 'given-back', allowedBy: { displayName: 'Soo' } }]);
    expect(lot.core.carts.payments({ day: null }).givenBack).toEqual(krw(2900));
    // The card's bank says no after all: nothing was given back, and a manager sees it.
    lot.core.news.paymentRequest(news('paid', 5, 0));
    expect(payment()).toMatchObject({ refunds: [{ state: 'refused' }], refundable: krw(5800) });
    expect(lot.core.log.attention().map((a) => a.kind)).toEqual(['conflict']);
  });

  it('is given back by a cashier with a manager’s PIN beside them; a wrong PIN is told', async () => {
    paid();
    const made = await lot.core.staff.add(lot.manager, {
      ...{ ...key(), displayName: 'Soo', role: 'manager', pin: '1403' },
    });
    if (!made.ok) throw new Error('no manager');
    const withPin = (pin: string) =>
      lot.core.carts.refund(lot.cashier, {
        ...{ ...key(), paymentRequestId: requestId, amountMinor: 100, reason: 'x' },
        ...{ managerId: made.value.person.staffId, pin },
      });
    expect(refusedFor(await withPin('9999'))).toBe('manager-pin-wrong');
    expect(journalled('refund-pin-failed')[0]?.details).toMatchObject({ paymentRequestId: requestId });
    lot.clock.advance(60_000);
    expect((await withPin('1403')).ok).toBe(true);
    expect(payment().refunds).toMatchObject([
      { by: { displayName: 'Mina' }, allowedBy: { displayName: 'Soo' }, state: 'waiting' },
    ]);
  });
});
