/**
 * A jack has one owner at a time, and changes hands only with the owner's consent:
 *
 *   release    owner gives it up ─► its code is free ─► whoever holds the jack registers it anew
 *   transfer   new owner, jack at hand ─► waiting ─► consented (a new jack, the old one retired)
 *                                            └─────► refused | expired (seven days)
 *
 * The new owner gets a jack with an id of its own: what the old one bought stays the old one's.
 */
import { createHash } from 'node:crypto';
import { and, eq, inArray, isNull, lte, or } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { JackTransfer } from '../../shared/server-contract/index.ts';
import type { Work } from '../app.ts';
import { resolveCode } from '../codes/index.ts';
import { tables } from '../db/index.ts';
import type { JackRow, JackTransferRow } from '../db/schema.ts';
import { asPhone, once, refuse } from '../http/index.ts';
import {
  authKeyOf,
  authKeyPurpose,
  checkPossession,
  fillWindowsOf,
  identityPurpose,
  rotatingJackOf,
} from '../jacks/index.ts';
import { ownJack, tellForgotten } from './blocks.ts';

const { jacks, jackTransfers, vehicles, preorders, paymentRequests, eidWindows, siteRegulars, lastHeard } =
  tables;

export const transferMs = 7 * 24 * 3_600_000;

export function transferFor(row: JackTransferRow, driverId: string, nowMs: number): JackTransfer {
  const mine = row.toDriverId === driverId;
  return {
    transferId: row.id,
    jackId: row.jackId,
    asked: mine ? 'mine' : 'theirs',
    state: row.state === 'waiting' && row.expiresAtMs <= nowMs ? 'expired' : row.state,
    newJackId: mine ? row.newJackId : null,
    expiresAtMs: row.expiresAtMs,
  };
}

/** @throws conflict while an order or a payment hangs on it */
export async function refuseWhileInUse(work: Work, jackId: string): Promise<void> {
  const [order] = await work.tx
    .select({ id: preorders.id })
    .from(preorders)
    .where(
      and(
        eq(preorders.jackId, jackId),
        or(
          inArray(preorders.payment, ['authorising', 'unknown']),
          and(eq(preorders.payment, 'held'), inArray(preorders.state, ['open', 'ready'])),
        ),
      ),
    )
    .limit(1);
  const [payment] = await work.tx
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(
      and(
        eq(paymentRequests.jackId, jackId),
        or(
          inArray(paymentRequests.state, ['waiting', 'approved', 'unknown']),
          inArray(paymentRequests.reservationState, ['waiting', 'held', 'releasing']),
        ),
      ),
    )
    .limit(1);
  if (order !== undefined || payment !== undefined) {
    throw refuse('conflict', 'An order or a payment still hangs on this jack. Finish or cancel it first.');
  }
}

/** Nobody's any more: its code is free, its keys are gone, what was done with it stays. */
export async function retire(work: Work, jack: JackRow): Promise<void> {
  const { tx, nowMs, app } = work;
  const nothing = app.secrets.seal(Buffer.alloc(0), 'erased');
  await tx
    .update(jacks)
    .set({
      blockedAtMs: nowMs,
      releasedAtMs: nowMs,
      authKeySealed: nothing,
      staticCode: jack.behaviour === 'static' ? `erased ${jack.id}` : null,
      identitySealed: jack.behaviour === 'rotating' ? nothing : null,
      identityHash: null,
    })
    .where(eq(jacks.id, jack.id));
  await tx.delete(eidWindows).where(eq(eidWindows.jackId, jack.id));
  await tx.delete(siteRegulars).where(eq(siteRegulars.jackId, jack.id));
  await tx.delete(lastHeard).where(eq(lastHeard.jackId, jack.id));
  await tellForgotten(work, [jack.id], { erase: false });
}

export const releaseJack = asPhone.releaseJack.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'releaseJack', input, async (work) => {
    const jack = await ownJack(work, input.jackId, context.driverId);
    await refuseWhileInUse(work, jack.id);
    await retire(work, jack);
    return { answer: { ok: true as const } };
  }),
);

