/** Shifts: rows ↔ records, and what the journal says was done in one. SQL is only here. */
import type Database from 'better-sqlite3';
import type { Person, ShiftReport } from '../../shared/station-contract/index.ts';

export interface ShiftRecord {
  readonly shiftId: string;
  readonly kioskId: string | null;
  readonly person: Person;
  readonly openedAtMs: number;
  /** The journal's head when it was opened: what was done in it lies after. */
  readonly openedSequence: number;
  readonly floatMinor: number;
  readonly currency: string;
  readonly closed: {
    atMs: number;
    by: Person;
    countedMinor: number;
    handedTo: Person | null;
    note: string;
    /** The Z report, as it was printed. */
    report: ShiftReport;
  } | null;
}

/** Something a person at the shift's kiosk marked. */
export interface Deed {
  kind:
    | 'handed-over'
    | 'refuel-completed'
    | 'settled-otherwise'
    | 'charge-requested'
    | 'charge-refunded'
    | 'cart-checked-out'
    | 'cart-refunded';
  subjectId: string;
  refundId: string | null;
}

export interface Outcome {
  state: string;
  amountMinor: number;
  tender: string | null;
}

/** A hand-over that a Z report counted while it could still be undone, and with what. */
export interface StillUndoable {
  preorderId: string;
  amountMinor: number;
}

/** What a Z report could not count yet: nobody has paid for it so far. */
export interface LeftOpen {
  kind: 'refuel' | 'charge' | 'cart';
  subjectId: string;
  /** When the first Z report left it. */
  sinceMs: number;
}

/** A refund of which a Z report could not know whether it goes back in the end. */
export interface LeftRefund {
  kind: 'charge-refunded' | 'cart-refunded';
  subjectId: string;
  refundId: string;
  /** What the Z report counted of it as given back: all of it or nothing. */
  countedMinor: number;
  /** When the first Z report left it. */
  sinceMs: number;
}

/** What a Z report leaves to the next one of its kiosk. */
export interface LeftOver {
  stillUndoable: StillUndoable[];
  leftOpen: LeftOpen[];
  leftRefunds: LeftRefund[];
}

type Row = Record<string, unknown>;

