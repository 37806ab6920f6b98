/**
 * What the judgement of presence costs, in the engine alone and together with the core behind it.
 *
 *   sightings per second   500 cars standing and driving, 6 receivers, a tick per second
 *                          on a new site, and on one whose lanes know their own cars
 *   memory                 of one tracked code heard by 6 receivers; after 100,000 random codes
 *   fresh codes            microseconds for a code never heard before while the tracks are full: engine; radio and core
 *
 *   node tests/bench/presence.bench.ts [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type BeaconCode, beaconCode, ManualClock } from '../../shared/domain/index.ts';
import { openCore } from '../../station/core/index.ts';
import { type LearnedPresence, PresenceEngine, presenceDelays } from '../../station/presence/index.ts';

const receivers = ['entrance', 'bay-1', 'bay-2', 'pump-1', 'pump-2', 'pump-3'];
const codes = 500;
const fresh = 100_000;

const newEngine = (): PresenceEngine =>
  new PresenceEngine({
    lanes: receivers
      .slice(1)
      .map((laneId) => ({ laneId, kind: 'bay' as const, receivers: [{ receiverId: laneId }] })),
  });
const codeOf = (n: number): BeaconCode => beaconCode('eddystone-uid', n.toString(16).padStart(32, '0'));

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
function heapBytes(): number {
  for (let i = 0; i < 3; i++) gc();
  return process.memoryUsage().heapUsed;
}

function figure(
  name: string,
  ours: number,
  unit: string,
  goal: number,
  better: 'more' | 'less',
  extra = {},
): void {
  console.log(JSON.stringify({ bench: `presence-${name}`, ours, unit, goal, better, ...extra }));
}

/** As if twenty cars had stood in each lane: 22 dB louder there than elsewhere. */
const learned: LearnedPresence = {
  standJitterDb: 1.5,
  stillReceivers: [],
  lanes: receivers.slice(1).map((laneId) => ({
    laneId,
    receivers: [laneId],
    stays: 20,
    meanDbm: Object.fromEntries(receivers.map((id) => [id, id === laneId ? -63 : -85])),
    passCalls: 0,
    passEvidence: 0,
  })),
};

/** Every code every 100 ms at every receiver: some stand in a lane, some drive, some are far. */
function sightingsPerSecond(known: boolean): number {
  const engine = newEngine();
  if (known) engine.recall(learned, receivers);
  const names = Array.from({ length: codes }, (_, n) => codeOf(n));
  const round = (atMs: number) => {
    for (let n = 0; n < codes; n++) {
      const code = names[n];
      if (code === undefined) continue;
      for (let r = 0; r < receivers.length; r++) {
        const own = n % receivers.length === r ? 22 : 0;
        const drives = n % 3 === 0 ? ((n * 7 + r * 13 + atMs / 100) % 11) - 5 : 0;
        engine.sighting({ code, receiverId: receivers[r] ?? '', rssiDbm: -85 + own + drives, atMs });
      }
    }
    if (atMs % 1_000 === 0) engine.tick(atMs);
  };
  let atMs = 1_000_000;
  for (let i = 0; i < 100; i++, atMs += 100) round(atMs);
  const rounds = 400;
  // Of the processor's time, so that others who use the machine do not count.
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i++, atMs += 100) round(atMs);
  const { user, system } = process.cpuUsage(before);
  return (rounds * codes * receivers.length * 1_000_000) / (user + system);
}

/** Heap of a full engine whose every code is heard by six receivers, per code. */
function bytesPerCode(): number {
  const names = Array.from({ length: presenceDelays.maxCodes }, (_, n) => codeOf(n));
  const engine = newEngine();
  const before = heapBytes();
  for (const code of names) {
    for (const receiverId of receivers) engine.sighting({ code, receiverId, rssiDbm: -80, atMs: 1_000_000 });
  }
  const bytes = (heapBytes() - before) / engine.trackedCodes;
  // The engine lives until here.
  engine.snapshot();
  return bytes;
}

function freshCodes(): { engineUs: number; heapMb: number; tracked: number } {
  const engine = newEngine();
  for (let n = 0; n < presenceDelays.maxCodes; n++) {
    engine.sighting({ code: codeOf(n), receiverId: 'entrance', rssiDbm: -90, atMs: 1_000_000 });
  }
  const before = heapBytes();
  const startMs = performance.now();
  for (let n = 0; n < fresh; n++) {
    const code = codeOf(1_000_000 + n);
    engine.sighting({ code, receiverId: 'entrance', rssiDbm: -90, atMs: 1_000_000 + n / 10 });
  }
  const engineUs = ((performance.now() - startMs) * 1_000) / fresh;
  return { engineUs, heapMb: (heapBytes() - before) / 2 ** 20, tracked: engine.trackedCodes };
}

/** The same with everything that each change of a stranger sets off in the station's records. */
function freshCodesWithCore(): number {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-presence-'));
  const opened = openCore({ dataDir, clock: new ManualClock() });
  if (!opened.ok) throw new Error(opened.error.message);
  const core = opened.value;
  const engine = newEngine();
  const count = fresh / 5;
  const startMs = performance.now();
  for (let n = 0; n < count; n++) {
    const sighting = { code: codeOf(n), receiverId: 'entrance', rssiDbm: -90, atMs: 1_000_000 + n };
    for (const change of engine.sighting(sighting)) core.visits.applyPresence(change);
  }
  const us = ((performance.now() - startMs) * 1_000) / count;
  core.close();
  rmSync(dataDir, { recursive: true });
  return us;
}

const round = (value: number, digits = 0) => Number(value.toFixed(digits));
const { engineUs, heapMb, tracked } = freshCodes();
for (const known of [false, true]) {
  const name = known ? 'sightings-per-second-known' : 'sightings-per-second';
  figure(name, round(sightingsPerSecond(known)), 'sightings/s', 500_000, 'more', {
    codes,
    receivers: receivers.length,
  });
}
figure('memory-per-code', round(bytesPerCode()), 'bytes', 4_096, 'less', { receivers: receivers.length });
figure('memory-after-random-codes', round(heapMb, 2), 'MB', 20, 'less', { codes: fresh, tracked });
figure('fresh-code', round(engineUs, 2), 'µs', 10, 'less', { what: 'engine alone, full' });
figure('fresh-code-with-records', round(freshCodesWithCore(), 1), 'µs', 100, 'less', {
  what: 'engine and core',
});
