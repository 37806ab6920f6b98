/** Tables of smart carts (`migrations/*-carts.sql`). Grams, integer minor units, UTC milliseconds. */
import { bigint, boolean, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { CartAttention, CartTrip } from '../../shared/schemas/index.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });
const minor = (name: string) => bigint(name, { mode: 'number' });

/** What a site sells by barcode. `weightGram`, `toleranceGram`: of one piece; null when nobody knows. */
export const goods = pgTable('goods', {
  id: uuid('id').primaryKey(),
  siteId: uuid('site_id').notNull(),
  barcode: text('barcode').notNull(),
  name: text('name').notNull(),
  nameKo: text('name_ko'),
  soldBy: text('sold_by').$type<'piece' | 'weight'>().notNull(),
  unitAmountMinor: minor('unit_amount_minor').notNull(),
  weightGram: integer('weight_gram'),
  toleranceGram: integer('tolerance_gram').notNull(),
});

/** How a site checks its carts; a site without a row has the defaults of `carts/rules.ts`. */
export const cartRules = pgTable('cart_rules', {
  siteId: uuid('site_id').primaryKey(),
  idleMs: ms('idle_ms').notNull(),
  spotCheckFromMinor: minor('spot_check_from_minor'),
  spotCheckPerMille: integer('spot_check_per_mille').notNull(),
});

export const carts = pgTable('carts', {
  id: uuid('id').primaryKey(),
  siteId: uuid('site_id').notNull(),
  number: integer('number').notNull(),
  code: text('code').notNull(),
  tokenHash: text('token_hash').notNull(),
  version: integer('version').notNull().default(1),
  createdAtMs: ms('created_at_ms').notNull(),
  retiredAtMs: ms('retired_at_ms'),
  /** Its scale has spoken once. */
  hasScale: boolean('has_scale').notNull().default(false),
});
export type CartRow = typeof carts.$inferSelect;

export const cartTrips = pgTable('cart_trips', {
  id: uuid('id').primaryKey(),
  cartId: uuid('cart_id').notNull(),
  siteId: uuid('site_id').notNull(),
  driverId: uuid('driver_id').notNull(),
  jackId: uuid('jack_id').notNull(),
  state: text('state').$type<CartTrip['state']>().notNull(),
  endReason: text('end_reason').$type<Exclude<CartTrip['endReason'], null>>(),
  /** Decides whether the random share of spot checks falls on this trip: kept, so that it can be told later. */
  spotCheckSeed: integer('spot_check_seed').notNull(),
  spotCheckAsked: boolean('spot_check_asked').notNull().default(false),
  acknowledged: jsonb('acknowledged').$type<CartAttention[]>().notNull(),
  measuredGram: integer('measured_gram'),
  asPickup: boolean('as_pickup').notNull().default(false),
  paymentRequestId: uuid('payment_request_id'),
  preorderId: uuid('preorder_id'),
  startedAtMs: ms('started_at_ms').notNull(),
  lastActivityAtMs: ms('last_activity_at_ms').notNull(),
  endedAtMs: ms('ended_at_ms'),
});
export type CartTripRow = typeof cartTrips.$inferSelect;

export const cartLines = pgTable('cart_lines', {
  id: uuid('id').primaryKey(),
  tripId: uuid('trip_id').notNull(),
  position: integer('position').notNull(),
  barcode: text('barcode'),
  menuItemId: uuid('menu_item_id'),
  name: text('name').notNull(),
  nameKo: text('name_ko'),
  soldBy: text('sold_by').$type<'piece' | 'weight'>().notNull(),
  quantity: integer('quantity').notNull(),
  weightGram: integer('weight_gram'),
  unitAmountMinor: minor('unit_amount_minor').notNull(),
  /** Of the whole line's unit: one piece, or the weighed goods; null when nobody knows. */
  unitGram: integer('unit_gram'),
  toleranceGram: integer('tolerance_gram').notNull(),
  known: boolean('known').notNull(),
  pricedBy: text('priced_by'),
});
export type CartLineRow = typeof cartLines.$inferSelect;
