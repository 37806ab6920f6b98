/** The driver's yes or no. */
import { and, asc, desc, eq, gt } from 'drizzle-orm';
import { type AuthCodeVerdict, authCodeChallenge, verifyAuthCode } from '../../shared/auth-code/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { App, Work } from '../app.ts';
import { isWord, tables } from '../db/index.ts';
import type { PaymentRequestRow } from '../db/schema.ts';
import {
  asPhone,
  type Effect,
  type Ended,
  keyedRequest,
  once,
  type ProblemError,
  refuse,
} from '../http/index.ts';
import { authKeyOf } from '../jacks/index.ts';
import { bringToEnd, planOperation } from '../payments/index.ts';
import { renderRequest } from '../views/index.ts';
import { approveUsual } from './approve-fast.ts';
import { endWaiting, lockRequest, updateRequest } from './requests.ts';

const { paymentRequests, paymentMethods, jacks } = tables;

/** After so many wrong answers a request is declined. */
export const attemptsMax = 5;

type Answer = { paymentRequest: PaymentRequest };

export async function renderedRequest(app: App, id: string): Promise<Ended<Answer>> {
  await bringToEnd(app, id);
  const [row] = await app.db.select().from(paymentRequests).where(eq(paymentRequests.id, id));
  if (row === undefined) throw new Error('a payment request vanished');
  const held = row.reservationState === 'held';
  const settled = held || ['paid', 'declined', 'expired', 'cancelled'].includes(row.state);
  return { final: settled, answer: { paymentRequest: await renderRequest(app.db, row) } };
}

export const approvals = asPhone.approvals.handler(async ({ context }) => {
  const { db, clock } = context.app;
  const rows = await db
    .select()
    .from(paymentRequests)
    .where(
      and(
        eq(paymentRequests.driverId, context.driverId),
        isWord(paymentRequests.state, 'waiting'),
        gt(paymentRequests.expiresAtMs, clock.nowMs()),
      ),
    )
    .orderBy(asc(paymentRequests.createdAtMs));
  const waiting: PaymentRequest[] = [];
  for (const row of rows) waiting.push(await renderRequest(db, row));
  return { waiting };
});

/** Counts a wrong answer; the last allowed one ends the request. Kept, therefore returned, not thrown. */
async function wrongAnswer(
  work: Work,
  row: PaymentRequestRow,
  refusal: ProblemError,
): Promise<Effect<Answer>> {
  const attempts = row.attempts + 1;
  await work.tx.update(paymentRequests).set({ attempts }).where(eq(paymentRequests.id, row.id));
  if (attempts < attemptsMax) return { refusal };
  await endWaiting(work, row, 'declined', 'too-many-attempts');
  return { refusal: refuse('too-many-attempts', 'The request was declined after five wrong answers.') };
}

async function tokenFor(work: Work, driverId: string, methodId: string | undefined): Promise<string> {
  const [method] = await work.tx
    .select({ token: paymentMethods.processorToken })
    .from(paymentMethods)
    .where(
      and(
        eq(paymentMethods.driverId, driverId),
        methodId === undefined ? undefined : eq(paymentMethods.id, methodId),
      ),
    )
    .orderBy(desc(paymentMethods.createdAtMs), desc(paymentMethods.id))
    .limit(1);
  if (method === undefined) throw refuse('not-found', 'You have no such payment method.');
  return method.token;
}

