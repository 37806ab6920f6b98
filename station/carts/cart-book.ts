/**
 * What the station knows of the site's carts: a read model of the payment server's, for a site has a handful
 * to a few hundred of them. It is kept, so that an offline kiosk shows what was known and how old it is.
 */
import * as z from 'zod';
import { type Cart, cart as cartSchema } from '../../shared/schemas/index.ts';
import type { CartOnSite } from '../../shared/station-contract/index.ts';
import type { RecordStores, Records, Tx } from '../records/index.ts';
import { noteCheckout } from './cart-payments.ts';

const pending = z.object({ tripId: z.string(), kind: z.enum(['free', 'acknowledge', 'price', 'checkout']) });
const book = z.object({
  asOfMs: z.number().nullable(),
  carts: z.array(cartSchema),
  /** By cart: what was asked for here, and what the server refused. */
  pending: z.record(z.string(), pending),
  refused: z.record(z.string(), z.object({ tripId: z.string(), code: z.string() })),
});
type Book = z.infer<typeof book>;
export type PendingKind = z.infer<typeof pending>['kind'];

const key = 'carts';
const emptyBook: Book = { asOfMs: null, carts: [], pending: {}, refused: {} };

export function readBook(records: Pick<RecordStores, 'meta'>): Book {
  const kept = records.meta.get(key);
  if (kept === null) return emptyBook;
  // A book of another version of the program is only a copy: the next snapshot fills it again.
  const parsed = book.safeParse(JSON.parse(kept));
  return parsed.success ? parsed.data : emptyBook;
}

const write = (records: Pick<RecordStores, 'meta'>, value: Book): void =>
  records.meta.set(key, JSON.stringify(value));

function onSite(value: Book, cart: Cart): CartOnSite {
  const asked = value.pending[cart.cartId];
  const refused = value.refused[cart.cartId];
  return {
    ...cart,
    pending: asked !== undefined && asked.tripId === cart.trip?.tripId ? asked.kind : null,
    refusedBecause: refused !== undefined && refused.tripId === cart.trip?.tripId ? refused.code : null,
  };
}

export function listCarts(records: Records): { carts: CartOnSite[]; asOfMs: number | null; nowMs: number } {
  const value = readBook(records);
  const carts = value.carts.map((cart) => onSite(value, cart)).sort((a, b) => a.number - b.number);
  return { carts, asOfMs: value.asOfMs, nowMs: records.clock.nowMs() };
}

/** Newest version wins: said twice or late it changes nothing. */
export function applyCart(tx: Tx, cart: Cart): void {
  noteCheckout(tx, cart);
  const value = readBook(tx.records);
  const known = value.carts.find((c) => c.cartId === cart.cartId);
  if (known !== undefined && known.version >= cart.version) return;
  const carts = [...value.carts.filter((c) => c.cartId !== cart.cartId), cart];
  const refused = { ...value.refused };
  if (known?.trip?.tripId !== cart.trip?.tripId) delete refused[cart.cartId];
  write(tx.records, { ...value, carts, refused, asOfMs: tx.nowMs });
}

/** The whole fleet, as the server says after a reconnect. What is not in it is retired. */
export function applyFleet(tx: Tx, carts: readonly Cart[]): void {
  for (const cart of carts) noteCheckout(tx, cart);
  const value = readBook(tx.records);
  const newest = carts.map((cart) => {
    const known = value.carts.find((c) => c.cartId === cart.cartId);
    return known !== undefined && known.version > cart.version ? known : cart;
  });
  write(tx.records, { ...value, carts: newest, asOfMs: tx.nowMs });
}

/** The clock was corrected: the copy is as old as it was. */
export function moveBook(tx: Tx, byMs: number): void {
  const value = readBook(tx.records);
  if (value.asOfMs !== null) write(tx.records, { ...value, asOfMs: value.asOfMs + byMs });
}

/** Marks what was asked for, so that nobody asks twice. @returns the cart as the kiosk shows it now */
export function markPending(tx: Tx, cart: Cart, tripId: string, kind: PendingKind): CartOnSite {
  const value = readBook(tx.records);
  const refused = { ...value.refused };
  delete refused[cart.cartId];
  const next = { ...value, refused, pending: { ...value.pending, [cart.cartId]: { tripId, kind } } };
  write(tx.records, next);
  return onSite(next, cart);
}

/**
 * The server has answered what was asked for here, or a manager gave it up. `code`: why not. A late answer of a trip that is
 * over says nothing of what was asked for since.
 */
export function settlePending(
  tx: Tx,
  { cartId, tripId }: { cartId: string; tripId: string },
  code: string | null,
): void {
  const value = readBook(tx.records);
  const { [cartId]: asked, ...others } = value.pending;
  if (asked === undefined || asked.tripId !== tripId) return;
  const refused =
    code === null ? value.refused : { ...value.refused, [cartId]: { tripId: asked.tripId, code } };
  if (code !== null)
    tx.journal('cart-refused', null, { cartId, tripId: asked.tripId, asked: asked.kind, code });
  write(tx.records, { ...value, pending: others, refused });
}
