/** Checkouts of carts: rows ↔ records. SQL is only here. */
import type Database from 'better-sqlite3';
import type { CartLine } from '../../shared/schemas/index.ts';
import type { ChargeState } from '../../shared/station-contract/index.ts';
import { asFlag, asJson, type Column, RowSaver } from './row-saver.ts';
import type { RefundRecord } from './visit-record.ts';

/** A cart's checkout as the server told of it. It belongs to no visit: whose cart it was stays with the server. */
export interface CartPaymentRecord {
  readonly paymentRequestId: string;
  readonly tripId: string;
  readonly cartId: string;
  readonly cartNumber: number;
  readonly state: ChargeState;
  readonly amountMinor: number;
  readonly currency: string;
  readonly asPickup: boolean;
  readonly lines: readonly CartLine[];
  readonly askedAtMs: number;
  readonly settledAtMs: number | null;
  readonly refunds: readonly RefundRecord[];
  /** Of the payment request; 0 = nothing heard yet. */
  readonly version: number;
}

type Row = Record<string, unknown>;

const columns: Array<Column<CartPaymentRecord>> = [
  { name: 'payment_request_id', of: (p) => p.paymentRequestId },
  { name: 'trip_id', of: (p) => p.tripId },
  { name: 'cart_id', of: (p) => p.cartId },
  { name: 'cart', of: (p) => p.cartNumber },
  { name: 'state', of: (p) => p.state },
  { name: 'amount_minor', of: (p) => p.amountMinor },
  { name: 'currency', of: (p) => p.currency },
  { name: 'as_pickup', of: (p) => p.asPickup, write: asFlag },
  { name: 'lines', of: (p) => p.lines, write: asJson },
  { name: 'asked_at_ms', of: (p) => p.askedAtMs },
  { name: 'settled_at_ms', of: (p) => p.settledAtMs },
  { name: 'refunds', of: (p) => p.refunds, write: asJson },
  { name: 'version', of: (p) => p.version },
];

export class CartPaymentStore {
  readonly #rows: RowSaver<CartPaymentRecord>;
  readonly #get: Database.Statement;
  readonly #between: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#rows = new RowSaver(sqlite, 'cart_payments', columns);
    this.#get = sqlite.prepare('SELECT * FROM cart_payments WHERE payment_request_id = ?');
    this.#between = sqlite.prepare(
      `SELECT * FROM cart_payments WHERE asked_at_ms >= ? AND asked_at_ms < ?
       ORDER BY asked_at_ms DESC, rowid DESC`,
    );
  }

  get(paymentRequestId: string): CartPaymentRecord | null {
    const row = this.#get.get(paymentRequestId) as Row | undefined;
    return row === undefined ? null : toRecord(row);
  }

  /** Asked for in [fromMs, toMs), newest first. */
  between(fromMs: number, toMs: number): CartPaymentRecord[] {
    return (this.#between.all(fromMs, toMs) as Row[]).map(toRecord);
  }

  /** Writes what differs from `before` (null = all of it). Inside a transaction only. */
  save(payment: CartPaymentRecord, before: CartPaymentRecord | null): void {
    this.#rows.save(payment, before);
  }
}

// Rows were written by the function above, inside a STRICT table with CHECKs: their types are known.
function toRecord(row: Row): CartPaymentRecord {
  return {
    paymentRequestId: row.payment_request_id as string,
    tripId: row.trip_id as string,
    cartId: row.cart_id as string,
    cartNumber: row.cart as number,
    state: row.state as ChargeState,
    amountMinor: row.amount_minor as number,
    currency: row.currency as string,
    asPickup: row.as_pickup === 1,
    lines: JSON.parse(String(row.lines)) as CartLine[],
    askedAtMs: row.asked_at_ms as number,
    settledAtMs: row.settled_at_ms as number | null,
    refunds: JSON.parse(String(row.refunds)) as RefundRecord[],
    version: row.version as number,
  };
}