export const askForJack = asPhone.askForJack.handler(({ context, input }) =>
  once<{ transfer: JackTransfer }>(context, `phone:${context.phoneId}`, 'askForJack', input, async (work) => {
    const { tx, nowMs, app } = work;
    const [vehicle] = await tx
      .select({ id: vehicles.id })
      .from(vehicles)
      .where(and(eq(vehicles.id, input.vehicleId), eq(vehicles.driverId, context.driverId)));
    if (vehicle === undefined) throw refuse('not-found', 'You have no such vehicle.');
    // Unknown, blocked and not at hand look the same: nobody learns here which codes exist.
    const jack = await resolveCode(tx, input.code, nowMs);
    const key = jack === null ? null : authKeyOf(app.secrets, jack);
    const refusal = await checkPossession(work, context.driverId, key, input.possession);
    if (refusal !== null) return { refusal };
    if (jack === null) throw new Error('possession of no jack was proved');
    if (jack.driverId === context.driverId)
      return { refusal: refuse('conflict', 'This jack is yours already.') };
    await tx
      .update(jackTransfers)
      .set({ state: 'expired' })
      .where(and(eq(jackTransfers.state, 'waiting'), lte(jackTransfers.expiresAtMs, nowMs)));
    const [waiting] = await tx
      .insert(jackTransfers)
      .values({
        id: newId(),
        jackId: jack.id,
        fromDriverId: jack.driverId,
        toDriverId: context.driverId,
        toVehicleId: vehicle.id,
        state: 'waiting',
        createdAtMs: nowMs,
        expiresAtMs: nowMs + transferMs,
      })
      .onConflictDoNothing()
      .returning();
    if (waiting === undefined) return { refusal: refuse('conflict', 'Its owner was asked already.') };
    return { answer: { transfer: transferFor(waiting, context.driverId, nowMs) } };
  }),
);

export const answerTransfer = asPhone.answerTransfer.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'answerTransfer', input, async (work) => {
    const { tx, nowMs } = work;
    const [row] = await tx
      .select()
      .from(jackTransfers)
      .where(and(eq(jackTransfers.id, input.transferId), eq(jackTransfers.fromDriverId, context.driverId)))
      .for('update');
    if (row === undefined) throw refuse('not-found', 'Nobody asks you for this jack.');
    if (row.state !== 'waiting' || row.expiresAtMs <= nowMs) {
      throw refuse('request-not-waiting', 'It was answered already, or is too old.');
    }
    const consent = input.answer === 'consent';
    const newJackId = consent ? await handOver(work, row) : null;
    const [after] = await tx
      .update(jackTransfers)
      .set({ state: consent ? 'consented' : 'refused', newJackId, answeredAtMs: nowMs })
      .where(eq(jackTransfers.id, row.id))
      .returning();
    return { answer: { transfer: transferFor(after ?? row, context.driverId, nowMs) } };
  }),
);

async function handOver(work: Work, transfer: JackTransferRow): Promise<string> {
  const { tx, nowMs, app } = work;
  const jack = await ownJack(work, transfer.jackId, transfer.fromDriverId);
  if (jack.blockedAtMs !== null) throw refuse('forbidden', 'This jack is blocked.');
  await refuseWhileInUse(work, jack.id);
  const key = authKeyOf(app.secrets, jack);
  const rotating = rotatingJackOf(app.secrets, jack);
  await retire(work, jack);
  const id = newId();
  const [moved] = await tx
    .insert(jacks)
    .values({
      ...jack,
      id,
      driverId: transfer.toDriverId,
      vehicleId: transfer.toVehicleId,
      authKeySealed: app.secrets.seal(key, authKeyPurpose(id)),
      identitySealed:
        rotating === null ? null : app.secrets.seal(Buffer.from(rotating.identityKey), identityPurpose(id)),
      identityHash:
        rotating === null
          ? null
          : createHash('sha256')
              .update(`identity ${Buffer.from(rotating.identityKey).toString('hex')}`)
              .digest('hex'),
      windowsUntilMs: null,
      createdAtMs: nowMs,
    })
    .returning();
  if (moved === undefined) throw new Error('an insert returned nothing');
  if (moved.behaviour === 'rotating') await fillWindowsOf(work, [moved]);
  // Whoever else asked for it asked somebody who has it no more.
  await tx
    .update(jackTransfers)
    .set({ state: 'refused', answeredAtMs: nowMs })
    .where(
      and(
        eq(jackTransfers.jackId, jack.id),
        eq(jackTransfers.state, 'waiting'),
        isNull(jackTransfers.answeredAtMs),
      ),
    );
  return id;
}
