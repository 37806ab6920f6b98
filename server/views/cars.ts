/** A car as far as a site may know it: its vehicle, its open preorders at this site, its reservation. */
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Reservation } from '../../shared/schemas/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import type { JackRow, PaymentRequestRow } from '../db/schema.ts';
import { renderPreorders } from './preorders.ts';

const { vehicles, preorders, paymentRequests } = tables;

export function reservationOf(row: PaymentRequestRow): Reservation {
  if (row.reservationState === null) throw new Error('a payment request that is no reservation');
  return {
    paymentRequestId: row.id,
    maximum: { amountMinor: row.amountMinor, currency: row.currency },
    state: row.reservationState,
  };
}

/** The cars of these jacks, in their order, as `siteId` may see them. */
export async function carsOf(db: Db | Tx, siteId: string, rows: JackRow[]): Promise<ExpectedCar[]> {
  if (rows.length === 0) return [];
  const jackIds = rows.map((row) => row.id);
  const vehicleRows = await db
    .select()
    .from(vehicles)
    .where(
      inArray(
        vehicles.id,
        rows.map((row) => row.vehicleId),
      ),
    );
  const preorderRows = await db
    .select()
    .from(preorders)
    .where(
      and(
        inArray(preorders.jackId, jackIds),
        eq(preorders.siteId, siteId),
        eq(preorders.shown, true),
        inArray(preorders.state, ['open', 'ready']),
      ),
    )
    .orderBy(asc(preorders.createdAtMs), asc(preorders.id));
  const rendered = await renderPreorders(db, preorderRows);
  const reservationRows = await db
    .select()
    .from(paymentRequests)
    .where(
      and(
        inArray(paymentRequests.jackId, jackIds),
        eq(paymentRequests.siteId, siteId),
        eq(paymentRequests.kind, 'refuel-reservation'),
        inArray(paymentRequests.reservationState, ['waiting', 'held', 'releasing']),
      ),
    )
    .orderBy(desc(paymentRequests.createdAtMs));
  const vehicleById = new Map(vehicleRows.map((row) => [row.id, row]));
  return rows.map((row) => {
    const vehicle = vehicleById.get(row.vehicleId);
    if (vehicle === undefined) throw new Error('a jack without its vehicle');
    const reservation = reservationRows.find((r) => r.jackId === row.id);
    return {
      jackId: row.id,
      vehicle: { plate: vehicle.plateTyped, model: vehicle.model, color: vehicle.color, fuel: vehicle.fuel },
      codeBehaviour: row.behaviour,
      preorders: rendered.filter((_, index) => preorderRows[index]?.jackId === row.id),
      reservation: reservation === undefined ? null : reservationOf(reservation),
    };
  });
}

export async function carOf(db: Db | Tx, siteId: string, jackId: string): Promise<ExpectedCar> {
  const rows = await db.select().from(tables.jacks).where(eq(tables.jacks.id, jackId));
  const [car] = await carsOf(db, siteId, rows);
  if (car === undefined) throw new Error('a car without its jack');
  return car;
}
