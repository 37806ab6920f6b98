/** The follow-ups' reading of the records; nothing is written. */
import type Database from 'better-sqlite3';
import { plateTail } from '../../shared/domain/index.ts';
import type { Reservation } from '../../shared/schemas/index.ts';
import type { RefuelState } from '../../shared/station-contract/index.ts';

export interface VisitHere {
  visitId: string;
  plateTail: string;
  laneId: string | null;
  reservation: Reservation | null;
}

export interface RefuelHere {
  refuelId: string;
  visitId: string;
  plateTail: string;
  laneId: string;
  state: RefuelState;
  amountMinor: number;
  currency: string;
  paymentRequestId: string | null;
  completedAtMs: number;
}

interface VisitRow {
  visit_id: string;
  plate: string;
  lane_id: string | null;
  reservation: string | null;
}

interface RefuelRow {
  refuel_id: string;
  visit_id: string;
  plate: string;
  lane_id: string;
  state: RefuelState;
  amount_minor: number | null;
  currency: string;
  payment_request_id: string | null;
  completed_at_ms: number;
}

const refuels = `SELECT r.refuel_id, r.visit_id, v.plate, r.lane_id, r.state, r.amount_minor, r.currency,
    r.payment_request_id, coalesce(r.completed_at_ms, r.started_at_ms) AS completed_at_ms
  FROM refuels r JOIN visits v ON v.visit_id = r.visit_id`;

export class FollowUpStore {
  readonly #visit: Database.Statement;
  readonly #refuel: Database.Statement;
  readonly #driveOffs: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#visit = sqlite.prepare(
      'SELECT visit_id, plate, lane_id, reservation FROM visits WHERE visit_id = ?',
    );
    this.#refuel = sqlite.prepare(`${refuels} WHERE r.refuel_id = ?`);
    this.#driveOffs = sqlite.prepare(
      `${refuels} WHERE v.first_heard_at_ms >= ? AND (r.state = 'drive-off'
        OR (v.closed_how = 'drive-off' AND r.state IN ('awaiting-approval', 'declined', 'expired', 'unknown')))
      ORDER BY completed_at_ms`,
    );
  }

  visit(visitId: string): VisitHere | null {
    const row = this.#visit.get(visitId) as VisitRow | undefined;
    if (row === undefined) return null;
    return {
      visitId: row.visit_id,
      plateTail: plateTail(row.plate),
      laneId: row.lane_id,
      reservation: row.reservation === null ? null : (JSON.parse(row.reservation) as Reservation),
    };
  }

  refuel(refuelId: string): RefuelHere | null {
    const row = this.#refuel.get(refuelId) as RefuelRow | undefined;
    return row === undefined ? null : refuelOf(row);
  }

  /** Refuels that left unpaid and are still not settled, on the board or put away, of cars first heard since then. */
  driveOffs(sinceMs: number): RefuelHere[] {
    return (this.#driveOffs.all(sinceMs) as RefuelRow[]).map(refuelOf);
  }
}

function refuelOf(row: RefuelRow): RefuelHere {
  return {
    refuelId: row.refuel_id,
    visitId: row.visit_id,
    plateTail: plateTail(row.plate),
    laneId: row.lane_id,
    state: row.state,
    amountMinor: row.amount_minor ?? 0,
    currency: row.currency,
    paymentRequestId: row.payment_request_id,
    completedAtMs: row.completed_at_ms,
  };
}
