/**
 * Visits with their pickups and refuel: rows ↔ records, and the live ones in memory. SQL is only here.
 *
 * What came first is told by the rowid, never by the id: ids carry the time they were made at, and after a start with a
 * clock that was set back they sort before those made earlier. Rows are never deleted, so a rowid only rises; writing
 * the file anew (VACUUM) may change the numbers, not their order.
 */
import type Database from 'better-sqlite3';
import { ChargeStore } from './charge-store.ts';
import { movedOn } from './moved-on.ts';
import { asFlag, asJson, type Column, RowSaver } from './row-saver.ts';
import type { ChargeRecord, PickupRecord, RefuelRecord, VisitRecord } from './visit-record.ts';

type Row = Record<string, unknown>;

const visitColumns: Array<Column<VisitRecord>> = [
  { name: 'visit_id', of: (v) => v.visitId },
  { name: 'opened_sequence', of: (v) => v.openedSequence },
  { name: 'jack_id', of: (v) => v.jackId },
  { name: 'plate', of: (v) => v.plate },
  { name: 'plate_normal', of: (v) => v.plateNormal },
  { name: 'model', of: (v) => v.model },
  { name: 'color', of: (v) => v.color },
  { name: 'fuel', of: (v) => v.fuel },
  { name: 'code_behaviour', of: (v) => v.codeBehaviour },
  { name: 'known_by', of: (v) => v.knownBy },
  { name: 'purpose', of: (v) => v.purpose },
  { name: 'codes', of: (v) => v.codes, write: asJson },
  { name: 'presence', of: (v) => v.presence },
  { name: 'lane_id', of: (v) => v.laneId },
  { name: 'lane_candidates', of: (v) => v.laneCandidates, write: asJson },
  { name: 'lane_by_staff', of: (v) => v.laneByStaff, write: asFlag },
  { name: 'first_heard_at_ms', of: (v) => v.firstHeardAtMs },
  { name: 'arrived_at_ms', of: (v) => v.arrivedAtMs },
  { name: 'last_heard_at_ms', of: (v) => v.lastHeardAtMs },
  { name: 'claimed_by', of: (v) => v.claimedBy, write: asJson },
  { name: 'reservation', of: (v) => v.reservation, write: asJson },
  { name: 'closed_at_ms', of: (v) => v.closed?.atMs ?? null },
  { name: 'closed_how', of: (v) => v.closed?.how ?? null },
  { name: 'visible', of: (v) => v.visible, write: asFlag },
  { name: 'done_at_ms', of: (v) => v.doneAtMs },
  { name: 'heard_lanes', of: (v) => v.heardLanes, write: asJson },
];
const pickupColumns: Array<Column<PickupRecord>> = [
  { name: 'pickup_id', of: (p) => p.pickupId },
  { name: 'visit_id', of: (p) => p.visitId },
  { name: 'preorder_id', of: (p) => p.preorderId },
  { name: 'number', of: (p) => p.number },
  { name: 'items', of: (p) => p.items, write: asJson },
  { name: 'paid_minor', of: (p) => p.paid.amountMinor },
  { name: 'currency', of: (p) => p.paid.currency },
  { name: 'payment', of: (p) => p.payment },
  { name: 'state', of: (p) => p.state },
  { name: 'check_kind', of: (p) => p.checkKind },
  { name: 'handed_over_at_ms', of: (p) => p.handedOverAtMs },
  { name: 'handed_over_by', of: (p) => p.handedOverBy, write: asJson },
  { name: 'undo_until_ms', of: (p) => p.undoUntilMs },
  { name: 'hand_over_outbox_id', of: (p) => p.handOverOutboxId },
  { name: 'promised_at_ms', of: (p) => p.promisedAtMs },
  { name: 'on_the_way', of: (p) => p.onTheWay, write: asJson },
  { name: 'paid_as_cart', of: (p) => p.paidAsCart, write: asFlag },
];
const refuelColumns: Array<Column<RefuelRecord>> = [
  { name: 'refuel_id', of: (r) => r.refuelId },
  { name: 'visit_id', of: (r) => r.visitId },
  { name: 'state', of: (r) => r.state },
  { name: 'lane_id', of: (r) => r.laneId },
  { name: 'grade_id', of: (r) => r.gradeId },
  { name: 'fuel', of: (r) => r.fuel },
  { name: 'volume_ml', of: (r) => r.volumeMl },
  { name: 'amount_minor', of: (r) => r.amountMinor },
  { name: 'currency', of: (r) => r.currency },
  { name: 'unit_price_milli', of: (r) => r.unitPriceMilli },
  { name: 'fuel_mismatch_confirmed', of: (r) => r.fuelMismatchConfirmed, write: asFlag },
  { name: 'started_by', of: (r) => r.startedBy, write: asJson },
  { name: 'started_at_ms', of: (r) => r.startedAtMs },
  { name: 'completed_at_ms', of: (r) => r.completedAtMs },
  { name: 'payment_request_id', of: (r) => r.paymentRequestId },
  { name: 'approval', of: (r) => r.approval, write: asJson },
  { name: 'settled_otherwise', of: (r) => r.settledOtherwise, write: asJson },
];
/** A newer hearing alone is not worth a write: it is stored with the next change. */
const notWorthAWrite: ReadonlySet<string> = new Set(['last_heard_at_ms']);

