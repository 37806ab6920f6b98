/**
 * The shapes that both contracts (station ↔ kiosk, site and phone ↔ payment server) speak in.
 * zod, so that what arrives is checked where it arrives.
 */
import * as z from 'zod';
import { fuels } from '../domain/index.ts';
import { amountMinor, id, money, utcMs } from './basics.ts';

export * from './basics.ts';
export * from './cart.ts';

/** Millilitres; at most 10 000 litres. */
export const volumeMl = z.number().int().min(1).max(10_000_000);
/** Thousandths of a minor unit per litre (see shared/domain/money.ts). */
export const unitPriceMilli = z.number().int().min(1).max(1_000_000_000_000);
export const fuel = z.enum(fuels);
/** `<kind>:<lower-case hex>` (see shared/domain/codes.ts). */
export const code = z
  .string()
  .regex(/^(eddystone-uid:[0-9a-f]{32}|eddystone-eid:[0-9a-f]{16}|(ibeacon|altbeacon):[0-9a-f]{40})$/);
export const codeBehaviour = z.enum(['static', 'rotating']);
/** A person's or place's name as shown. */
export const displayName = z.string().trim().min(1).max(60);
export const plateDigits = z.string().regex(/^[0-9]{2,4}$/);

export const vehicle = z.object({
  /** As the driver typed it. */
  plate: z.string().max(24),
  model: z.string().max(40),
  /** A colour's English name, lower-case; the kiosk translates the ones it knows. */
  color: z.string().max(20),
  fuel: fuel.nullable(),
});
export type Vehicle = z.infer<typeof vehicle>;

export const preorderItem = z.object({
  itemId: id,
  name: z.string().max(80),
  /** Korean name where the menu has one. */
  nameKo: z.string().max(80).nullable(),
  quantity: z.number().int().min(1).max(999),
  options: z.array(z.string().max(80)).max(20),
  /** For one piece. */
  unitAmountMinor: amountMinor,
  available: z.boolean(),
});
export type PreorderItem = z.infer<typeof preorderItem>;

/** What the server knows of a preorder's money. `held`: authorised, captured when handed over. */
export const preorderPayment = z.enum(['held', 'captured', 'refunded', 'voided', 'unknown']);
export type PreorderPayment = z.infer<typeof preorderPayment>;

/**
 * What the driver's phone says of the way, while the order is open and no longer. `coming`: here about then. `here`:
 * standing at that bay, by the number painted there (null: not said). `saidAtMs` tells one word from the next.
 */
export const onTheWay = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('coming'), expectedAtMs: utcMs, saidAtMs: utcMs }),
  z.object({ kind: z.literal('here'), bay: z.number().int().min(1).max(99).nullable(), saidAtMs: utcMs }),
]);
export type OnTheWay = z.infer<typeof onTheWay>;

export const preorder = z.object({
  preorderId: id,
  /** What people call it: `A17`. Not an identity. */
  number: z.string().max(12),
  /** A paid cart can become one: as many as it has lines. */
  items: z.array(preorderItem).min(1).max(200),
  /** What the driver paid, less what was refunded for unavailable items. */
  paid: money,
  payment: preorderPayment,
  state: z.enum(['open', 'ready', 'handed-over', 'cancelled']),
  createdAtMs: utcMs,
  /** When the driver said they would come. */
  promisedAtMs: utcMs.nullable(),
  /** Absent: the driver did not say, or took it back. */
  onTheWay: onTheWay.optional(),
});
export type Preorder = z.infer<typeof preorder>;

/** What a cashier compares before an order is handed over. The order's number passes where digits are asked for, too. */
export const handoverCheck = z.enum(['none', 'plate-digits', 'pickup-number']);
export type HandoverCheck = z.infer<typeof handoverCheck>;

/** The states of a request for a driver's approval. `unknown`: look it up before anything else. */
export const approvalState = z.enum([
  'waiting',
  'approved',
  'paid',
  'declined',
  'expired',
  'cancelled',
  'unknown',
]);
export type ApprovalState = z.infer<typeof approvalState>;

/** Money held at arrival for a refuel, up to a maximum. */
export const reservation = z.object({
  paymentRequestId: id,
  maximum: money,
  state: z.enum(['waiting', 'held', 'declined', 'expired', 'captured', 'released', 'releasing']),
});
export type Reservation = z.infer<typeof reservation>;

/** Is the lane a pickup bay or a pump? */
export const laneKind = z.enum(['bay', 'pump']);
export type LaneKind = z.infer<typeof laneKind>;
