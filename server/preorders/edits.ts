/**
 * Another order in place of the first, before it is prepared. What costs no more is changed at once (the
 * hold stays; handing over captures less of it). What costs more is held anew, whole:
 *
 *   pending ─► larger hold confirmed ─► applied: new items, and the old hold is released
 *      │                            └─► dropped: prepared, cancelled or fetched meanwhile; the new hold is released
 *      └─────► declined: everything stays as it was
 *
 * The release is planned in the transaction that learns of the new hold: no two holds are ever left.
 */
import { and, eq } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Preorder } from '../../shared/schemas/index.ts';
import type { App, Work } from '../app.ts';
import { isWord, tables } from '../db/index.ts';
import type { OperationRow, PreorderEditRow, PreorderItemRow, PreorderRow } from '../db/schema.ts';
import { asPhone, type Ended, once, refuse } from '../http/index.ts';
import { postHold } from '../ledger/index.ts';
import { bringToEnd, planOperation } from '../payments/index.ts';
import { amountOf, itemsOf, renderPreorder } from '../views/index.ts';
import { updatePreorder } from './changes.ts';
import { orderItems } from './order-items.ts';

const { preorders, preorderItems, preorderEdits } = tables;

async function rendered(app: App, editId: string): Promise<Ended<{ preorder: Preorder }>> {
  const editNow = async () => {
    const [edit] = await app.db.select().from(preorderEdits).where(eq(preorderEdits.id, editId));
    if (edit === undefined) throw new Error('an edit vanished');
    return edit;
  };
  await bringToEnd(app, (await editNow()).preorderId);
  const edit = await editNow();
  switch (edit.state) {
    case 'declined':
      return { final: true, refusal: refuse('card-declined', 'The order stays as it was, and is paid.') };
    case 'dropped':
      return { final: true, refusal: refuse('preorder-not-open', 'It was prepared or cancelled meanwhile.') };
    case 'applied':
    case 'pending': {
      const [row] = await app.db.select().from(preorders).where(eq(preorders.id, edit.preorderId));
      if (row === undefined) throw new Error('a preorder vanished');
      return { final: edit.state === 'applied', answer: { preorder: await renderPreorder(app.db, row) } };
    }
  }
}

async function replaceItems(work: Work, preorderId: string, items: PreorderItemRow[]): Promise<void> {
  await work.tx.delete(preorderItems).where(eq(preorderItems.preorderId, preorderId));
  await work.tx.insert(preorderItems).values(items);
}

const mayChange = (row: PreorderRow, items: PreorderItemRow[]) =>
  row.state === 'open' && row.payment === 'held' && items.every((item) => item.available);

export const editPreorder = asPhone.editPreorder.handler(({ context, input }) =>
  once<{ preorder: Preorder }>(
    context,
    `phone:${context.phoneId}`,
    'editPreorder',
    input,
    async (work) => {
      const { tx, nowMs } = work;
      const [row] = await tx.select().from(preorders).where(eq(preorders.id, input.preorderId)).for('update');
      if (row === undefined || row.driverId !== context.driverId) {
        throw refuse('not-found', 'There is no such preorder of yours.');
      }
      const before = await itemsOf(tx, [row.id]);
      if (!mayChange(row, before)) {
        throw refuse('preorder-not-open', 'It is prepared, cancelled or not paid yet; speak with the site.');
      }
      const items = await orderItems(work, row.siteId, row.id, input.items, before);
      const amountMinor = amountOf(items);
      if (amountMinor === 0) throw refuse('invalid-request', 'There is nothing to pay; cancel it instead.');
      const [pending] = await tx
        .select()
        .from(preorderEdits)
        .where(and(eq(preorderEdits.preorderId, row.id), isWord(preorderEdits.state, 'pending')));
      if (pending !== undefined) throw refuse('conflict', 'An earlier change of it is still being paid.');
      if (amountMinor <= row.heldMinor) {
        await replaceItems(work, row.id, items);
        const after = await updatePreorder(work, row.id, { promisedAtMs: input.promisedAtMs });
        return { answer: { preorder: await renderPreorder(tx, after) } };
      }
      const operationId = await planOperation(work, {
        subjectKind: 'preorder',
        subjectId: row.id,
        kind: 'authorise',
        processorToken: row.processorToken,
        authorisation: null,
        amountMinor,
        currency: row.currency,
      });
      const editId = newId();
      await tx.insert(preorderEdits).values({
        id: editId,
        preorderId: row.id,
        operationId,
        items,
        promisedAtMs: input.promisedAtMs,
        state: 'pending',
        createdAtMs: nowMs,
      });
      return { resume: { kind: 'preorder', id: editId }, answerOf: (app) => rendered(app, editId) };
    },
    rendered,
  ),
);

export async function editOf(work: Work, operation: OperationRow): Promise<PreorderEditRow | null> {
  if (operation.kind !== 'authorise') return null;
  const [edit] = await work.tx
    .select()
    .from(preorderEdits)
    .where(eq(preorderEdits.operationId, operation.id));
  return edit ?? null;
}

/** What the processor said to the larger hold. The preorder is locked; `unknown` changes nothing yet. */
export async function applyToEdit(
  work: Work,
  row: PreorderRow,
  edit: PreorderEditRow,
  operation: OperationRow,
): Promise<void> {
  if (operation.state === 'unknown' || operation.state === 'pending') return;
  const end = (state: PreorderEditRow['state']) =>
    work.tx.update(preorderEdits).set({ state }).where(eq(preorderEdits.id, edit.id));
  if (operation.state === 'declined') {
    await end('declined');
    return;
  }
  await postHold(work, { operation, siteId: row.siteId, driverId: row.driverId }, operation.amountMinor);
  const applies = mayChange(row, await itemsOf(work.tx, [row.id]));
  await planOperation(work, {
    subjectKind: 'preorder',
    subjectId: row.id,
    kind: 'void',
    processorToken: row.processorToken,
    authorisation: applies ? row.authorisation : operation.authorisation,
    amountMinor: applies ? row.heldMinor : operation.amountMinor,
    currency: row.currency,
  });
  await end(applies ? 'applied' : 'dropped');
  if (!applies) return;
  await replaceItems(work, row.id, edit.items);
  await updatePreorder(work, row.id, {
    heldMinor: operation.amountMinor,
    authorisation: operation.authorisation,
    promisedAtMs: edit.promisedAtMs,
  });
}
