/** What the site's records say of money that the payment server should know of. SQL is only here. */
import type Database from 'better-sqlite3';
import { plateTail } from '../../shared/domain/index.ts';
import type { JobKind } from './log-query.ts';
import type { Span } from './span.ts';

export type BookKind = JobKind | 'cart';

/** One pickup, refuel, charge or paid cart as the site has it. */
export interface SiteLine {
  kind: BookKind;
  subjectId: string;
  /** null: a cart belongs to no visit. */
  visitId: string | null;
  plateTail: string | null;
  /** Of a preorder, or the number painted on the cart. */
  number: string | null;
  atMs: number;
  currency: string;
  /** Taken through the server less given back; 0: nothing was taken through it, as far as the site knows. */
  netMinor: number;
}

interface Row {
  subject_id: string;
  visit_id: string | null;
  plate: string | null;
  number: string | null;
  at_ms: number;
  currency: string;
  net_minor: number;
}

const selects: Record<JobKind, string> = {
  pickup: `SELECT p.pickup_id AS subject_id, p.visit_id, v.plate, p.number,
      coalesce(p.handed_over_at_ms, v.first_heard_at_ms) AS at_ms, p.currency,
      CASE WHEN p.state = 'handed-over' THEN p.paid_minor ELSE 0 END AS net_minor
    FROM visits v JOIN pickups p ON p.visit_id = v.visit_id`,
  refuel: `SELECT r.refuel_id AS subject_id, r.visit_id, v.plate, NULL AS number,
      coalesce(r.completed_at_ms, r.started_at_ms) AS at_ms, r.currency,
      CASE WHEN r.state = 'paid' THEN coalesce(r.amount_minor, 0) ELSE 0 END AS net_minor
    FROM visits v JOIN refuels r ON r.visit_id = v.visit_id`,
  charge: `SELECT c.charge_id AS subject_id, c.visit_id, v.plate, NULL AS number,
      c.requested_at_ms AS at_ms, c.currency,
      CASE WHEN c.state = 'paid' THEN c.amount_minor - (SELECT coalesce(sum(g.value ->> 'amountMinor'), 0)
        FROM json_each(c.refunds) g WHERE g.value ->> 'state' = 'given-back') ELSE 0 END AS net_minor
    FROM visits v JOIN charges c ON c.visit_id = v.visit_id`,
};

const ofCart = `SELECT payment_request_id AS subject_id, NULL AS visit_id, NULL AS plate, CAST(cart AS TEXT) AS number,
      coalesce(settled_at_ms, asked_at_ms) AS at_ms, currency,
      CASE WHEN state = 'paid' THEN amount_minor - (SELECT coalesce(sum(g.value ->> 'amountMinor'), 0)
        FROM json_each(refunds) g WHERE g.value ->> 'state' = 'given-back') ELSE 0 END AS net_minor
    FROM cart_payments`;

/** A car may stand here for long before it is served. */
const stayMs = 2 * 24 * 3_600_000;

export class ReconcileStore {
  readonly #between: Record<BookKind, Database.Statement>;
  readonly #pickup: Database.Statement;
  readonly #refuel: Database.Statement;
  readonly #refuelByRequest: Database.Statement;
  readonly #chargeByRequest: Database.Statement;
  readonly #cartByRequest: Database.Statement;

  constructor(sqlite: Database.Database) {
    const between = (kind: JobKind) =>
      sqlite.prepare(`SELECT * FROM (${selects[kind]} WHERE v.first_heard_at_ms >= ? AND v.first_heard_at_ms < ?)
        WHERE at_ms >= ? AND at_ms < ? AND net_minor <> 0 ORDER BY at_ms`);
    const cart = sqlite.prepare(`SELECT * FROM (${ofCart} WHERE asked_at_ms >= ? AND asked_at_ms < ?)
        WHERE at_ms >= ? AND at_ms < ? AND net_minor <> 0 ORDER BY at_ms`);
    this.#between = { pickup: between('pickup'), refuel: between('refuel'), charge: between('charge'), cart };
    this.#cartByRequest = sqlite.prepare(`${ofCart} WHERE payment_request_id = ?`);
    this.#pickup = sqlite.prepare(
      `${selects.pickup} WHERE p.preorder_id = ? ORDER BY (p.state = 'handed-over') DESC, p.rowid DESC LIMIT 1`,
    );
    this.#refuel = sqlite.prepare(`${selects.refuel} WHERE r.refuel_id = ?`);
    this.#refuelByRequest = sqlite.prepare(
      `${selects.refuel} WHERE r.refuel_id =
        coalesce((SELECT refuel_id FROM payment_requests WHERE payment_request_id = @id),
                 (SELECT refuel_id FROM refuels WHERE payment_request_id = @id))`,
    );
    this.#chargeByRequest = sqlite.prepare(
      `${selects.charge} WHERE c.charge_id = (SELECT charge_id FROM charge_requests WHERE payment_request_id = ?)`,
    );
  }

  /** Money that moved through the server in this span, by the site's own time. */
  between(kind: BookKind, { fromMs, toMs }: Span): SiteLine[] {
    const rows = this.#between[kind].all(fromMs - stayMs, toMs, fromMs, toMs) as Row[];
    return rows.map((row) => toLine(kind, row));
  }

  pickup(preorderId: string): SiteLine | null {
    return lineOrNull('pickup', this.#pickup.get(preorderId));
  }

  refuel(refuelId: string): SiteLine | null {
    return lineOrNull('refuel', this.#refuel.get(refuelId));
  }

  /** The refuel, charge or cart that once asked under this id. */
  byRequest(paymentRequestId: string): SiteLine | null {
    return (
      lineOrNull('charge', this.#chargeByRequest.get(paymentRequestId)) ??
      lineOrNull('refuel', this.#refuelByRequest.get({ id: paymentRequestId })) ??
      lineOrNull('cart', this.#cartByRequest.get(paymentRequestId))
    );
  }
}

function lineOrNull(kind: BookKind, row: unknown): SiteLine | null {
  return row === undefined ? null : toLine(kind, row as Row);
}

function toLine(kind: BookKind, row: Row): SiteLine {
  return {
    kind,
    subjectId: row.subject_id,
    visitId: row.visit_id,
    plateTail: row.plate === null ? null : plateTail(row.plate),
    number: row.number,
    atMs: row.at_ms,
    currency: row.currency,
    netMinor: row.net_minor,
  };
}
