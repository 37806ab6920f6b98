/**
 * Opens the store: PostgreSQL in this process (PGlite) by default, a real PostgreSQL by URL. Same
 * schema, same migrations, same queries.
 */
import { randomInt } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzleNode } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { fromKeptBeginning } from './kept-beginning.ts';
import { migrate } from './migrate.ts';
import { ServerPool } from './pool.ts';
import { preparedPglite } from './prepared-pglite.ts';
import * as schema from './schema.ts';
import { tidy } from './tidying.ts';

export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export type StoreLocation =
  /** `keptIn`: a folder with what it begins from (kept-beginning.ts); from nothing where absent. */
  | { kind: 'memory'; keptIn?: string | undefined }
  | { kind: 'folder'; dataDir: string }
  /** `existing`: only one that is there, none is made. */
  | { kind: 'url'; databaseUrl: string; connections?: number | undefined; existing?: boolean | undefined };

export const storeLimits = {
  /** Connections of one server process: enough to keep two cores of a database busy, and many servers fit. */
  connections: 16,
  /** No statement of a request comes near it; what does was forgotten by whoever asked. */
  statementMs: 15_000,
  /** A database that gives no connection for so long is away. */
  connectMs: 5_000,
};

export interface Store {
  db: Db;
  kind: 'pglite' | 'postgres';
  /**
   * This process among all that work on the database (a positive 31-bit number). As long as it is connected it
   * holds an advisory lock of that number, so that the others know whether it lives.
   */
  instance: number;
  /** The migrations that were run when it was opened. */
  migrated: readonly string[];
  /** Tells every server on this database that streams grew; null where there is only one process. */
  listen:
    | ((onStream: (stream: string) => void, onTrouble: () => void) => Promise<() => Promise<void>>)
    | null;
  /** Makes room and keeps plans fitting, where the store does not do so by itself: to be called every few seconds. */
  tidy: (() => Promise<unknown>) | null;
  close(): Promise<void>;
}

/** The folder belongs to another running server. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

/** There is none where one was to be, and none is to be made there. */
export class NoSuchStore extends Error {
  override readonly name = 'NoSuchStore';

  constructor(what: string) {
    super(
      `${what} Nothing was changed. Mind the spelling of --data, --database-url and --master-key-file; a new payment ` +
        'server makes its store and its key when it is started for the first time.',
    );
  }
}

export const notifyChannel = 'cigar_kiosk_events';
/** Any constant: the first half of the locks by which servers know each other. */
export const instanceLockClass = 7_215_002;
const newInstance = () => randomInt(1, 0x7fff_ffff);
// Shared: a new line never waits for the lock of the broken one before it, which the database may not know is broken.
const lockInstance = (instance: number) =>
  `SELECT pg_advisory_lock_shared(${instanceLockClass}, ${instance})`;

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** PGlite does not guard its folder against a second process, which would damage it; this does. */
function lockFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'server.pid');
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${process.pid}\n`);
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = Number.parseInt(readFileSync(path, 'utf8'), 10);
      if (Number.isInteger(owner) && processLives(owner)) {
        throw new StoreInUse(
          `A payment server (process ${owner}) already runs on ${dataDir}. Nothing was changed. ` +
            'Stop that one first, or give this one a folder of its own with --data.',
        );
      }
      // Its owner died without cleaning up.
      rmSync(path, { force: true });
    }
  }
}

/** @param copy of a store at its beginning, for one in memory */
async function beginPglite(dataDir: string | undefined, copy?: Blob) {
  const client = await PGlite.create({ dataDir, loadDataDir: copy });
  try {
    const db = drizzlePglite({ client: preparedPglite(client), schema });
    const migrated = await migrate(db);
    return { client, db, migrated };
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function openPglite(begin: ReturnType<typeof beginPglite>, unlock: () => void): Promise<Store> {
  try {
    const { client, db, migrated } = await begin;
    const instance = newInstance();
    await client.query(lockInstance(instance));
    return {
      db,
      kind: 'pglite',
      instance,
      migrated,
      listen: null,
      tidy: () => tidy(client),
      async close() {
        await client.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function openInMemory(keptIn: string | undefined): Promise<Store> {
  const begin = (copy?: Blob) => beginPglite(undefined, copy);
  return openPglite(keptIn === undefined ? begin() : fromKeptBeginning(keptIn, begin), () => {});
}

/** Makes what stores in memory begin from, where it is not there yet. */
export async function keepBeginning(folder: string): Promise<void> {
  const store = await openInMemory(folder);
  await store.close();
}

/** PostgreSQL's own mark of a folder that it has begun. */
const begunMark = join('pglite', 'PG_VERSION');

/** @throws NoSuchStore */
export function refuseMissingFolder(dataDir: string): void {
  if (existsSync(join(dataDir, begunMark))) return;
  throw new NoSuchStore(`There is no store of a payment server in ${dataDir}.`);
}

function openInFolder(dataDir: string): Promise<Store> {
  const unlock = lockFolder(dataDir);
  return openPglite(beginPglite(join(dataDir, 'pglite')), unlock);
}

async function isBegun(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('migrations') IS NOT NULL AND to_regclass('sites') IS NOT NULL AS there`,
  );
  return rows[0]?.there === true;
}

