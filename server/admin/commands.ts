/** What an operator does beside the API: blocks, erasure, exports, keys, alarms. */
import { and, asc, eq, gt, inArray, like, or, sql } from 'drizzle-orm';
import { type App, inWork, wakeReaders } from '../app.ts';
import { tables } from '../db/index.ts';
import { driverStream } from '../events/index.ts';
import { authKeyPurpose, identityPurpose } from '../jacks/index.ts';
import { setBlocked, tellForgotten } from '../registry/index.ts';
import { resealSigningKeys } from '../sites/index.ts';

const { drivers, phones, vehicles, jacks, eidWindows, siteRegulars, events, idempotencyKeys, alarms } =
  tables;
const { paymentRequests, preorders, paymentMethods, sites, siteCredentials, lastHeard } = tables;

/** A lost jack: known to no site, good for no approval, from this moment on. */
export async function blockJack(app: App, jackId: string, blocked: boolean): Promise<boolean> {
  return inWork(app, (work) => setBlocked(work, jackId, blocked));
}

/** Every credential of a site stops working; its stations enrol anew. @returns how many there were */
export async function revokeSite(app: App, siteId: string): Promise<number> {
  const rows = await app.db
    .update(siteCredentials)
    .set({ revokedAtMs: app.clock.nowMs() })
    .where(and(eq(siteCredentials.siteId, siteId), sql`${siteCredentials.revokedAtMs} IS NULL`))
    .returning({ id: siteCredentials.id });
  return rows.length;
}

/** Everything personal that is kept of a driver, for the driver. Keys and tokens are not personal: left out. */
export async function exportDriver(app: App, driverId: string): Promise<unknown> {
  const { db } = app;
  const [driver] = await db.select().from(drivers).where(eq(drivers.id, driverId));
  if (driver === undefined) return null;
  const jackRows = await db.select().from(jacks).where(eq(jacks.driverId, driverId));
  return {
    driver,
    phones: (await db.select().from(phones).where(eq(phones.driverId, driverId))).map(
      ({ tokenHash: _, nextTokenHash: __, ...phone }) => phone,
    ),
    vehicles: await db.select().from(vehicles).where(eq(vehicles.driverId, driverId)),
    jacks: jackRows.map(({ id, behaviour, staticCode, createdAtMs, blockedAtMs }) => ({
      id,
      behaviour,
      staticCode,
      createdAtMs,
      blockedAtMs,
    })),
    paymentMethods: (await db.select().from(paymentMethods).where(eq(paymentMethods.driverId, driverId))).map(
      ({ id, label, createdAtMs }) => ({ id, label, createdAtMs }),
    ),
    preorders: await db.select().from(preorders).where(eq(preorders.driverId, driverId)),
    paymentRequests: await db.select().from(paymentRequests).where(eq(paymentRequests.driverId, driverId)),
  };
}

/**
 * Erases who a driver is, here and, by the event that tells them, at the sites. What was paid stays, under ids that lead
 * to nobody.
 *
 * @returns `open` when money is still on its way: then nothing was changed
 */
