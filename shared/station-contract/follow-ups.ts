/** What a manager follows up after refuels: money that is still to go back, and cars that left unpaid. */
import * as z from 'zod';
import { id, money, utcMs } from '../schemas/index.ts';

/**
 * `not-begun`: held here, and the server has some hours before it must begin to give it back. `not-compared`: the
 * server has never told.
 */
export const followUpState = z.enum([
  'matched',
  'missing-here',
  'missing-there',
  'different',
  'not-begun',
  'not-compared',
]);

/** One matter, as the station and as the payment server know it; matched by its payment request or its refuel. */
export const followUp = z.object({
  /** `release`: a driver's money held although nothing is left to pay from it. `drive-off`: a car that left unpaid. */
  kind: z.enum(['release', 'drive-off']),
  /** By this id the payment company finds it. */
  paymentRequestId: id,
  state: followUpState,
  /** null: not known here. */
  here: z.enum(['held', 'releasing', 'released', 'unpaid', 'settled', 'nothing-open']).nullable(),
  /** null: not known there. */
  there: z.enum(['releasing', 'released', 'unpaid', 'settled-by-driver', 'settled-otherwise']).nullable(),
  /** When the server says that it was done. */
  doneThereAtMs: utcMs.nullable(),
  /** How often the server asked the bank; null: it has nothing to ask, or has not told. */
  asks: z.number().int().nullable(),
  amount: money,
  /** Since when it is open. */
  sinceMs: utcMs,
  /** null where the visit is not known here. */
  visitId: id.nullable(),
  plateTail: z.string().max(4).nullable(),
  laneId: z.string().nullable(),
  /** Its marks have not all reached the server yet: it will match by itself. */
  onItsWay: z.boolean(),
});
export type FollowUp = z.infer<typeof followUp>;

export const followUps = z.object({
  lines: z.array(followUp),
  /** `now`: asked just now. `before`: out of reach; this is what it said then. `never`: it has not told yet. */
  server: z.discriminatedUnion('told', [
    z.object({ told: z.literal('now') }),
    z.object({ told: z.literal('before'), atMs: utcMs }),
    z.object({ told: z.literal('never') }),
  ]),
});
export type FollowUps = z.infer<typeof followUps>;
