/**
 * From the byte on the PTY to the card painted in Chromium, with 2,000 other reports per second in
 * the background.
 *
 *   this process: virtual controller ─H4 bytes─▶ PTY ─▶ station (own process) ─▶ WebSocket ─▶ Chromium
 *        t0 = just before the write                               t1 = first frame that holds the card
 *
 * Both times are the machine's wall clock (timeOrigin + now). The cars are on the station's expected
 * list, as a car with a preorder is; each is heard for the first time.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import { chromium } from '@playwright/test';
import { encodeBeaconFrame } from '../../drivers/frames/index.ts';
import { createPortLine } from '../../drivers/serial/index.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';
import { buildRenderer } from '../../tools/launch/build-renderer.ts';
import { launchServer, launchStation } from '../../tools/launch/programs.ts';
import { findChromium } from '../../tools/launch/window.ts';
import { signIn } from '../support/kiosk-page.ts';
import { plugCable } from '../support/pty.ts';
import { order, registerDriver, type TestDriver } from '../support/server-client.ts';

const samples = Number(process.env.BENCH_SAMPLES ?? 200);
const backgroundPerSecond = 2000;
const tickMs = 5;
const nowMs = () => performance.timeOrigin + performance.now();

const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-'));
await buildRenderer();
const server = await launchServer({ dataDir: join(folder, 'server'), demo: true });
if (server.demo === null) throw new Error('no demo site');
const drivers: TestDriver[] = [];
for (let index = 0; index < samples; index++) {
  const driver = await registered(`12가${String(index).padStart(4, '0')}`);
  await order(driver, server.demo.siteId);
  drivers.push(driver);
}

/** So many drivers from one address are more than the server lets register at once: asked again until it does. */
async function registered(plate: string): Promise<TestDriver> {
  for (;;) {
    try {
      return await registerDriver(server.url, { plate });
    } catch (cause) {
      if (!(cause instanceof ORPCError) || cause.status !== 429) throw cause;
      await delay(1000);
    }
  }
}

const cable = await plugCable();
const controller = new VirtualController({ extendedScanning: false });
await controller.attach(createPortLine({ path: cable.deviceEnd, baudRate: 1_000_000 }));
const station = await launchStation({
  dataDir: join(folder, 'station'),
  receivers: { entrance: `hci-uart:${cable.stationEnd}` },
  serverUrl: server.url,
  pairingCode: server.demo.pairingCode,
  demo: true,
});
const browser = await chromium.launch({
  executablePath: findChromium() ?? undefined,
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.addInitScript({ path: new URL('paint-probe.js', import.meta.url).pathname });
await signIn(page, station.url, 'cashier');
const stranger = encodeStrangers(512);
let strangerIndex = 0;
let sent = 0;
const startedAtMs = nowMs();
const background = setInterval(() => {
  const due = Math.floor(((nowMs() - startedAtMs) / 1000) * backgroundPerSecond);
  while (sent < due) {
    const advert = stranger[strangerIndex++ % stranger.length];
    if (advert) controller.advertise(advert);
    sent++;
  }
}, tickMs);

const writtenAtMs = new Map<string, number>();
await delay(2000);
for (const driver of drivers) {
  const tail = driver.plate.slice(-4);
  writtenAtMs.set(tail, nowMs());
  controller.advertise({
    address: addressOf(driver.jackId),
    addressType: 'random',
    data: encodeBeaconFrame(driver.code, -20),
    rssiDbm: -70,
  });
  await delay(40 + Math.random() * 40);
}
await delay(1500);
const backgroundSeconds = (nowMs() - startedAtMs) / 1000;
clearInterval(background);
const painted = new Map<string, number>(await page.evaluate<[string, number][]>('[...window.painted]'));
const delaysMs: number[] = [];
for (const [tail, at] of writtenAtMs) {
  const paintedAt = painted.get(tail);
  if (paintedAt) delaysMs.push(paintedAt - at);
}
delaysMs.sort((a, b) => a - b);
const quantile = (q: number) =>
  Number((delaysMs[Math.min(delaysMs.length - 1, Math.floor(q * delaysMs.length))] ?? Number.NaN).toFixed(1));
const figure = (name: string, value: number, goal: number) =>
  console.log(
    JSON.stringify({
      bench: `byte-to-paint-${name}`,
      ours: value,
      unit: 'ms',
      goal,
      better: 'less',
      samples: delaysMs.length,
      missing: samples - delaysMs.length,
      backgroundPerSecond: Math.round(sent / backgroundSeconds),
    }),
  );
figure('median', quantile(0.5), 60);
figure('p99', quantile(0.99), 150);

await browser.close();
await station.program.stop();
await controller.unplug();
await cable.pull();
await server.program.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

function addressOf(id: string): string {
  return id
    .replaceAll('-', '')
    .slice(-12)
    .replace(/(..)(?=.)/g, '$1:');
}

/** Other people's devices: manufacturer data of random content, which is no beacon of ours. */
function encodeStrangers(count: number) {
  return Array.from({ length: count }, () => ({
    address: addressOf(randomBytes(6).toString('hex')),
    addressType: 'random' as const,
    data: Uint8Array.from([2, 1, 6, 23, 0xff, 0x75, 0x00, ...randomBytes(20)]),
    rssiDbm: -90,
  }));
}
