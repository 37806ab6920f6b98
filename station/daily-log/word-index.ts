/**
 * What visits are searched by, in memory: the plate, the model, order numbers and a charge's note.
 *
 *   first search → read slice by slice beside the station's work ─┐
 *   visitKept (after each commit) ────────────────────────────────┴→ entries → find()
 *
 * Measured over 100,000 visits (tests/bench/daily-log.bench.ts): 100 ms by scanning the tables, 5 ms here. An FTS5
 * trigram table would answer as quickly, but it needs three letters at least, costs every durable tap that writes
 * a word, and leaves pieces of plates in the file after they were erased; this leaves none. About 200 bytes a visit.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Span } from './span.ts';

/** Visits read at a stretch: some milliseconds. */
const sliceRows = 1_000;

export interface Words {
  visitId: string;
  firstHeardAtMs: number;
  /** Letters and digits only, upper case. */
  plate: string;
  /** Model, order numbers and notes: lower case, one a line. */
  words: string;
}

interface Row {
  row: number;
  visit_id: string;
  first_heard_at_ms: number;
  plate_normal: string;
  words: string;
}

/** As a text is looked for: in plates, and in words. */
export function soughtOf(text: string): { plate: string; words: string } {
  const tidy = text.trim().normalize('NFC');
  return {
    plate: tidy.toUpperCase().replace(/[^\p{L}\p{N}]/gu, ''),
    words: tidy.toLowerCase().replace(/^#/, '').replaceAll('\n', ' '),
  };
}

export class WordIndex {
  readonly #slice: Database.Statement;
  readonly #entries = new Map<string, Words>();
  /** Newest first; null: something was added since. */
  #ordered: Words[] | null = null;
  #state: 'empty' | 'reading' | 'complete' = 'empty';
  #reading: Promise<void> | null = null;
  #generation = 0;
  readonly #sqlite: Database.Database;

  constructor(sqlite: Database.Database) {
    this.#sqlite = sqlite;
    this.#slice = sqlite.prepare(
      `SELECT v.rowid AS row, v.visit_id, v.first_heard_at_ms, v.plate_normal,
         lower(v.model)
           || coalesce((SELECT group_concat(char(10) || lower(p.number), '') FROM pickups p WHERE p.visit_id = v.visit_id), '')
           || coalesce((SELECT group_concat(char(10) || lower(c.note), '') FROM charges c WHERE c.visit_id = v.visit_id), '')
           AS words
       FROM visits v WHERE v.rowid > ? ORDER BY v.rowid LIMIT ?`,
    );
  }

  get complete(): boolean {
    return this.#state === 'complete';
  }

  /** Reads all visits once, in slices. Resolves when it is complete, or the records were closed. */
  read(): Promise<void> {
    this.#reading ??= this.#readSlices(this.#generation);
    return this.#reading;
  }

  async #readSlices(generation: number): Promise<void> {
    this.#state = 'reading';
    let row = 0;
    for (;;) {
      if (generation !== this.#generation || !this.#sqlite.open) return;
      const rows = this.#slice.all(row, sliceRows) as Row[];
      for (const one of rows) {
        row = one.row;
        // What was told meanwhile is newer than what is read.
        if (!this.#entries.has(one.visit_id)) {
          this.put({
            visitId: one.visit_id,
            firstHeardAtMs: one.first_heard_at_ms,
            plate: one.plate_normal,
            words: one.words,
          });
        }
      }
      if (rows.length < sliceRows) break;
      await nextTurn();
    }
    this.#state = 'complete';
  }

  /** A visit as it is committed now. */
  put(entry: Words): void {
    // Before the first search nothing is kept: it will be read.
    if (this.#state === 'empty') return;
    const known = this.#entries.get(entry.visitId);
    if (
      known?.words === entry.words &&
      known.plate === entry.plate &&
      known.firstHeardAtMs === entry.firstHeardAtMs
    )
      return;
    this.#entries.set(entry.visitId, entry);
    this.#ordered = null;
  }

  /** Everything is forgotten and read again at the next search: visits were changed beside the records. */
  clear(): void {
    this.#generation += 1;
    this.#entries.clear();
    this.#ordered = null;
    this.#reading = null;
    this.#state = 'empty';
  }

  /** Visits first heard in [fromMs, toMs) with this in their words, newest first. */
  find(text: string, { fromMs, toMs }: Span): Words[] {
    const { plate, words } = soughtOf(text);
    this.#ordered ??= [...this.#entries.values()].sort(
      (a, b) => b.firstHeardAtMs - a.firstHeardAtMs || (a.visitId < b.visitId ? 1 : -1),
    );
    return this.#ordered.filter(
      (entry) =>
        entry.firstHeardAtMs >= fromMs &&
        entry.firstHeardAtMs < toMs &&
        ((plate !== '' && entry.plate.includes(plate)) || entry.words.includes(words)),
    );
  }
}
