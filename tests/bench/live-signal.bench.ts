/**
 * The installer's live signal with 50 codes on four receivers, in Chromium: does the screen stay smooth?
 *
 *   4 virtual controllers ─HCI on sockets─▶ station (own process) ─▶ WebSocket ─▶ Setup, "all cars", 50 lines
 *        50 jacks, five hearings a second at each: 1,000 reports per second
 *
 * Counted for ten seconds in the page: the time between animation frames, and tasks longer than 50 ms
 * (Long Tasks API). A screen that redraws too much shows both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { encodeBeaconFrame } from '../../drivers/frames/index.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';
import { beaconCode } from '../../shared/domain/index.ts';
import { buildRenderer } from '../../tools/launch/build-renderer.ts';
import { launchStation } from '../../tools/launch/programs.ts';
import { findChromium } from '../../tools/launch/window.ts';
import { goTo, signIn } from '../support/kiosk-page.ts';
import { lineOf } from '../support/network-controller.ts';

const codes = 50;
const receiverIds = ['entrance', 'bay-1', 'bay-2', 'pump-1'];
const hearingsPerSecond = 5;
const seconds = 10;

interface Smoothness {
  frames: number[];
  longTasks: number[];
}

const controllers = new Set<VirtualController>();
const servers: Server[] = [];
const receivers: Record<string, string> = {};
for (const receiverId of receiverIds) {
  const server = createServer((socket) => {
    const controller = new VirtualController();
    controllers.add(controller);
    socket.on('error', () => {});
    socket.on('close', () => controllers.delete(controller));
    void controller.attach(lineOf(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  servers.push(server);
  receivers[receiverId] = `hci-uart:tcp:127.0.0.1:${address.port}`;
}
const jacks = Array.from({ length: codes }, (_, index) => ({
  address: `c0:00:00:00:00:${index.toString(16).padStart(2, '0')}`,
  addressType: 'random' as const,
  data: encodeBeaconFrame(beaconCode('eddystone-uid', index.toString(16).padStart(32, 'a')), -20),
}));
let turn = 0;
const air = setInterval(
  () => {
    // A tenth of the jacks every 20 ms: as evenly as in the air.
    turn++;
    jacks.forEach((jack, index) => {
      if (index % 10 !== turn % 10) return;
      for (const controller of controllers) {
        controller.advertise({
          ...jack,
          rssiDbm: Math.round(-60 - 25 * Math.abs(Math.sin(turn / 40 + index))),
        });
      }
    });
  },
  1_000 / hearingsPerSecond / 10,
);

const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-'));
await buildRenderer();
const station = await launchStation({ dataDir: join(folder, 'station'), receivers, demo: true });
const browser = await chromium.launch({
  executablePath: findChromium() ?? undefined,
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await signIn(page, station.url, 'installer');
await goTo(page, 'Setup');
const picker = page.getByTestId('live-card').getByRole('combobox');
await picker.selectOption('all');
await page.getByTestId('live-chart').waitFor();
await delay(5_000);
const lines = await page.getByTestId('live-card').getByRole('listitem').count();
const { frames, longTasks } = await page.evaluate<Smoothness, number>(
  (forMs) =>
    new Promise((resolve) => {
      const frames: number[] = [];
      const longTasks: number[] = [];
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) longTasks.push(entry.duration);
      });
      observer.observe({ type: 'longtask' });
      const startedAt = performance.now();
      let before = startedAt;
      const frame = (now: number) => {
        frames.push(now - before);
        before = now;
        if (now - startedAt < forMs) requestAnimationFrame(frame);
        else resolve({ frames, longTasks });
      };
      requestAnimationFrame(frame);
    }),
  seconds * 1_000,
);
clearInterval(air);
await browser.close();
await station.program.stop();
for (const server of servers) server.close();
rmSync(folder, { recursive: true, force: true });

frames.sort((a, b) => a - b);
const quantile = (q: number) =>
  frames[Math.min(frames.length - 1, Math.floor(q * frames.length))] ?? Number.NaN;
const tenth = (value: number) => Math.round(value * 10) / 10;
const more = { lines, framesPerSecond: tenth(frames.length / seconds), longest: tenth(frames.at(-1) ?? 0) };
const figure = (name: string, ours: number, unit: string, goal: number) =>
  console.log(JSON.stringify({ bench: `live-signal-${name}`, ours, unit, goal, better: 'less', ...more }));
figure('frame-p99', tenth(quantile(0.99)), 'ms between frames', 34);
figure('long-tasks', longTasks.length, 'tasks over 50 ms in ten seconds', 1);
process.exit(0);
