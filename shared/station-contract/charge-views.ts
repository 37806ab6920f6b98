/** Payment requests made at the counter: what the kiosk sees of them. */
import * as z from 'zod';
import { approvalState, id, money, utcMs } from '../schemas/index.ts';
import { person, presenceState, syncState } from './parts.ts';

/** `jack`: the driver's yes needs the jack's code. `phone`: the phone itself completes the payment. */
export const verification = z.enum(['jack', 'phone']);
export type Verification = z.infer<typeof verification>;

export const chargeState = z.enum(['waiting', 'paid', 'declined', 'expired', 'cancelled', 'unknown']);
export type ChargeState = z.infer<typeof chargeState>;

export const refundView = z.object({
  refundId: id,
  amount: money,
  reason: z.string(),
  by: person,
  /** The manager who allowed it; the same person where a manager did it. */
  allowedBy: person,
  atMs: utcMs,
  /** `refused`: the server or the card's bank did not give it back; `set-aside`: a manager let it rest. */
  state: z.enum(['waiting', 'given-back', 'refused', 'set-aside']),
});
export type RefundView = z.infer<typeof refundView>;

export const chargeView = z.object({
  chargeId: id,
  visitId: id,
  state: chargeState,
  amount: money,
  /** What it is for, as the cashier wrote it; the driver reads it too. */
  note: z.string().nullable(),
  verification,
  requestedBy: person,
  requestedAtMs: utcMs,
  /** The latest request's id: the same in the journal, at the server and on the receipt. */
  paymentRequestId: id,
  approval: z.object({
    state: approvalState,
    expiresAtMs: utcMs.nullable(),
    reason: z.string().nullable(),
    /** false: the server has not been reached yet; the request is queued. */ asked: z.boolean(),
  }),
  /** Staff withdrew it and the server has not yet said so: the driver may have been quicker. */
  cancelAsked: z.boolean(),
  refunds: z.array(refundView),
  /** What can still be given back: the amount less refunds done and on their way; 0 unless paid. */
  refundable: money,
  sync: syncState,
});
export type ChargeView = z.infer<typeof chargeView>;

/** A car being chosen: here, and only here, the full plate. */
export const chargeCandidate = z.object({
  visitId: id,
  plate: z.string(),
  model: z.string(),
  color: z.string(),
  presence: presenceState,
  laneId: z.string().nullable(),
  arrivedAtMs: utcMs.nullable(),
  /** false: the payment server does not know this car, so nobody can be asked. */
  jackKnown: z.boolean(),
});
export type ChargeCandidate = z.infer<typeof chargeCandidate>;

/** A charge in the day's list, with the car it was for. */
export const listedCharge = chargeView.extend({
  plate: z.string(),
  plateTail: z.string().max(4),
  laneId: z.string().nullable(),
});
export type ListedCharge = z.infer<typeof listedCharge>;
