import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/domain/index.ts';
import { openCore } from '../../station/core/index.ts';
import { idOf, plateOf } from '../support/kill9-core-child.ts';

/** Two stations side by side, each with its own folder and its own lives. */
const killsEach = 25;
const child = join(import.meta.dirname, '../support/kill9-core-child.ts');

/** One life of the station: killed a moment after it told of `taps` taps. @returns the last tap it told of. */
function lifeUntilKilled(dataDir: string, firstTap: number, taps: number, momentMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const station = spawn(process.execPath, ['--no-warnings', child, dataDir, String(firstTap)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let last = firstTap - 1;
    let errors = '';
    station.stderr.on('data', (bytes) => {
      errors += String(bytes);
    });
    createInterface({ input: station.stdout }).on('line', (line) => {
      if (line.startsWith('tap ')) last = Number(line.slice(4));
      if (last === firstTap - 1 + taps || (taps === 0 && line === 'ready')) {
        setTimeout(() => station.kill('SIGKILL'), momentMs);
      }
    });
    // 'close': everything it wrote before its end has been read.
    station.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(last);
      else reject(new Error(`the station ended by itself: ${errors}`));
    });
  });
}

async function manyLives(dataDir: string): Promise<number> {
  let told = -1;
  for (let life = 0; life < killsEach; life++) {
    const taps = Math.floor(Math.random() * 12);
    // The next life tries the tap again whose success was not heard of: as a kiosk does.
    told = await lifeUntilKilled(dataDir, told + 1, taps, Math.random() * 4);
  }
  return told;
}

describe(`two stations that are killed with kill -9, ${killsEach} times each at random moments`, () => {
  const stations = ['first', 'second'].map((name) => ({ name, dir: '', told: -1 }));
  beforeAll(async () => {
    await Promise.all(
      stations.map(async (station) => {
        station.dir = mkdtempSync(join(tmpdir(), 'kill9-core-'));
        station.told = await manyLives(station.dir);
      }),
    );
  }, 400_000);
  afterAll(() => {
    for (const { dir } of stations) rmSync(dir, { recursive: true });
  });

  it.each(stations)('the $name got somewhere', ({ told }) => expect(told).toBeGreaterThan(killsEach));

  it.each(stations)(
    'the $name lost nothing and doubled nothing: each tap that showed success is there once, for site and server',
    ({ dir, told }) => {
      const opened = openCore({ dataDir: dir, clock: systemClock });
      if (!opened.ok) throw new Error(opened.error.message);
      expect(opened.value.log.verifyJournal().unbroken).toBe(true);
      opened.value.close();

      const db = new Database(join(dir, 'station.sqlite'), { readonly: true });
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      const count = (sql: string, ...values: unknown[]) =>
        Number(
          db
            .prepare(sql)
            .pluck()
            .get(...values),
        );
      const inOutbox = (kind: string, car: number) =>
        count(
          "SELECT count(*) FROM outbox WHERE kind = ? AND coalesce(payload ->> 'preorderId', payload ->> 'jackId') IN (?, ?)",
          kind,
          idOf(`preorder ${car}`),
          idOf(`jack ${car}`),
        );
      const inJournal = (kind: string, car: number) =>
        count(
          'SELECT count(*) FROM journal JOIN visits USING (visit_id) WHERE kind = ? AND plate = ?',
          kind,
          plateOf(car),
        );
      const marks = ['arrival', 'preorder-ready', 'preorder-handed-over', 'departure'];
      const words = ['checked-in', 'pickup-ready', 'handed-over', 'visit-closed'];
      for (let tap = 0; tap <= told; tap++) {
        const car = Math.floor(tap / 4);
        const at = tap % 4;
        expect([tap, inOutbox(marks[at] ?? '', car), inJournal(words[at] ?? '', car)]).toEqual([tap, 1, 1]);
        if (at === 0) expect(count('SELECT count(*) FROM visits WHERE plate = ?', plateOf(car))).toBe(1);
      }
      // At most the one tap whose answer nobody heard may be there beyond that.
      const commands = count('SELECT count(*) FROM commands');
      expect(commands).toBeGreaterThanOrEqual(told + 1);
      expect(commands).toBeLessThanOrEqual(told + 2);
      db.close();
    },
  );
});
