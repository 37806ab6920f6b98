/** What a driver picked of a site's menu, as the lines of a preorder at the menu's prices of now. */
import { and, eq, inArray } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { PreorderItemRow } from '../db/schema.ts';
import { refuse } from '../http/index.ts';
import { isSoldOut } from '../sites/index.ts';
import { amountOf } from '../views/index.ts';

const { menuItems } = tables;

/** `amountMinor` of the contract. */
const paymentMaxMinor = 1_000_000_000_000;

export interface OrderedItem {
  menuItemId: string;
  quantity: number;
  options: string[];
}

/** How many of one item there are among these lines. */
const numberOf = (lines: readonly { menuItemId: string | null; quantity: number }[], menuItemId: string) =>
  lines.reduce((sum, line) => sum + (line.menuItemId === menuItemId ? line.quantity : 0), 0);

/**
 * @param before the lines that the order has: of what has run out since as many may stay (the site says of an order
 *   whether it has what is in it), and none may be added
 * @throws item-not-found, item-sold-out, invalid-request
 */
export async function orderItems(
  { tx, nowMs }: Pick<Work, 'tx' | 'nowMs'>,
  siteId: string,
  preorderId: string,
  ordered: OrderedItem[],
  before: readonly PreorderItemRow[] = [],
): Promise<PreorderItemRow[]> {
  const ids = ordered.map((item) => item.menuItemId);
  const offered = await tx
    .select()
    .from(menuItems)
    .where(and(eq(menuItems.siteId, siteId), eq(menuItems.sold, true), inArray(menuItems.id, ids)));
  const items = ordered.map((asked, position): PreorderItemRow => {
    const item = offered.find((o) => o.id === asked.menuItemId);
    if (item === undefined) throw refuse('item-not-found', 'The site does not sell one of these items.');
    if (isSoldOut(item, nowMs) && numberOf(ordered, item.id) > numberOf(before, item.id)) {
      throw refuse('item-sold-out', `${item.name} is sold out today.`);
    }
    const odd = asked.options.find((option) => !item.options.includes(option));
    if (odd !== undefined)
      throw refuse('invalid-request', 'One of the options is not offered with its item.');
    return {
      id: newId(),
      preorderId,
      menuItemId: item.id,
      position,
      name: item.name,
      nameKo: item.nameKo,
      quantity: asked.quantity,
      options: asked.options,
      unitAmountMinor: item.unitAmountMinor,
      available: true,
    };
  });
  if (amountOf(items) > paymentMaxMinor)
    throw refuse('invalid-request', 'It is more than one payment can be.');
  return items;
}
