/**
 * Opens the store: PostgreSQL in this process (PGlite) by default, a real PostgreSQL by URL. Same
 * schema, same migrations, same queries.
 */
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
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
import * as schema from './schema.ts';

export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export type StoreLocation =
  /** `keptIn`: a folder with what it begins from (kept-beginning.ts); from nothing where absent. */
  | { kind: 'memory'; keptIn?: string | undefined }
  | { kind: 'folder'; dataDir: string }
  | { kind: 'url'; databaseUrl: string; connections?: number | undefined };

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
  close(): Promise<void>;
}

/** The folder belongs to another running server. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
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
    const db = drizzlePglite({ client, schema });
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

function openInFolder(dataDir: string): Promise<Store> {
  const unlock = lockFolder(dataDir);
  return openPglite(beginPglite(join(dataDir, 'pglite')), unlock);
}

/** Migrations may take long: they run on a connection of their own, without the limits of requests. */
async function migrateByUrl(connectionString: string): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return await migrate(drizzleNode({ client, schema }));
  } finally {
    await client.end();
  }
}

async function openPostgres(
  connectionString: string,
  connections: number = storeLimits.connections,
): Promise<Store> {
  const migrated = await migrateByUrl(connectionString);
  const { statementMs, connectMs } = storeLimits;
  const pool = new ServerPool({ connectionString, connections, statementMs, connectMs });
  const instance = newInstance();
  return {
    instance,
    migrated,
    db: drizzleNode({ client: pool as unknown as pg.Pool, schema }),
    kind: 'postgres',
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

/** @throws StoreInUse when another server runs on the same folder */
export async function openStore(location: StoreLocation): Promise<Store> {
  switch (location.kind) {
    case 'memory':
      return openInMemory(location.keptIn);
    case 'folder':
      return openInFolder(location.dataDir);
    case 'url':
      return openPostgres(location.databaseUrl, location.connections);
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
