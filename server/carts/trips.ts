/** Who has a cart: taken by a driver, left empty, freed by the site, released when nobody does anything. */
import { randomInt } from 'node:crypto';
import { and, asc, eq, isNull, lte, sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { DriverCart } from '../../shared/server-contract/index.ts';
import { type App, inWork, type Work } from '../app.ts';
import { type Db, isWord, type Tx, tables } from '../db/index.ts';
import type { CartTripRow } from '../db/schema.ts';
import { asPhone, asSite, once, refuse } from '../http/index.ts';
import { normalCode } from './fleet.ts';
import { attentionOf, defaultCartRules } from './rules.ts';
import {
  cartsOfSite,
  changeTrip,
  endTrip,
  linesOf,
  lockCart,
  openTripOf,
  renderDriverCart,
  rulesOf,
} from './store.ts';

const { carts: cartRows, cartRules, cartTrips, jacks } = tables;

/** The driver's cart, locked. @throws ProblemError when the trip is not theirs */
export async function lockOwnTrip(work: Work, driverId: string, tripId: string): Promise<CartTripRow> {
  const thisTrip = and(eq(cartTrips.id, tripId), eq(cartTrips.driverId, driverId));
  const [found] = await work.tx.select({ cartId: cartTrips.cartId }).from(cartTrips).where(thisTrip);
  if (found === undefined) throw refuse('not-found', 'You have no such cart.');
  await lockCart(work.tx, found.cartId);
  const [trip] = await work.tx.select().from(cartTrips).where(thisTrip);
  if (trip === undefined) throw new Error('a trip vanished');
  return trip;
}

/** The site's cart, locked, with the trip that is meant. @throws ProblemError */
export async function lockSiteTrip(
  work: Work,
  siteId: string,
  cartId: string,
  tripId: string,
): Promise<CartTripRow> {
  const row = await lockCart(work.tx, cartId);
  if (row === null || row.siteId !== siteId) throw refuse('not-found', 'You have no such cart.');
  const trip = await openTripOf(work.tx, cartId);
  if (trip?.id !== tripId) throw refuse('cart-not-in-use', 'That user no longer has this cart.');
  return trip;
}

export async function driverCartOf(db: Db | Tx, trip: CartTripRow): Promise<DriverCart> {
  const [row] = await db.select().from(cartRows).where(eq(cartRows.id, trip.cartId));
  if (row === undefined) throw new Error('a trip without its cart');
  return renderDriverCart(db, row, trip);
}

async function openTripOfDriver(db: Db | Tx, driverId: string): Promise<CartTripRow | null> {
  const [trip] = await db
    .select()
    .from(cartTrips)
    .where(and(eq(cartTrips.driverId, driverId), isNull(cartTrips.endedAtMs)));
  return trip ?? null;
}

export const takeCart = asPhone.takeCart.handler(({ context, input }) =>
  once<{ cart: DriverCart }>(context, `phone:${context.phoneId}`, 'takeCart', input, async (work) => {
    const { tx } = work;
    const [jack] = await tx
      .select({ id: jacks.id, blockedAtMs: jacks.blockedAtMs })
      .from(jacks)
      .where(and(eq(jacks.id, input.jackId), eq(jacks.driverId, context.driverId)));
    if (jack === undefined) throw refuse('not-found', 'You have no such jack.');
    if (jack.blockedAtMs !== null) throw refuse('forbidden', 'This jack is blocked.');
    const [row] = await tx
      .select()
      .from(cartRows)
      .where(and(eq(cartRows.code, normalCode(input.cartCode)), isNull(cartRows.retiredAtMs)))
      .for('update');
    if (row === undefined) throw refuse('not-found', 'There is no such cart.');
    const theirs = await openTripOfDriver(tx, context.driverId);
    if (theirs !== null) {
      if (theirs.cartId === row.id) return { answer: { cart: await renderDriverCart(tx, row, theirs) } };
      throw refuse('conflict', 'You have another cart; leave that one first.');
    }
    const [trip] = await tx
      .insert(cartTrips)
      .values({
        id: newId(),
        cartId: row.id,
        siteId: row.siteId,
        driverId: context.driverId,
        jackId: jack.id,
        state: 'shopping',
        spotCheckSeed: randomInt(1_000_000),
        acknowledged: [],
        startedAtMs: work.nowMs,
        lastActivityAtMs: work.nowMs,
      })
      .onConflictDoNothing()
      .returning();
    // The indexes decide, not what was read before: two who scan at once never both get it.
    if (trip === undefined) throw refuse('cart-taken', 'This cart is in use. Take another one.');
    return { answer: { cart: (await changeTrip(work, row.id, trip.id, {})).driverCart } };
  }),
);

export const myCart = asPhone.myCart.handler(async ({ context }) => {
  const trip = await openTripOfDriver(context.app.db, context.driverId);
  return { cart: trip === null ? null : await driverCartOf(context.app.db, trip) };
});

export const leaveCart = asPhone.leaveCart.handler(({ context, input }) =>
  once<{ cart: DriverCart }>(context, `phone:${context.phoneId}`, 'leaveCart', input, async (work) => {
    const trip = await lockOwnTrip(work, context.driverId, input.tripId);
    if (trip.endedAtMs !== null) return { answer: { cart: await driverCartOf(work.tx, trip) } };
    if (trip.state !== 'shopping') throw refuse('cart-checking-out', 'It is being paid.');
    if ((await linesOf(work.tx, [trip.id])).length > 0) {
      throw refuse('cart-not-empty', 'Take everything out, or check out.');
    }
    return { answer: { cart: (await endTrip(work, trip, 'empty')).driverCart } };
  }),
);

export const carts = asSite.carts.handler(async ({ context }) => ({
  carts: await cartsOfSite(context.app.db, context.siteId),
  nowMs: context.app.clock.nowMs(),
}));

export const freeCart = asSite.freeCart.handler(({ context, input }) =>
  once<{ cart: Cart }>(context, `site:${context.siteId}`, 'freeCart', input, async (work) => {
    const trip = await lockSiteTrip(work, context.siteId, input.cartId, input.tripId);
    if (trip.state !== 'shopping') {
      throw refuse('cart-checking-out', 'It is being paid; cancel the payment request first.');
    }
    work.app.log.info('cart-freed', { cartId: input.cartId, tripId: trip.id });
    return { answer: { cart: (await endTrip(work, trip, 'freed')).cart } };
  }),
);

export const acknowledgeCart = asSite.acknowledgeCart.handler(({ context, input }) =>
  once<{ cart: Cart }>(context, `site:${context.siteId}`, 'acknowledgeCart', input, async (work) => {
    const trip = await lockSiteTrip(work, context.siteId, input.cartId, input.tripId);
    const row = await lockCart(work.tx, trip.cartId);
    if (row?.version !== input.version) {
      throw refuse('conflict', 'The cart has changed since you looked at it.');
    }
    const open = attentionOf(trip, await linesOf(work.tx, [trip.id]));
    const { cart } = await changeTrip(work, trip.cartId, trip.id, {
      acknowledged: [...trip.acknowledged, ...open],
    });
    return { answer: { cart } };
  }),
);

/** Releases carts that nobody did anything with for longer than their site's limit. */
export async function releaseIdleCarts(app: App): Promise<void> {
  const nowMs = app.clock.nowMs();
  const candidates = await app.db
    .select({ cartId: cartTrips.cartId, tripId: cartTrips.id })
    .from(cartTrips)
    .leftJoin(cartRules, eq(cartRules.siteId, cartTrips.siteId))
    .where(
      and(
        isWord(cartTrips.state, 'shopping'),
        // The least there is, by the index; then each by its own site's, or five hundred patient ones hold up the rest.
        lte(cartTrips.lastActivityAtMs, nowMs - 60_000),
        lte(
          cartTrips.lastActivityAtMs,
          sql`${nowMs}::bigint - COALESCE(${cartRules.idleMs}, ${defaultCartRules.idleMs}::bigint)`,
        ),
      ),
    )
    .orderBy(asc(cartTrips.lastActivityAtMs))
    .limit(500);
  for (const { cartId, tripId } of candidates) {
    await inWork(app, async (work) => {
      await lockCart(work.tx, cartId);
      const trip = await openTripOf(work.tx, cartId);
      if (trip?.id !== tripId || trip.state !== 'shopping') return;
      const { idleMs } = await rulesOf(work.tx, trip.siteId);
      if (trip.lastActivityAtMs + idleMs <= work.nowMs) await endTrip(work, trip, 'idle');
    });
  }
}
