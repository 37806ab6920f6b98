/** What a site sells, and the rules of its preorders. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { amountMinor, id, preorder, utcMs } from '../schemas/index.ts';

const base = oc.errors({});

export const menuItem = z.object({
  menuItemId: id,
  name: z.string().min(1).max(80),
  nameKo: z.string().max(80).nullable(),
  unitAmountMinor: amountMinor,
  options: z.array(z.string().max(80)).max(40),
});
export type MenuItem = z.infer<typeof menuItem>;

/** An item as it can be ordered now. `soldOutUntilMs`: only while it is sold out; nothing ends it but that moment. */
export const offeredItem = menuItem.extend({ soldOutUntilMs: utcMs.optional() });
export type OfferedItem = z.infer<typeof offeredItem>;

/** No business day is longer, not even where clocks change. */
export const soldOutAtMostMs = 26 * 3_600_000;

/** What the site sells, or what of it is sold out, has changed: fetch the menu anew. */
export const siteMenuEvent = z.object({ type: z.literal('menu-changed') });

/** Counted from one, or a moment in milliseconds: whatever rises. */
const menuVersion = z.number().int().min(1).max(8_640_000_000_000_000);

/** `release` gives the money back; `capture` keeps it for what was prepared (what was not is given back). */
export const noShowRule = z.object({
  afterHours: z.number().int().min(1).max(72),
  outcome: z.enum(['release', 'capture']),
});

/** What is ordered of the menu. */
export const orderedItems = z
  .array(
    z.object({
      menuItemId: id,
      quantity: z.number().int().min(1).max(99),
      options: z.array(z.string().max(80)).max(20),
    }),
  )
  .min(1)
  .max(50);

export const menuSiteApi = {
  /** The whole menu; what is not in it is sold no more. `version` rises with every change of it. */
  publishMenu: base
    .route({ method: 'POST', path: '/v1/site/menu', tags: ['site'] })
    .input(z.object({ version: menuVersion, items: z.array(menuItem).max(500) }))
    .output(z.object({ version: z.number().int(), items: z.array(offeredItem) })),
  publishedMenu: base
    .route({ method: 'GET', path: '/v1/site/menu', tags: ['site'] })
    .input(z.object({}))
    .output(z.object({ version: z.number().int(), items: z.array(offeredItem) })),
  /**
   * Sold out until the site's business day ends (at most 26 hours from now); null: it can be had again. A moment
   * that is past changes nothing that can be ordered: a mark that was made offline yesterday comes late. What is
   * ordered and paid already stays.
   */
  setSoldOut: base
    .route({ method: 'POST', path: '/v1/site/menu/items/{menuItemId}/sold-out', tags: ['site'] })
    .input(z.object({ menuItemId: id, soldOutUntilMs: utcMs.nullable() }))
    .output(z.object({ item: offeredItem })),
  /** So many hours after the promised time (after it was made, where none was promised) a preorder that nobody fetched ends. */
  setNoShowRule: base
    .route({ method: 'POST', path: '/v1/site/no-show-rule', tags: ['site'] })
    .input(z.object({ rule: noShowRule.nullable() }))
    .output(z.object({ rule: noShowRule.nullable() })),
};

export const menuPhoneApi = {
  /** Another order in place of this one, before it is prepared. More is held anew and the old hold released. */
  editPreorder: base
    .route({ method: 'POST', path: '/v1/preorders/{preorderId}/edit', tags: ['phone'] })
    .input(z.object({ preorderId: id, promisedAtMs: utcMs.nullable(), items: orderedItems }))
    .output(z.object({ preorder })),
};
