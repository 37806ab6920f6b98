/** Carts in the database, and as the contract shows them. Every change raises the cart's version and is told. */
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Cart, CartTrip } from '../../shared/schemas/index.ts';
import type { DriverCart } from '../../shared/server-contract/index.ts';
import type { Work } from '../app.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import type { CartLineRow, CartRow, CartTripRow } from '../db/schema.ts';
import { siteRow } from '../sites/index.ts';
import { attentionOf, type CartRules, defaultCartRules, renderLine, totalMinor, weightOf } from './rules.ts';

const { carts, cartTrips, cartLines, cartRules } = tables;

export async function rulesOf(db: Db | Tx, siteId: string): Promise<CartRules> {
  const [row] = await db.select().from(cartRules).where(eq(cartRules.siteId, siteId));
  return row ?? defaultCartRules;
}

export async function linesOf(db: Db | Tx, tripIds: string[]): Promise<CartLineRow[]> {
  if (tripIds.length === 0) return [];
  return db
    .select()
    .from(cartLines)
    .where(inArray(cartLines.tripId, tripIds))
    .orderBy(asc(cartLines.position));
}

/** The cart stays locked until the work commits: whatever else wants it waits. */
export async function lockCart(tx: Tx, cartId: string): Promise<CartRow | null> {
  const [row] = await tx.select().from(carts).where(eq(carts.id, cartId)).for('update');
  return row ?? null;
}

export async function openTripOf(db: Db | Tx, cartId: string): Promise<CartTripRow | null> {
  const [row] = await db
    .select()
    .from(cartTrips)
    .where(and(eq(cartTrips.cartId, cartId), isNull(cartTrips.endedAtMs)));
  return row ?? null;
}

export function renderTrip(trip: CartTripRow, lines: CartLineRow[], currency: string): CartTrip {
  return {
    tripId: trip.id,
    state: trip.state,
    endReason: trip.endReason,
    lines: lines.map(renderLine),
    total: { amountMinor: totalMinor(lines), currency },
    weight: weightOf(lines, trip.measuredGram),
    attention: attentionOf(trip, lines),
    startedAtMs: trip.startedAtMs,
    lastActivityAtMs: trip.lastActivityAtMs,
    ...(trip.state === 'checking-out' || trip.state === 'paid' ? { asPickup: trip.asPickup } : {}),
    paymentRequestId: trip.paymentRequestId,
    preorderId: trip.preorderId,
  };
}

function stateOf(trip: CartTrip | null): Cart['state'] {
  if (trip === null) return 'free';
  if (trip.state === 'checking-out') return 'checking-out';
  return trip.attention.length > 0 ? 'needs-attention' : 'in-use';
}

const cartView = (cart: CartRow, trip: CartTrip | null): Cart => ({
  cartId: cart.id,
  number: cart.number,
  version: cart.version,
  state: stateOf(trip),
  trip,
});

/** All carts of a site that are not retired, by number. */
export async function cartsOfSite(db: Db | Tx, siteId: string): Promise<Cart[]> {
  const { currency } = await siteRow(db, siteId);
  const rows = await db
    .select()
    .from(carts)
    .where(and(eq(carts.siteId, siteId), isNull(carts.retiredAtMs)))
    .orderBy(asc(carts.number));
  const trips = await db
    .select()
    .from(cartTrips)
    .where(and(eq(cartTrips.siteId, siteId), isNull(cartTrips.endedAtMs)));
  const lines = await linesOf(
    db,
    trips.map((trip) => trip.id),
  );
  return rows.map((row) => {
    const trip = trips.find((t) => t.cartId === row.id);
    const own = lines.filter((line) => line.tripId === trip?.id);
    return cartView(row, trip === undefined ? null : renderTrip(trip, own, currency));
  });
}

export async function renderCart(db: Db | Tx, row: CartRow): Promise<Cart> {
  const trip = await openTripOf(db, row.id);
  if (trip === null) return cartView(row, null);
  const { currency } = await siteRow(db, row.siteId);
  return cartView(row, renderTrip(trip, await linesOf(db, [trip.id]), currency));
}

export async function renderDriverCart(db: Db | Tx, row: CartRow, trip: CartTripRow): Promise<DriverCart> {
  const site = await siteRow(db, row.siteId);
  return {
    cartId: row.id,
    number: row.number,
    siteId: row.siteId,
    siteName: site.name,
    version: row.version,
    trip: renderTrip(trip, await linesOf(db, [trip.id]), site.currency),
  };
}

export interface ChangedCart {
  cart: Cart;
  driverCart: DriverCart;
  trip: CartTripRow;
}

/** Changes a trip of a locked cart, raises the cart's version and tells its user and its site. */
export async function changeTrip(
  work: Work,
  cartId: string,
  tripId: string,
  change: Partial<CartTripRow>,
): Promise<ChangedCart> {
  const [trip] = await work.tx
    .update(cartTrips)
    .set({ lastActivityAtMs: work.nowMs, ...change })
    .where(eq(cartTrips.id, tripId))
    .returning();
  const [row] = await work.tx
    .update(carts)
    .set({ version: sql`${carts.version} + 1` })
    .where(eq(carts.id, cartId))
    .returning();
  if (trip === undefined || row === undefined) throw new Error('a cart or its trip vanished');
  const cart = await renderCart(work.tx, row);
  const driverCart = await renderDriverCart(work.tx, row, trip);
  work.tellSite(row.siteId, { type: 'cart', cart });
  work.tellDriver(trip.driverId, { type: 'cart', cart: driverCart });
  return { cart, driverCart, trip };
}

/** Ends a trip; its cart is free. */
export function endTrip(
  work: Work,
  trip: CartTripRow,
  endReason: Exclude<CartTrip['endReason'], null>,
  change: Partial<CartTripRow> = {},
): Promise<ChangedCart> {
  return changeTrip(work, trip.cartId, trip.id, {
    ...change,
    state: endReason === 'paid' ? 'paid' : 'ended',
    endReason,
    endedAtMs: work.nowMs,
  });
}
