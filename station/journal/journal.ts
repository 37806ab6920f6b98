/**
 * The site's append-only record. Each row's hash covers the row and the hash before it:
 *
 *   hash(n) = SHA-256( hash(n-1) + "\n" + canonical JSON of row n )      hash(0) = 64 zeros
 *
 * so that a row changed, removed or slipped in later breaks every hash from there on. Triggers in the
 * database refuse UPDATE and DELETE; the chain shows what went around them. Rows are never updated.
 */
import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { JournalEntry, Person } from '../../shared/station-contract/index.ts';
import { canonicalJson } from './canonical-json.ts';

export interface JournalHead {
  sequence: number;
  hash: string;
}

export interface NewEntry {
  atMs: number;
  kind: string;
  visitId: string | null;
  person: Person | null;
  kioskId: string | null;
  details: Record<string, unknown>;
}

export type JournalCheck =
  | { unbroken: true; entries: number; headHash: string }
  | { unbroken: false; entries: number; firstBadSequence: number; reason: string };

interface Row {
  sequence: number;
  at_ms: number;
  kind: string;
  visit_id: string | null;
  person: string | null;
  kiosk_id: string | null;
  details: string;
  hash: string;
}

const start = '0'.repeat(64);

function rowHash(previous: string, row: Omit<Row, 'hash'>): string {
  // An array in fixed order: canonical without sorting. `person` and `details` are stored canonical.
  const text = JSON.stringify([
    row.sequence,
    row.at_ms,
    row.kind,
    row.visit_id,
    row.person,
    row.kiosk_id,
    row.details,
  ]);
  return hash('sha256', `${previous}\n${text}`, 'hex');
}

function toEntry(row: Row, kioskNames: ReadonlyMap<string | null, string>): JournalEntry {
  return {
    sequence: row.sequence,
    atMs: row.at_ms,
    kind: row.kind,
    visitId: row.visit_id,
    person: row.person === null ? null : JSON.parse(row.person),
    kioskId: row.kiosk_id,
    // Before there were credentials a program could say where it was: such a name is its own name.
    kioskName: row.person === null ? null : (kioskNames.get(row.kiosk_id) ?? row.kiosk_id),
    details: JSON.parse(row.details),
  };
}

export class Journal {
  readonly #insert: Database.Statement;
  readonly #page: Database.Statement;
  readonly #ofPerson: Database.Statement;
  readonly #after: Database.Statement;
  readonly #markedHead: Database.Statement;
  readonly #kioskNames: ReadonlyMap<string | null, string>;
  #head: JournalHead;
  /** Up to here the chain was walked and whole. */
  #checked: JournalHead | null = null;
  #wholeAtMs = 0;

