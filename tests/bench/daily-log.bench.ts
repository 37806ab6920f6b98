/**
 * The daily log over 100,000 visits with their pickups, refuels and charges: how long the station answers
 * for a page, a search and the sums, and the longest stretch in which no tap would be answered.
 *
 *   node tests/bench/daily-log.bench.ts [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { newId, systemClock } from '../../shared/domain/index.ts';
import type { LogQuery } from '../../shared/station-contract/index.ts';
import { openCore } from '../../station/core/index.ts';
import { openStationDatabase } from '../../station/db/index.ts';

const visitCount = 100_000;
/** No tap waits longer for who reads the log. */
const longestStallMs = 50;
const days = 300;
const dayMs = 24 * 3_600_000;
const dir = mkdtempSync(join(tmpdir(), 'daily-log-bench-'));
const nowMs = Date.now();

function fill(): void {
  const opened = openStationDatabase(dir);
  if (!opened.ok) throw new Error(opened.error.message);
  const { sqlite } = opened.value;
  const person = JSON.stringify({ staffId: newId(), displayName: 'Soo', role: 'cashier' });
  const visit = sqlite.prepare(
    `INSERT INTO visits VALUES (?, 0, ?, ?, ?, 'Kona', 'white', 'gasoline', 'static', ?, NULL, '[]', 'departed',
       ?, '[]', 0, ?, ?, ?, NULL, NULL, ?, 'completed', 0, ?, '[]')`,
  );
  const pickup = sqlite.prepare(
    `INSERT INTO pickups VALUES (?, ?, ?, ?, '[]', 12900, 'KRW', 'captured', 'handed-over', 'none', ?, ?, NULL, NULL, NULL, NULL, 0)`,
  );
  const refuel = sqlite.prepare(
    `INSERT INTO refuels VALUES (?, ?, ?, 'pump-1', 'g', 'gasoline', 30000, 50000, 'KRW', 1534000, 0, ?, ?, ?, NULL, NULL, NULL)`,
  );
  sqlite.transaction(() => {
    for (let i = 0; i < visitCount; i += 1) {
      const atMs = nowMs - days * dayMs + Math.floor((i / visitCount) * days * dayMs);
      const visitId = newId();
      const plate = `${10 + (i % 90)}가${String((i * 7919) % 10_000).padStart(4, '0')}`;
      const lane = i % 2 === 0 ? 'bay-1' : 'pump-1';
      visit.run(
        visitId,
        newId(),
        plate,
        plate,
        i % 20 === 0 ? 'staff' : 'jack',
        lane,
        atMs,
        atMs,
        atMs,
        atMs + 300_000,
        atMs,
      );
      if (i % 2 === 0)
        pickup.run(newId(), visitId, newId(), `A${i % 100}`, atMs + 60_000 + (i % 120) * 1000, person);
      else
        refuel.run(
          newId(),
          visitId,
          i % 50 === 1 ? 'unknown' : 'paid',
          person,
          atMs + 90_000,
          atMs + 200_000,
        );
    }
  })();
  opened.value.close();
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const everything: LogQuery = {
  fromDay: dayOf(nowMs - (days + 1) * dayMs),
  toDay: dayOf(nowMs + dayMs),
  kind: null,
  payment: null,
  staffId: null,
  laneId: null,
  text: '',
};

fill();
const opened = openCore({ dataDir: dir, clock: systemClock });
if (!opened.ok) throw new Error(opened.error.message);
const core = opened.value;
core.settings.seedSite({ name: 'Bench' });
// No plate is due to be erased: that would go on in the background, and for most of the time it would be what is measured.
const manager = { staffId: newId(), displayName: 'Soo', role: 'manager' } as const;
const keepAll = { idempotencyKey: newId(), retentionDays: days * 2 };
const kept = core.privacy.set({ person: manager, kioskId: null }, keepAll);
if (!kept.ok) throw new Error(kept.error.code);
await core.privacy.eraseDue();
const results: Array<{ name: string; ms: number; visits: number; goal?: number }> = [];

const delay = monitorEventLoopDelay({ resolution: 1 });

function page(name: string, more: Partial<LogQuery>, offset = 0): void {
  const times: number[] = [];
  let total = 0;
  for (let i = 0; i < 7; i += 1) {
    const start = performance.now();
    const answer = core.dailyLog.rows({ ...everything, ...more, asOfMs: null, offset, limit: 100 });
    times.push(performance.now() - start);
    if (!answer.ok) throw new Error(answer.error.code);
    total = answer.value.total;
  }
  times.sort((a, b) => a - b);
  results.push({ name, ms: times[3] ?? 0, visits: total });
}

page('first page', {});
page('page in the middle', {}, visitCount / 2);
page('last page', {}, visitCount - 100);
page('four plate digits, tables scanned', { text: '3456' });
page('order number, tables scanned', { text: 'A18' });
delay.enable();
const readStart = performance.now();
await core.dailyLog.readWords();
results.push({ name: 'words read, once', ms: performance.now() - readStart, visits: visitCount });
delay.disable();
results.push({
  name: 'longest stall meanwhile, words',
  ms: delay.max / 1e6,
  visits: 0,
  goal: longestStallMs,
});
delay.reset();
page('four plate digits', { text: '3456' });
page('two plate digits', { text: '56' });
page('order number', { text: 'A18' });
page('a word in all of them', { text: 'kona' });
page('digits and a lane', { text: '3456', laneId: 'bay-1' });
page('unknown payments', { payment: 'unknown' });
delay.enable();
const start = performance.now();
const sums = await core.dailyLog.summary(everything);
const summaryMs = performance.now() - start;
delay.disable();
if (!sums.ok) throw new Error(sums.error.code);
results.push({ name: 'sums of everything', ms: summaryMs, visits: sums.value.visits });
core.close();
rmSync(dir, { recursive: true });

results.push({ name: 'longest stall meanwhile, sums', ms: delay.max / 1e6, visits: 0, goal: longestStallMs });

for (const { name, ms, visits, goal } of results) {
  if (process.argv.includes('--json')) {
    const bench = `daily-log: ${name}`;
    const bound = goal === undefined ? {} : { goal, better: 'less' };
    console.log(JSON.stringify({ bench, ours: ms, unit: 'ms', ...bound, visits }));
  } else console.log(`${name.padEnd(36)} ${ms.toFixed(1).padStart(8)} ms  ${visits} visits`);
}
