/**
 * Does a tap become slower when other kiosks watch the same board? The time of a claim or release, from the first
 * kiosk's WebSocket and back, with no other kiosk and with many over TLS; 200 cars are on the board. In turns, so that
 * a machine that others keep busy slows both alike.
 *
 *   node tests/bench/kiosks.bench.ts [--json]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../shared/domain/index.ts';
import { StationFixture, WatchedBoard } from '../integration/station-fixture.ts';
import { Device } from '../support/joined-device.ts';

const cars = 200;
const others = 16;
const turns = 6;
const tapsPerTurn = 60;
/** A tap with all of them may take no more than this many times one without. */
const goal = 3;

const folder = mkdtempSync(join(tmpdir(), 'kiosks-bench-'));
const site = await StationFixture.start({
  networkPort: 0,
  web: { host: '127.0.0.1', port: 0, rendererDir: folder },
});
const manager = await site.signIn('manager');
const ca = readFileSync(join(site.dataDir, 'tls', 'authority.crt.pem'), 'utf8');
const visits: string[] = [];
for (let n = 0; n < cars; n++) {
  const { visit } = await manager.visits.checkIn({
    idempotencyKey: newId(),
    plate: `${10 + (n % 90)}가${1000 + n}`,
    laneId: null,
    purpose: 'pickup',
    pickupNumber: null,
  });
  visits.push(visit.visitId);
}
const own = await WatchedBoard.open(manager);

/** The other kiosks: each with its own credential, sign-in, connection and view of the board. */
const devices: Device[] = [];
const tokens: string[] = [];
for (let n = 0; n < others; n++) {
  const device = new Device(site.station.network.port, ca);
  const { code } = await manager.kiosks.makeCode({});
  await device.join(code, `Kiosk ${n}`);
  const stranger = await device.api(() => null);
  const { people } = await stranger.session.options({});
  const staffId = people.find(({ role }) => role === 'cashier')?.staffId ?? '';
  tokens.push((await stranger.session.signIn({ staffId, pin: '1201' })).token);
  device.leave();
  devices.push(device);
}

async function taps(): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < tapsPerTurn; n++) {
    const startedAt = performance.now();
    await manager.visits[n % 2 === 0 ? 'claim' : 'release']({
      idempotencyKey: newId(),
      visitId: visits[(n >> 1) % visits.length] ?? '',
    });
    times.push(performance.now() - startedAt);
  }
  return times;
}

const alone: number[] = [];
const together: number[] = [];
await taps();
for (let turn = 0; turn < turns; turn++) {
  alone.push(...(await taps()));
  const boards = await Promise.all(
    devices.map(async (device, n) => WatchedBoard.open(await device.api(() => tokens[n] ?? ''))),
  );
  together.push(...(await taps()));
  // They have seen it all: nobody was left behind to make the figure look well.
  for (const board of boards) await board.until(() => board.visits.size === cars, 'every car', 60_000);
  for (const device of devices) device.leave();
}
own.close();
await site.end();
rmSync(folder, { recursive: true });

const at = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? 0;
const ms = (value: number) => Math.round(value * 100) / 100;
const figures = {
  bench: `a tap with ${others} other kiosks watching`,
  ours: ms(at(together, 0.5)),
  theirs: ms(at(alone, 0.5)),
  ratio: ms(at(together, 0.5) / at(alone, 0.5)),
  unit: 'ms',
  goal,
  better: 'less',
  p99Ms: ms(at(together, 0.99)),
  p99AloneMs: ms(at(alone, 0.99)),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
