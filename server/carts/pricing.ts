/** What the site does not know is priced by a person: from then on it costs that, and nobody need look at it. */
import { eq } from 'drizzle-orm';
import type { Cart } from '../../shared/schemas/index.ts';
import { tables } from '../db/index.ts';
import { asSite, once, refuse } from '../http/index.ts';
import { totalMaxMinor, totalMinor } from './rules.ts';
import { changeTrip, linesOf } from './store.ts';
import { lockSiteTrip } from './trips.ts';

const { cartLines } = tables;

export const priceItem = asSite.priceItem.handler(({ context, input }) =>
  once<{ cart: Cart }>(context, `site:${context.siteId}`, 'priceItem', input, async (work) => {
    const trip = await lockSiteTrip(work, context.siteId, input.cartId, input.tripId);
    if (trip.state !== 'shopping') throw refuse('cart-checking-out', 'Its contents are being paid.');
    const line = (await linesOf(work.tx, [trip.id])).find(({ id }) => id === input.lineId);
    if (line === undefined) throw refuse('item-not-found', 'There is no such line in this cart.');
    if (line.known) throw refuse('conflict', 'The site has a price for this.');
    await work.tx
      .update(cartLines)
      .set({
        unitAmountMinor: input.unitAmountMinor,
        pricedBy: input.staffName,
        ...(input.name === null ? {} : { name: input.name }),
      })
      .where(eq(cartLines.id, line.id));
    if (totalMinor(await linesOf(work.tx, [trip.id])) > totalMaxMinor) {
      throw refuse('conflict', 'More than one charge can be.');
    }
    work.app.log.info('cart-item-priced', { cartId: trip.cartId, tripId: trip.id });
    // Its weight is still nobody's knowledge: what was measured and looked at stays as it was.
    return { answer: { cart: (await changeTrip(work, trip.cartId, trip.id, {})).cart } };
  }),
);
