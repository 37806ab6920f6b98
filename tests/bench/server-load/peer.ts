/** Single-row transactions, as `pgbench` counts them: what the database carries without us. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import type { Db } from '../../../server/db/index.ts';

export const peerRows = 100_000;

/** `explicit`: BEGIN, one UPDATE, COMMIT. `bare`: one UPDATE that commits itself. */
export type PeerKind = 'explicit' | 'bare';
export interface PeerRun {
  perSecond: number;
  count: number;
  /** What the peer's own processes took of the processors. */
  cpuMs: number;
}
/** Runs the peer for so many seconds. */
export type Peer = (kind: PeerKind, seconds: number) => Promise<PeerRun>;

/** Processes of their own, as many as there are servers, each with as many connections as a server. */
export async function peerOnPostgres(
  db: Db,
  databaseUrl: string,
  processes: number,
  connections: number,
): Promise<Peer> {
  await db.execute(sql`CREATE TABLE peer_accounts (id integer PRIMARY KEY, balance bigint NOT NULL)`);
  await db.execute(sql`INSERT INTO peer_accounts SELECT n, 0 FROM generate_series(1, ${peerRows}::int) n`);
  await db.execute(sql`ANALYZE peer_accounts`);
  return async (kind, seconds) => {
    const runs = Array.from({ length: processes }, () => runPeer(databaseUrl, connections, seconds, kind));
    const ended = await Promise.all(runs);
    const sum = (of: (run: PeerRun) => number) => ended.reduce((total, run) => total + of(run), 0);
    return { perSecond: sum((r) => r.perSecond), count: sum((r) => r.count), cpuMs: sum((r) => r.cpuMs) };
  };
}

function runPeer(url: string, connections: number, seconds: number, kind: string): Promise<PeerRun> {
  const file = fileURLToPath(new URL('./peer-process.ts', import.meta.url));
  const child = spawn(process.execPath, [file, url, String(connections), String(seconds), kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(JSON.parse(text) as PeerRun));
  });
}

/** The same in this process, where PGlite runs; it does one thing at a time. */
export async function peerOnPglite(dataDir: string, seconds: number): Promise<Record<PeerKind, PeerRun>> {
  const store = await PGlite.create(dataDir);
  await store.query('CREATE TABLE peer_accounts (id integer PRIMARY KEY, balance bigint NOT NULL)');
  await store.query('INSERT INTO peer_accounts SELECT n, 0 FROM generate_series(1, $1::int) n', [peerRows]);
  const update = 'UPDATE peer_accounts SET balance = balance + $1 WHERE id = $2';
  const run = async (once: () => Promise<unknown>): Promise<PeerRun> => {
    const [startMs, started] = [performance.now(), process.cpuUsage()];
    let count = 0;
    for (; performance.now() < startMs + seconds * 1000; count++) await once();
    const { user, system } = process.cpuUsage(started);
    const perSecond = (count / (performance.now() - startMs)) * 1000;
    return { perSecond, count, cpuMs: (user + system) / 1000 };
  };
  const id = () => 1 + Math.floor(Math.random() * peerRows);
  const explicit = await run(() => store.transaction((tx) => tx.query(update, [1, id()])));
  const bare = await run(() => store.query(update, [1, id()]));
  await store.close();
  return { explicit, bare };
}
