import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../support/server-faults/oracle.ts';
import { type FaultResult, type FaultRun, runFaults } from '../support/server-faults/run.ts';
import { openPostgres, type TestPostgres } from './server-postgres.ts';

// A short run of what `npm run bench -- server-faults` does for minutes: real processes, a real PostgreSQL.
describe('two payment servers on one PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-faults-'));
  let postgres: TestPostgres;
  let url = '';
  let result: FaultResult;

  beforeAll(async () => {
    postgres = await openPostgres();
    url = await postgres.newDatabase();
    const run: FaultRun = {
      databaseUrl: url,
      masterKeyFile: join(folder, 'master.key'),
      ...{ servers: 2, sites: 3, drivers: 10, seconds: 6, killEveryMs: [500, 1500], seed: 20261121 },
      restartDatabase: () => postgres.restart(),
    };
    result = await runFaults(run);
  }, 240_000);

  afterAll(async () => {
    await postgres.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lose and double nothing while they are killed under load and the database is restarted', () => {
    expect(result.faults).toEqual([]);
    expect(result.kills).toBeGreaterThan(0);
    expect(result.unanswered).toBeGreaterThan(0);
    expect(result.acknowledged).toBeGreaterThan(50);
  });

  it('tell every site every event in order, once, whichever of them it is connected to', () => {
    expect(result.events).toBeGreaterThan(50);
    expect(result.reconnects).toBeGreaterThan(0);
  });

  it('end cleanly when they are told to', () => {
    expect(result.ends).toEqual([0, 0]);
  });

  it.each([
    [
      'an arrival that is gone',
      'DELETE FROM arrivals WHERE visit_id IN (SELECT visit_id FROM arrivals LIMIT 1)',
    ],
    ['an event that nobody told', `DELETE FROM events WHERE position = 2 AND stream LIKE 'site:%'`],
    [
      'money that the processor moved twice',
      `INSERT INTO sandbox_ledger (reference, kind, authorisation, processor_token, amount_minor, currency, at_ms)
       SELECT gen_random_uuid(), kind, authorisation, processor_token, amount_minor, currency, at_ms
       FROM sandbox_ledger WHERE kind = 'refund' LIMIT 1`,
    ],
    ['a lease that nobody gives back', 'UPDATE processor_operations SET leased_until_ms = 1'],
  ])('would be found out: %s', async (_, tampering) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(tampering);
    await client.end();
    expect(await faultsOf(result.truth, false)).not.toEqual([]);
  });
});