export const answerApproval = asPhone.answerApproval.handler(async ({ context, input }) => {
  const caller = `phone:${context.phoneId}`;
  const keyed = keyedRequest(context, caller, 'answerApproval', input);
  if (input.decision.answer === 'approve') {
    const { driverId } = context;
    const { decision, paymentRequestId } = input;
    const asked = { ...keyed, caller, driverId, paymentRequestId, decision };
    const paid = await approveUsual(context.app, asked);
    if (paid !== null) return { paymentRequest: paid };
  }
  return once<Answer>(
    context,
    caller,
    'answerApproval',
    input,
    async (work) => {
      const { decision } = input;
      const row = await lockRequest(work.tx, input.paymentRequestId);
      if (row === null || row.driverId !== context.driverId) {
        throw refuse('not-found', 'Nobody asks you for this payment.');
      }
      if (decision.answer === 'decline') {
        if (row.state === 'declined' && row.reason === 'driver-declined') {
          return { answer: { paymentRequest: await renderRequest(work.tx, row) } };
        }
        if (row.state !== 'waiting') throw refuse('request-not-waiting', `It is ${row.state} already.`);
        const declined = await endWaiting(work, row, 'declined', 'driver-declined');
        return { answer: { paymentRequest: await renderRequest(work.tx, declined) } };
      }
      const method = tokenFor(work, context.driverId, decision.paymentMethodId);
      // Needed only where everything else is right; asked for now, so that both travel together.
      method.catch(() => {});
      const [jack] = await work.tx.select().from(jacks).where(eq(jacks.id, row.jackId));
      if (jack === undefined) throw new Error('a payment request without its jack');
      const challenge = authCodeChallenge({
        siteId: row.siteId,
        amountMinor: row.amountMinor,
        currency: row.currency,
        paymentRequestId: row.id,
      });
      const { authCode } = decision;
      const check = (): AuthCodeVerdict =>
        authCode === undefined
          ? { verdict: 'wrong' }
          : verifyAuthCode(authKeyOf(work.app.secrets, jack), challenge, authCode, work.nowMs);
      if (row.state !== 'waiting') {
        const verdict = row.usedStep === null ? null : check();
        // The very code that was used, or an older one; a fresh one is only late.
        if (verdict?.verdict === 'stale' || (verdict?.verdict === 'right' && verdict.step === row.usedStep)) {
          throw refuse('auth-code-replayed', `This code was used already; the request is ${row.state}.`);
        }
        throw refuse('request-not-waiting', `It is ${row.state} already.`);
      }
      if (row.expiresAtMs <= work.nowMs) {
        await endWaiting(work, row, 'expired', 'no-answer');
        return { refusal: refuse('request-not-waiting', 'It is expired already.') };
      }
      if (jack.blockedAtMs !== null) throw refuse('forbidden', 'This jack is blocked.');
      if (decision.siteId !== row.siteId) {
        return wrongAnswer(
          work,
          row,
          refuse('site-mismatch', 'The approval names another site than the one that asks.'),
        );
      }
      if (decision.amount.amountMinor !== row.amountMinor || decision.amount.currency !== row.currency) {
        return wrongAnswer(
          work,
          row,
          refuse('amount-mismatch', 'The approval names another amount than is asked for.'),
        );
      }
      // Where the site asked for the phone's own yes, no code is needed; one that is sent is not looked at.
      const verdict: AuthCodeVerdict | null = row.verification === 'phone' ? null : check();
      switch (verdict?.verdict) {
        case 'wrong':
          return wrongAnswer(
            work,
            row,
            refuse('auth-code-wrong', 'The jack’s code does not fit this request, or is missing.'),
          );
        case 'stale':
          return wrongAnswer(work, row, refuse('auth-code-stale', 'Ask the jack for a new code.'));
        case 'right':
        case undefined:
          break;
      }
      const processorToken = await method;
      const approved = await updateRequest(work, row.id, {
        state: 'approved',
        usedStep: verdict?.step ?? null,
        approvedAtMs: work.nowMs,
        processorToken,
      });
      await planOperation(work, {
        subjectKind: 'payment-request',
        subjectId: approved.id,
        // Only a reservation is held first: what is taken from it is not known yet.
        kind: approved.kind === 'refuel-reservation' ? 'authorise' : 'purchase',
        processorToken,
        authorisation: null,
        amountMinor: approved.amountMinor,
        currency: approved.currency,
      });
      return {
        resume: { kind: 'payment-request', id: approved.id },
        answerOf: (app) => renderedRequest(app, approved.id),
      };
    },
    renderedRequest,
  );
});
