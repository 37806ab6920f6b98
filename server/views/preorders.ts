/** Preorders as the contract shows them. */
import { asc } from 'drizzle-orm';
import type { Preorder, PreorderPayment } from '../../shared/schemas/index.ts';
import { anyOf, type Db, type Tx, tables } from '../db/index.ts';
import type { PreorderItemRow, PreorderPaymentState, PreorderRow } from '../db/schema.ts';

/** What is still to be paid for: the items that are available. */
export function amountOf(
  items: Pick<PreorderItemRow, 'available' | 'quantity' | 'unitAmountMinor'>[],
): number {
  return items.filter((item) => item.available).reduce((sum, i) => sum + i.quantity * i.unitAmountMinor, 0);
}

function paymentShown(payment: PreorderPaymentState): PreorderPayment {
  switch (payment) {
    case 'authorising':
      return 'unknown';
    case 'declined':
      return 'voided';
    default:
      return payment;
  }
}

export async function itemsOf(db: Db | Tx, preorderIds: string[]): Promise<PreorderItemRow[]> {
  if (preorderIds.length === 0) return [];
  const { preorderItems } = tables;
  return db
    .select()
    .from(preorderItems)
    .where(anyOf(preorderItems.preorderId, preorderIds))
    .orderBy(asc(preorderItems.position));
}

/** In the order given. */
export async function renderPreorders(db: Db | Tx, rows: PreorderRow[]): Promise<Preorder[]> {
  const items = await itemsOf(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const own = items.filter((item) => item.preorderId === row.id);
    return {
      preorderId: row.id,
      number: row.number,
      items: own.map((item) => ({
        itemId: item.id,
        name: item.name,
        nameKo: item.nameKo,
        quantity: item.quantity,
        options: item.options,
        unitAmountMinor: item.unitAmountMinor,
        available: item.available,
      })),
      paid: { amountMinor: amountOf(own), currency: row.currency },
      payment: paymentShown(row.payment),
      state: row.state,
      createdAtMs: row.createdAtMs,
      promisedAtMs: row.promisedAtMs,
      ...(row.onTheWay === null ? {} : { onTheWay: row.onTheWay }),
    };
  });
}

export async function renderPreorder(db: Db | Tx, row: PreorderRow): Promise<Preorder> {
  const [rendered] = await renderPreorders(db, [row]);
  if (rendered === undefined) throw new Error('nothing rendered');
  return rendered;
}
