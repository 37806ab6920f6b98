/**
 * npm start: from a fresh clone to cars arriving on the screen.
 *
 *   payment server (PGlite in .data/server) ◄── phones ── simulator (a lot: cars, jacks, receivers)
 *        ▲                                                     │ HCI H4 bytes over loopback TCP
 *        └───────────── station (SQLite in .data/station) ◄────┘
 *                              │
 *                    kiosk: Electron, else Chromium/Chrome as an app window, else the address
 *
 *   npm start -- [--no-window] [--data DIR] [--port N] [--seed N]
 */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { every, systemClock } from '../shared/domain/index.ts';
import { buildRenderer } from './launch/build-renderer.ts';
import { type Program, projectRoot } from './launch/child.ts';
import { fetchElectron, openElectronWindow } from './launch/electron.ts';
import { lockFolder } from './launch/folder-lock.ts';
import { freePort } from './launch/free-port.ts';
import { keepPort, keptPort } from './launch/kept-port.ts';
import { launchServer, launchSimulator, launchStation } from './launch/programs.ts';
import { findChromium, hasScreen, openAppWindow } from './launch/window.ts';

/** The PINs that `station --demo` seeds (docs/station.md). */
const demoPins = [
  ['cashier', 'Minji K.', '1201'],
  ['attendant', 'Seojun P.', '1302'],
  ['manager', 'Jiwoo L.', '1403'],
  ['installer', 'Hana C.', '1504'],
] as const;

/**
 * The demo's lot is one place, whose receivers stay what they are from start to start: what its lanes learned of
 * their cars goes on. Its simulated installer has walked it before the first start.
 */
const lotOfDemo = ['--site-seed', '1'];

const { values: flags } = parseArgs({
  options: {
    'no-window': { type: 'boolean', default: false },
    data: { type: 'string', default: '.data' },
    port: { type: 'string', default: '4700' },
    seed: { type: 'string' },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const dataDir = resolve(projectRoot, flags.data);
mkdirSync(dataDir, { recursive: true });
const walkFile = join(dataDir, 'walk.json');
const lock = lockFolder(dataDir);
if (lock === null) {
  say(`Already running: another "npm start" uses ${dataDir}. Nothing was changed.`);
  say('Close that one first, or give this one a folder of its own: npm start -- --data other-folder');
  process.exit(1);
}

/** How long the first start lets Electron's runtime be fetched, while the rest starts meanwhile. */
const electronPatienceMs = 45_000;
const wantsWindow = !flags['no-window'] && hasScreen();
const programs: Program[] = [];
const windows: ChildProcess[] = [];

let endingWith: Promise<void> | null = null;

/**
 * Ends in the order of the data's way back: what feeds first, what keeps last. Ctrl-C may arrive twice
 * (npm passes it on as well): the second waits for the first.
 */
async function end(code: number): Promise<never> {
  endingWith ??= (async () => {
    for (const window of windows) window.kill();
    for (const program of programs.toReversed()) await program.stop();
    lock?.release();
  })();
  await endingWith;
  process.exit(code);
}
process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));
process.on('SIGHUP', () => void end(0));
// npm runs this through a shell, and a shell that is told to end does not pass it on: when whoever
// started this is gone, so is the wish to have it running.
const startedBy = process.ppid;
every(systemClock, 500, () => {
  if (process.ppid !== startedBy) void end(0);
});

/** Electron where its runtime is, else the system's Chromium or Chrome as an app window, else null. */
function openWindow(electron: string | null, url: string): ChildProcess | null {
  const inElectron = electron === null ? null : openElectronWindow(electron, url, join(dataDir, 'electron'));
  if (inElectron !== null) return inElectron;
  const chromium = findChromium();
  return chromium === null ? null : openAppWindow(chromium, url, join(dataDir, 'browser'));
}

function watch(program: Program): void {
  programs.push(program);
  void program.exited.then((how) => {
    if (endingWith !== null) return;
    say(`The ${program.name} ended by itself (${how}). Its last words:\n${program.lastLines()}`);
    void end(1);
  });
}

try {
  say('Starting … (the first start builds the screens and the database; about half a minute)');
  const electron = wantsWindow ? fetchElectron(electronPatienceMs) : Promise.resolve(null);
  const rendererBuilt = buildRenderer();
  const serverFolder = join(dataDir, 'server');
  const { port, takenPort } = await keptPort(serverFolder);
  const server = await launchServer({ dataDir: serverFolder, port, demo: true });
  watch(server.program);
  if (takenPort === null) keepPort(serverFolder, server.url);
  else {
    say(
      `Something else listens at port ${takenPort}, where the station looks for its payment server: it works offline. End that and start again.`,
    );
  }
  if (server.demo === null) throw new Error('the payment server did not name its demo site');
  const simulator = await launchSimulator({
    serverUrl: server.url,
    siteId: server.demo.siteId,
    scenario: 'demo',
    args: [...lotOfDemo, '--walk', walkFile, ...(flags.seed === undefined ? [] : ['--seed', flags.seed])],
  });
  watch(simulator.program);
  await rendererBuilt;
  const station = await launchStation({
    dataDir: join(dataDir, 'station'),
    port: await freePort(Number(flags.port)),
    receivers: simulator.receivers,
    serverUrl: server.url,
    pairingCode: server.demo.pairingCode,
    demo: true,
    demoWalkFile: walkFile,
  });
  watch(station.program);

  say(
    `Payment server  ${server.url}  (API: ${server.url}/openapi.json; data: ${join(flags.data, 'server')})`,
  );
  say(
    `Simulated lot   ${simulator.controlUrl}  (${Object.keys(simulator.receivers).length} receivers, HCI bytes)`,
  );
  say(`Station         ${station.url}  (data: ${join(flags.data, 'station')})`);
  say(`Kiosk ready at ${station.url}`);
  say(`PINs: ${demoPins.map(([role, name, pin]) => `${role} ${name} ${pin}`).join(' · ')}`);

  if (!flags['no-window']) {
    const window = wantsWindow ? openWindow(await electron, station.url) : null;
    if (window === null) {
      const why = hasScreen()
        ? 'No Electron and no Chromium or Chrome found.'
        : 'This session has no screen.';
      say(`${why} Open ${station.url} in a browser.`);
    } else {
      windows.push(window);
      window.once('error', () => say(`No window could be opened. Open ${station.url} in a browser.`));
    }
  }
  say('Ctrl-C ends everything.');
} catch (error) {
  if (endingWith === null) {
    say(`Could not start: ${error instanceof Error ? error.message : String(error)}`);
    await end(1);
  }
}
