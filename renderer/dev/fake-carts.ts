/** The fake station's carts: a twin for component tests and the component page. Physical verbs move them. */
import { implement, ORPCError } from '@orpc/server';
import { newId } from '../../shared/domain/index.ts';
import type { CartLine, CartTrip } from '../../shared/schemas/index.ts';
import {
  type CartOnSite,
  type CartPaymentView,
  type Person,
  type RefusalReason,
  stationContract,
} from '../../shared/station-contract/index.ts';
import { fakeManagerPin } from './fake-charges.ts';

interface Lot {
  once<T>(name: string, idempotencyKey: string, carryOut: () => T): Promise<T>;
}

const won = (amountMinor: number) => ({ amountMinor, currency: 'KRW' });
const refuse = (reason: RefusalReason) =>
  new ORPCError('REFUSED', { defined: true, status: 409, data: { reason } });

export function fakeLine(
  name: string,
  nameKo: string,
  amountMinor: number,
  more: Partial<CartLine> = {},
): CartLine {
  return {
    lineId: newId(),
    name,
    nameKo,
    barcode: null,
    soldBy: 'piece',
    quantity: 1,
    weightGram: null,
    unitAmountMinor: amountMinor,
    amountMinor,
    known: true,
    ...more,
  };
}

const totalOf = (lines: readonly CartLine[]) => won(lines.reduce((sum, line) => sum + line.amountMinor, 0));

function trip(nowMs: number, lines: CartLine[], more: Partial<CartTrip> = {}): CartTrip {
  return {
    tripId: newId(),
    state: 'shopping',
    endReason: null,
    lines,
    total: totalOf(lines),
    weight: { expectedGram: 2_140, toleranceGram: 60, measuredGram: 2_128, verdict: 'fits' },
    attention: [],
    startedAtMs: nowMs - 18 * 60_000,
    lastActivityAtMs: nowMs - 20_000,
    paymentRequestId: null,
    preorderId: null,
    ...more,
  };
}

export class FakeCarts {
  carts: CartOnSite[];
  payments: CartPaymentView[];
  /** null: the server has not told of them yet. */
  asOfMs: number | null = Date.now();

  constructor(nowMs: number) {
    const cart = (number: number, state: CartOnSite['state'], of: CartTrip | null): CartOnSite => ({
      cartId: newId(),
      number,
      version: 7,
      state,
      trip: of,
      pending: null,
      refusedBecause: null,
    });
    const milk = fakeLine('Milk 1 L', '우유 1L', 5_600, { quantity: 2, unitAmountMinor: 2_800 });
    const bananas = fakeLine('Bananas', '바나나', 2_343, {
      soldBy: 'weight',
      weightGram: 537,
      unitAmountMinor: 4_363,
    });
    const unknown = fakeLine('8809999000011', '8809999000011', 0, {
      barcode: '8809999000011',
      quantity: 2,
      known: false,
    });
    this.carts = [
      cart(1, 'in-use', trip(nowMs, [milk, bananas])),
      cart(
        2,
        'needs-attention',
        trip(nowMs, [fakeLine('Eggs', '달걀 10구', 4_900), unknown], {
          attention: ['unknown-item'],
          weight: { expectedGram: 650, toleranceGram: 40, measuredGram: 1_710, verdict: 'unknowable' },
        }),
      ),
      cart(
        4,
        'needs-attention',
        trip(nowMs, [milk], {
          attention: ['weight'],
          weight: { expectedGram: 2_060, toleranceGram: 60, measuredGram: 2_990, verdict: 'too-heavy' },
        }),
      ),
      cart(5, 'checking-out', trip(nowMs, [bananas], { state: 'checking-out', paymentRequestId: newId() })),
      cart(3, 'free', null),
      cart(6, 'free', null),
    ];
    const bread = [fakeLine('Bread', '식빵', 3_800), fakeLine('Butter', '버터', 7_400)];
    this.payments = [
      {
        paymentRequestId: newId(),
        tripId: newId(),
        cartId: newId(),
        cartNumber: 3,
        state: 'paid',
        lines: bread,
        amount: totalOf(bread),
        asPickup: true,
        askedAtMs: nowMs - 42 * 60_000,
        settledAtMs: nowMs - 41 * 60_000,
        refunds: [],
        refundable: totalOf(bread),
      },
    ];
  }

  /** Something is put into a cart. */
  puts(number: number, line: CartLine): void {
    this.#change(this.#byNumber(number), (before) => [...before, line]);
  }

