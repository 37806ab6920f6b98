/** The fleet of a site: its carts, each with a code for people and a token for its scanner and scale. */
import { randomInt } from 'node:crypto';
import { newId } from '../../shared/domain/index.ts';
import type { App } from '../app.ts';
import { tables } from '../db/index.ts';
import { hashToken, newToken } from '../http/index.ts';
import { type CartRules, defaultCartRules } from './rules.ts';

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

export async function sellGoods(app: App, goods: NewGoods[]): Promise<void> {
  await app.db
    .insert(tables.goods)
    .values(goods.map((g) => ({ ...g, id: newId(), toleranceGram: g.toleranceGram ?? 5 })))
    .onConflictDoNothing();
}

export async function setCartRules(app: App, siteId: string, change: Partial<CartRules>): Promise<void> {
  const rules = { ...defaultCartRules, ...change };
  await app.db
    .insert(tables.cartRules)
    .values({ siteId, ...rules })
    .onConflictDoUpdate({ target: tables.cartRules.siteId, set: rules });
}
