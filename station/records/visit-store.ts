/** Visits with their pickups and refuel: rows ↔ records, and the live ones in memory. SQL is only here. */
import type Database from 'better-sqlite3';
import type { PickupRecord, RefuelRecord, VisitRecord } from './visit-record.ts';

type Row = Record<string, unknown>;

const visitColumns = [
  'visit_id',
  'jack_id',
  'plate',
  'plate_normal',
  'model',
  'color',
  'fuel',
  'code_behaviour',
  'known_by',
  'purpose',
  'codes',
  'presence',
  'lane_id',
  'lane_candidates',
  'lane_by_staff',
  'first_heard_at_ms',
  'arrived_at_ms',
  'last_heard_at_ms',
  'claimed_by',
  'reservation',
  'closed_at_ms',
  'closed_how',
  'visible',
  'done_at_ms',
];
const pickupColumns = [
  'pickup_id',
  'visit_id',
  'preorder_id',
  'number',
  'items',
  'paid_minor',
  'currency',
  'payment',
  'state',
  'check_kind',
  'handed_over_at_ms',
  'handed_over_by',
  'undo_until_ms',
  'hand_over_outbox_id',
  'promised_at_ms',
];
const refuelColumns = [
  'refuel_id',
  'visit_id',
  'state',
  'lane_id',
  'grade_id',
  'fuel',
  'volume_ml',
  'amount_minor',
  'currency',
  'unit_price_milli',
  'fuel_mismatch_confirmed',
  'started_by',
  'started_at_ms',
  'completed_at_ms',
  'payment_request_id',
  'approval',
  'settled_otherwise',
];

