/** What staff do with carts. The payment server decides; here it is kept, journalled and sent once. */
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { CartOnSite } from '../../shared/station-contract/index.ts';
import type { Actor, CartAnswer, Inputs } from '../core/types.ts';
import { type Records, Refusal, type Tx } from '../records/index.ts';
import { listCarts, markPending, moveBook, type PendingKind, readBook } from './cart-book.ts';

export class CartCommands {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
    records.movesWithClock(moveBook);
  }

  list(): ReturnType<typeof listCarts> {
    return listCarts(this.#records);
  }

  free(actor: Actor, input: Inputs['carts']['free']): CartAnswer {
    return this.#run(actor, 'carts.free', input, 'free', (tx, cart) => {
      if (cart.state === 'checking-out') throw new Refusal('cart-wrong-state');
      tx.journal('cart-freed', null, { ...about(cart), reason: input.reason });
      return { kind: 'cart-freed', payload: { reason: input.reason } };
    });
  }

  acknowledge(actor: Actor, input: Inputs['carts']['acknowledge']): CartAnswer {
    return this.#run(actor, 'carts.acknowledge', input, 'acknowledge', (tx, cart) => {
      if (cart.state !== 'needs-attention' || cart.version !== input.version) {
        throw new Refusal('cart-wrong-state');
      }
      tx.journal('cart-looked-at', null, { ...about(cart), attention: cart.trip?.attention ?? [] });
      return {
        kind: 'cart-acknowledged',
        payload: { version: input.version, staffName: tx.person.displayName },
      };
    });
  }

  priceItem(actor: Actor, input: Inputs['carts']['priceItem']): CartAnswer {
    return this.#run(actor, 'carts.priceItem', input, 'price', (tx, cart) => {
      if (cart.state === 'checking-out') throw new Refusal('cart-wrong-state');
      const line = cart.trip?.lines.find(({ lineId }) => lineId === input.lineId);
      if (line === undefined) throw new Refusal('item-not-found');
      if (line.known) throw new Refusal('item-has-price');
      const { lineId, unitAmountMinor, name } = input;
      const currency = cart.trip?.total.currency ?? '';
      tx.journal('cart-item-priced', null, {
        ...about(cart),
        ...{ lineId, barcode: line.barcode, name, unitAmountMinor, currency },
      });
      return {
        kind: 'cart-item-priced',
        payload: { lineId, unitAmountMinor, name, staffName: tx.person.displayName },
      };
    });
  }

  checkOut(actor: Actor, input: Inputs['carts']['checkOut']): CartAnswer {
    return this.#run(actor, 'carts.checkOut', input, 'checkout', (tx, cart) => {
      if (cart.state !== 'in-use' || (cart.trip?.total.amountMinor ?? 0) === 0) {
        throw new Refusal('cart-wrong-state');
      }
      const paymentRequestId = newId();
      tx.journal('cart-checked-out', null, {
        ...about(cart),
        paymentRequestId,
        amountMinor: cart.trip?.total.amountMinor ?? 0,
        currency: cart.trip?.total.currency ?? '',
        asPickup: input.asPickup === true,
      });
      return { kind: 'cart-checkout', payload: { paymentRequestId, asPickup: input.asPickup === true } };
    });
  }

  #run(
    actor: Actor,
    name: 'carts.free' | 'carts.acknowledge' | 'carts.priceItem' | 'carts.checkOut',
    input: { idempotencyKey: string; cartId: string; tripId: string },
    pending: PendingKind,
    work: (
      tx: Tx,
      cart: Cart,
    ) => {
      kind: 'cart-freed' | 'cart-acknowledged' | 'cart-item-priced' | 'cart-checkout';
      payload: Record<string, unknown>;
    },
  ): CartAnswer {
    return this.#records.run<{ cart: CartOnSite }>(actor, name, input, (tx) => {
      const book = readBook(tx.records);
      const cart = book.carts.find((c) => c.cartId === input.cartId);
      if (cart === undefined) throw new Refusal('cart-not-found');
      if (cart.trip?.tripId !== input.tripId) throw new Refusal('cart-not-in-use');
      if (book.pending[cart.cartId]?.tripId === input.tripId) throw new Refusal('cart-already-asked');
      const { kind, payload } = work(tx, cart);
      tx.outbox({
        kind,
        visitId: null,
        subjectId: input.tripId,
        payload: { cartId: input.cartId, tripId: input.tripId, ...payload },
      });
      return { cart: markPending(tx, cart, input.tripId, pending) };
    });
  }
}

const about = (cart: Cart) => ({
  cartId: cart.cartId,
  number: cart.number,
  tripId: cart.trip?.tripId ?? null,
});
