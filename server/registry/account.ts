/** What belongs to an account, for its own phones. */
import { and, asc, desc, eq, isNull, or } from 'drizzle-orm';
import { tables } from '../db/index.ts';
import { asPhone } from '../http/index.ts';
import { transferFor } from './ownership.ts';

const { phones, vehicles, jacks, jackTransfers } = tables;

export const account = asPhone.account.handler(async ({ context }) => {
  const { db, clock } = context.app;
  const { driverId } = context;
  const phoneRows = await db
    .select()
    .from(phones)
    .where(eq(phones.driverId, driverId))
    .orderBy(asc(phones.createdAtMs), asc(phones.id));
  const vehicleRows = await db
    .select()
    .from(vehicles)
    .where(eq(vehicles.driverId, driverId))
    .orderBy(asc(vehicles.createdAtMs), asc(vehicles.id));
  const jackRows = await db
    .select()
    .from(jacks)
    .where(and(eq(jacks.driverId, driverId), isNull(jacks.releasedAtMs)))
    .orderBy(asc(jacks.createdAtMs), asc(jacks.id));
  const transferRows = await db
    .select()
    .from(jackTransfers)
    .where(or(eq(jackTransfers.fromDriverId, driverId), eq(jackTransfers.toDriverId, driverId)))
    .orderBy(desc(jackTransfers.createdAtMs))
    .limit(50);
  return {
    driverId,
    phones: phoneRows.map((row) => ({
      phoneId: row.id,
      name: row.name,
      createdAtMs: row.createdAtMs,
      revoked: row.revokedAtMs !== null,
      this: row.id === context.phoneId,
    })),
    vehicles: vehicleRows.map(({ id, plateTyped, model, color, fuel }) => ({
      vehicleId: id,
      vehicle: { plate: plateTyped, model, color, fuel },
    })),
    jacks: jackRows.map((row) => ({
      jackId: row.id,
      vehicleId: row.vehicleId,
      codeBehaviour: row.behaviour,
      blocked: row.blockedAtMs !== null,
    })),
    transfers: transferRows.map((row) => transferFor(row, driverId, clock.nowMs())),
  };
});
