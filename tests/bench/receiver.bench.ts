/**
 * What one hci-uart receiver costs, on a PTY with the controller in another process:
 *
 *   this process: HciUartReceiver ── PTY ═ socat ═ PTY ── VirtualController: child process (`--controller PATH RATE`)
 *
 *   CPU share of one core at 2,000 and 20,000 reports per second; resident memory after 100,000 random
 *   addresses; time from the byte on the line to the sighting.
 *
 *   node tests/bench/receiver.bench.ts [--json] [--seconds N]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beaconCodeOf, decodeBeaconFrame } from '../../drivers/frames/index.ts';
import { HciUartReceiver } from '../../drivers/hci-uart/index.ts';
import { createMemoryLinePair, createPortLine } from '../../drivers/serial/index.ts';
import { encodeAdvertisingReports } from '../../drivers/testing/controller-codec.ts';
import { bytes, eddystoneUidAdvertisement, iBeaconAdvertisement } from '../../drivers/testing/fixtures.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';

const json = process.argv.includes('--json');
const seconds = Number(process.argv[process.argv.indexOf('--seconds') + 1] || 0) || 5;
const phone = bytes('02 01 1a 0b ff 4c 00 10 06 13 1d 5a 2b 7c 91');
const tickMs = 10;

/** One in five is a beacon, as on a busy street. */
function reportsFor(count: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const data = i % 10 === 0 ? iBeaconAdvertisement : i % 10 === 5 ? eddystoneUidAdvertisement : phone;
    const address = `c0:00:00:00:00:${(i % 200).toString(16).padStart(2, '0')}`;
    parts.push(encodeAdvertisingReports([{ address, addressType: 'random', data, rssiDbm: -40 - (i % 50) }]));
  }
  return new Uint8Array(Buffer.concat(parts));
}

async function controller(path: string, rate: number): Promise<void> {
  const twin = new VirtualController({ extendedScanning: false });
  await twin.attach(createPortLine({ path, baudRate: 921_600 }));
  const chunk = reportsFor(Math.round((rate * tickMs) / 1000));
  setInterval(() => {
    if (twin.isScanning) twin.say(chunk);
  }, tickMs);
  process.stdin.resume().on('end', () => process.exit(0));
}

async function cable(): Promise<{ station: string; device: string; end(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const station = join(folder, 'station');
  const device = join(folder, 'device');
  const socat = spawn('socat', [`pty,raw,echo=0,link=${station}`, `pty,raw,echo=0,link=${device}`]);
  while (!existsSync(station) || !existsSync(device)) await pause(10);
  return {
    station,
    device,
    end: () => {
      socat.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function cpuShare(rate: number): Promise<{ percent: number; reportsPerSecond: number }> {
  const line = await cable();
  const args = [
    ...process.execArgv,
    'tests/bench/receiver.bench.ts',
    '--controller',
    line.device,
    String(rate),
  ];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const receiver = new HciUartReceiver({
    id: 'bench',
    line: createPortLine({ path: line.station, baudRate: 921_600 }),
  });
  let beacons = 0;
  receiver.subscribe((event) => {
    if (event.type !== 'report') return;
    const frame = decodeBeaconFrame(event.report.data);
    if (frame !== null && beaconCodeOf(frame).length > 0) beacons++;
  });
  const opened = await receiver.open();
  if (!opened.ok) throw new Error(opened.error.text);
  await pause(1_000);
  const before = { cpu: process.cpuUsage(), reports: receiver.counters().reports, at: performance.now() };
  await pause(seconds * 1_000);
  const cpu = process.cpuUsage(before.cpu);
  const elapsedMs = performance.now() - before.at;
  const reports = receiver.counters().reports - before.reports;
  await receiver.close();
  child.stdin?.end();
  child.kill();
  line.end();
  if (beacons === 0) throw new Error('no beacon was decoded');
  return {
    percent: ((cpu.user + cpu.system) / 1000 / elapsedMs) * 100,
    reportsPerSecond: (reports / elapsedMs) * 1000,
  };
}

async function memoryAfter(addresses: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { host, device } = createMemoryLinePair();
  const twin = new VirtualController({ extendedScanning: false });
  await twin.attach(device);
  const receiver = new HciUartReceiver({ id: 'bench', line: host });
  let seen = 0;
  receiver.subscribe((event) => {
    if (event.type === 'report' && decodeBeaconFrame(event.report.data) !== null) seen++;
  });
  await receiver.open();
  const hearSome = (count: number) => {
    for (let i = 0; i < count; i++) {
      const address = randomBytes(6).toString('hex').match(/../g)?.join(':') ?? '';
      twin.advertise({ address, addressType: 'random', data: iBeaconAdvertisement, rssiDbm: -70 });
    }
  };
  hearSome(2_000);
  collect();
  const before = process.memoryUsage().rss;
  hearSome(addresses);
  collect();
  const grown = process.memoryUsage().rss - before;
  if (seen !== addresses + 2_000) throw new Error(`only ${seen} were seen`);
  await receiver.close();
  return grown / 1024 / 1024;
}

async function timeToSighting(): Promise<{ median: number; p99: number }> {
  const line = await cable();
  const twin = new VirtualController({ extendedScanning: false });
  await twin.attach(createPortLine({ path: line.device, baudRate: 921_600 }));
  const receiver = new HciUartReceiver({
    id: 'bench',
    line: createPortLine({ path: line.station, baudRate: 921_600 }),
  });
  let heard: (atMs: number) => void = () => {};
  receiver.subscribe((event) => {
    if (event.type === 'report') heard(performance.now());
  });
  const opened = await receiver.open();
  if (!opened.ok) throw new Error(opened.error.text);
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const hearing = new Promise<number>((settle) => {
      heard = settle;
    });
    const saidAt = performance.now();
    twin.advertise({
      address: 'c0:00:00:00:00:01',
      addressType: 'random',
      data: iBeaconAdvertisement,
      rssiDbm: -70,
    });
    times.push((await hearing) - saidAt);
    await pause(3);
  }
  await receiver.close();
  twin.unplug();
  line.end();
  times.sort((a, b) => a - b);
  return { median: times[150] ?? 0, p99: times[297] ?? 0 };
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}

function print(
  bench: string,
  ours: number,
  unit: string,
  goal: number,
  more: Record<string, unknown> = {},
): void {
  const value = Math.round(ours * 100) / 100;
  const line = { bench, ours: value, unit, goal, met: value < goal, ...more };
  console.log(json ? JSON.stringify(line) : `${bench}: ${value} ${unit} (goal under ${goal})`);
}

const at = process.argv.indexOf('--controller');
if (at >= 0) {
  await controller(process.argv[at + 1] ?? '', Number(process.argv[at + 2]));
} else {
  print('receiver-memory', await memoryAfter(100_000), 'MB after 100,000 addresses', 20);
  for (const [rate, goal] of [
    [2_000, 3],
    [20_000, 25],
  ] as const) {
    const { percent, reportsPerSecond } = await cpuShare(rate);
    print(`receiver-cpu-${rate}`, percent, '% of one core', goal, {
      reportsPerSecond: Math.round(reportsPerSecond),
    });
  }
  const { median, p99 } = await timeToSighting();
  print('receiver-first-sighting', median, 'ms', 20, { p99: Math.round(p99 * 100) / 100 });
  process.exit(0);
}
