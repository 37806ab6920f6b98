/**
 * Connections to a real PostgreSQL, as drizzle wants a pool, and cheaper per command:
 *
 *   - what is asked often is prepared once per connection (a statement's name is made of its text)
 *   - BEGIN is not waited for: it travels with the first statement of its transaction
 *   - statements that are sent without waiting for each other travel together (pipelining)
 *
 * A COMMIT that the database answered with a rollback is an error here, whatever happened before it.
 */
import pg from 'pg';
import { StatementNames } from './statement-names.ts';

export interface PoolOptions {
  connectionString: string;
  /** Connections at most. */
  connections: number;
  /** A statement that runs for longer is ended by the database (ms). */
  statementMs: number;
  /** How long to wait for a free or a new connection (ms). */
  connectMs: number;
}

interface Asked {
  text: string;
  name?: string;
}

/** What node-postgres has and its types do not say: the socket under a connection. */
function socketOf(client: pg.PoolClient): { cork(): void; uncork(): void } {
  return (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } }).connection
    .stream;
}

/** One connection, for as long as a transaction (or one statement) has it. */
class LentConnection {
  readonly isServerPool = true;
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;
  #corked = false;
  #begun: Promise<unknown> | null = null;

  constructor(client: pg.PoolClient, names: StatementNames) {
    this.#client = client;
    this.#names = names;
  }

  /** As `pg.Client.query` with a configuration and its values. */
  async query(asked: Asked, values: unknown[] = []): Promise<pg.QueryResult> {
    this.#gather();
    switch (asked.text) {
      case 'begin':
        this.#begun = this.#client.query('BEGIN');
        // Whoever asks next hears of it: a broken connection fails every statement after it too.
        this.#begun.catch(() => {});
        return nothing;
      case 'commit': {
        const result = await this.#client.query('COMMIT');
        if (result.command !== 'COMMIT') throw new Error('the database rolled the transaction back');
        return result;
      }
      case 'rollback':
        // The first error is what matters; a connection that cannot roll back is thrown away by the pool.
        return this.#client.query('ROLLBACK').catch(() => nothing);
    }
    const name = values.length > 0 ? this.#names.of(asked.text) : undefined;
    const answer = this.#client.query(name === undefined ? asked : { ...asked, name }, values);
    if (this.#begun === null) return answer;
    const begun = this.#begun;
    this.#begun = null;
    const [result] = await Promise.all([answer, begun]);
    return result;
  }

  release(error?: Error): void {
    this.#client.release(error);
  }

  /** What is sent in the same turn goes out in one write. */
  #gather(): void {
    if (this.#corked) return;
    this.#corked = true;
    const socket = socketOf(this.#client);
    socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      socket.uncork();
    });
  }
}

const nothing: pg.QueryResult = { command: '', rowCount: 0, oid: 0, fields: [], rows: [] };

/** drizzle tells a pool by its name, which therefore ends in `Pool`. */
export class ServerPool {
  readonly isServerPool = true;
  readonly #pool: pg.Pool;
  readonly #names = new StatementNames();

  constructor(options: PoolOptions) {
    this.#pool = new pg.Pool({
      connectionString: options.connectionString,
      max: options.connections,
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: options.connectMs,
      statement_timeout: options.statementMs,
      // Left open by a server that hangs or was cut off, it would hold its locks for ever.
      idle_in_transaction_session_timeout: options.statementMs,
    } as pg.PoolConfig);
    // A connection that breaks is replaced; without a listener, idle or lent, it would end us.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  async connect(): Promise<LentConnection> {
    return new LentConnection(await this.#pool.connect(), this.#names);
  }

  async query(asked: Asked, values?: unknown[]): Promise<pg.QueryResult> {
    const connection = await this.connect();
    try {
      const result = await connection.query(asked, values);
      connection.release();
      return result;
    } catch (error) {
      connection.release();
      throw error;
    }
  }

  /** Waiting for a connection: more of it than a moment says that the database is what is slow. */
  get waiting(): number {
    return this.#pool.waitingCount;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}