  /** @param kioskNames What kiosks are called now; rows hold their ids only. */
  constructor(sqlite: Database.Database, kioskNames: ReadonlyMap<string | null, string> = new Map()) {
    this.#kioskNames = kioskNames;
    this.#insert = sqlite.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#page = sqlite.prepare('SELECT * FROM journal WHERE sequence < ? ORDER BY sequence DESC LIMIT ?');
    this.#ofPerson = sqlite.prepare(
      `SELECT * FROM journal WHERE sequence < ? AND sequence >= ? AND json_extract(person, '$.staffId') = ?
       ORDER BY sequence DESC LIMIT ?`,
    );
    this.#after = sqlite.prepare('SELECT * FROM journal WHERE sequence > ? ORDER BY sequence');
    // Every command keeps the head it left: a journal that ends before it was cut off.
    this.#markedHead = sqlite
      .prepare('SELECT journal_sequence FROM commands ORDER BY command_id DESC LIMIT 1')
      .pluck();
    const last = sqlite.prepare('SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1').get() as
      | JournalHead
      | undefined;
    this.#head = last ?? { sequence: 0, hash: start };
  }

  get head(): JournalHead {
    return this.#head;
  }

  /** Inside a transaction only. After a rollback the caller gives the head back with {@link rewind}. */
  append(entry: NewEntry): void {
    const row = {
      sequence: this.#head.sequence + 1,
      at_ms: entry.atMs,
      kind: entry.kind,
      visit_id: entry.visitId,
      person: entry.person === null ? null : canonicalJson(entry.person),
      kiosk_id: entry.kioskId,
      details: canonicalJson(entry.details),
    };
    const rowsHash = rowHash(this.#head.hash, row);
    this.#insert.run(
      row.sequence,
      row.at_ms,
      row.kind,
      row.visit_id,
      row.person,
      row.kiosk_id,
      row.details,
      rowsHash,
    );
    this.#head = { sequence: row.sequence, hash: rowsHash };
  }

  rewind(head: JournalHead): void {
    this.#head = head;
  }

  /** Newest first. */
  page(beforeSequence: number | null, limit: number): JournalEntry[] {
    const rows = this.#page.all(beforeSequence ?? Number.MAX_SAFE_INTEGER, limit) as Row[];
    return rows.map((row) => toEntry(row, this.#kioskNames));
  }

  /**
   * What one person did, newest first. A page looks at no more than `atMost` entries, whosever they are,
   * so that a long journal never holds the station up.
   */
  ofPerson(
    staffId: string,
    beforeSequence: number | null,
    limit = 100,
    atMost = 20_000,
  ): { entries: JournalEntry[]; nextBeforeSequence: number | null } {
    const before = Math.min(beforeSequence ?? Number.MAX_SAFE_INTEGER, this.#head.sequence + 1);
    const from = Math.max(1, before - atMost);
    const rows = this.#ofPerson.all(before, from, staffId, limit) as Row[];
    const reached = rows.length === limit ? (rows.at(-1)?.sequence ?? from) : from;
    return {
      entries: rows.map((row) => toEntry(row, this.#kioskNames)),
      nextBeforeSequence: reached > 1 ? reached : null,
    };
  }

  /** By the clock of then; null while nothing was written. */
  lastAtMs(): number | null {
    return this.page(null, 1)[0]?.atMs ?? null;
  }

  /**
   * The whole story of one visit, oldest first: what lies after `afterSequence`, to `untilMs` (null = now).
   * Before its end was written the time says nothing: the clock may have been set back meanwhile.
   */
  story(visitId: string, afterSequence: number, untilMs: number | null): JournalEntry[] {
    const entries: JournalEntry[] = [];
    let ended = false;
    for (const row of this.#after.iterate(afterSequence) as IterableIterator<Row>) {
      if (ended && untilMs !== null && row.at_ms > untilMs) break;
      if (row.visit_id !== visitId) continue;
      ended ||= row.kind === 'visit-closed';
      entries.push(toEntry(row, this.#kioskNames));
    }
    return entries;
  }

  /** Walks the whole chain. Some milliseconds per thousand entries. */
  verify(): JournalCheck {
    const check = this.#walk({ sequence: 0, hash: start });
    this.#checked = check.unbroken ? { sequence: check.entries, hash: check.headHash } : null;
    return check;
  }

  /**
   * For every page that is shown: the whole chain once in `wholeEveryMs`, in between only what was
   * added since, so that a long journal does not hold the station up.
   */
  isUnbroken(nowMs: number, wholeEveryMs = 600_000): boolean {
    if (this.#checked === null || Math.abs(nowMs - this.#wholeAtMs) >= wholeEveryMs) {
      this.#wholeAtMs = nowMs;
      return this.verify().unbroken;
    }
    const check = this.#walk(this.#checked);
    if (check.unbroken) this.#checked = { sequence: check.entries, hash: check.headHash };
    else this.#checked = null;
    return check.unbroken;
  }

  #walk(from: JournalHead): JournalCheck {
    let { sequence, hash: previous } = from;
    for (const row of this.#after.iterate(sequence) as IterableIterator<Row>) {
      if (row.sequence !== sequence + 1) {
        return broken(sequence, sequence + 1, 'a row is missing');
      }
      if (rowHash(previous, row) !== row.hash) {
        return broken(sequence, row.sequence, 'a row was changed');
      }
      previous = row.hash;
      sequence = row.sequence;
    }
    const expected = Math.max(this.#head.sequence, Number(this.#markedHead.get() ?? 0));
    if (sequence < expected) return broken(sequence, sequence + 1, 'the end was cut off');
    return { unbroken: true, entries: sequence, headHash: previous };
  }
}

function broken(entries: number, firstBadSequence: number, reason: string): JournalCheck {
  return { unbroken: false, entries, firstBadSequence, reason };
}
