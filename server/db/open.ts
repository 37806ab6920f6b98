/**
 * Opens the store: PostgreSQL in this process (PGlite) by default, a real PostgreSQL by URL. Same
 * schema, same migrations, same queries.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzleNode } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { migrate } from './migrate.ts';
import * as schema from './schema.ts';

export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export type StoreLocation =
  | { kind: 'memory' }
  | { kind: 'folder'; dataDir: string }
  | { kind: 'url'; databaseUrl: string };

export interface Store {
  db: Db;
  kind: 'pglite' | 'postgres';
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

async function openPglite(dataDir: string | null): Promise<Store> {
  const unlock = dataDir === null ? () => {} : lockFolder(dataDir);
  try {
    const client = await PGlite.create(dataDir === null ? undefined : join(dataDir, 'pglite'));
    const db = drizzlePglite({ client, schema });
    await migrate(db);
    return {
      db,
      kind: 'pglite',
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

async function openPostgres(connectionString: string): Promise<Store> {
  const pool = new pg.Pool({ connectionString, max: 20 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end us.
  pool.on('error', () => {});
  try {
    const db = drizzleNode({ client: pool, schema });
    await migrate(db);
    return {
      db,
      kind: 'postgres',
      async listen(onStream, onTrouble) {
        const client = new pg.Client({ connectionString });
        client.on('notification', (message) => {
          if (message.payload !== undefined) onStream(message.payload);
        });
        client.on('error', onTrouble);
        client.on('end', onTrouble);
        await client.connect();
        await client.query(`LISTEN ${notifyChannel}`);
        return async () => {
          client.removeListener('end', onTrouble);
          await client.end();
        };
      },
      close: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** @throws StoreInUse when another server runs on the same folder */
export function openStore(location: StoreLocation): Promise<Store> {
  switch (location.kind) {
    case 'memory':
      return openPglite(null);
    case 'folder':
      return openPglite(location.dataDir);
    case 'url':
      return openPostgres(location.databaseUrl);
  }
}

/** Wakes the listeners of other processes when the transaction commits. */
export async function notifyStream(tx: Tx, stream: string): Promise<void> {
  await tx.execute(sql`SELECT pg_notify(${notifyChannel}, ${stream})`);
}
