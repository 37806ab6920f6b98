/** Charges: rows ↔ records. SQL is only here; the live ones hang on their visits in {@link VisitStore}. */
import type Database from 'better-sqlite3';
import { asFlag, asJson, type Column, RowSaver } from './row-saver.ts';
import type { ChargeRecord } from './visit-record.ts';

type Row = Record<string, unknown>;

const columns: Array<Column<ChargeRecord>> = [
  { name: 'charge_id', of: (c) => c.chargeId },
  { name: 'visit_id', of: (c) => c.visitId },
  { name: 'state', of: (c) => c.state },
  { name: 'amount_minor', of: (c) => c.amountMinor },
  { name: 'currency', of: (c) => c.currency },
  { name: 'note', of: (c) => c.note },
  { name: 'verification', of: (c) => c.verification },
  { name: 'requested_by', of: (c) => c.requestedBy, write: asJson },
  { name: 'requested_at_ms', of: (c) => c.requestedAtMs },
  { name: 'payment_request_id', of: (c) => c.paymentRequestId },
  { name: 'approval', of: (c) => c.approval, write: asJson },
  { name: 'cancel_asked', of: (c) => c.cancelAsked, write: asFlag },
  { name: 'refunds', of: (c) => c.refunds, write: asJson },
];

/** What is kept of one request for approval. */
export interface KeptChargeRequest {
  readonly chargeId: string;
  readonly visitId: string;
  readonly version: number;
  /** As the server said last. */
  readonly state: string;
}

export class ChargeStore {
  readonly #rows: RowSaver<ChargeRecord>;
  readonly #ofVisit: Database.Statement;
  readonly #visitOf: Database.Statement;
  readonly #between: Database.Statement;
  readonly #request: Database.Statement;
  readonly #saveRequest: Database.Statement;
  readonly #unknown: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#rows = new RowSaver(sqlite, 'charges', columns);
    this.#ofVisit = sqlite.prepare('SELECT * FROM charges WHERE visit_id = ? ORDER BY rowid');
    this.#visitOf = sqlite.prepare('SELECT visit_id FROM charges WHERE charge_id = ?').pluck();
    this.#between = sqlite.prepare(
      `SELECT charge_id, visit_id FROM charges
       WHERE requested_at_ms >= ? AND requested_at_ms < ? ORDER BY requested_at_ms DESC, rowid DESC`,
    );
    this.#request = sqlite.prepare('SELECT * FROM charge_requests WHERE payment_request_id = ?');
    this.#saveRequest = sqlite.prepare(
      `INSERT INTO charge_requests VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (payment_request_id) DO UPDATE SET version = excluded.version, state = excluded.state`,
    );
    this.#unknown = sqlite
      .prepare("SELECT payment_request_id FROM charge_requests WHERE state = 'unknown'")
      .pluck();
  }

  /** Oldest first. */
  ofVisit(visitId: string): ChargeRecord[] {
    return (this.#ofVisit.all(visitId) as Row[]).map(toCharge);
  }

  visitIdOf(chargeId: string): string | null {
    return (this.#visitOf.get(chargeId) as string | undefined) ?? null;
  }

  /** Requested in [fromMs, toMs), newest first. */
  between(fromMs: number, toMs: number): Array<{ chargeId: string; visitId: string }> {
    const rows = this.#between.all(fromMs, toMs) as Row[];
    return rows.map((r) => ({ chargeId: String(r.charge_id), visitId: String(r.visit_id) }));
  }

  request(paymentRequestId: string): KeptChargeRequest | null {
    const row = this.#request.get(paymentRequestId) as Row | undefined;
    if (!row) return null;
    return {
      chargeId: String(row.charge_id),
      visitId: String(row.visit_id),
      version: Number(row.version),
      state: String(row.state),
    };
  }

  /**
   * Inside a transaction only, and only of a charge that has its row: requests refer to it.
   * @param version the server's; 0 = nothing heard yet
   */
  saveRequest(paymentRequestId: string, charge: ChargeRecord, version: number, state: string): void {
    this.#saveRequest.run(paymentRequestId, charge.chargeId, charge.visitId, version, state);
  }

  unknownRequests(): string[] {
    return this.#unknown.all() as string[];
  }

  /** Writes what differs from `before` (null = all of it). Inside a transaction only. */
  save(charge: ChargeRecord, before: ChargeRecord | null): void {
    this.#rows.save(charge, before);
    // A fresh request is kept with its charge: its row must be there first.
    if (charge.paymentRequestId !== before?.paymentRequestId && !this.#request.get(charge.paymentRequestId)) {
      this.saveRequest(charge.paymentRequestId, charge, 0, 'waiting');
    }
  }
}

// Rows were written by the function above, inside a STRICT table with CHECKs: their types are known.
function toCharge(row: Row): ChargeRecord {
  const parse = <T>(value: unknown): T => JSON.parse(String(value)) as T;
  return {
    chargeId: row.charge_id as string,
    visitId: row.visit_id as string,
    state: row.state as ChargeRecord['state'],
    amountMinor: row.amount_minor as number,
    currency: row.currency as string,
    note: row.note as string | null,
    verification: row.verification as ChargeRecord['verification'],
    requestedBy: parse(row.requested_by),
    requestedAtMs: row.requested_at_ms as number,
    paymentRequestId: row.payment_request_id as string,
    approval: parse(row.approval),
    cancelAsked: row.cancel_asked === 1,
    refunds: parse(row.refunds),
  };
}
