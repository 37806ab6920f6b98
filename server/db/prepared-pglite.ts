/**
 * PGlite, cheaper per statement. By itself it sends each in six messages and has PostgreSQL read and plan its text
 * anew every time, which for our long statements takes longer than running them:
 *
 *   the first times   parse ─ describe ─ bind ─ describe ─ execute ─ sync        PGlite's own way
 *   from then on      bind ─ execute ─ sync, in one message                      prepared under a name, its plan kept
 *
 * What plans are made of changes when a table is analysed (tidying.ts): PostgreSQL then makes them anew.
 */
import {
  messages,
  type PGlite,
  protocol,
  type QueryOptions,
  type Results,
  type Transaction,
} from '@electric-sql/pglite';
import { StatementNames } from './statement-names.ts';

const { serialize } = protocol;

interface Prepared {
  name: string;
  /** Object ids of its parameters' types. */
  parameters: number[];
  columns: { name: string; type: number }[];
}

type Query = <T>(text: string, values?: unknown[], options?: QueryOptions) => Promise<Results<T>>;

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

const asIs = (value: string): unknown => value;

/** The same store, whose statements are prepared; all else it does itself. Closing one closes the other. */
export function preparedPglite(store: PGlite): PGlite {
  const prepared = new PreparedStatements(store);
  const ours: Pick<PGlite, 'query' | 'transaction'> = {
    query: (text, values, options) => prepared.query(text, values, options),
    transaction: (body) => prepared.transaction(body),
  };
  const rest = new Proxy(store, {
    get(of, key) {
      const member: unknown = Reflect.get(of, key);
      // Its methods reach into what is private to it, which is not the proxy's.
      return typeof member === 'function' ? member.bind(of) : member;
    },
  });
  // Ours are properties like any other: who puts something between server and database (tests) is not passed by.
  return Object.assign(Object.create(rest) as PGlite, ours);
}

class PreparedStatements {
  readonly #store: PGlite;
  readonly #names = new StatementNames();
  readonly #prepared = new Map<string, Prepared>();

  constructor(store: PGlite) {
    this.#store = store;
  }

  async query<T>(text: string, values: unknown[] = [], options?: QueryOptions): Promise<Results<T>> {
    const name = this.#nameOf(text, values);
    if (name === undefined) return this.#store.query<T>(text, values, options);
    // As PGlite's own `query`: not when it is closed, and not while a transaction is open.
    await this.#store._checkReady();
    return this.#store._runExclusiveTransaction(async () => {
      const results = await this.#run<T>(name, text, values, options);
      await this.#store.syncToFs();
      return results;
    });
  }

  transaction<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#store.transaction((tx) => {
      const query: Query = (text, values = [], options) => {
        const name = tx.closed ? undefined : this.#nameOf(text, values);
        return name === undefined ? tx.query(text, values, options) : this.#run(name, text, values, options);
      };
      return body(new Proxy(tx, { get: (of, key) => (key === 'query' ? query : Reflect.get(of, key)) }));
    });
  }

  #nameOf(text: string, values: unknown[]): string | undefined {
    return values.length > 0 ? this.#names.of(text) : undefined;
  }

  #run<T>(name: string, text: string, values: unknown[], options?: QueryOptions): Promise<Results<T>> {
    return this.#store._runExclusiveQuery(async () => {
      const prepared = this.#prepared.get(text) ?? (await this.#prepare(name, text));
      const { serializers, parsers } = this.#store;
      const bound = values.map((value, n) => {
        if (value === null || value === undefined) return null;
        return serializers[prepared.parameters[n] ?? 0]?.(value) ?? String(value);
      });
      const answer = await this.#send(
        serialize.bind({ statement: name, values: bound }),
        serialize.execute({}),
        serialize.sync(),
      );
      const readers = prepared.columns.map(({ type }) => options?.parsers?.[type] ?? parsers[type] ?? asIs);
      const read = (fields: (string | null)[]) =>
        fields.map((field, n) => (field === null ? null : readers[n]?.(field, prepared.columns[n]?.type)));
      const named = (row: unknown[]) =>
        Object.fromEntries(prepared.columns.map((column, n) => [column.name, row[n]]));
      const rows: unknown[] = [];
      let affectedRows = 0;
      for (const message of answer) {
        if (message instanceof messages.DataRowMessage) {
          const row = read(message.fields);
          rows.push(options?.rowMode === 'array' ? row : named(row));
        } else if (message instanceof messages.CommandCompleteMessage) {
          const [command = '', ...rest] = message.text.split(' ');
          if (command !== 'SELECT') affectedRows = Number(rest.at(-1));
        }
      }
      const fields = prepared.columns.map(({ name: column, type }) => ({ name: column, dataTypeID: type }));
      return { rows: rows as Results<T>['rows'], fields, affectedRows };
    });
  }

  async #prepare(name: string, text: string): Promise<Prepared> {
    const answer = await this.#send(
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    );
    const prepared: Prepared = { name, parameters: [], columns: [] };
    for (const message of answer) {
      if (message instanceof messages.ParameterDescriptionMessage) prepared.parameters = message.dataTypeIDs;
      else if (message instanceof messages.RowDescriptionMessage) {
        prepared.columns = message.fields.map((field) => ({ name: field.name, type: field.dataTypeID }));
      }
    }
    this.#prepared.set(text, prepared);
    return prepared;
  }

  /** All of it is run whatever fails: the `sync` at its end is what PostgreSQL waits for after an error. */
  #send(...parts: Uint8Array[]) {
    return this.#store.execProtocolStream(joined(parts), { syncToFs: false });
  }
}
