/** Where personal data of drivers lies in the records, and its erasure there. SQL is only here. */
import type Database from 'better-sqlite3';
import { withoutPlates } from '../journal/index.ts';

/** In the place of an erased jack: that there was one is counted, which one is not known any more. */
export const erasedMark = 'erased';

interface DueVisit {
  visit_id: string;
  plate_normal: string;
}

export class PersonalStore {
  readonly #sqlite: Database.Database;
  readonly #due: Database.Statement;
  readonly #dueOfJack: Database.Statement;
  readonly #ofJack: Database.Statement;
  readonly #among: Database.Statement;
  readonly #answers: Database.Statement;
  readonly #left: Database.Statement;
  readonly #visit: Database.Statement;
  readonly #texts: ReadonlyArray<{ read: Database.Statement; write: Database.Statement }>;
  readonly #notes: Database.Statement;
  readonly #beside: ReadonlyArray<Database.Statement>;
  readonly #openMarks: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#sqlite = sqlite;
    const due = `FROM visits WHERE first_heard_at_ms < @beforeMs AND plate <> '' AND visible = 0
      AND coalesce(closed_at_ms, last_heard_at_ms) < @beforeMs`;
    this.#due = sqlite.prepare(`SELECT visit_id, plate_normal ${due} LIMIT @limit`);
    this.#dueOfJack = sqlite.prepare(
      'SELECT visit_id, plate_normal FROM visits WHERE jack_id = ? AND visible = 0 LIMIT ?',
    );
    this.#ofJack = sqlite.prepare('SELECT count(*) FROM visits WHERE jack_id = ?').pluck();
    this.#among = sqlite
      .prepare('SELECT DISTINCT jack_id FROM visits WHERE jack_id IN (SELECT value FROM json_each(?))')
      .pluck();
    this.#answers = sqlite.prepare("UPDATE commands SET answer = '{}' WHERE instr(answer, ?) > 0");
    this.#left = sqlite.prepare("SELECT count(*) FROM visits WHERE plate <> ''").pluck();
    this.#visit = sqlite.prepare(
      `UPDATE visits SET plate = '', plate_normal = '', model = '', color = '',
         jack_id = CASE WHEN jack_id IS NULL THEN NULL ELSE '${erasedMark}' END,
         codes = CASE WHEN codes = '[]' THEN '[]' ELSE '["${erasedMark}"]' END
       WHERE visit_id = ?`,
    );
    // What people wrote may name a plate: amounts and reasons stay for the books.
    this.#texts = [
      ['refuels', 'settled_otherwise', 'refuel_id'],
      ['charges', 'refunds', 'charge_id'],
    ].map(([table, column, key]) => ({
      read: sqlite.prepare(
        `SELECT ${key} AS key, ${column} AS value FROM ${table} WHERE visit_id = ? AND ${column} IS NOT NULL`,
      ),
      write: sqlite.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`),
    }));
    this.#notes = sqlite.prepare('UPDATE charges SET note = NULL WHERE visit_id = ?');
    this.#beside = [
      // Told to the server or withdrawn: nobody reads it again.
      `UPDATE outbox SET payload = '{}', last_error = NULL
         WHERE created_at_ms < @beforeMs AND state IN ('sent', 'withdrawn', 'set-aside') AND payload <> '{}'`,
      // Answers hold the last digits; no kiosk asks again after a day.
      "UPDATE commands SET answer = '{}' WHERE at_ms < @beforeMs AND answer <> '{}'",
      `DELETE FROM expected_codes WHERE jack_id IN (SELECT jack_id FROM expected_cars WHERE kept_at_ms < @beforeMs)`,
      'DELETE FROM expected_cars WHERE kept_at_ms < @beforeMs',
    ].map((sql) => sqlite.prepare(sql));
    this.#openMarks = sqlite
      .prepare("SELECT count(*) FROM outbox WHERE created_at_ms < ? AND state IN ('waiting', 'attention')")
      .pluck();
  }

  /** Inside a transaction only. @returns how many visits were erased; fewer than `limit`: none is left. */
  eraseVisits(beforeMs: number, limit: number): number {
    return this.#erase(this.#due.all({ beforeMs, limit }) as DueVisit[]);
  }

  /**
   * Inside a transaction only: the visits of one jack that are put away, and what was answered to commands about them.
   *
   * @returns how many were erased; fewer than `limit`: none is left but what is on the board
   */
  eraseVisitsOf(jackId: string, limit: number): number {
    const due = this.#dueOfJack.all(jackId, limit) as DueVisit[];
    for (const { visit_id: visitId } of due) this.#answers.run(visitId);
    return this.#erase(due);
  }

  /** Visits that still lead to this jack. */
  visitsOf(jackId: string): number {
    return Number(this.#ofJack.get(jackId));
  }

  /** Those of these jacks that visits lead to. */
  visitedAmong(jackIds: readonly string[]): string[] {
    return this.#among.all(JSON.stringify(jackIds)) as string[];
  }

  #erase(due: readonly DueVisit[]): number {
    for (const { visit_id: visitId, plate_normal: plate } of due) {
      for (const { read, write } of this.#texts) {
        for (const row of read.all(visitId) as Array<{ key: string; value: string }>) {
          const value = JSON.stringify(withoutPlates(JSON.parse(row.value) as unknown, plate));
          if (value !== row.value) write.run(value, row.key);
        }
      }
      this.#notes.run(visitId);
      this.#visit.run(visitId);
    }
    return due.length;
  }

  /** Inside a transaction only. */
  eraseBeside(beforeMs: number): void {
    for (const statement of this.#beside) statement.run({ beforeMs });
  }

  /** Visits that still have a plate. */
  visitsWithPlate(): number {
    return Number(this.#left.get());
  }

  /** Marks older than that which the server has not got: they must keep what they say. */
  openMarks(beforeMs: number): number {
    return Number(this.#openMarks.get(beforeMs));
  }

  /**
   * Takes what was overwritten out of the write-ahead log as well.
   *
   * @returns false: somebody still reads it (a backup); to be tried again
   */
  emptyLog(): boolean {
    const [state] = this.#sqlite.pragma('wal_checkpoint(TRUNCATE)') as Array<{ busy: number }>;
    return state?.busy === 0;
  }
}