/** Migrations may take long: they run on a connection of their own, without the limits of requests. */
async function migrateByUrl(connectionString: string, existing: boolean): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    if (existing && !(await isBegun(client))) {
      throw new NoSuchStore('This database holds no store of a payment server.');
    }
    return await migrate(drizzleNode({ client, schema }));
  } finally {
    await client.end();
  }
}

async function openPostgres(
  connectionString: string,
  connections: number = storeLimits.connections,
  existing = false,
): Promise<Store> {
  const migrated = await migrateByUrl(connectionString, existing);
  const { statementMs, connectMs } = storeLimits;
  const pool = new ServerPool({ connectionString, connections, statementMs, connectMs });
  const instance = newInstance();
  return {
    instance,
    migrated,
    db: drizzleNode({ client: pool as unknown as pg.Pool, schema }),
    kind: 'postgres',
    tidy: null,
    async listen(onStream, onTrouble) {
      const client = new pg.Client({ connectionString, keepAlive: true });
      client.on('notification', (message) => {
        if (message.payload !== undefined) onStream(message.payload);
      });
      // One trouble for each line that was open: an error and then its end would else open two in its place, and
      // one that does not open is told by the rejection.
      let open = false;
      const trouble = () => {
        if (open) onTrouble();
        open = false;
      };
      client.on('error', trouble);
      client.on('end', trouble);
      try {
        await client.connect();
        await client.query(lockInstance(instance));
        await client.query(`LISTEN ${notifyChannel}`);
      } catch (error) {
        client.end().catch(() => {});
        throw error;
      }
      open = true;
      return async () => {
        open = false;
        await client.end();
      };
    },
    close: () => pool.end(),
  };
}

/** @throws StoreInUse when another server runs on the same folder; NoSuchStore where one has to be there and is not */
export async function openStore(location: StoreLocation): Promise<Store> {
  switch (location.kind) {
    case 'memory':
      return openInMemory(location.keptIn);
    case 'folder':
      return openInFolder(location.dataDir);
    case 'url':
      return openPostgres(location.databaseUrl, location.connections, location.existing);
  }
}

/** Wakes the listeners of other processes when the transaction commits. */
export async function notifyStream(tx: Tx, stream: string): Promise<void> {
  await tx.execute(sql`SELECT pg_notify(${notifyChannel}, ${stream})`);
}

/** Wakes the listeners of other processes, for streams whose changes are committed. */
export async function notifyStreams(db: Db, streams: readonly string[]): Promise<void> {
  await db.execute(sql`SELECT pg_notify(${notifyChannel}, s) FROM unnest(${sql.param(streams)}::text[]) s`);
}
