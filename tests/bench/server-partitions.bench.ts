/**
 * Partitioning by site, tried with PostgreSQL's own hash partitions on a copy of the schema (docs/scale.md): which
 * tables can be cut as they are, what stands in the way of the others, and what it costs to look for something
 * with its site and without.
 *
 *   node tests/bench/server-partitions.bench.ts [--json] [--rows 500000]
 *
 * What each table says is told on standard error; the figures are the look-ups, in turns with the whole table.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openApp } from '../../server/start.ts';
import { openPostgres } from '../integration/server-postgres.ts';
import { writeHistory } from './server-load/history.ts';
import { percentile } from './server-load/load.ts';
import { seedFleet } from './server-load/seed.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rows: { type: 'string', default: '500000' } },
});
const rows = Number(values.rows);
const partitions = 16;
const lookUps = 2_000;
const say = (line: string) => process.stderr.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-partitions-'));
const postgres = await openPostgres();
try {
  const databaseUrl = await postgres.newDatabase();
  const { app, close } = await openApp({ databaseUrl, masterKeyFile: join(folder, 'master.key') });
  await seedFleet(app, { sites: 200, drivers: 5_000 });
  await close();
  await writeHistory({ databaseUrl, from: 0, to: rows, nowMs: Date.now(), apartMs: 10_000 });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string; has_site: boolean; referenced: string | null }>(
    `SELECT t.relname AS name,
            EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'site_id') AS has_site,
            (SELECT string_agg(DISTINCT f.conrelid::regclass::text, ', ') FROM pg_constraint f
             WHERE f.confrelid = t.oid AND f.contype = 'f') AS referenced
     FROM pg_class t WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
       AND t.relname NOT IN ('migrations', 'peer_accounts') ORDER BY 1`,
  );
  await client.query('CREATE SCHEMA cut');
  const told = { asItIs: 0, withSiteInKeys: 0, withoutSite: 0 };
  for (const { name, has_site: hasSite, referenced } of tables) {
    const pointedAt = referenced === null ? '' : `; referenced by ${referenced}`;
    if (!hasSite) {
      told.withoutSite++;
      say(`${name}: has no site${pointedAt}`);
      continue;
    }
    try {
      await client.query(
        `CREATE TABLE cut.${name} (LIKE public.${name} INCLUDING ALL) PARTITION BY HASH (site_id)`,
      );
      told.asItIs++;
      say(`${name}: can be cut by site as it is${pointedAt}`);
    } catch (error) {
      told.withSiteInKeys++;
      say(`${name}: ${error instanceof Error ? error.message : String(error)}${pointedAt}`);
    }
  }
  // Payment requests, cut: their key has to begin with the site.
  await client.query(
    `CREATE TABLE cut.requests (LIKE public.payment_requests INCLUDING DEFAULTS, PRIMARY KEY (site_id, id))
     PARTITION BY HASH (site_id)`,
  );
  for (let n = 0; n < partitions; n++) {
    await client.query(
      `CREATE TABLE cut.requests_${n} PARTITION OF cut.requests FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${n})`,
    );
  }
  await client.query('CREATE INDEX ON cut.requests (site_id, visit_id)');
  await client.query('CREATE INDEX ON cut.requests (id)');
  await client.query('INSERT INTO cut.requests SELECT * FROM public.payment_requests');
  await client.query('ANALYZE');
  const { rows: some } = await client.query<{ id: string; site_id: string; visit_id: string }>(
    'SELECT id, site_id, visit_id FROM payment_requests ORDER BY random() LIMIT $1',
    [lookUps],
  );
  const ways: [string, string, (row: { id: string; site_id: string; visit_id: string }) => string[]][] = [
    ['with its site', 'site_id = $1 AND id = $2', (row) => [row.site_id, row.id]],
    ['by visit', 'site_id = $1 AND visit_id = $2', (row) => [row.site_id, row.visit_id]],
    ['without its site', 'id = $1', (row) => [row.id]],
  ];
  for (const [way, where, parameters] of ways) {
    const took = { cut: [] as number[], whole: [] as number[] };
    for (const row of some) {
      for (const [kind, table] of [
        ['cut', 'cut.requests'],
        ['whole', 'public.payment_requests'],
      ] as const) {
        const atMs = performance.now();
        await client.query({
          name: `${kind} ${way}`,
          text: `SELECT * FROM ${table} WHERE ${where}`,
          values: parameters(row),
        });
        took[kind].push(performance.now() - atMs);
      }
    }
    const median = (of: number[]) =>
      percentile(
        of.toSorted((a, b) => a - b),
        0.5,
      );
    const [ours, theirs] = [median(took.cut), median(took.whole)];
    console.log(
      JSON.stringify({
        bench: `a payment request ${way}, ${partitions} partitions`,
        ours: Number(ours.toFixed(3)),
        theirs: Number(theirs.toFixed(3)),
        ratio: Number((ours / theirs).toFixed(2)),
        unit: 'ms',
      }),
    );
  }
  say(JSON.stringify(told));
  await client.end();
} finally {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}
