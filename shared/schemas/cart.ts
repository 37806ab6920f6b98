/** A smart cart as the payment server tells of it, to its user and to its site. */
import * as z from 'zod';
import { amountMinor, id, money, utcMs } from './basics.ts';

/** Grams; at most a tonne. */
export const gram = z.number().int().min(0).max(1_000_000);

export const cartLine = z.object({
  lineId: id,
  name: z.string().max(80),
  nameKo: z.string().max(80).nullable(),
  /** As it was scanned; null for what was taken from the menu. */
  barcode: z.string().max(32).nullable(),
  soldBy: z.enum(['piece', 'weight']),
  /** Pieces; 1 for goods sold by weight. */
  quantity: z.number().int().min(1).max(999),
  /** Of goods sold by weight. */
  weightGram: gram.nullable(),
  /** For one piece, or for a kilogram. */
  unitAmountMinor: amountMinor,
  amountMinor,
  /** False: the site sells nothing under this barcode. It costs nothing here until a person has priced it. */
  known: z.boolean(),
  /** Who priced by hand what the site does not know; absent where nobody did. */
  pricedBy: z.string().max(60).optional(),
});
export type CartLine = z.infer<typeof cartLine>;

/** Why a person must look at a cart before it is paid. */
export const cartAttention = z.enum(['unknown-item', 'weight', 'spot-check']);
export type CartAttention = z.infer<typeof cartAttention>;

/** What the scale says against what the contents should weigh. `waiting`: not weighed since the last change. */
export const cartWeight = z.object({
  expectedGram: z.number().int().min(0),
  toleranceGram: z.number().int().min(0),
  measuredGram: gram.nullable(),
  /** `unknowable`: it holds something whose weight nobody knows. */
  verdict: z.enum(['waiting', 'fits', 'too-heavy', 'too-light', 'unknowable']),
});
export type CartWeight = z.infer<typeof cartWeight>;

/** One user's time with one cart. */
export const cartTrip = z.object({
  tripId: id,
  state: z.enum(['shopping', 'checking-out', 'paid', 'ended']),
  endReason: z.enum(['paid', 'empty', 'freed', 'idle']).nullable(),
  lines: z.array(cartLine).max(200),
  total: money,
  weight: cartWeight,
  /** What still needs a person; empty when there is nothing or it was acknowledged. */
  attention: z.array(cartAttention),
  startedAtMs: utcMs,
  lastActivityAtMs: utcMs,
  /** Once paid its goods are a pickup, brought to the driver's car; absent as long as nobody checks it out. */
  asPickup: z.boolean().optional(),
  /** The charge it was, or is, checked out with. */
  paymentRequestId: id.nullable(),
  /** The pickup that a paid cart became. */
  preorderId: id.nullable(),
});
export type CartTrip = z.infer<typeof cartTrip>;

export const cart = z.object({
  cartId: id,
  /** What people call it; painted on its side. */
  number: z.number().int().min(1).max(9999),
  /** Rises with every change, so that late news never overwrites newer news. */
  version: z.number().int(),
  state: z.enum(['free', 'in-use', 'needs-attention', 'checking-out']),
  /** Null when it is free. Whose it is stays with the server. */
  trip: cartTrip.nullable(),
});
export type Cart = z.infer<typeof cart>;