export class ShiftStore {
  readonly #insert: Database.Statement;
  readonly #close: Database.Statement;
  readonly #moveOpen: Database.Statement;
  readonly #one: Database.Statement;
  readonly #open: Database.Statement;
  readonly #between: Database.Statement;
  readonly #deeds: Database.Statement;
  readonly #closeBefore: Database.Statement;
  readonly #undoneAfter: Database.Statement;
  readonly #handOverMark: Database.Statement;
  readonly #pickup: Database.Statement;
  readonly #refuel: Database.Statement;
  readonly #charge: Database.Statement;
  readonly #refund: Database.Statement;
  readonly #cart: Database.Statement;
  readonly #cartRefund: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#insert = sqlite.prepare(
      `INSERT INTO shifts (shift_id, kiosk_id, person, opened_at_ms, opened_sequence, float_minor, currency)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#close = sqlite.prepare(
      `UPDATE shifts SET closed_at_ms = ?, closed_by = ?, counted_minor = ?, handed_to = ?, note = ?, report = ?
       WHERE shift_id = ? AND closed_at_ms IS NULL`,
    );
    this.#moveOpen = sqlite.prepare(
      'UPDATE shifts SET opened_at_ms = opened_at_ms + ? WHERE closed_at_ms IS NULL',
    );
    this.#one = sqlite.prepare('SELECT * FROM shifts WHERE shift_id = ?');
    this.#open = sqlite.prepare('SELECT * FROM shifts WHERE closed_at_ms IS NULL AND kiosk_id IS ?');
    this.#between = sqlite.prepare(
      `SELECT * FROM shifts WHERE opened_at_ms < ? AND (closed_at_ms IS NULL OR closed_at_ms >= ?)
       ORDER BY opened_at_ms DESC, opened_sequence DESC`,
    );
    this.#deeds = sqlite.prepare(
      `SELECT sequence, kind, coalesce(details ->> 'preorderId', details ->> 'refuelId', details ->> 'chargeId',
           details ->> 'paymentRequestId') AS subject_id,
         details ->> 'refundId' AS refund_id
       FROM journal WHERE sequence > ? AND (kind = 'hand-over-undone' OR kiosk_id IS ?
         AND kind IN ('handed-over', 'refuel-completed', 'settled-otherwise', 'charge-requested',
           'charge-refunded', 'cart-checked-out', 'cart-refunded')
         AND details ->> 'alreadyPaid' IS NULL)`,
    );
    // Read backwards, for a shift follows the one before at once, and no further than that one: a kiosk's first has none.
    this.#closeBefore = sqlite.prepare(
      `WITH before AS (SELECT shift_id, opened_sequence FROM shifts
         WHERE kiosk_id IS ? AND opened_sequence < ? ORDER BY opened_sequence DESC LIMIT 1)
       SELECT sequence, details ->> 'stillUndoable' AS still_undoable, details ->> 'leftOpen' AS left_open,
         details ->> 'leftRefunds' AS left_refunds FROM journal
       WHERE sequence > (SELECT opened_sequence FROM before) AND sequence <= ? AND kind = 'shift-closed'
         AND details ->> 'shiftId' = (SELECT shift_id FROM before)
       ORDER BY sequence DESC LIMIT 1`,
    );
    this.#undoneAfter = sqlite
      .prepare(
        "SELECT details ->> 'preorderId' FROM journal WHERE sequence > ? AND kind = 'hand-over-undone'",
      )
      .pluck();
    this.#handOverMark = sqlite
      .prepare("SELECT hand_over_outbox_id FROM pickups WHERE preorder_id = ? AND state = 'handed-over'")
      .pluck();
    this.#pickup = sqlite.prepare(
      `SELECT state, paid_minor AS amount_minor, NULL AS tender FROM pickups
       WHERE preorder_id = ? AND state = 'handed-over'`,
    );
    this.#refuel = sqlite.prepare(
      `SELECT state, coalesce(amount_minor, 0) AS amount_minor, settled_otherwise ->> 'tender' AS tender
       FROM refuels WHERE refuel_id = ?`,
    );
    this.#charge = sqlite.prepare(
      'SELECT state, amount_minor, NULL AS tender FROM charges WHERE charge_id = ?',
    );
    this.#refund = sqlite.prepare(
      `SELECT g.value ->> 'state' AS state, g.value ->> 'amountMinor' AS amount_minor, NULL AS tender
       FROM charges c, json_each(c.refunds) g WHERE c.charge_id = ? AND g.value ->> 'refundId' = ?`,
    );
    this.#cart = sqlite.prepare(
      'SELECT state, amount_minor, NULL AS tender FROM cart_payments WHERE payment_request_id = ?',
    );
    this.#cartRefund = sqlite.prepare(
      `SELECT g.value ->> 'state' AS state, g.value ->> 'amountMinor' AS amount_minor, NULL AS tender
       FROM cart_payments c, json_each(c.refunds) g
       WHERE c.payment_request_id = ? AND g.value ->> 'refundId' = ?`,
    );
  }

  /** Inside a transaction only. */
  add(shift: ShiftRecord): void {
    this.#insert.run(
      shift.shiftId,
      shift.kioskId,
      JSON.stringify(shift.person),
      shift.openedAtMs,
      shift.openedSequence,
      shift.floatMinor,
      shift.currency,
    );
  }

  /** Inside a transaction only: the clock was corrected, and what is open goes on. */
  moveOpen(byMs: number): void {
    this.#moveOpen.run(byMs);
  }

  /** Inside a transaction only. */
  close(shiftId: string, closed: NonNullable<ShiftRecord['closed']>): void {
    this.#close.run(
      closed.atMs,
      JSON.stringify(closed.by),
      closed.countedMinor,
      closed.handedTo === null ? null : JSON.stringify(closed.handedTo),
      closed.note,
      JSON.stringify(closed.report),
      shiftId,
    );
  }

  get(shiftId: string): ShiftRecord | null {
    return toShiftOrNull(this.#one.get(shiftId));
  }

  openAt(kioskId: string | null): ShiftRecord | null {
    return toShiftOrNull(this.#open.get(kioskId));
  }

  /** Open at any time in [fromMs, toMs), newest first. */
  between(fromMs: number, toMs: number): ShiftRecord[] {
    return (this.#between.all(toMs, fromMs) as Row[]).map(toShift);
  }

  /** What was marked at the shift's kiosk since it was opened, oldest first. */
  deeds(shift: ShiftRecord): Deed[] {
    const rows = this.#deeds.all(shift.openedSequence, shift.kioskId) as Row[];
    // What was taken back, at whatever kiosk, and handed over again elsewhere is a sale there.
    const undone = new Map<unknown, number>();
    for (const { kind, subject_id, sequence } of rows) {
      if (kind === 'hand-over-undone') undone.set(subject_id, Number(sequence));
    }
    const counts = ({ kind, subject_id, sequence }: Row) =>
      kind !== 'hand-over-undone' &&
      (kind !== 'handed-over' || Number(sequence) > (undone.get(subject_id) ?? 0));
    return rows.flatMap((row) =>
      row.subject_id === null || !counts(row)
        ? []
        : [
            {
              kind: row.kind as Deed['kind'],
              subjectId: row.subject_id as string,
              refundId: row.refund_id as string | null,
            },
          ],
    );
  }

  /** What the Z report before at the same kiosk left over, and what of that was undone since. */
  leftBefore(shift: ShiftRecord): LeftOver & { undone: StillUndoable[] } {
    const close = this.#closeBefore.get(shift.kioskId, shift.openedSequence, shift.openedSequence) as
      | Row
      | undefined;
    const undoable = parsed<StillUndoable>(close?.still_undoable);
    const since = new Set(undoable.length === 0 ? [] : this.#undoneAfter.all(close?.sequence));
    return {
      undone: undoable.filter(({ preorderId }) => since.has(preorderId)),
      stillUndoable: undoable.filter(({ preorderId }) => !since.has(preorderId)),
      leftOpen: parsed<LeftOpen>(close?.left_open),
      leftRefunds: parsed<LeftRefund>(close?.left_refunds),
    };
  }

  /** The mark that an undo would withdraw. */
  handOverMark(preorderId: string): string | null {
    return (this.#handOverMark.get(preorderId) as string | null | undefined) ?? null;
  }

  /** A pickup counts only while it stays handed over. */
  pickup(preorderId: string): Outcome | null {
    return toOutcome(this.#pickup.get(preorderId));
  }

  refuel(refuelId: string): Outcome | null {
    return toOutcome(this.#refuel.get(refuelId));
  }

  charge(chargeId: string): Outcome | null {
    return toOutcome(this.#charge.get(chargeId));
  }

  refund(chargeId: string, refundId: string): Outcome | null {
    return toOutcome(this.#refund.get(chargeId, refundId));
  }

  /** Checked out at the shift's kiosk; what the server has not heard of yet has no payment. */
  cart(paymentRequestId: string): Outcome | null {
    return toOutcome(this.#cart.get(paymentRequestId));
  }

  cartRefund(paymentRequestId: string, refundId: string): Outcome | null {
    return toOutcome(this.#cartRefund.get(paymentRequestId, refundId));
  }
}

const parsed = <T>(list: unknown): T[] => (typeof list === 'string' ? (JSON.parse(list) as T[]) : []);

function toOutcome(row: unknown): Outcome | null {
  if (row === undefined) return null;
  const { state, amount_minor, tender } = row as Row;
  return { state: String(state), amountMinor: Number(amount_minor), tender: tender as string | null };
}

function toShiftOrNull(row: unknown): ShiftRecord | null {
  return row === undefined ? null : toShift(row as Row);
}

// Rows were written by this class, inside a STRICT table with CHECKs: their types are known.
function toShift(row: Row): ShiftRecord {
  const parse = <T>(value: unknown): T => JSON.parse(String(value)) as T;
  return {
    shiftId: row.shift_id as string,
    kioskId: row.kiosk_id as string | null,
    person: parse(row.person),
    openedAtMs: row.opened_at_ms as number,
    openedSequence: row.opened_sequence as number,
    floatMinor: row.float_minor as number,
    currency: row.currency as string,
    closed:
      row.closed_at_ms === null
        ? null
        : {
            atMs: row.closed_at_ms as number,
            by: parse(row.closed_by),
            countedMinor: row.counted_minor as number,
            handedTo: row.handed_to === null ? null : parse(row.handed_to),
            note: row.note as string,
            report: parse(row.report),
          },
  };
}
