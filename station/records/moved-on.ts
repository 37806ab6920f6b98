/**
 * A car may leave without its order and come back: the order goes on with its new visit, in a row of its own. The row of
 * the visit before stays as it was, and counts for nothing any more: an order has one row that is open.
 */

/** @param pickup the alias of the row in the query */
export const movedOn = (pickup: string): string =>
  `(${pickup}.state IN ('preparing', 'ready') AND EXISTS (SELECT 1 FROM pickups later
      WHERE later.preorder_id = ${pickup}.preorder_id AND later.rowid > ${pickup}.rowid))`;
