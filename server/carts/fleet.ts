/** The fleet of a site: its carts, each with a code for people and a token for its scanner and scale. */
import { randomInt } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import { type App, inWork } from '../app.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import { hashToken, newToken } from '../http/index.ts';
import type { CartRules } from './rules.ts';
import { lockCart, openTripOf, rulesOf } from './store.ts';

export interface NewCart {
  siteId: string;
  number: number;
  /** The demo's are always the same; without one it is random. */
  code?: string;
  token?: string;
}

export interface NewGoods {
  siteId: string;
  barcode: string;
  name: string;
  nameKo: string | null;
  soldBy: 'piece' | 'weight';
  /** For one piece, or for a kilogram. */
  unitAmountMinor: number;
  /** Of one piece; null when nobody knows. Goods sold by weight have none. */
  weightGram: number | null;
  toleranceGram?: number;
}

const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `CART-XXXX-XXXX` (39 bits): found by chance by nobody within the rate limits. */
function newCode(): string {
  const characters = Array.from({ length: 8 }, () => alphabet.charAt(randomInt(alphabet.length)));
  return `CART-${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`;
}

/** As it is compared: typed by hand it may come in small letters, or without its dashes. */
export const normalCode = (code: string): string => code.toUpperCase().replace(/[^0-9A-Z]/g, '');

/** @returns the token for the cart's own device, shown once and kept as a hash */
export async function createCart(
  app: App,
  cart: NewCart,
): Promise<{ cartId: string; code: string; token: string }> {
  const token = cart.token ?? newToken('cart');
  const cartId = newId();
  const code = cart.code ?? newCode();
  const made = {
    id: cartId,
    siteId: cart.siteId,
    number: cart.number,
    code: normalCode(code),
    tokenHash: hashToken(token),
    createdAtMs: app.clock.nowMs(),
  };
  await app.db.insert(tables.carts).values(made);
  return { cartId, code, token };
}

/** By barcode: what is there already gets its new name, price and weight. */
export async function sellGoods(store: { db: Db | Tx }, goods: NewGoods[]): Promise<void> {
  if (goods.length === 0) return;
  const { goods: rows } = tables;
  await store.db
    .insert(rows)
    .values(goods.map((g) => ({ ...g, id: newId(), toleranceGram: g.toleranceGram ?? 5 })))
    .onConflictDoUpdate({
      target: [rows.siteId, rows.barcode],
      set: {
        name: sql`excluded.name`,
        nameKo: sql`excluded.name_ko`,
        soldBy: sql`excluded.sold_by`,
        unitAmountMinor: sql`excluded.unit_amount_minor`,
        weightGram: sql`excluded.weight_gram`,
        toleranceGram: sql`excluded.tolerance_gram`,
      },
    });
}

/**
 * Out of the fleet: its code and its token are good for nothing from now on. Its number stays taken.
 * @returns `in-use` while somebody has it; nothing was changed then
 */
export async function retireCart(app: App, cartId: string): Promise<'retired' | 'in-use' | 'not-found'> {
  return inWork(app, async ({ tx, nowMs }) => {
    const row = await lockCart(tx, cartId);
    if (row === null || row.retiredAtMs !== null) return 'not-found';
    if ((await openTripOf(tx, cartId)) !== null) return 'in-use';
    await tx
      .update(tables.carts)
      .set({ retiredAtMs: nowMs, tokenHash: sql`'retired ' || ${tables.carts.id}` })
      .where(eq(tables.carts.id, cartId));
    return 'retired';
  });
}

/** A new code to paint on it and a new token for its device; the old ones are good for nothing at once. */
export async function renewCartKeys(
  app: App,
  cartId: string,
): Promise<{ cartId: string; code: string; token: string } | null> {
  const token = newToken('cart');
  const code = newCode();
  const changed = await app.db
    .update(tables.carts)
    .set({ code: normalCode(code), tokenHash: hashToken(token) })
    .where(and(eq(tables.carts.id, cartId), isNull(tables.carts.retiredAtMs)))
    .returning({ id: tables.carts.id });
  return changed.length === 0 ? null : { cartId, code, token };
}

export async function setCartRules(app: App, siteId: string, change: Partial<CartRules>): Promise<void> {
  const rules = { ...(await rulesOf(app.db, siteId)), ...change, siteId };
  await app.db
    .insert(tables.cartRules)
    .values(rules)
    .onConflictDoUpdate({ target: tables.cartRules.siteId, set: rules });
}