function upsert(table: string, columns: string[]): string {
  const [key, ...rest] = columns;
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (${key}) DO UPDATE SET ${rest.map((c) => `${c} = excluded.${c}`).join(', ')}`;
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const parse = <T>(value: unknown): T => JSON.parse(String(value)) as T;
const parseOrNull = <T>(value: unknown): T | null => (value === null ? null : parse<T>(value));

export class VisitStore {
  /** Everything on the board, as committed. Replaced only after a commit. */
  readonly live = new Map<string, VisitRecord>();
  /** Live visits that have a row (a tentative one has none until it matters). */
  readonly #stored = new Set<string>();

  readonly #saveVisit: Database.Statement;
  readonly #savePickup: Database.Statement;
  readonly #saveRefuel: Database.Statement;
  readonly #saveRequest: Database.Statement;
  readonly #visit: Database.Statement;
  readonly #pickups: Database.Statement;
  readonly #refuel: Database.Statement;
  readonly #request: Database.Statement;
  readonly #byPickup: Database.Statement;
  readonly #byRefuel: Database.Statement;
  readonly #byPreorder: Database.Statement;
  readonly #between: Database.Statement;
  readonly #stillHeard: Database.Statement;
  readonly #unknownRequests: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#saveVisit = sqlite.prepare(upsert('visits', visitColumns));
    this.#savePickup = sqlite.prepare(upsert('pickups', pickupColumns));
    this.#saveRefuel = sqlite.prepare(upsert('refuels', refuelColumns));
    this.#saveRequest = sqlite.prepare(
      upsert('payment_requests', ['payment_request_id', 'refuel_id', 'visit_id', 'version', 'state']),
    );
    this.#visit = sqlite.prepare('SELECT * FROM visits WHERE visit_id = ?');
    this.#pickups = sqlite.prepare('SELECT * FROM pickups WHERE visit_id = ? ORDER BY pickup_id');
    this.#refuel = sqlite.prepare('SELECT * FROM refuels WHERE visit_id = ? ORDER BY refuel_id DESC LIMIT 1');
    this.#request = sqlite.prepare('SELECT * FROM payment_requests WHERE payment_request_id = ?');
    this.#byPickup = sqlite.prepare('SELECT visit_id FROM pickups WHERE pickup_id = ?').pluck();
    this.#byRefuel = sqlite.prepare('SELECT visit_id FROM refuels WHERE refuel_id = ?').pluck();
    this.#byPreorder = sqlite.prepare(
      'SELECT visit_id, state FROM pickups WHERE preorder_id = ? ORDER BY pickup_id DESC LIMIT 1',
    );
    this.#between = sqlite
      .prepare(
        `SELECT visit_id FROM visits
         WHERE first_heard_at_ms >= ? AND first_heard_at_ms < ? ORDER BY first_heard_at_ms DESC`,
      )
      .pluck();
    this.#stillHeard = sqlite.prepare(
      `SELECT visit_id, codes FROM visits
       WHERE visible = 0 AND presence <> 'departed' AND first_heard_at_ms >= ?`,
    );
    this.#unknownRequests = sqlite
      .prepare("SELECT payment_request_id FROM payment_requests WHERE state = 'unknown'")
      .pluck();
    const ids = sqlite.prepare('SELECT visit_id FROM visits WHERE visible = 1').pluck().all() as string[];
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
    return this.#unknownRequests.all() as string[];
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
    if (base === null || visitRowDiffers(base, visit)) this.#saveVisit.run(...visitRow(visit));
    for (const pickup of visit.pickups) {
      if (!base?.pickups.includes(pickup)) this.#savePickup.run(...pickupRow(pickup));
    }
    if (visit.refuel !== null && base?.refuel !== visit.refuel) {
      this.#saveRefuel.run(...refuelRow(visit.refuel));
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

  /** Has it a row? */
  isStored(visitId: string): boolean {
    return this.#stored.has(visitId);
  }
}

/** Is there anything new for the row itself? `lastHeardAtMs` alone is not: it is stored with the next change. */
function visitRowDiffers(a: VisitRecord, b: VisitRecord): boolean {
  for (const key of Object.keys(b) as Array<keyof VisitRecord>) {
    if (key === 'pickups' || key === 'refuel' || key === 'lastHeardAtMs') continue;
    if (a[key] !== b[key]) return true;
  }
  return false;
}

type Bind = string | number | null;

function visitRow(v: VisitRecord): Bind[] {
  return [
    v.visitId,
    v.jackId,
    v.plate,
    v.plateNormal,
    v.model,
    v.color,
    v.fuel,
    v.codeBehaviour,
    v.knownBy,
    v.purpose,
    JSON.stringify(v.codes),
    v.presence,
    v.laneId,
    JSON.stringify(v.laneCandidates),
    v.laneByStaff ? 1 : 0,
    v.firstHeardAtMs,
    v.arrivedAtMs,
    v.lastHeardAtMs,
    json(v.claimedBy),
    json(v.reservation),
    v.closed?.atMs ?? null,
    v.closed?.how ?? null,
    v.visible ? 1 : 0,
    v.doneAtMs,
  ];
}

function pickupRow(p: PickupRecord): Bind[] {
  return [
    p.pickupId,
    p.visitId,
    p.preorderId,
    p.number,
    JSON.stringify(p.items),
    p.paid.amountMinor,
    p.paid.currency,
    p.payment,
    p.state,
    p.checkKind,
    p.handedOverAtMs,
    json(p.handedOverBy),
    p.undoUntilMs,
    p.handOverOutboxId,
    p.promisedAtMs,
  ];
}

function refuelRow(r: RefuelRecord): Bind[] {
  return [
    r.refuelId,
    r.visitId,
    r.state,
    r.laneId,
    r.gradeId,
    r.fuel,
    r.volumeMl,
    r.amountMinor,
    r.currency,
    r.unitPriceMilli,
    r.fuelMismatchConfirmed ? 1 : 0,
    JSON.stringify(r.startedBy),
    r.startedAtMs,
    r.completedAtMs,
    r.paymentRequestId,
    json(r.approval),
    json(r.settledOtherwise),
  ];
}

// Rows were written by the functions above, inside STRICT tables with CHECKs: their types are known.
function toVisit(row: Row, pickups: PickupRecord[], refuel: RefuelRecord | null): VisitRecord {
  const closedAtMs = row.closed_at_ms as number | null;
  return {
    visitId: row.visit_id as string,
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
    state: row.state as PickupRecord['state'],
    checkKind: row.check_kind as PickupRecord['checkKind'],
    handedOverAtMs: row.handed_over_at_ms as number | null,
    handedOverBy: parseOrNull(row.handed_over_by),
    undoUntilMs: row.undo_until_ms as number | null,
    handOverOutboxId: row.hand_over_outbox_id as string | null,
    promisedAtMs: row.promised_at_ms as number | null,
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
