/** Charges asked for at the counter, and money given back. */
import { and, eq, isNull } from 'drizzle-orm';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { tables } from '../db/index.ts';
import { asSite, once, refuse } from '../http/index.ts';
import { planOperation } from '../payments/index.ts';
import { siteRow } from '../sites/index.ts';
import { renderRequest } from '../views/index.ts';
import { insertRequest, lockRequest } from './requests.ts';
import { renderedRequest } from './routes.ts';

const { arrivals, jacks, refunds, paymentRequests } = tables;

type Answer = { paymentRequest: PaymentRequest };

export const requestCharge = asSite.requestCharge.handler(({ context, input }) =>
  once<Answer>(context, `site:${context.siteId}`, 'requestCharge', input, async (work) => {
    const { siteId } = context;
    const { paymentRequestId, visitId, jackId, amount, verification, description } = input;
    const site = await siteRow(work.tx, siteId);
    if (amount.currency !== site.currency) {
      throw refuse('amount-disagrees', `This site’s currency is ${site.currency}.`);
    }
    if (amount.amountMinor === 0) throw refuse('invalid-request', 'There is nothing to pay.');
    const requiredFrom = site.jackRequiredFromMinor;
    if (verification === 'phone' && requiredFrom !== null && amount.amountMinor >= requiredFrom) {
      throw refuse('forbidden', `From ${requiredFrom} on this site wants the jack’s code.`);
    }
    // Only a car that was heard here can be charged.
    const [visit] = await work.tx
      .select({ jack: jacks })
      .from(arrivals)
      .innerJoin(jacks, eq(jacks.id, arrivals.jackId))
      .where(
        and(
          eq(arrivals.siteId, siteId),
          eq(arrivals.visitId, visitId),
          eq(arrivals.jackId, jackId),
          isNull(jacks.blockedAtMs),
        ),
      );
    if (visit === undefined) throw refuse('car-did-not-enter', 'Report the car’s arrival first.');
    const inserted = await insertRequest(
      work,
      {
        id: paymentRequestId,
        kind: 'charge',
        siteId,
        driverId: visit.jack.driverId,
        jackId,
        visitId,
        amountMinor: amount.amountMinor,
        currency: amount.currency,
        verification,
        description,
      },
      site.approvalMs,
    );
    if (inserted !== null) return { answer: { paymentRequest: await renderRequest(work.tx, inserted) } };
    const before = await lockRequest(work.tx, paymentRequestId);
    const same =
      before !== null &&
      before.siteId === siteId &&
      before.kind === 'charge' &&
      before.jackId === jackId &&
      before.amountMinor === amount.amountMinor;
    if (!same) throw refuse('conflict', 'This payment request exists already.');
    return { answer: { paymentRequest: await renderRequest(work.tx, before) } };
  }),
);

export const refundPayment = asSite.refundPayment.handler(({ context, input }) =>
  once<Answer>(
    context,
    `site:${context.siteId}`,
    'refundPayment',
    input,
    async (work) => {
      const row = await lockRequest(work.tx, input.paymentRequestId);
      if (row === null || row.siteId !== context.siteId)
        throw refuse('not-found', 'You asked for no such payment.');
      const resuming = {
        resume: { kind: 'payment-request' as const, id: row.id },
        answerOf: (app: typeof work.app) => renderedRequest(app, row.id),
      };
      const [before] = await work.tx.select().from(refunds).where(eq(refunds.id, input.refundId));
      if (before !== undefined) {
        if (before.paymentRequestId === row.id && before.amountMinor === input.amount.amountMinor)
          return resuming;
        throw refuse('conflict', 'This refund exists already, for another amount or payment.');
      }
      if (row.state !== 'paid' || row.kind === 'refuel-reservation') {
        throw refuse('request-not-waiting', `Only what is paid can be given back; it is ${row.state}.`);
      }
      const left = (row.capturedMinor ?? 0) - row.refundedMinor;
      if (
        input.amount.currency !== row.currency ||
        input.amount.amountMinor < 1 ||
        input.amount.amountMinor > left
      ) {
        throw refuse('amount-mismatch', `At most ${left} can be given back.`);
      }
      // Counted at once: two refunds in flight can never give back more than was taken.
      await work.tx
        .update(paymentRequests)
        .set({ refundedMinor: row.refundedMinor + input.amount.amountMinor })
        .where(eq(paymentRequests.id, row.id));
      const operationId = await planOperation(work, {
        subjectKind: 'payment-request',
        subjectId: row.id,
        kind: 'refund',
        processorToken: row.processorToken ?? '',
        authorisation: row.authorisation,
        amountMinor: input.amount.amountMinor,
        currency: row.currency,
      });
      await work.tx.insert(refunds).values({
        id: input.refundId,
        paymentRequestId: row.id,
        amountMinor: input.amount.amountMinor,
        reason: input.reason,
        operationId,
        createdAtMs: work.nowMs,
      });
      return resuming;
    },
    renderedRequest,
  ),
);
