/** Preorders: made and paid by the driver, prepared and handed over by the site. */
import { and, desc, eq, sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Preorder } from '../../shared/schemas/index.ts';
import type { App, Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { PreorderRow } from '../db/schema.ts';
import { asPhone, asSite, type Effect, type Ended, once, refuse } from '../http/index.ts';
import { authKeyOf, checkPossession } from '../jacks/index.ts';
import { bringToEnd, planOperation } from '../payments/index.ts';
import { amountOf, itemsOf, renderPreorder } from '../views/index.ts';
import { planRelease, updatePreorder } from './changes.ts';
import { orderItems } from './order-items.ts';

const { preorders, preorderItems, sites, jacks, paymentMethods, processorOperations } = tables;

/** `A00` to `Z99`, then again: what people call it, not an identity. */
export function preorderNumber(count: number): string {
  const letter = String.fromCharCode(65 + (Math.floor(count / 100) % 26));
  return `${letter}${String(count % 100).padStart(2, '0')}`;
}

async function rendered(app: App, preorderId: string): Promise<Ended<{ preorder: Preorder }>> {
  await bringToEnd(app, preorderId);
  const [row] = await app.db.select().from(preorders).where(eq(preorders.id, preorderId));
  if (row === undefined) throw new Error('a preorder vanished');
  if (row.payment === 'declined') {
    const [operation] = await app.db
      .select({ detail: processorOperations.detail })
      .from(processorOperations)
      .where(and(eq(processorOperations.subjectId, row.id), eq(processorOperations.state, 'declined')))
      .orderBy(desc(processorOperations.createdAtMs));
    return {
      final: true,
      refusal: refuse('card-declined', `Nothing was paid: ${operation?.detail ?? 'declined'}.`),
    };
  }
  const settled = row.payment !== 'authorising' && row.payment !== 'unknown';
  return { final: settled, answer: { preorder: await renderPreorder(app.db, row) } };
}

const resuming = (id: string): Effect<{ preorder: Preorder }> => ({
  resume: { kind: 'preorder', id },
  answerOf: (app) => rendered(app, id),
});

export const createPreorder = asPhone.createPreorder.handler(({ context, input }) =>
  once(
    context,
    `phone:${context.phoneId}`,
    'createPreorder',
    input,
    async (work) => {
      const { tx, nowMs } = work;
      const [jack] = await tx
        .select()
        .from(jacks)
        .where(and(eq(jacks.id, input.jackId), eq(jacks.driverId, context.driverId)));
      if (jack === undefined) throw refuse('not-found', 'You have no such jack.');
      if (jack.blockedAtMs !== null) throw refuse('forbidden', 'This jack is blocked.');
      const [method] = await tx
        .select()
        .from(paymentMethods)
        .where(
          and(eq(paymentMethods.id, input.paymentMethodId), eq(paymentMethods.driverId, context.driverId)),
        );
      if (method === undefined) throw refuse('not-found', 'You have no such payment method.');
      if (input.possession !== undefined) {
        const key = authKeyOf(work.app.secrets, jack);
        const unproved = await checkPossession(work, context.driverId, key, input.possession);
        if (unproved !== null) return { refusal: unproved };
      }
      const id = newId();
      const items = await orderItems(work, input.siteId, id, input.items);
      const amountMinor = amountOf(items);
      if (amountMinor === 0) throw refuse('invalid-request', 'There is nothing to pay.');
      const [site] = await tx
        .update(sites)
        .set({ nextPreorderNumber: sql`${sites.nextPreorderNumber} + 1` })
        .where(eq(sites.id, input.siteId))
        .returning();
      if (site === undefined) throw refuse('not-found', 'There is no such site.');
      await tx.insert(preorders).values({
        id,
        siteId: site.id,
        driverId: context.driverId,
        jackId: jack.id,
        processorToken: method.processorToken,
        number: preorderNumber(site.nextPreorderNumber - 1),
        state: 'open',
        payment: 'authorising',
        currency: site.currency,
        heldMinor: amountMinor,
        promisedAtMs: input.promisedAtMs,
        besideJack: input.possession !== undefined,
        createdAtMs: nowMs,
      });
      await tx.insert(preorderItems).values(items);
      await planOperation(work, {
        subjectKind: 'preorder',
        subjectId: id,
        kind: 'authorise',
        processorToken: method.processorToken,
        authorisation: null,
        amountMinor,
        currency: site.currency,
      });
      return resuming(id);
    },
    rendered,
  ),
);

async function lockOwn(
  work: Work,
  preorderId: string,
  owner: { driverId: string } | { siteId: string },
): Promise<PreorderRow> {
  const [row] = await work.tx.select().from(preorders).where(eq(preorders.id, preorderId)).for('update');
  const owns =
    row !== undefined &&
    ('driverId' in owner ? row.driverId === owner.driverId : row.siteId === owner.siteId && row.shown);
  if (!owns) throw refuse('not-found', 'There is no such preorder of yours.');
  return row;
}

export const getPreorder = asPhone.getPreorder.handler(async ({ context, input }) => {
  const [row] = await context.app.db
    .select()
    .from(preorders)
    .where(and(eq(preorders.id, input.preorderId), eq(preorders.driverId, context.driverId)));
  if (row === undefined) throw refuse('not-found', 'There is no such preorder of yours.');
  return { preorder: await renderPreorder(context.app.db, row), siteId: row.siteId };
});

export const cancelPreorder = asPhone.cancelPreorder.handler(({ context, input }) =>
  once(
    context,
    `phone:${context.phoneId}`,
    'cancelPreorder',
    input,
    async (work) => {
      const row = await lockOwn(work, input.preorderId, { driverId: context.driverId });
      if (row.state === 'cancelled') return resuming(row.id);
      if (row.state !== 'open') {
        throw refuse('preorder-not-open', 'It is already prepared; speak with the site.');
      }
      const cancelled = await updatePreorder(work, row.id, { state: 'cancelled' });
      // Where nobody knows yet whether money is held, the look-up releases it.
      if (row.payment === 'held') await planRelease(work, cancelled);
      return resuming(row.id);
    },
    rendered,
  ),
);

const farthestMs = 24 * 3_600_000;

/** Said, changed or taken back while the order is open; the last word counts. */
export const sayOnTheWay = asPhone.sayOnTheWay.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'sayOnTheWay', input, async (work) => {
    const { word } = input;
    const row = await lockOwn(work, input.preorderId, { driverId: context.driverId });
    if (!row.shown || (row.state !== 'open' && row.state !== 'ready')) {
      throw refuse('preorder-not-open', 'It is not an open order.');
    }
    if (word.kind === 'coming' && word.expectedAtMs - work.nowMs > farthestMs) {
      throw refuse('invalid-request', 'That is more than a day ahead.');
    }
    // Rises with every word, also within one millisecond.
    const saidAtMs = Math.max(work.nowMs, (row.onTheWay?.saidAtMs ?? 0) + 1);
    const onTheWay = word.kind === 'taken-back' ? null : { ...word, saidAtMs };
    const after = await updatePreorder(work, row.id, { onTheWay });
    return { answer: { preorder: await renderPreorder(work.tx, after) } };
  }),
);

