/**
 * Flat as history grows: the same calls with ten thousand visits behind them and with five million.
 *
 *   node tests/bench/server-history.bench.ts [--json] [--visits 10000,100000,1000000,5000000] [--calls 300]
 *
 * A real PostgreSQL, durable, one server process; calls one after the other, medians and 99th percentiles of
 * what the caller waits. Beside each call a row by its primary key is read on a line of its own, in turns: when
 * others load the machine both suffer, and `ratio` (the call's median in rows, against the smallest history)
 * says what history itself costs. Goal: at most twice. `pages` is how many pages of tables and indexes a call reads (its
 * planning and the upkeep beside it included), and `mostPages` of which tables the most: it says what grows on any machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openApp } from '../../server/start.ts';
import { openPostgres } from '../integration/server-postgres.ts';
import { startServerProcess } from '../support/server-faults/server-process.ts';
import {
  approval,
  codeReport,
  completion,
  seedArrivals,
  seedWaiting,
  visitOf,
} from './server-load/commands.ts';
import { writeHistory } from './server-load/history.ts';
import { openCaller, requestText } from './server-load/http-caller.ts';
import { percentile } from './server-load/load.ts';
import { seedFleet } from './server-load/seed.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    visits: { type: 'string', default: '10000,100000,1000000,5000000' },
    calls: { type: 'string', default: '300' },
  },
});
const sizes = values.visits.split(',').map(Number);
const calls = Number(values.calls);
const warmUp = 60;
const goal = 2;
const dayMs = 86_400_000;
/** A visit every ten seconds in the whole network: five million are a year and a half. */
const apartMs = 10_000;

/** Pages read so far, of each table with its indexes and what is stored beside it. */
async function pagesRead(client: pg.Client): Promise<Map<string, number>> {
  // A backend tells of what it read when it has been idle for a second.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const { rows } = await client.query<{ name: string; pages: string }>(`
    SELECT relname AS name, (COALESCE(heap_blks_hit, 0) + COALESCE(heap_blks_read, 0) + COALESCE(idx_blks_hit, 0)
      + COALESCE(idx_blks_read, 0) + COALESCE(toast_blks_hit, 0) + COALESCE(toast_blks_read, 0)
      + COALESCE(tidx_blks_hit, 0) + COALESCE(tidx_blks_read, 0))::text AS pages
    FROM pg_statio_user_tables`);
  return new Map(rows.map(({ name, pages }) => [name, Number(pages)]));
}

const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-history-'));
const postgres = await openPostgres(true, ['shared_buffers=1GB', 'max_wal_size=8GB']);
try {
  const databaseUrl = await postgres.newDatabase();
  const masterKeyFile = join(folder, 'master.key');
  const { app, close } = await openApp({ databaseUrl, masterKeyFile });
  const fleet = await seedFleet(app, { sites: 200, drivers: 20_000 });
  const nowMs = Date.now();
  const row = new pg.Client({ connectionString: databaseUrl });
  await row.connect();
  const counting = new pg.Client({ connectionString: databaseUrl });
  await counting.connect();
  const smallest = new Map<string, number>();
  let there = 0;
  for (const size of sizes) {
    const startMs = performance.now();
    await writeHistory({ databaseUrl, from: there, to: size, nowMs, apartMs });
    there = size;
    process.stderr.write(
      `${size} visits, written in ${Math.round((performance.now() - startMs) / 1000)} s\n`,
    );
    const server = await startServerProcess([
      '--database-url',
      databaseUrl,
      '--master-key-file',
      masterKeyFile,
      '--port',
      '0',
      '--log-level',
      'error',
    ]);
    const caller = await openCaller(server.url);
    const visits = Array.from({ length: 2 * (calls + warmUp) }, (_, n) => visitOf(fleet, n));
    const half = calls + warmUp;
    await seedArrivals(app, visits);
    await seedWaiting(app, visits.slice(half));
    let n = 0;
    const site = () => visitOf(fleet, n++).site;
    const get = (path: string) => () => requestText(path, site().token, null);
    const kinds: [string, (call: number) => string][] = [
      ['code report', (call) => codeReport(visitOf(fleet, call))],
      ['completion', (call) => completion(visits[call] ?? visitOf(fleet, call))],
      ['approval', (call) => approval(visits[half + call] ?? visitOf(fleet, call))],
      // The last one: ten thousand visits fill little more, and its lines are as many at every size.
      ['statement of a day', get(`/v1/site/statement?fromMs=${nowMs - dayMs}&toMs=${nowMs}`)],
      ['cars by digits', get('/v1/site/cars?digits=1234')],
      [
        'a payment request',
        (call) => {
          const visit = visits[call] ?? visitOf(fleet, call);
          return requestText(`/v1/site/payment-requests/${visit.paymentRequestId}`, visit.site.token, null);
        },
      ],
    ];
    for (const [kind, request] of kinds) {
      const tookMs: number[] = [];
      const rowTookMs: number[] = [];
      let refused = 0;
      const before = await pagesRead(counting);
      for (let call = 0; call < calls + warmUp; call++) {
        const text = request(call);
        const atMs = performance.now();
        const { status } = await caller.call(text);
        const took = performance.now() - atMs;
        const rowAtMs = performance.now();
        await row.query({
          name: 'row',
          text: 'SELECT * FROM jacks WHERE id = $1',
          values: [visitOf(fleet, call).driver.jackId],
        });
        if (call < warmUp) continue;
        tookMs.push(took);
        rowTookMs.push(performance.now() - rowAtMs);
        if (status !== 200) refused++;
      }
      const after = await pagesRead(counting);
      const pages = [...after]
        .map(([name, count]): [string, number] => [
          name,
          (count - (before.get(name) ?? 0)) / (calls + warmUp),
        ])
        // Read for the row beside each call, too.
        .filter(([name]) => name !== 'jacks')
        .sort(([, a], [, b]) => b - a);
      tookMs.sort((a, b) => a - b);
      rowTookMs.sort((a, b) => a - b);
      const median = percentile(tookMs, 0.5);
      const inRows = median / percentile(rowTookMs, 0.5);
      if (!smallest.has(kind)) smallest.set(kind, inRows);
      console.log(
        JSON.stringify({
          bench: `${kind}, ${size} visits`,
          ours: Number(median.toFixed(2)),
          p99: Number(percentile(tookMs, 0.99).toFixed(2)),
          unit: 'ms',
          theirs: Number(percentile(rowTookMs, 0.5).toFixed(2)),
          ratio: Number((inRows / (smallest.get(kind) ?? inRows)).toFixed(2)),
          pages: Number(pages.reduce((sum, [, count]) => sum + count, 0).toFixed(1)),
          mostPages: pages
            .slice(0, 3)
            .map(([name, count]) => `${name} ${count.toFixed(1)}`)
            .join(', '),
          ...{ goal, better: 'less', refused },
        }),
      );
    }
    caller.close();
    await server.stop();
  }
  await row.end();
  await counting.end();
  await close();
} finally {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}
