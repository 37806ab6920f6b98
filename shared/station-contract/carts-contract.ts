/** Smart carts at the kiosk: what the station last heard of them, and what staff may do. */
import * as z from 'zod';
import { cart, id, utcMs } from '../schemas/index.ts';
import { base, command } from './base.ts';

export const cartOnSite = cart.extend({
  /** Asked for here and not yet answered by the payment server. */
  pending: z.enum(['free', 'acknowledge', 'checkout']).nullable(),
  /** The code of the server's last refusal of what was asked for here. */
  refusedBecause: z.string().nullable(),
});
export type CartOnSite = z.infer<typeof cartOnSite>;

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
    checkOut: base.input(command(thisTrip)).output(cartResult),
  },
};
