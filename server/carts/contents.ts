/** What the cart's own scanner and scale say. Only this changes what is in it. */
import { and, eq, max } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { CartLineRow, CartTripRow } from '../db/schema.ts';
import { asCart, once, refuse } from '../http/index.ts';
import { linesMax, totalMaxMinor, totalMinor } from './rules.ts';
import { changeTrip, linesOf, lockCart, openTripOf, renderCart } from './store.ts';

const { carts, goods, menuItems, cartLines } = tables;

/** What is being put in, before it is a line. */
type Found = Pick<
  CartLineRow,
  | 'barcode'
  | 'menuItemId'
  | 'name'
  | 'nameKo'
  | 'soldBy'
  | 'unitAmountMinor'
  | 'unitGram'
  | 'toleranceGram'
  | 'known'
  | 'pricedBy'
>;

/** Contents changed: what was measured and what a person acknowledged was of other contents. */
export const contentsChanged = {
  measuredGram: null,
  acknowledged: [],
  spotCheckAsked: false,
} satisfies Partial<CartTripRow>;

export const cart = asCart.cart.handler(async ({ context }) => {
  const [row] = await context.app.db.select().from(carts).where(eq(carts.id, context.cartId));
  if (row === undefined) throw refuse('not-found', 'There is no such cart.');
  return { cart: await renderCart(context.app.db, row) };
});

/** The open trip of the cart, with the cart locked. @throws ProblemError when nobody has it or it is being paid */
async function shoppingTrip(work: Work, cartId: string): Promise<CartTripRow> {
  await lockCart(work.tx, cartId);
  const trip = await openTripOf(work.tx, cartId);
  if (trip === null) throw refuse('cart-not-in-use', 'Nobody has this cart.');
  if (trip.state !== 'shopping') throw refuse('cart-checking-out', 'Its contents are being paid.');
  return trip;
}

async function find(
  work: Work,
  siteId: string,
  asked: { barcode: string } | { menuItemId: string },
): Promise<Found> {
  if ('barcode' in asked) {
    const [row] = await work.tx
      .select()
      .from(goods)
      .where(and(eq(goods.siteId, siteId), eq(goods.barcode, asked.barcode)));
    const { barcode } = asked;
    if (row === undefined) {
      const unknown = { name: barcode, nameKo: null, soldBy: 'piece', unitAmountMinor: 0 } as const;
      return {
        ...unknown,
        barcode,
        menuItemId: null,
        unitGram: null,
        toleranceGram: 0,
        known: false,
        pricedBy: null,
      };
    }
    const { name, nameKo, soldBy, unitAmountMinor, weightGram, toleranceGram } = row;
    return {
      ...{ barcode, menuItemId: null, name, nameKo, soldBy, unitAmountMinor, toleranceGram },
      unitGram: weightGram,
      known: true,
      pricedBy: null,
    };
  }
  const [row] = await work.tx
    .select()
    .from(menuItems)
    .where(and(eq(menuItems.siteId, siteId), eq(menuItems.id, asked.menuItemId), eq(menuItems.sold, true)));
  if (row === undefined) throw refuse('item-not-found', 'The site does not sell this.');
  const { name, nameKo, unitAmountMinor } = row;
  return {
    ...{ barcode: null, menuItemId: row.id, name, nameKo, soldBy: 'piece', unitAmountMinor },
    ...{ unitGram: null, toleranceGram: 0, known: true, pricedBy: null },
  };
}

export const putInCart = asCart.putInCart.handler(({ context, input }) =>
  once<{ cart: Cart }>(context, `cart:${context.cartId}`, 'putInCart', input, async (work) => {
    const trip = await shoppingTrip(work, context.cartId);
    const found = await find(work, trip.siteId, input.goods);
    const byWeight = found.soldBy === 'weight';
    if (byWeight !== (input.weightGram !== undefined) && found.known) {
      throw refuse('invalid-request', byWeight ? 'Weigh it.' : 'It is sold by the piece.');
    }
    if (byWeight && (input.quantity ?? 1) !== 1) throw refuse('invalid-request', 'Weigh one at a time.');
    const quantity = byWeight ? 1 : (input.quantity ?? 1);
    const lines = await linesOf(work.tx, [trip.id]);
    const same = lines.find(
      (line) =>
        !byWeight &&
        line.barcode === found.barcode &&
        line.menuItemId === found.menuItemId &&
        // What a person priced by hand keeps that price for this trip.
        (line.unitAmountMinor === found.unitAmountMinor || (!found.known && line.pricedBy !== null)) &&
        line.quantity + quantity <= 999,
    );
    if (same !== undefined) {
      await work.tx
        .update(cartLines)
        .set({ quantity: same.quantity + quantity })
        .where(eq(cartLines.id, same.id));
    } else {
      if (lines.length >= linesMax) throw refuse('conflict', `A cart has at most ${linesMax} lines.`);
      const [last] = await work.tx
        .select({ position: max(cartLines.position) })
        .from(cartLines)
        .where(eq(cartLines.tripId, trip.id));
      await work.tx.insert(cartLines).values({
        ...found,
        id: newId(),
        tripId: trip.id,
        position: (last?.position ?? -1) + 1,
        quantity,
        weightGram: byWeight ? (input.weightGram ?? null) : null,
        unitGram: byWeight ? (input.weightGram ?? null) : found.unitGram,
      });
    }
    if (totalMinor(await linesOf(work.tx, [trip.id])) > totalMaxMinor) {
      throw refuse('conflict', 'More than one charge can be.');
    }
    return { answer: { cart: (await changeTrip(work, trip.cartId, trip.id, contentsChanged)).cart } };
  }),
);

export const takeFromCart = asCart.takeFromCart.handler(({ context, input }) =>
  once<{ cart: Cart }>(context, `cart:${context.cartId}`, 'takeFromCart', input, async (work) => {
    const trip = await shoppingTrip(work, context.cartId);
    const line = (await linesOf(work.tx, [trip.id])).find((l) => l.id === input.lineId);
    if (line === undefined) throw refuse('item-not-found', 'There is no such line in this cart.');
    if (input.quantity > line.quantity) throw refuse('conflict', `There are only ${line.quantity}.`);
    const thisLine = eq(cartLines.id, line.id);
    const left = line.quantity - input.quantity;
    if (left === 0) await work.tx.delete(cartLines).where(thisLine);
    else await work.tx.update(cartLines).set({ quantity: left }).where(thisLine);
    return { answer: { cart: (await changeTrip(work, trip.cartId, trip.id, contentsChanged)).cart } };
  }),
);

export const weighCart = asCart.weighCart.handler(({ context, input }) =>
  once<{ cart: Cart }>(context, `cart:${context.cartId}`, 'weighCart', input, async (work) => {
    const trip = await shoppingTrip(work, context.cartId);
    await work.tx
      .update(carts)
      .set({ hasScale: true })
      .where(and(eq(carts.id, trip.cartId), eq(carts.hasScale, false)));
    // Another weight than the one that was acknowledged is to be looked at again; the same one is no news.
    const other = input.measuredGram !== trip.measuredGram;
    const { cart: weighed } = await changeTrip(work, trip.cartId, trip.id, {
      measuredGram: input.measuredGram,
      ...(other ? { acknowledged: trip.acknowledged.filter((reason) => reason !== 'weight') } : {}),
    });
    return { answer: { cart: weighed } };
  }),
);
