/** A request for a driver's approval, and what became of it. */
import * as z from 'zod';
import { approvalState, id, money, utcMs } from '../schemas/index.ts';

/** Why a request is `declined`. Any other reason is the card's bank's own code. */
export const declineReasons = [
  'driver-declined',
  'too-many-attempts',
  'jack-blocked',
  'card-declined',
  'capture-declined',
] as const;
export type DeclineReason = (typeof declineReasons)[number];

export const paymentRequest = z.object({
  paymentRequestId: id,
  kind: z.enum(['refuel', 'refuel-reservation', 'charge']),
  siteId: id,
  siteName: z.string(),
  amount: money,
  /** Less than or equal to `amount` for a reservation; what was really taken. */
  captured: money.nullable(),
  /** What of it was given back; absent where nothing was. */
  refunded: money.optional(),
  /** `jack` (default): a yes carries the jack's authentication code. `phone`: the phone's own yes is enough. */
  verification: z.enum(['jack', 'phone']).optional(),
  /** What a charge is for, as the cashier wrote it. */
  description: z.string().optional(),
  /** The fuel that went in is not what the car is registered for. */
  wrongFuel: z.literal(true).optional(),
  state: approvalState,
  reason: z.string().nullable(),
  /** Rises with every change, so that late news never overwrites newer news. */
  version: z.number().int(),
  createdAtMs: utcMs,
  expiresAtMs: utcMs,
  settledAtMs: utcMs.nullable(),
});
export type PaymentRequest = z.infer<typeof paymentRequest>;
