/**
 * A preorder's money:
 *
 *   authorising ─► held ─► captured (handed over) ─► refunded
 *        │          └────► voided (cancelled, or nothing of it was available)
 *        ├─► declined
 *        └─► unknown ─ looked up ─► held | declined        (also from held: capture or void unknown)
 */
import { eq } from 'drizzle-orm';
import type { Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { OperationRow } from '../db/schema.ts';
import { postCapture, postHold, postRefund, postRelease } from '../ledger/index.ts';
import { planRelease, updatePreorder } from './changes.ts';
import { applyToEdit, editOf } from './edits.ts';

const { preorders } = tables;

export async function applyToPreorder(work: Work, operation: OperationRow): Promise<void> {
  const [row] = await work.tx
    .select()
    .from(preorders)
    .where(eq(preorders.id, operation.subjectId))
    .for('update');
  if (row === undefined) throw new Error('an operation without its preorder');
  if (operation.state === 'pending') return;
  const edit = await editOf(work, operation);
  if (edit !== null) return applyToEdit(work, row, edit, operation);
  // A hold that an edit replaced: released beside the one that counts.
  const beside = operation.kind === 'void' && operation.authorisation !== row.authorisation;
  if (beside) {
    if (operation.state === 'unknown') return;
    await postRelease(work, { operation, siteId: row.siteId, driverId: row.driverId }, operation.amountMinor);
    return;
  }
  if (operation.state === 'unknown') {
    if (row.payment !== 'unknown') await updatePreorder(work, row.id, { payment: 'unknown' });
    return;
  }
  const succeeded = operation.state === 'succeeded';
  const posting = { operation, siteId: row.siteId, driverId: row.driverId };
  switch (operation.kind) {
    case 'authorise': {
      if (!succeeded) {
        await updatePreorder(work, row.id, { payment: 'declined', state: 'cancelled' });
        return;
      }
      await postHold(work, posting, operation.amountMinor);
      const wasCancelled = row.state === 'cancelled';
      const held = await updatePreorder(work, row.id, {
        payment: 'held',
        authorisation: operation.authorisation,
        shown: !wasCancelled,
      });
      // Cancelled while nobody knew whether the money was held: give it back now that we know.
      if (wasCancelled) await planRelease(work, held);
      else work.tellSite(row.siteId, { type: 'expected-codes-changed' });
      return;
    }
    case 'capture':
      if (succeeded) {
        await postCapture(work, posting, row.heldMinor, operation.amountMinor);
        await updatePreorder(work, row.id, { payment: 'captured' });
        return;
      }
      work.app.log.warn('preorder-capture-declined', { preorderId: row.id });
      await planRelease(work, await updatePreorder(work, row.id, { payment: 'unknown' }));
      return;
    case 'void':
      await postRelease(work, posting, row.heldMinor);
      // Declined means that nothing is held any more (released or run out at the processor).
      await updatePreorder(work, row.id, { payment: 'voided' });
      return;
    case 'purchase':
      throw new Error('a preorder is held first and taken when it is handed over');
    case 'refund':
      if (succeeded) {
        await postRefund(work, posting, operation.amountMinor);
        await updatePreorder(work, row.id, { payment: 'refunded' });
      }
      return;
  }
}

export { tellOfPreorder } from './changes.ts';
