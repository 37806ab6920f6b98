import type Database from 'better-sqlite3';

export type Bind = string | number | null;

/** One column of a record: what is compared (by identity), and how it is written. */
export interface Column<R> {
  name: string;
  of: (record: R) => unknown;
  /** Default: as it is. */
  write?: (value: never) => Bind;
}

export const asJson = (value: unknown): Bind => (value === null ? null : JSON.stringify(value));
export const asFlag = (value: boolean): Bind => (value ? 1 : 0);

/**
 * Writes records of one table, and of a known record only the columns that changed: an index whose
 * columns are not named stays untouched, and that is most of what a durable tap costs.
 * The first column is the key.
 */
export class RowSaver<R> {
  readonly #sqlite: Database.Database;
  readonly #table: string;
  readonly #columns: ReadonlyArray<Column<R>>;
  readonly #upsert: Database.Statement;
  /** One statement per set of changed columns that ever occurred; the rules know a few dozen. */
  readonly #updates = new Map<string, Database.Statement>();

  constructor(sqlite: Database.Database, table: string, columns: ReadonlyArray<Column<R>>) {
    this.#sqlite = sqlite;
    this.#table = table;
    this.#columns = columns;
    const names = columns.map((c) => c.name);
    const [key, ...rest] = names;
    this.#upsert = sqlite.prepare(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (${key}) DO UPDATE SET ${rest.map((n) => `${n} = excluded.${n}`).join(', ')}`,
    );
  }

  /** Inside a transaction only. `ignore`: columns that are not worth a write by themselves. */
  save(record: R, before: R | null, ignore: ReadonlySet<string> = new Set()): void {
    if (before === record) return;
    if (before === null) {
      this.#upsert.run(...this.#columns.map((c) => write(c, c.of(record))));
      return;
    }
    let set = '';
    let worth = false;
    const values: Bind[] = [];
    for (const column of this.#columns) {
      const value = column.of(record);
      if (value === column.of(before)) continue;
      set += `${set === '' ? '' : ', '}${column.name} = ?`;
      values.push(write(column, value));
      worth ||= !ignore.has(column.name);
    }
    const [key] = this.#columns;
    if (!worth || key === undefined) return;
    let update = this.#updates.get(set);
    if (update === undefined) {
      update = this.#sqlite.prepare(`UPDATE ${this.#table} SET ${set} WHERE ${key.name} = ?`);
      this.#updates.set(set, update);
    }
    update.run(...values, write(key, key.of(record)));
  }
}

function write<R>(column: Column<R>, value: unknown): Bind {
  return column.write ? column.write(value as never) : (value as Bind);
}
