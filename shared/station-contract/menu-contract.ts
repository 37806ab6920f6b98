/** What the site sells, as the payment server publishes it, and what of it is sold out today. */
import * as z from 'zod';
import { amountMinor, id, utcMs } from '../schemas/index.ts';
import { base, command } from './base.ts';
import { syncState } from './parts.ts';

export const menuItemOnSite = z.object({
  menuItemId: id,
  name: z.string(),
  nameKo: z.string().nullable(),
  unitAmountMinor: amountMinor,
  /** The end of the business day for which it is sold out; null: it can be ordered. */
  soldOutUntilMs: utcMs.nullable(),
  /** Has the payment server what was marked here? Until then phones go on offering it. */
  sync: syncState,
});
export type MenuItemOnSite = z.infer<typeof menuItemOnSite>;

export const menuContract = {
  menu: {
    /** `asOfMs`: when the server last said what is on it; null: never. */
    list: base
      .input(z.object({}))
      .output(z.object({ items: z.array(menuItemOnSite), asOfMs: utcMs.nullable(), nowMs: utcMs })),
    /** Sold out until this business day ends, or to be had again. What is ordered and paid stays. */
    setSoldOut: base
      .input(command({ menuItemId: id, soldOut: z.boolean() }))
      .output(z.object({ item: menuItemOnSite })),
  },
};