export async function eraseDriver(app: App, driverId: string): Promise<'erased' | 'open' | 'not-found'> {
  return inWork(app, async (work) => {
    const { tx, nowMs } = work;
    const [driver] = await tx.select().from(drivers).where(eq(drivers.id, driverId)).for('update');
    if (driver === undefined) return 'not-found';
    const openRequests = await tx
      .select({ id: paymentRequests.id })
      .from(paymentRequests)
      .where(
        and(
          eq(paymentRequests.driverId, driverId),
          or(
            inArray(paymentRequests.state, ['waiting', 'unknown']),
            and(eq(paymentRequests.state, 'approved')),
          ),
        ),
      );
    const openPreorders = await tx
      .select({ id: preorders.id })
      .from(preorders)
      .where(
        and(eq(preorders.driverId, driverId), inArray(preorders.payment, ['authorising', 'held', 'unknown'])),
      );
    if (openRequests.length + openPreorders.length > 0) return 'open';
    const jackRows = await tx.select({ id: jacks.id }).from(jacks).where(eq(jacks.driverId, driverId));
    const jackIds = jackRows.map((row) => row.id);
    const phoneRows = await tx.select({ id: phones.id }).from(phones).where(eq(phones.driverId, driverId));
    await tx.update(drivers).set({ name: '', erasedAtMs: nowMs }).where(eq(drivers.id, driverId));
    await tx
      .update(phones)
      .set({
        name: '',
        revokedAtMs: nowMs,
        tokenHash: sql`'erased ' || ${phones.id}`,
        nextTokenHash: null,
      })
      .where(eq(phones.driverId, driverId));
    await tx
      .update(vehicles)
      .set({ plate: '', plateTyped: '', model: '', color: '' })
      .where(eq(vehicles.driverId, driverId));
    await tx
      .update(paymentMethods)
      .set({ label: '', processorToken: '' })
      .where(eq(paymentMethods.driverId, driverId));
    await tx.delete(events).where(eq(events.stream, driverStream(driverId)));
    for (const { id } of phoneRows) {
      await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.scope, `phone:${id}`));
    }
    if (jackIds.length > 0) {
      const anything = app.secrets.seal(Buffer.alloc(0), 'erased');
      await tx.delete(eidWindows).where(inArray(eidWindows.jackId, jackIds));
      await tx.delete(siteRegulars).where(inArray(siteRegulars.jackId, jackIds));
      await tx.delete(lastHeard).where(inArray(lastHeard.jackId, jackIds));
      await tx
        .update(jacks)
        .set({
          blockedAtMs: nowMs,
          // Nobody's for good: unblocked, it would be asked for keys that are gone.
          releasedAtMs: nowMs,
          authKeySealed: anything,
          staticCode: sql`CASE WHEN ${jacks.behaviour} = 'static' THEN 'erased ' || ${jacks.id} END`,
          identitySealed: sql`CASE WHEN ${jacks.behaviour} = 'rotating' THEN ${anything} END`,
          identityHash: null,
        })
        .where(inArray(jacks.id, jackIds));
      // Sites' streams carry cars with their plates.
      await tx
        .delete(events)
        .where(and(like(events.stream, 'site:%'), inArray(sql`${events.payload}->>'jackId'`, jackIds)));
      await tellForgotten(work, jackIds, { erase: true });
    }
    // The phones' streams end with their tokens: at once, not at the next beat.
    work.afterCommit(() => wakeReaders(app, [driverStream(driverId)]));
    return 'erased';
  });
}

const resealedPerPass = 500;

/** Seals every jack's keys, and the signing keys, under the newest master key. Afterwards the older ones may go. @returns how many were sealed anew */
export async function resealKeys(app: App): Promise<number> {
  let resealed = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await app.db
      .select()
      .from(jacks)
      .where(gt(jacks.id, after))
      .orderBy(asc(jacks.id))
      .limit(resealedPerPass);
    for (const row of rows) {
      after = row.id;
      const again = (sealed: string, purpose: string) =>
        app.secrets.isCurrent(sealed) ? sealed : app.secrets.seal(app.secrets.open(sealed, purpose), purpose);
      const erased =
        row.staticCode?.startsWith('erased ') === true ||
        (row.behaviour === 'rotating' && row.identityHash === null);
      if (erased) continue;
      const change = {
        authKeySealed: again(row.authKeySealed, authKeyPurpose(row.id)),
        identitySealed:
          row.identitySealed === null ? null : again(row.identitySealed, identityPurpose(row.id)),
      };
      if (change.authKeySealed === row.authKeySealed && change.identitySealed === row.identitySealed)
        continue;
      await app.db.update(jacks).set(change).where(eq(jacks.id, row.id));
      resealed++;
    }
    if (rows.length < resealedPerPass) break;
  }
  return resealed + (await resealSigningKeys(app));
}

export async function listAlarms(app: App): Promise<unknown[]> {
  return app.db.select().from(alarms).orderBy(asc(alarms.raisedAtMs));
}

export async function listSites(app: App): Promise<unknown[]> {
  return app.db.select().from(sites).orderBy(asc(sites.createdAtMs));
}
