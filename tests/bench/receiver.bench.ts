/**
 * What one hci-uart receiver costs, on a PTY with the controller in another process:
 *
 *   this process: HciUartReceiver ── PTY ═ socat ═ PTY ── VirtualController: child process (`--controller PATH RATE`)
 *
 *   CPU share of one core at 2,000 and 20,000 reports per second; resident memory after 100,000 random
 *   addresses; time from an advertisement to its sighting, here and through BlueZ:
 *
 *   this process: BluezReceiver ── dbus-daemon ── python3-dbusmock ◀── bluez-hear.py: devices never heard before
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
import { BluezReceiver } from '../../drivers/bluez/index.ts';
import { beaconCodeOf, decodeBeaconFrame } from '../../drivers/frames/index.ts';
import { HciUartReceiver } from '../../drivers/hci-uart/index.ts';
import { createMemoryLinePair, createPortLine } from '../../drivers/serial/index.ts';
import { encodeAdvertisingReports } from '../../drivers/testing/controller-codec.ts';
import { bytes, eddystoneUidAdvertisement, iBeaconAdvertisement } from '../../drivers/testing/fixtures.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';
import { hasBluezTools, MockBluez } from '../support/mock-bluez.ts';

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
  const perTick = Math.round((rate * tickMs) / 1000);
  const chunk = reportsFor(perTick);
  let saidTicks = 0;
  let sinceMs: number | null = null;
  // By the time that has passed, not by how often the timer fired: a busy machine fires it too seldom.
  setInterval(() => {
    if (!twin.isScanning) return;
    sinceMs ??= performance.now();
    for (; saidTicks < (performance.now() - sinceMs) / tickMs; saidTicks++) twin.say(chunk);
  }, tickMs);
  process.stdout.write('ready\n');
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
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  // On a busy machine its start takes longer than the driver asks a controller for its first answer.
  await new Promise<void>((settle, fail) => {
    child.stdout?.once('data', () => settle());
    child.once('exit', () => fail(new Error('the controller ended before it began')));
  });
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
  await twin.unplug();
  line.end();
  return middleAndEnd(times);
}

/**
 * From the moment BlueZ's twin is told of an advertisement, through the bus, to the report. Each is of a device
 * that BlueZ has not heard before: what a car that drives in is. `known`: of one that it has.
 */
async function timeToSightingThroughBluez(): Promise<{ median: number; p99: number; known: number }> {
  const bluez = new MockBluez();
  await bluez.start();
  const receiver = new BluezReceiver({ id: 'bench' });
  let heard: (atMs: number) => void = () => {};
  receiver.subscribe((event) => {
    // The system's monotonic clock, which the process at the other end reads too.
    if (event.type === 'report') heard(Number(process.hrtime.bigint()) / 1e6);
  });
  const opened = await receiver.open();
  if (!opened.ok) throw new Error(opened.error.text);
  const measure = async (address?: string) => {
    const hearing = new Promise<number>((settle) => {
      heard = settle;
    });
    const saidAt = await bluez.hear(-70, address);
    return (await hearing) - saidAt;
  };
  const first: number[] = [];
  const known: number[] = [];
  for (let i = 0; i < 300; i++) {
    first.push(await measure(`C0:00:00:00:${hexByte(i >> 8)}:${hexByte(i & 0xff)}`));
    known.push(await measure());
    await pause(3);
  }
  await receiver.close();
  await bluez.stop();
  return { ...middleAndEnd(first), known: middleAndEnd(known).median };
}

function middleAndEnd(times: number[]): { median: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase();
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
  const line = { bench, ours: value, unit, goal, better: 'less', met: value < goal, ...more };
  console.log(json ? JSON.stringify(line) : `${bench}: ${value} ${unit} (goal under ${goal})`);
}

const at = process.argv.indexOf('--controller');
if (at >= 0) {
  await controller(process.argv[at + 1] ?? '', Number(process.argv[at + 2]));
} else {
  print('receiver-memory', await memoryAfter(100_000), 'MB after 100,000 addresses', 20);
  // The busy one first: a receiver runs for months, its code has long been compiled.
  for (const [rate, goal] of [
    [20_000, 25],
    [2_000, 3],
  ] as const) {
    const { percent, reportsPerSecond } = await cpuShare(rate);
    // For the whole rate, also where the machine let the controller say less.
    print(`receiver-cpu-${rate}`, (percent * rate) / reportsPerSecond, '% of one core', goal, {
      reportsPerSecond: Math.round(reportsPerSecond),
    });
  }
  const { median, p99 } = await timeToSighting();
  const hundredth = (ms: number) => Math.round(ms * 100) / 100;
  print('receiver-first-sighting', median, 'ms', 20, { p99: hundredth(p99) });
  if (hasBluezTools) {
    const bluez = await timeToSightingThroughBluez();
    const more = { p99: hundredth(bluez.p99), knownDevice: hundredth(bluez.known) };
    print('receiver-first-sighting-bluez', bluez.median, 'ms', 50, more);
  } else {
    console.log('receiver-first-sighting-bluez: not measured, dbus-daemon or python3-dbusmock is missing');
  }
  process.exit(0);
}
