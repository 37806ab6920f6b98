/**
 * What a cashier compares before an order is handed over.
 *
 *   the code is static: it can be copied      → the last plate digits, where the plate has enough of them, else the
 *                                               order's number, which only the driver knows
 *   it rotates: the car is surely the right one → nothing, unless the site's rule wants the order's number:
 *                                               'orders-without-jack'  the driver ordered without the jack at hand, so
 *                                                                      whoever sits in the car need not know of it
 *                                               'every-order'
 */
import { plateTail } from '../../shared/domain/index.ts';
import type { HandoverCheck } from '../../shared/schemas/index.ts';
import type { HandoverRule, JackRow, PreorderRow } from '../db/schema.ts';

/** Fewer digits than that are shared by too many cars. */
const digitsNeeded = 3;

export function handoverCheckOf(
  rule: HandoverRule,
  behaviour: JackRow['behaviour'],
  plate: string,
  order: Pick<PreorderRow, 'besideJack'>,
): HandoverCheck {
  if (behaviour === 'static') {
    return plateTail(plate).length >= digitsNeeded ? 'plate-digits' : 'pickup-number';
  }
  switch (rule) {
    case 'static-codes':
      return 'none';
    case 'orders-without-jack':
      return order.besideJack ? 'none' : 'pickup-number';
    case 'every-order':
      return 'pickup-number';
  }
}
