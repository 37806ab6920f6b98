/**
 * A station in a process of its own whose site is busy: run by screen.bench.ts.
 *
 *   node tests/bench/screen/rush-station.ts DATA SPEED
 *
 * Asked over the process channel: `{ fill: cars }`, `{ hear: timesPerSecond }`, `{ rushMs }`; each is
 * answered when it is done. SPEED: how many times as fast as the machine's clock the site's runs.
 */
import { rmSync } from 'node:fs';
import { startStation } from '../../../station/station.ts';
import { FastClock } from './fast-clock.ts';
import { Rush } from './rush.ts';

const [, , dataDir, speedText] = process.argv;
if (dataDir === undefined || speedText === undefined) throw new Error('DATA SPEED');
const clock = new FastClock(Number(speedText));
const started = await startStation({
  dataDir,
  web: { host: '127.0.0.1', port: 0 },
  receivers: [],
  demo: true,
  serverUrl: null,
  pairingCode: null,
  undoMs: null,
  logLevel: 'info',
  clock,
});
if (!started.ok) throw new Error(started.error.message);
const station = started.value;
const lanesOf = (kind: 'bay' | 'pump', count: number) =>
  Array.from({ length: count }, (_, index) => ({
    laneId: `${kind}-${index + 1}`,
    kind,
    number: index + 1,
    name: null,
  }));
station.core.settings.seedSite({
  // Nobody is locked out in the middle of the measurement.
  autoLockMs: 86_400_000,
  lanes: [...lanesOf('bay', 8), ...lanesOf('pump', 12)],
});
const rush = new Rush(station.core, clock, station.core.staff.people());

export type Ask =
  | { do: 'fill'; cars: number }
  | { do: 'hear'; perSecond: number }
  | { do: 'rush'; ms: number };
export type Answer = { cars: number; refused: string[]; rssMb: number };

process.on('message', (ask: Ask) => {
  void carryOut(ask).then(() => {
    const answer: Answer = {
      cars: rush.cars,
      refused: rush.refused.slice(0, 3),
      rssMb: process.memoryUsage.rss() / 1e6,
    };
    process.send?.(answer);
  });
});
process.once('disconnect', () => {
  void station.stop().then(() => {
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  });
});
process.send?.({ url: station.url });

async function carryOut(ask: Ask): Promise<void> {
  switch (ask.do) {
    case 'fill':
      rush.fill(ask.cars);
      return;
    case 'hear':
      rush.hear(ask.perSecond);
      return;
    case 'rush':
      await rush.run(ask.ms);
      return;
  }
}
