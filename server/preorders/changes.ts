/** How a preorder's row changes, and who is told. */
import { eq } from 'drizzle-orm';
import type { Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { PreorderRow } from '../db/schema.ts';
import { planOperation } from '../payments/index.ts';
import { carOf, renderPreorder } from '../views/index.ts';

const { preorders } = tables;

/** Tells the driver, and the site once the money was held. */
export async function tellOfPreorder(work: Work, row: PreorderRow): Promise<void> {
  const preorder = await renderPreorder(work.tx, row);
  work.tellDriver(row.driverId, { type: 'preorder', preorder, siteId: row.siteId });
  if (row.shown) {
    const car = await carOf(work.tx, row.siteId, row.jackId);
    // Of the car's, for what to check at the handover depends on the car, too; a closed order is not among them.
    const told = car.preorders.find((p) => p.preorderId === preorder.preorderId) ?? preorder;
    work.tellSite(row.siteId, { type: 'preorder', jackId: row.jackId, preorder: told, car });
  }
}

export async function updatePreorder(
  work: Work,
  id: string,
  change: Partial<PreorderRow>,
): Promise<PreorderRow> {
  const ended = change.state === 'handed-over' || change.state === 'cancelled';
  // Where the driver is is nobody's business once the order is closed.
  const all = ended ? { ...change, onTheWay: null } : change;
  const [row] = await work.tx.update(preorders).set(all).where(eq(preorders.id, id)).returning();
  if (row === undefined) throw new Error('a preorder vanished');
  await tellOfPreorder(work, row);
  return row;
}

/** Gives everything that is held back. */
export function planRelease(work: Work, row: PreorderRow): string {
  return planOperation(work, {
    subjectKind: 'preorder',
    subjectId: row.id,
    kind: 'void',
    processorToken: row.processorToken,
    authorisation: row.authorisation,
    amountMinor: row.heldMinor,
    currency: row.currency,
  });
}