const parse = <T>(value: unknown): T => JSON.parse(String(value)) as T;
const parseOrNull = <T>(value: unknown): T | null => (value === null ? null : parse<T>(value));

export class VisitStore {
  /** Everything on the board, as committed. Replaced only after a commit. */
  readonly live = new Map<string, VisitRecord>();
  /** Live visits that have a row (a tentative one has none until it matters). */
  readonly #stored = new Set<string>();

  readonly charges: ChargeStore;
  readonly #visitRows: RowSaver<VisitRecord>;
  readonly #pickupRows: RowSaver<PickupRecord>;
  readonly #refuelRows: RowSaver<RefuelRecord>;
  readonly #saveRequest: Database.Statement;
  readonly #visit: Database.Statement;
  readonly #pickups: Database.Statement;
  readonly #refuel: Database.Statement;
  readonly #request: Database.Statement;
  readonly #byPickup: Database.Statement;
  readonly #byRefuel: Database.Statement;
  readonly #byPreorder: Database.Statement;
  readonly #byReservation: Database.Statement;
  readonly #between: Database.Statement;
  readonly #stillHeard: Database.Statement;
  readonly #unknownRequests: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.charges = new ChargeStore(sqlite);
    this.#visitRows = new RowSaver(sqlite, 'visits', visitColumns);
    this.#pickupRows = new RowSaver(sqlite, 'pickups', pickupColumns);
    this.#refuelRows = new RowSaver(sqlite, 'refuels', refuelColumns);
    this.#saveRequest = sqlite.prepare(
      `INSERT INTO payment_requests VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (payment_request_id) DO UPDATE SET version = excluded.version, state = excluded.state`,
    );
    this.#visit = sqlite.prepare('SELECT * FROM visits WHERE visit_id = ?');
    this.#pickups = sqlite.prepare(
      `SELECT * FROM pickups p WHERE visit_id = ? AND NOT ${movedOn('p')} ORDER BY rowid`,
    );
    this.#refuel = sqlite.prepare('SELECT * FROM refuels WHERE visit_id = ? ORDER BY rowid DESC LIMIT 1');
    this.#request = sqlite.prepare('SELECT * FROM payment_requests WHERE payment_request_id = ?');
    this.#byPickup = sqlite.prepare('SELECT visit_id FROM pickups WHERE pickup_id = ?').pluck();
    this.#byRefuel = sqlite.prepare('SELECT visit_id FROM refuels WHERE refuel_id = ?').pluck();
    this.#byPreorder = sqlite.prepare(
      'SELECT visit_id, state FROM pickups WHERE preorder_id = ? ORDER BY rowid DESC LIMIT 1',
    );
    this.#byReservation = sqlite
      .prepare(
        `SELECT visit_id FROM visits WHERE first_heard_at_ms >= ? AND reservation IS NOT NULL
           AND reservation ->> 'paymentRequestId' = ? ORDER BY rowid DESC LIMIT 1`,
      )
      .pluck();
    this.#between = sqlite
      .prepare(
        `SELECT visit_id FROM visits
         WHERE first_heard_at_ms >= ? AND first_heard_at_ms < ? ORDER BY first_heard_at_ms DESC, rowid DESC`,
      )
      .pluck();
    this.#stillHeard = sqlite.prepare(
      `SELECT visit_id, codes FROM visits
       WHERE visible = 0 AND presence <> 'departed' AND first_heard_at_ms >= ?`,
    );
    this.#unknownRequests = sqlite
      .prepare("SELECT payment_request_id FROM payment_requests WHERE state = 'unknown'")
      .pluck();
    const ids = sqlite
      .prepare('SELECT visit_id FROM visits WHERE visible = 1 ORDER BY opened_sequence, rowid')
      .pluck()
      .all() as string[];
    for (const id of ids) {
      const visit = this.load(id);
      if (visit) {
        this.live.set(id, visit);
        this.#stored.add(id);
      }
    }
  }

  /** A visit of any age from the database. */
  load(visitId: string): VisitRecord | null {
    const row = this.#visit.get(visitId) as Row | undefined;
    if (!row) return null;
    const refuel = this.#refuel.get(visitId) as Row | undefined;
    return toVisit(
      row,
      (this.#pickups.all(visitId) as Row[]).map(toPickup),
      refuel === undefined ? null : toRefuel(refuel),
      this.charges.ofVisit(visitId),
    );
  }

  get(visitId: string): VisitRecord | null {
    return this.live.get(visitId) ?? this.load(visitId);
  }

  visitIdOfPickup(pickupId: string): string | null {
    for (const v of this.live.values()) if (v.pickups.some((p) => p.pickupId === pickupId)) return v.visitId;
    return (this.#byPickup.get(pickupId) as string | undefined) ?? null;
  }

  visitIdOfRefuel(refuelId: string): string | null {
    for (const v of this.live.values()) if (v.refuel?.refuelId === refuelId) return v.visitId;
    return (this.#byRefuel.get(refuelId) as string | undefined) ?? null;
  }

  /** The newest pickup of a preorder, of any visit. */
  pickupOfPreorder(preorderId: string): { visitId: string; state: PickupRecord['state'] } | null {
    for (const v of this.live.values()) {
      const pickup = v.pickups.find((p) => p.preorderId === preorderId);
      if (pickup) return { visitId: v.visitId, state: pickup.state };
    }
    const row = this.#byPreorder.get(preorderId) as Row | undefined;
    return row ? { visitId: String(row.visit_id), state: row.state as PickupRecord['state'] } : null;
  }

  paymentRequest(
    paymentRequestId: string,
  ): { refuelId: string; visitId: string; version: number; state: string } | null {
    const row = this.#request.get(paymentRequestId) as Row | undefined;
    if (!row) return null;
    return {
      refuelId: String(row.refuel_id),
      visitId: String(row.visit_id),
      version: Number(row.version),
      state: String(row.state),
    };
  }

  savePaymentRequest(
    paymentRequestId: string,
    refuelId: string,
    visitId: string,
    version: number,
    state: string,
  ): void {
    this.#saveRequest.run(paymentRequestId, refuelId, visitId, version, state);
  }

  unknownPaymentRequests(): string[] {
    return [...(this.#unknownRequests.all() as string[]), ...this.charges.unknownRequests()];
  }

  /** The visit for whose refuel this was reserved, first heard since. */
  byReservation(paymentRequestId: string, sinceMs: number): VisitRecord | null {
    const id = this.#byReservation.get(sinceMs, paymentRequestId) as string | undefined;
    return id === undefined ? null : this.get(id);
  }

  /** First heard in [fromMs, toMs), newest first. */
  between(fromMs: number, toMs: number): VisitRecord[] {
    const ids = this.#between.all(fromMs, toMs) as string[];
    return ids.map((id) => this.get(id)).filter((v) => v !== null);
  }

  /** Codes of visits that were closed while the car was still heard. */
  codesStillHeard(sinceMs: number): Array<{ visitId: string; codes: string[] }> {
    const rows = this.#stillHeard.all(sinceMs) as Row[];
    return rows.map((r) => ({ visitId: String(r.visit_id), codes: parse<string[]>(r.codes) }));
  }

  /** Writes what differs from `base` (null = all of it). Inside a transaction only. */
  save(visit: VisitRecord): void {
    const base = this.#stored.has(visit.visitId) ? (this.live.get(visit.visitId) ?? null) : null;
    this.#visitRows.save(visit, base, notWorthAWrite);
    for (const pickup of visit.pickups) {
      this.#pickupRows.save(pickup, base?.pickups.find((p) => p.pickupId === pickup.pickupId) ?? null);
    }
    if (visit.refuel !== null) {
      const before = base?.refuel?.refuelId === visit.refuel.refuelId ? base.refuel : null;
      this.#refuelRows.save(visit.refuel, before);
    }
    for (const charge of visit.charges) {
      this.charges.save(charge, base?.charges.find((c) => c.chargeId === charge.chargeId) ?? null);
    }
  }

  /** After commit: what was saved is now what is. */
  settle(visit: VisitRecord, stored: boolean): void {
    if (visit.visible) {
      this.live.set(visit.visitId, visit);
      if (stored) this.#stored.add(visit.visitId);
    } else {
      this.live.delete(visit.visitId);
      this.#stored.delete(visit.visitId);
    }
  }

  /** Has it a row? Of those off the board only the file knows. */
  isStored(visitId: string): boolean {
    if (this.#stored.has(visitId)) return true;
    return !this.live.has(visitId) && this.#visit.get(visitId) !== undefined;
  }
}

// Rows were written by the functions above, inside STRICT tables with CHECKs: their types are known.
function toVisit(
  row: Row,
  pickups: PickupRecord[],
  refuel: RefuelRecord | null,
  charges: ChargeRecord[],
): VisitRecord {
  const closedAtMs = row.closed_at_ms as number | null;
  return {
    visitId: row.visit_id as string,
    openedSequence: row.opened_sequence as number,
    jackId: row.jack_id as string | null,
    plate: row.plate as string,
    plateNormal: row.plate_normal as string,
    model: row.model as string,
    color: row.color as string,
    fuel: row.fuel as VisitRecord['fuel'],
    codeBehaviour: row.code_behaviour as VisitRecord['codeBehaviour'],
    knownBy: row.known_by as VisitRecord['knownBy'],
    purpose: row.purpose as VisitRecord['purpose'],
    codes: parse<string[]>(row.codes),
    presence: row.presence as VisitRecord['presence'],
    laneId: row.lane_id as string | null,
    laneCandidates: parse<string[]>(row.lane_candidates),
    laneByStaff: row.lane_by_staff === 1,
    heardLanes: parse<string[]>(row.heard_lanes),
    firstHeardAtMs: row.first_heard_at_ms as number,
    arrivedAtMs: row.arrived_at_ms as number | null,
    lastHeardAtMs: row.last_heard_at_ms as number,
    claimedBy: parseOrNull(row.claimed_by),
    reservation: parseOrNull(row.reservation),
    closed:
      closedAtMs === null
        ? null
        : { atMs: closedAtMs, how: row.closed_how as NonNullable<VisitRecord['closed']>['how'] },
    visible: row.visible === 1,
    doneAtMs: row.done_at_ms as number | null,
    pickups,
    refuel,
    charges,
  };
}

function toPickup(row: Row): PickupRecord {
  return {
    pickupId: row.pickup_id as string,
    visitId: row.visit_id as string,
    preorderId: row.preorder_id as string,
    number: row.number as string,
    items: parse(row.items),
    paid: { amountMinor: row.paid_minor as number, currency: row.currency as string },
    payment: row.payment as PickupRecord['payment'],
    paidAsCart: row.paid_as_cart === 1,
    state: row.state as PickupRecord['state'],
    checkKind: row.check_kind as PickupRecord['checkKind'],
    handedOverAtMs: row.handed_over_at_ms as number | null,
    handedOverBy: parseOrNull(row.handed_over_by),
    undoUntilMs: row.undo_until_ms as number | null,
    handOverOutboxId: row.hand_over_outbox_id as string | null,
    promisedAtMs: row.promised_at_ms as number | null,
    onTheWay: parseOrNull(row.on_the_way),
  };
}

function toRefuel(row: Row): RefuelRecord {
  return {
    refuelId: row.refuel_id as string,
    visitId: row.visit_id as string,
    state: row.state as RefuelRecord['state'],
    laneId: row.lane_id as string,
    gradeId: row.grade_id as string | null,
    fuel: row.fuel as RefuelRecord['fuel'],
    volumeMl: row.volume_ml as number | null,
    amountMinor: row.amount_minor as number | null,
    currency: row.currency as string,
    unitPriceMilli: row.unit_price_milli as number | null,
    fuelMismatchConfirmed: row.fuel_mismatch_confirmed === 1,
    startedBy: parse(row.started_by),
    startedAtMs: row.started_at_ms as number,
    completedAtMs: row.completed_at_ms as number | null,
    paymentRequestId: row.payment_request_id as string | null,
    approval: parseOrNull(row.approval),
    settledOtherwise: parseOrNull(row.settled_otherwise),
  };
}