export const preorderReady = asSite.preorderReady.handler(({ context, input }) =>
  once(context, `site:${context.siteId}`, 'preorderReady', input, async (work) => {
    const row = await lockOwn(work, input.preorderId, { siteId: context.siteId });
    if (row.state === 'cancelled') throw refuse('preorder-not-open', 'The driver cancelled it.');
    const after =
      row.state === 'open'
        ? await updatePreorder(work, row.id, { state: 'ready', readyAtMs: input.atMs })
        : row;
    return { answer: { preorder: await renderPreorder(work.tx, after) } };
  }),
);

export const itemUnavailable = asSite.itemUnavailable.handler(({ context, input }) =>
  once(
    context,
    `site:${context.siteId}`,
    'itemUnavailable',
    input,
    async (work) => {
      const row = await lockOwn(work, input.preorderId, { siteId: context.siteId });
      const items = await itemsOf(work.tx, [row.id]);
      const item = items.find((i) => i.id === input.itemId);
      if (item === undefined) throw refuse('item-not-found', 'The preorder has no such item.');
      if (!item.available) return resuming(row.id);
      if (row.payment === 'captured') {
        throw refuse('preorder-not-open', 'It was paid at the cart: give money back from that charge.');
      }
      if (row.state !== 'open' && row.state !== 'ready') {
        throw refuse('preorder-not-open', 'It was handed over or cancelled already.');
      }
      await work.tx.update(preorderItems).set({ available: false }).where(eq(preorderItems.id, item.id));
      const left = amountOf(items.filter((i) => i.id !== item.id));
      const after = await updatePreorder(
        work,
        row.id,
        left === 0 ? { state: 'cancelled' } : { state: row.state },
      );
      if (left === 0 && row.payment === 'held') await planRelease(work, after);
      return resuming(row.id);
    },
    rendered,
  ),
);

export const preorderHandedOver = asSite.preorderHandedOver.handler(({ context, input }) =>
  once(
    context,
    `site:${context.siteId}`,
    'preorderHandedOver',
    input,
    async (work) => {
      const row = await lockOwn(work, input.preorderId, { siteId: context.siteId });
      if (row.state === 'handed-over') return resuming(row.id);
      // Kept for it when nobody came; they came after all: it is theirs, and paid already.
      if (row.noShowAtMs !== null && row.payment === 'captured') {
        await updatePreorder(work, row.id, {
          state: 'handed-over',
          handedOverAtMs: input.handedOverAtMs,
          handedOverBy: input.staffName,
          visitId: input.visitId,
        });
        return resuming(row.id);
      }
      if (row.state === 'cancelled')
        throw refuse('preorder-not-open', 'It was cancelled; nothing is paid for it.');
      const amountMinor = amountOf(await itemsOf(work.tx, [row.id]));
      await updatePreorder(work, row.id, {
        state: 'handed-over',
        handedOverAtMs: input.handedOverAtMs,
        handedOverBy: input.staffName,
        visitId: input.visitId,
      });
      // A cart that became a pickup was paid before.
      if (row.payment === 'captured') return resuming(row.id);
      await planOperation(work, {
        subjectKind: 'preorder',
        subjectId: row.id,
        kind: 'capture',
        processorToken: row.processorToken,
        authorisation: row.authorisation,
        amountMinor,
        currency: row.currency,
      });
      return resuming(row.id);
    },
    rendered,
  ),
);
