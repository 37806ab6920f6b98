/** A car as far as a site may know it: its vehicle, its open preorders at this site, its reservation. */
import { and, asc, desc, eq } from 'drizzle-orm';
import type { Reservation } from '../../shared/schemas/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import { anyOf, type Db, isWord, type Tx, tables } from '../db/index.ts';
import type { JackRow, PaymentRequestRow } from '../db/schema.ts';
import { handoverCheckOf } from './handover.ts';
import { renderPreorders } from './preorders.ts';

const { vehicles, preorders, paymentRequests, sites } = tables;

export function reservationOf(row: PaymentRequestRow): Reservation {
  if (row.reservationState === null) throw new Error('a payment request that is no reservation');
  return {
    paymentRequestId: row.id,
    maximum: { amountMinor: row.amountMinor, currency: row.currency },
    state: row.reservationState,
  };
}

/** The cars of these jacks, in their order, as `siteId` may see them. */
export function carsOf(db: Db | Tx, siteId: string, rows: JackRow[]): Promise<ExpectedCar[]> {
  return carsAtSites(
    db,
    rows.map((jack) => ({ siteId, jack })),
  );
}

/** The same for cars at several sites at once: each as its own site may see it. */
export async function carsAtSites(
  db: Db | Tx,
  rows: { siteId: string; jack: JackRow }[],
): Promise<ExpectedCar[]> {
  if (rows.length === 0) return [];
  const jackIds = [...new Set(rows.map(({ jack }) => jack.id))];
  const siteIds = [...new Set(rows.map(({ siteId }) => siteId))];
  const vehicleIds = [...new Set(rows.map(({ jack }) => jack.vehicleId))];
  // Independent of each other, so they travel together.
  const [vehicleRows, siteRows, preorderRows, reservationRows] = await Promise.all([
    db.select().from(vehicles).where(anyOf(vehicles.id, vehicleIds)),
    db.select({ id: sites.id, rule: sites.handoverCheck }).from(sites).where(anyOf(sites.id, siteIds)),
    db
      .select()
      .from(preorders)
      .where(
        and(
          anyOf(preorders.jackId, jackIds),
          anyOf(preorders.siteId, siteIds),
          eq(preorders.shown, true),
          isWord(preorders.state, 'open', 'ready'),
        ),
      )
      .orderBy(asc(preorders.createdAtMs), asc(preorders.id)),
    db
      .select()
      .from(paymentRequests)
      .where(
        and(
          anyOf(paymentRequests.jackId, jackIds),
          anyOf(paymentRequests.siteId, siteIds),
          isWord(paymentRequests.kind, 'refuel-reservation'),
          isWord(paymentRequests.reservationState, 'waiting', 'held', 'releasing'),
        ),
      )
      .orderBy(desc(paymentRequests.createdAtMs)),
  ]);
  const rendered = await renderPreorders(db, preorderRows);
  const vehicleById = new Map(vehicleRows.map((row) => [row.id, row]));
  const ruleOfSite = new Map(siteRows.map((row) => [row.id, row.rule]));
  return rows.map(({ siteId, jack: row }) => {
    const vehicle = vehicleById.get(row.vehicleId);
    if (vehicle === undefined) throw new Error('a jack without its vehicle');
    const rule = ruleOfSite.get(siteId) ?? 'every-order';
    const reservation = reservationRows.find((r) => r.jackId === row.id && r.siteId === siteId);
    return {
      jackId: row.id,
      vehicle: { plate: vehicle.plateTyped, model: vehicle.model, color: vehicle.color, fuel: vehicle.fuel },
      codeBehaviour: row.behaviour,
      preorders: rendered.flatMap((preorder, index) => {
        const order = preorderRows[index];
        if (order?.jackId !== row.id || order.siteId !== siteId) return [];
        const handoverCheck = handoverCheckOf(rule, row.behaviour, vehicle.plateTyped, order);
        return [{ ...preorder, handoverCheck }];
      }),
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
