/** The daily log's reading of the records. SQL is only here and in log-query.ts; nothing is written. */
import type Database from 'better-sqlite3';
import { plateTail } from '../../shared/domain/index.ts';
import type { Reservation } from '../../shared/schemas/index.ts';
import type { HeldReservation, PaymentGroup, Person } from '../../shared/station-contract/index.ts';
import { type JobKind, jobsWanted, visitsWanted, type Wanted } from './log-query.ts';
import type { Span } from './span.ts';

export interface VisitFacts {
  visit_id: string;
  first_heard_at_ms: number;
  arrived_at_ms: number | null;
  known_by: 'jack' | 'phone' | 'staff';
  /** 1: a code of it was heard during the stay. */
  heard: number;
  /** 1: staff set another lane than the radio had named. */
  lane_corrected: number;
  jack_id: string | null;
  lane_id: string | null;
}

export interface JobFacts {
  job_visit: string;
  kind: JobKind;
  payment: PaymentGroup;
  amount_minor: number;
  given_back_minor: number;
  person: string | null;
  served_at_ms: number | null;
  lane_id: string | null;
  arrived_at_ms: number | null;
}

interface ReservationRow {
  visit_id: string;
  plate: string;
  lane_id: string | null;
  reservation: string;
  asked_at_ms: number;
  closed_at_ms: number | null;
}

/** Ids from the word index; null: nothing is searched for, or the tables are scanned. */
export type Found = readonly string[] | null;

export class LogStore {
  readonly #sqlite: Database.Database;
  /** One per set of filters in use; a few dozen at most. */
  readonly #statements = new Map<string, Database.Statement>();

  constructor(sqlite: Database.Database) {
    this.#sqlite = sqlite;
  }

  /** Ids of a page, newest first. The index on the first hearing gives the order; offsets walk it. */
  page(wanted: Wanted, span: Span, offset: number, limit: number, found: Found = null): string[] {
    const { where, params } = visitsWanted(wanted, found);
    const sql = `SELECT v.visit_id FROM visits v WHERE ${where}
      ORDER BY v.first_heard_at_ms DESC, v.rowid DESC LIMIT @limit OFFSET @offset`;
    return this.#prepared(sql)
      .pluck()
      .all({ ...params, ...span, offset, limit }) as string[];
  }

  count(wanted: Wanted, span: Span, found: Found = null): number {
    const { where, params } = visitsWanted(wanted, found);
    const sql = `SELECT count(*) FROM visits v WHERE ${where}`;
    return Number(
      this.#prepared(sql)
        .pluck()
        .get({ ...params, ...span }),
    );
  }

  visits(wanted: Wanted, span: Span, found: Found = null): VisitFacts[] {
    const { where, params } = visitsWanted(wanted, found);
    const sql = `SELECT v.visit_id, v.first_heard_at_ms, v.arrived_at_ms, v.known_by, v.codes <> '[]' AS heard,
        v.jack_id, v.lane_id,
        v.lane_by_staff = 1 AND v.heard_lanes <> '[]'
          AND v.lane_id NOT IN (SELECT value FROM json_each(v.heard_lanes)) AS lane_corrected
      FROM visits v WHERE ${where}`;
    return this.#prepared(sql).all({ ...params, ...span }) as VisitFacts[];
  }

  jobs(wanted: Wanted, span: Span, found: Found = null): JobFacts[] {
    const query = jobsWanted(wanted, found);
    if (query === null) return [];
    return this.#prepared(query.sql).all({ ...query.params, ...span }) as JobFacts[];
  }

  people(): Person[] {
    return this.#prepared(
      'SELECT staff_id AS staffId, display_name AS displayName, role FROM staff ORDER BY display_name',
    ).all() as Person[];
  }

  /** Held for a refuel that is over, or on its way back: of the last days, whatever day is looked at. */
  reservations(sinceMs: number): HeldReservation[] {
    const rows = this.#prepared(
      `SELECT v.visit_id, v.plate, v.lane_id, v.reservation, coalesce(v.arrived_at_ms, v.first_heard_at_ms) AS asked_at_ms,
         v.closed_at_ms
       FROM visits v WHERE v.first_heard_at_ms >= @sinceMs AND v.reservation IS NOT NULL
         AND (v.reservation ->> 'state' = 'releasing'
           OR (v.reservation ->> 'state' = 'held' AND v.closed_at_ms IS NOT NULL))
       ORDER BY v.first_heard_at_ms`,
    ).all({ sinceMs }) as ReservationRow[];
    return rows.map((row) => {
      const { paymentRequestId, maximum, state } = JSON.parse(row.reservation) as Reservation;
      return {
        visitId: row.visit_id,
        plateTail: plateTail(row.plate),
        laneId: row.lane_id,
        paymentRequestId,
        maximum,
        state: state === 'releasing' ? 'releasing' : 'held',
        askedAtMs: row.asked_at_ms,
        closedAtMs: row.closed_at_ms,
      };
    });
  }

  #prepared(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
