/** Smart carts at the kiosk: what the station last heard of them, and what staff may do. */
import * as z from 'zod';
import { amountMinor, cart, cartLine, id, money, utcMs } from '../schemas/index.ts';
import { base, command } from './base.ts';
import { chargeState, refundView } from './charge-views.ts';

export const cartOnSite = cart.extend({
  /** Asked for here and not yet answered by the payment server. */
  pending: z.enum(['free', 'acknowledge', 'price', 'checkout']).nullable(),
  /** The code of the server's last refusal of what was asked for here. */
  refusedBecause: z.string().nullable(),
});
export type CartOnSite = z.infer<typeof cartOnSite>;

/** A cart's checkout, whoever asked for it: what was in it, whether it is paid, what was given back. */
export const cartPaymentView = z.object({
  /** The same in the journal, at the server and on the receipt. */
  paymentRequestId: id,
  tripId: id,
  cartId: id,
  cartNumber: z.number().int(),
  state: chargeState,
  lines: z.array(cartLine).max(200),
  amount: money,
  /** Its goods became a pickup of the driver's car once it was paid. */
  asPickup: z.boolean(),
  askedAtMs: utcMs,
  settledAtMs: utcMs.nullable(),
  refunds: z.array(refundView),
  /** What can still be given back: the amount less refunds done and on their way; 0 unless paid. */
  refundable: money,
});
export type CartPaymentView = z.infer<typeof cartPaymentView>;

const cartResult = z.object({ cart: cartOnSite });
const thisTrip = { cartId: id, tripId: id };

export const cartsContract = {
  carts: {
    /** `asOfMs`: when the server last said how they all are; null: never. */
    list: base
      .input(z.object({}))
      .output(z.object({ carts: z.array(cartOnSite), asOfMs: utcMs.nullable(), nowMs: utcMs })),
    free: base.input(command({ ...thisTrip, reason: z.string().trim().max(200) })).output(cartResult),
    /** Looked at, as of `version`. */
    acknowledge: base.input(command({ ...thisTrip, version: z.number().int() })).output(cartResult),
    /** What the site does not know is priced by hand, for one piece. Refused as `item-has-price` where it has one. */
    priceItem: base
      .input(
        command({
          ...thisTrip,
          lineId: id,
          unitAmountMinor: amountMinor.min(1),
          /** What it is, for the receipt; null leaves its barcode. */
          name: z.string().trim().min(1).max(80).nullable(),
        }),
      )
      .output(cartResult),
    /** `asPickup`: once paid, staff bring the goods to the driver's car: a pickup on its card. */
    checkOut: base.input(command({ ...thisTrip, asPickup: z.boolean().optional() })).output(cartResult),
    /** Checkouts of a business day (`YYYY-MM-DD`; null: today), newest first. */
    payments: base
      .input(
        z.object({
          day: z
            .string()
            .regex(/^\d{4}-\d{2}-\d{2}$/)
            .nullable(),
        }),
      )
      .output(
        z.object({
          payments: z.array(cartPaymentView),
          /** Of those that are paid. */ paid: money,
          /** What of it was given back. */ givenBack: money,
        }),
      ),
    /** Gives back all or a part of a paid cart, more than once up to the amount. A manager, or a manager's PIN. */
    refund: base
      .input(
        command({
          paymentRequestId: id,
          amountMinor: amountMinor.min(1),
          reason: z.string().trim().min(1).max(200),
          /** Both or none: the manager who stands beside a cashier. */
          managerId: id.nullable(),
          pin: z
            .string()
            .regex(/^[0-9]{4,8}$/)
            .nullable(),
        }),
      )
      .output(z.object({ payment: cartPaymentView })),
  },
};
