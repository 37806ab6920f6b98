/** Refuels: completed at the pump, paid by the driver's approval or from a reservation. */
import { and, eq } from 'drizzle-orm';
import { amountAgrees, fuelMismatch } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { Work } from '../app.ts';
import {
  endWaiting,
  insertRequest,
  isBeingCaptured,
  lockRequest,
  planCapture,
  releaseReservation,
  renderedRequest,
  settleDriveOff,
} from '../approvals/index.ts';
import { tables } from '../db/index.ts';
import type { PaymentRequestRow } from '../db/schema.ts';
import { asSite, keyedRequest, once, refuse } from '../http/index.ts';
import { siteRow } from '../sites/index.ts';
import { renderRequest } from '../views/index.ts';
import { dropReservations } from './arrivals.ts';
import { completeUsual } from './complete-fast.ts';

const { refuels, refuelTenders, arrivals, jacks, vehicles, paymentRequests } = tables;

/** A request that ended unpaid: the same refuel may be asked for again. */
const endedUnpaid = new Set(['declined', 'expired', 'cancelled']);

async function lockHeldReservation(
  work: Work,
  siteId: string,
  visitId: string,
): Promise<PaymentRequestRow | null> {
  const [found] = await work.tx
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(
      and(
        eq(paymentRequests.siteId, siteId),
        eq(paymentRequests.visitId, visitId),
        eq(paymentRequests.reservationState, 'held'),
      ),
    );
  const row = found === undefined ? null : await lockRequest(work.tx, found.id);
  return row?.reservationState === 'held' && !(await isBeingCaptured(work.tx, row.id)) ? row : null;
}

export const refuelCompleted = asSite.refuelCompleted.handler(async ({ context, input }) => {
  const caller = `site:${context.siteId}`;
  if (amountAgrees(input.unitPriceMilli, input.volumeMl, input.amount.amountMinor)) {
    const keyed = keyedRequest(context, caller, 'refuelCompleted', input);
    const { siteId } = context;
    const asked = await completeUsual(context.app, { ...keyed, caller, siteId, refuel: input });
    if (asked !== null) return { paymentRequest: asked };
  }
  return once<{ paymentRequest: PaymentRequest }>(
    context,
    caller,
    'refuelCompleted',
    input,
    async (work) => {
      const { tx } = work;
      const { siteId } = context;
      const site = await siteRow(tx, siteId);
      if (input.amount.currency !== site.currency) {
        throw refuse('amount-disagrees', `This site’s currency is ${site.currency}.`);
      }
      if (!amountAgrees(input.unitPriceMilli, input.volumeMl, input.amount.amountMinor)) {
        throw refuse('amount-disagrees', 'The amount is not what price and volume give.');
      }
      // One refuel's completions wait for each other here (also its first, which has no row yet).
      const [visit] = await tx
        .select()
        .from(arrivals)
        .where(and(eq(arrivals.siteId, siteId), eq(arrivals.visitId, input.visitId)))
        .for('update');
      if (visit?.jackId !== input.jackId)
        throw refuse('car-did-not-enter', 'Report the car’s arrival first.');
      const [before] = await tx
        .select()
        .from(refuels)
        .where(and(eq(refuels.siteId, siteId), eq(refuels.id, input.refuelId)));
      if (before !== undefined) {
        const earlier = await lockRequest(tx, before.paymentRequestId);
        if (earlier === null) throw new Error('a refuel without its payment request');
        if (earlier.id === input.paymentRequestId) {
          if (earlier.amountMinor !== input.amount.amountMinor || before.visitId !== input.visitId) {
            throw refuse('conflict', 'This payment request asks for another amount already.');
          }
          return {
            resume: { kind: 'payment-request', id: earlier.id },
            answerOf: (app) => renderedRequest(app, earlier.id),
          };
        }
        if (!endedUnpaid.has(earlier.state)) {
          throw refuse('conflict', `This refuel has a payment request already; it is ${earlier.state}.`);
        }
      }
      const [jack] = await tx
        .select({ id: jacks.id, driverId: jacks.driverId, registeredFuel: vehicles.fuel })
        .from(jacks)
        .innerJoin(vehicles, eq(vehicles.id, jacks.vehicleId))
        .where(eq(jacks.id, input.jackId));
      if (jack === undefined) throw new Error('a visit without its jack');
      const request = {
        id: input.paymentRequestId,
        kind: 'refuel' as const,
        siteId,
        driverId: jack.driverId,
        jackId: jack.id,
        visitId: input.visitId,
        amountMinor: input.amount.amountMinor,
        currency: site.currency,
        wrongFuel: fuelMismatch(jack.registeredFuel, input.fuel),
      };
      const reservation = await lockHeldReservation(work, siteId, input.visitId);
      const covered =
        reservation !== null && reservation.amountMinor >= request.amountMinor && request.amountMinor > 0;
      // More than was reserved is never taken: the hold goes back and the exact amount is asked for.
      if (reservation !== null && !covered) await releaseReservation(work, reservation, 'above-reservation');
      if (reservation === null) await dropReservations(work, siteId, input.visitId, 'not-answered-in-time');
      const row = await insertRequest(
        work,
        covered
          ? {
              ...request,
              state: 'approved',
              reservationId: reservation.id,
              authorisation: reservation.authorisation,
              processorToken: reservation.processorToken,
              approvedAtMs: reservation.approvedAtMs,
            }
          : request,
        site.approvalMs,
      );
      if (row === null) throw refuse('conflict', 'This payment request exists already.');
      if (covered) await planCapture(work, row);
      const refuel = {
        siteId,
        id: input.refuelId,
        visitId: input.visitId,
        jackId: input.jackId,
        laneId: input.laneId,
        pumpNumber: input.pumpNumber,
        fuel: input.fuel,
        unitPriceMilli: input.unitPriceMilli,
        volumeMl: input.volumeMl,
        amountMinor: input.amount.amountMinor,
        currency: input.amount.currency,
        paymentRequestId: input.paymentRequestId,
        completedAtMs: input.completedAtMs,
      };
      await tx
        .insert(refuels)
        .values(refuel)
        .onConflictDoUpdate({ target: [refuels.siteId, refuels.id], set: refuel });
      if (!covered) return { answer: { paymentRequest: await renderRequest(tx, row) } };
      return {
        resume: { kind: 'payment-request', id: row.id },
        answerOf: (app) => renderedRequest(app, row.id),
      };
    },
    renderedRequest,
  );
});

