/**
 * A cart is checked out as a charge: the same request, the same yes, the same money.
 *
 *   shopping ─► checking-out ─► paid (free again; with `asPickup` its goods are a pickup of the user's car)
 *      ▲             └──────── declined, expired, cancelled: shopping goes on
 */
import { eq, sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { DriverCart } from '../../shared/server-contract/index.ts';
import type { Work } from '../app.ts';
import { insertRequest } from '../approvals/index.ts';
import { tables } from '../db/index.ts';
import type { CartTripRow, PaymentRequestRow } from '../db/schema.ts';
import { asPhone, asSite, once, type ProblemError, refuse } from '../http/index.ts';
import { preorderNumber, updatePreorder } from '../preorders/index.ts';
import { siteRow } from '../sites/index.ts';
import { attentionOf, lineAmountMinor, totalMinor, wantsSpotCheck } from './rules.ts';
import { type ChangedCart, changeTrip, endTrip, linesOf, lockCart, rulesOf } from './store.ts';
import { driverCartOf, lockOwnTrip, lockSiteTrip } from './trips.ts';

const { cartTrips, carts, sites, preorders, preorderItems } = tables;

/** Refusals are returned, not thrown, where what was found out must stay. */
async function checkOut(
  work: Work,
  trip: CartTripRow,
  paymentRequestId: string,
  asPickup: boolean,
): Promise<ChangedCart | { refusal: ProblemError }> {
  if (trip.state !== 'shopping') throw refuse('cart-checking-out', 'It is being paid already.');
  const lines = await linesOf(work.tx, [trip.id]);
  const amountMinor = totalMinor(lines);
  if (amountMinor === 0) throw refuse('invalid-request', 'There is nothing to pay: leave the cart instead.');
  const open = attentionOf(trip, lines);
  if (open.length > 0)
    throw refuse('cart-needs-attention', `Somebody looks at it first: ${open.join(', ')}.`);
  const rules = await rulesOf(work.tx, trip.siteId);
  const looked = trip.acknowledged.includes('spot-check');
  if (!looked && wantsSpotCheck(rules, trip.spotCheckSeed, amountMinor)) {
    await changeTrip(work, trip.cartId, trip.id, { spotCheckAsked: true });
    return { refusal: refuse('cart-needs-attention', 'Somebody looks at it first: spot-check.') };
  }
  const site = await siteRow(work.tx, trip.siteId);
  const [cart] = await work.tx.select({ number: carts.number }).from(carts).where(eq(carts.id, trip.cartId));
  const requiredFrom = site.jackRequiredFromMinor;
  const inserted = await insertRequest(
    work,
    {
      id: paymentRequestId,
      kind: 'charge',
      siteId: trip.siteId,
      driverId: trip.driverId,
      jackId: trip.jackId,
      visitId: null,
      amountMinor,
      currency: site.currency,
      // The rule of charges: from the site's amount on the jack signs, below it the phone's yes is enough.
      verification: requiredFrom !== null && amountMinor >= requiredFrom ? 'jack' : 'phone',
      description: `Cart ${cart?.number ?? ''}`,
    },
    site.approvalMs,
  );
  if (inserted === null) throw refuse('conflict', 'This payment request exists already.');
  return changeTrip(work, trip.cartId, trip.id, { state: 'checking-out', paymentRequestId, asPickup });
}

/**
 * Who pays in the second after the last scan would be past the scale. A site's people look at the cart themselves, so
 * they check out one whose scale fell silent.
 */
async function refuseUnweighed(work: Work, trip: CartTripRow): Promise<void> {
  const [cart] = await work.tx
    .select({ hasScale: carts.hasScale })
    .from(carts)
    .where(eq(carts.id, trip.cartId));
  if (cart?.hasScale !== true || trip.measuredGram !== null) return;
  throw refuse('cart-needs-attention', 'It is not weighed yet. Ask again in a moment, or at the counter.');
}

export const checkOutMyCart = asPhone.checkOutMyCart.handler(({ context, input }) =>
  once<{ cart: DriverCart }>(context, `phone:${context.phoneId}`, 'checkOutMyCart', input, async (work) => {
    const trip = await lockOwnTrip(work, context.driverId, input.tripId);
    if (trip.endedAtMs !== null || trip.state === 'checking-out') {
      return { answer: { cart: await driverCartOf(work.tx, trip) } };
    }
    await refuseUnweighed(work, trip);
    const done = await checkOut(work, trip, newId(), input.asPickup);
    return 'refusal' in done ? done : { answer: { cart: done.driverCart } };
  }),
);

export const checkOutCart = asSite.checkOutCart.handler(({ context, input }) =>
  once<{ cart: Cart }>(context, `site:${context.siteId}`, 'checkOutCart', input, async (work) => {
    const trip = await lockSiteTrip(work, context.siteId, input.cartId, input.tripId);
    const done = await checkOut(work, trip, input.paymentRequestId, input.asPickup);
    return 'refusal' in done ? done : { answer: { cart: done.cart } };
  }),
);

/** What became of a charge, to the cart that is paid with it. Called in the transaction of the change. */
export async function cartRequestChanged(work: Work, request: PaymentRequestRow): Promise<void> {
  if (request.kind !== 'charge') return;
  const thisRequest = eq(cartTrips.paymentRequestId, request.id);
  const [found] = await work.tx.select({ cartId: cartTrips.cartId }).from(cartTrips).where(thisRequest);
  if (found === undefined) return;
  await lockCart(work.tx, found.cartId);
  const [trip] = await work.tx.select().from(cartTrips).where(thisRequest);
  if (trip?.state !== 'checking-out') return;
  switch (request.state) {
    case 'waiting':
    case 'approved':
    case 'unknown':
      return;
    case 'declined':
    case 'expired':
    case 'cancelled':
      await changeTrip(work, trip.cartId, trip.id, { state: 'shopping' });
      return;
    case 'paid': {
      const preorderId = trip.asPickup ? await becomePickup(work, trip, request) : null;
      await endTrip(work, trip, 'paid', { preorderId });
      return;
    }
  }
}

/** A preorder that is paid and packed already, tied to the jack: it appears when the car arrives. */
async function becomePickup(work: Work, trip: CartTripRow, request: PaymentRequestRow): Promise<string> {
  const id = newId();
  const lines = (await linesOf(work.tx, [trip.id])).filter((line) => line.known || line.pricedBy !== null);
  const [site] = await work.tx
    .update(sites)
    .set({ nextPreorderNumber: sql`${sites.nextPreorderNumber} + 1` })
    .where(eq(sites.id, trip.siteId))
    .returning();
  if (site === undefined) throw new Error('a cart without its site');
  await work.tx.insert(preorders).values({
    id,
    siteId: trip.siteId,
    driverId: trip.driverId,
    jackId: trip.jackId,
    processorToken: request.processorToken ?? '',
    number: preorderNumber(site.nextPreorderNumber - 1),
    state: 'ready',
    payment: 'captured',
    shown: false,
    besideJack: request.verification === 'jack',
    currency: request.currency,
    heldMinor: request.amountMinor,
    authorisation: request.authorisation,
    createdAtMs: work.nowMs,
    readyAtMs: work.nowMs,
  });
  await work.tx.insert(preorderItems).values(
    lines.map((line, position) => ({
      id: newId(),
      preorderId: id,
      position,
      name: line.name,
      nameKo: line.nameKo,
      quantity: line.quantity,
      options: line.weightGram === null ? [] : [`${line.weightGram} g`],
      unitAmountMinor: line.soldBy === 'weight' ? lineAmountMinor(line) : line.unitAmountMinor,
      available: true,
    })),
  );
  // Tells both sides, now that it has its items.
  await updatePreorder(work, id, { shown: true });
  work.tellSite(trip.siteId, { type: 'expected-codes-changed' });
  return id;
}