  #byNumber(number: number): CartOnSite {
    const cart = this.carts.find((one) => one.number === number);
    if (cart === undefined) throw new Error(`there is no cart ${number}`);
    return cart;
  }

  #put(cart: CartOnSite): { cart: CartOnSite } {
    this.carts = this.carts.map((other) => (other.cartId === cart.cartId ? cart : other));
    return { cart };
  }

  #change(cart: CartOnSite, lines: (before: readonly CartLine[]) => CartLine[]): { cart: CartOnSite } {
    if (cart.trip === null) throw refuse('cart-not-in-use');
    const after = lines(cart.trip.lines);
    const attention = after.every((line) => line.known)
      ? cart.trip.attention.filter((reason) => reason !== 'unknown-item')
      : cart.trip.attention;
    const state = attention.length === 0 && cart.state === 'needs-attention' ? 'in-use' : cart.state;
    const next = { ...cart.trip, lines: after, total: totalOf(after), attention };
    return this.#put({ ...cart, version: cart.version + 1, state, trip: next });
  }

  routes(station: Lot, me: () => Person) {
    const os = implement(stationContract).carts;
    const find = (cartId: string, tripId: string) => {
      const cart = this.carts.find((one) => one.cartId === cartId);
      if (cart?.trip?.tripId !== tripId) throw refuse('cart-not-in-use');
      return { cart, trip: cart.trip };
    };
    return {
      list: os.list.handler(() => ({ carts: this.carts, asOfMs: this.asOfMs, nowMs: Date.now() })),
      free: os.free.handler(({ input }) =>
        station.once('cartFree', input.idempotencyKey, () => {
          const { cart } = find(input.cartId, input.tripId);
          return this.#put({ ...cart, state: 'free', trip: null });
        }),
      ),
      acknowledge: os.acknowledge.handler(({ input }) =>
        station.once('cartAcknowledge', input.idempotencyKey, () => {
          const { cart, trip: now } = find(input.cartId, input.tripId);
          return this.#put({ ...cart, state: 'in-use', trip: { ...now, attention: [] } });
        }),
      ),
      priceItem: os.priceItem.handler(({ input }) =>
        station.once('cartPriceItem', input.idempotencyKey, () => {
          const { cart, trip: now } = find(input.cartId, input.tripId);
          const line = now.lines.find((one) => one.lineId === input.lineId);
          if (line === undefined) throw refuse('item-not-found');
          if (line.known) throw refuse('item-has-price');
          const amountMinor = input.unitAmountMinor * line.quantity;
          const name = input.name ?? line.name;
          const pricedBy = me().displayName;
          const { unitAmountMinor } = input;
          const priced = { ...line, known: true, unitAmountMinor, amountMinor, pricedBy, name, nameKo: name };
          return this.#change(cart, (lines) => lines.map((one) => (one === line ? priced : one)));
        }),
      ),
      checkOut: os.checkOut.handler(({ input }) =>
        station.once('cartCheckOut', input.idempotencyKey, () => {
          const { cart, trip: now } = find(input.cartId, input.tripId);
          if (cart.state !== 'in-use') throw refuse('cart-wrong-state');
          const asPickup = input.asPickup === true;
          return this.#put({
            ...cart,
            state: 'checking-out',
            trip: { ...now, state: 'checking-out', asPickup, paymentRequestId: newId() },
          });
        }),
      ),
      payments: os.payments.handler(() => {
        const paid = this.payments.filter((one) => one.state === 'paid');
        const back = paid.flatMap((one) => one.refunds).reduce((sum, one) => sum + one.amount.amountMinor, 0);
        return {
          payments: this.payments,
          paid: won(paid.reduce((sum, one) => sum + one.amount.amountMinor, 0)),
          givenBack: won(back),
        };
      }),
      refund: os.refund.handler(({ input }) =>
        station.once('cartRefund', input.idempotencyKey, () => {
          const payment = this.payments.find((one) => one.paymentRequestId === input.paymentRequestId);
          if (payment === undefined) throw refuse('cart-payment-not-found');
          if (me().role !== 'manager') {
            if (input.pin === null) throw refuse('manager-needed');
            if (input.pin !== fakeManagerPin) throw refuse('manager-pin-wrong');
          }
          if (input.amountMinor > payment.refundable.amountMinor) throw refuse('refund-too-much');
          const after: CartPaymentView = {
            ...payment,
            refundable: won(payment.refundable.amountMinor - input.amountMinor),
            refunds: [
              ...payment.refunds,
              {
                refundId: newId(),
                amount: won(input.amountMinor),
                reason: input.reason,
                by: me(),
                allowedBy: me(),
                atMs: Date.now(),
                state: 'given-back',
              },
            ],
          };
          this.payments = this.payments.map((one) => (one === payment ? after : one));
          return { payment: after };
        }),
      ),
    };
  }
}
