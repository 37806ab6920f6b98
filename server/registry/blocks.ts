/** A lost jack is blocked at once, everywhere: no code report, no list, no arrival, no approval knows it. */
import { and, asc, eq, gt, inArray, isNotNull, isNull, or } from 'drizzle-orm';
import type { SiteEvent } from '../../shared/server-contract/index.ts';
import type { Work } from '../app.ts';
import { endWaiting, isBeingCaptured, lockRequest, releaseReservation } from '../approvals/index.ts';
import { type Db, tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';
import { asPhone, once, refuse } from '../http/index.ts';
import { authKeyOf, checkPossession, fillWindowsOf } from '../jacks/index.ts';

const { drivers, jacks, sites, paymentRequests, eidWindows } = tables;

/** @returns false when there is no such jack (or it was given up: that cannot be undone) */
export async function setBlocked(work: Work, jackId: string, blocked: boolean): Promise<boolean> {
  const [row] = await work.tx
    .update(jacks)
    .set({ blockedAtMs: blocked ? work.nowMs : null })
    .where(and(eq(jacks.id, jackId), isNull(jacks.releasedAtMs)))
    .returning();
  if (row === undefined) return false;
  if (blocked) {
    await endWhatWaits(work, jackId);
    await tellForgotten(work, [jackId], { erase: false });
  } else await tellAllSites(work);
  return true;
}

/** Every site may have it in its list. */
export async function tellAllSites(work: Work): Promise<void> {
  const all = await work.tx.select({ id: sites.id }).from(sites);
  for (const { id } of all) work.tellSite(id, { type: 'expected-codes-changed' });
}

/** Every site may know it: from its list, from an event, or because it asked whose code it was. */
export async function tellForgotten(work: Work, jackIds: string[], how: { erase: boolean }): Promise<void> {
  const all = await work.tx.select({ id: sites.id }).from(sites);
  for (const { id } of all) {
    work.tellSite(id, { type: 'jacks-forgotten', jackIds, ...how });
    work.tellSite(id, { type: 'expected-codes-changed' });
  }
}

/** Few enough that an event of them is a small one. */
const forgottenPerEvent = 500;

/** The same of all jacks there are, for a site that missed some of the events: what it forgets twice is forgotten once. */
export async function* allForgotten(db: Db): AsyncGenerator<SiteEvent> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await db
      .select({ id: jacks.id, erasedAtMs: drivers.erasedAtMs })
      .from(jacks)
      .innerJoin(drivers, eq(drivers.id, jacks.driverId))
      .where(and(or(isNotNull(jacks.blockedAtMs), isNotNull(jacks.releasedAtMs)), gt(jacks.id, after)))
      .orderBy(asc(jacks.id))
      .limit(forgottenPerEvent);
    for (const erase of [true, false]) {
      const jackIds = rows.filter((row) => (row.erasedAtMs !== null) === erase).map((row) => row.id);
      if (jackIds.length > 0) yield { type: 'jacks-forgotten', jackIds, erase };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < forgottenPerEvent) return;
    after = last.id;
  }
}

export async function endWhatWaits(work: Work, jackId: string): Promise<void> {
  const open = await work.tx
    .select({ id: paymentRequests.id })
    .from(paymentRequests)
    .where(and(eq(paymentRequests.jackId, jackId), inArray(paymentRequests.state, ['waiting', 'approved'])));
  for (const { id } of open) {
    const row = await lockRequest(work.tx, id);
    if (row?.state === 'waiting') await endWaiting(work, row, 'declined', 'jack-blocked');
    else if (row?.reservationState === 'held' && !(await isBeingCaptured(work.tx, id))) {
      await releaseReservation(work, row, 'jack-blocked');
    }
  }
}

/** Locked, and not given up. */
export async function ownJack(work: Work, jackId: string, driverId: string): Promise<JackRow> {
  const [row] = await work.tx
    .select()
    .from(jacks)
    .where(and(eq(jacks.id, jackId), eq(jacks.driverId, driverId), isNull(jacks.releasedAtMs)))
    .for('update');
  if (row === undefined) throw refuse('not-found', 'You have no such jack.');
  return row;
}

export const blockJack = asPhone.blockJack.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'blockJack', input, async (work) => {
    const jack = await ownJack(work, input.jackId, context.driverId);
    if (jack.blockedAtMs === null) await setBlocked(work, jack.id, true);
    return { answer: { ok: true as const } };
  }),
);

export const unblockJack = asPhone.unblockJack.handler(({ context, input }) =>
  once<{ ok: true }>(context, `phone:${context.phoneId}`, 'unblockJack', input, async (work) => {
    const jack = await ownJack(work, input.jackId, context.driverId);
    const key = authKeyOf(work.app.secrets, jack);
    const refusal = await checkPossession(work, context.driverId, key, input.possession);
    if (refusal !== null) return { refusal };
    if (jack.blockedAtMs !== null) await setBlocked(work, jack.id, false);
    return { answer: { ok: true as const } };
  }),
);

/** What the jack shows now counts from now on: its drift is none, its codes are reckoned anew. */
export const syncJack = asPhone.syncJack.handler(({ context, input }) =>
  once<{ ok: true }>(context, `phone:${context.phoneId}`, 'syncJack', input, async (work) => {
    const jack = await ownJack(work, input.jackId, context.driverId);
    if (jack.behaviour !== 'rotating') throw refuse('invalid-request', 'A static code has no clock.');
    const key = authKeyOf(work.app.secrets, jack);
    const refusal = await checkPossession(work, context.driverId, key, input.possession);
    if (refusal !== null) return { refusal };
    const { counterSeconds, counterAtMs } = input;
    await work.tx.delete(eidWindows).where(eq(eidWindows.jackId, jack.id));
    const [synced] = await work.tx
      .update(jacks)
      .set({ counterSeconds, counterAtMs, driftMs: 0, driftAtMs: null, windowsUntilMs: null })
      .where(eq(jacks.id, jack.id))
      .returning();
    if (synced !== undefined && synced.blockedAtMs === null) await fillWindowsOf(work, [synced]);
    await tellAllSites(work);
    return { answer: { ok: true } };
  }),
);