export const settledOtherwise = asSite.settledOtherwise.handler(({ context, input }) =>
  once<{ ok: true }>(context, `site:${context.siteId}`, 'settledOtherwise', input, async (work) => {
    const { siteId } = context;
    const { refuelId, tender, reason, atMs } = input;
    const [refuel] = await work.tx
      .select()
      .from(refuels)
      .where(and(eq(refuels.siteId, siteId), eq(refuels.id, refuelId)));
    const paymentRequestId = refuel?.paymentRequestId ?? input.paymentRequestId;
    const request = paymentRequestId === null ? null : await lockRequest(work.tx, paymentRequestId);
    const own = request?.siteId === siteId ? request : null;
    if (own?.state === 'waiting') await endWaiting(work, own, 'cancelled', 'settled-otherwise');
    if (refuel !== undefined) await dropReservations(work, siteId, refuel.visitId, 'settled-otherwise');
    // Both happened: neither overwrites the other, a manager looks at it.
    const conflicts = own !== null && ['paid', 'approved', 'unknown'].includes(own.state);
    await work.tx
      .insert(refuelTenders)
      .values({ siteId, refuelId, paymentRequestId: own?.id ?? null, tender, reason, atMs, conflicts })
      .onConflictDoNothing();
    if (!conflicts) await settleDriveOff(work, { siteId, refuelId }, 'otherwise');
    else {
      return {
        refusal: refuse(
          'conflict',
          `It was recorded, but the driver’s payment is ${own.state}: it may be paid twice.`,
        ),
      };
    }
    return { answer: { ok: true } };
  }),
);

export const cancelPaymentRequest = asSite.cancelPaymentRequest.handler(({ context, input }) =>
  once(context, `site:${context.siteId}`, 'cancelPaymentRequest', input, async (work) => {
    const row = await lockRequest(work.tx, input.paymentRequestId);
    if (row === null || row.siteId !== context.siteId)
      throw refuse('not-found', 'You asked for no such payment.');
    if (row.state === 'waiting') {
      const after = await endWaiting(work, row, 'cancelled', input.reason);
      return { answer: { paymentRequest: await renderRequest(work.tx, after) } };
    }
    if (row.reservationState === 'held') {
      if (await isBeingCaptured(work.tx, row.id)) {
        throw refuse('request-not-waiting', 'A completed refuel is being paid from it.');
      }
      await releaseReservation(work, row, input.reason);
    } else if (row.state !== 'cancelled' && row.reservationState !== 'releasing') {
      throw refuse('request-not-waiting', `It is ${row.state} already.`);
    }
    const after = await lockRequest(work.tx, row.id);
    return { answer: { paymentRequest: await renderRequest(work.tx, after ?? row) } };
  }),
);

export const getPaymentRequest = asSite.getPaymentRequest.handler(async ({ context, input }) => {
  const { db } = context.app;
  const [row] = await db
    .select()
    .from(paymentRequests)
    .where(and(eq(paymentRequests.id, input.paymentRequestId), eq(paymentRequests.siteId, context.siteId)));
  if (row === undefined) throw refuse('not-found', 'You asked for no such payment.');
  return { paymentRequest: await renderRequest(db, row) };
});
