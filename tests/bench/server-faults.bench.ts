/**
 * Payment servers that are killed at random under load, for long: what must never happen, counted.
 *
 *   npm run bench -- server-faults          or, alone, for an hour:
 *   node tests/bench/server-faults.bench.ts [--seconds 3600] [--servers 3] [--drivers 40] [--seed 7]
 *
 * The figure is the number of faults that the oracle found; its goal is none. They are printed as sentences.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPostgres } from '../integration/server-postgres.ts';
import { runFaults } from '../support/server-faults/run.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '60' },
    servers: { type: 'string', default: '3' },
    sites: { type: 'string', default: '6' },
    drivers: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-faults-'));
const postgres = await openPostgres();
try {
  say(`seed ${values.seed}`);
  const result = await runFaults({
    databaseUrl: await postgres.newDatabase(),
    masterKeyFile: join(folder, 'master.key'),
    servers: Number(values.servers),
    sites: Number(values.sites),
    drivers: Number(values.drivers),
    seconds: Number(values.seconds),
    killEveryMs: [400, 3_000],
    seed: Number(values.seed),
    restartDatabase: () => postgres.restart(),
    say,
  });
  for (const fault of result.faults) say(fault);
  const { kills, acknowledged, unanswered, events, reconnects, journeys } = result;
  const figure = {
    bench: 'server-faults',
    ours: result.faults.length,
    unit: 'faults',
    goal: 0,
    better: 'less',
  };
  console.log(
    JSON.stringify({ ...figure, kills, acknowledged, unanswered, events, reconnects, ...journeys }),
  );
} finally {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}
