/**
 * The kiosk's shell: the only file that touches Electron's main-process API, and knows everybody.
 *
 *   main ──utilityProcess.fork──▶ station (out/main/station.js)
 *    │                              ▲
 *    │ MessageChannelMain           │ port
 *    ▼                              │
 *   preload ──window message──▶ page (app://kiosk/)
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  type MessagePortMain,
  powerSaveBlocker,
  protocol,
  session,
  utilityProcess,
} from 'electron';
import { appOrigin, appProtocolHandler, appScheme, appSchemePrivileges } from './app-protocol.ts';
import { channels } from './channels/names.ts';
import { parseShellArguments } from './command-line.ts';
import { firstManagerPinWords } from './first-manager-pin.ts';
import { KioskWindow } from './kiosk-window.ts';
import { lockNavigation, originOf } from './navigation-lock.ts';
import { refusePermissions } from './permissions.ts';
import { shellPaths } from './shell-paths.ts';
import { StationPorts } from './station-ports.ts';
import { StationProcess } from './station-process.ts';
import type { StationProcessStatus } from './station-status.ts';
import { systemTimers } from './timers.ts';
import { windowOptions } from './window-options.ts';

const options = parseShellArguments(process.argv.slice(1));
const paths = shellPaths(import.meta.dirname);
const dataDir = options.dataDir ?? app.getPath('userData');
// Chromium's own files (caches, local storage) lie beside the station's, so one flag moves a whole kiosk.
if (options.dataDir !== null) app.setPath('userData', join(dataDir, 'window'));

const log = (what: string) => process.stderr.write(`shell: ${what}\n`);

// One kiosk per data folder: Electron's lock lies in userData, set above.
if (app.requestSingleInstanceLock()) {
  protocol.registerSchemesAsPrivileged([appSchemePrivileges]);
  app.enableSandbox();
  Menu.setApplicationMenu(null);
  lockNavigation(app, options.stationUrl ?? appOrigin, (what) => log(`refused ${what}`));
  app.whenReady().then(openKiosk, fail);
} else {
  log('this kiosk runs already; it is shown instead');
  app.quit();
}

function openKiosk(): void {
  refusePermissions(session.defaultSession, (what) => log(`refused ${what}`));
  protocol.handle(
    appScheme,
    appProtocolHandler(paths.renderer, (path) => readFile(path)),
  );
  powerSaveBlocker.start('prevent-display-sleep');

  const window = new KioskWindow({
    create: () =>
      new BrowserWindow(
        windowOptions({
          windowed: options.windowed,
          production: app.isPackaged,
          preload: options.stationUrl === null ? paths.preload : undefined,
        }),
      ),
    url: options.stationUrl ?? `${appOrigin}/`,
    windowed: options.windowed,
    timers: systemTimers,
    onGone(why) {
      log(`the window is gone (${why})`);
      ports.windowGone();
    },
  });

  const station = new StationProcess<MessagePortMain>({
    fork: () =>
      utilityProcess.fork(paths.station, ['--data', join(dataDir, 'station'), ...options.stationArguments], {
        serviceName: 'Cigar Kiosk Station',
      }),
    timers: systemTimers,
    onStatus(status) {
      if (status.state === 'waiting') log(stationTrouble(status));
      if (status.state === 'starting') ports.stationStarts();
      window.current?.webContents.send(channels.stationStatus, status);
    },
    onFirstManagerPin: (pin) => void showFirstManagerPin(window.current, pin),
  });

  const ports = new StationPorts<MessagePortMain>({
    createChannel: () => new MessageChannelMain(),
    giveStation: (port) => station.connect(port),
    giveWindow: (port) => window.current?.webContents.postMessage(channels.stationPort, null, [port]),
  });

  ipcMain.on(channels.connect, (event) => {
    // Only our own page, in its top frame, in the window there is now.
    const frame = event.senderFrame;
    const isOurs = frame !== null && frame.parent === null && originOf(frame.url) === appOrigin;
    if (!isOurs || event.sender !== window.current?.webContents) return;
    event.sender.send(channels.stationStatus, station.status);
    ports.windowAsks();
  });

  app.on('second-instance', () => window.show());
  app.on('window-all-closed', () => {
    // In a kiosk, no window means: between two windows.
    if (options.windowed) app.quit();
  });
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    window.release();
    void station.stop().then(() => {
      stopped = true;
      app.quit();
    });
  });

  if (options.stationUrl === null) station.start();
  window.open();
}

function stationTrouble(status: Extract<StationProcessStatus, { state: 'waiting' }>): string {
  const why =
    status.failure === null ? 'ended by itself' : `${status.failure.code}: ${status.failure.message}`;
  return `station ${why}; started again in ${status.retryInMs} ms`;
}

async function showFirstManagerPin(window: BrowserWindow | null, pin: string): Promise<void> {
  const { title, message, detail, button } = firstManagerPinWords(pin, app.getLocale());
  const box = { type: 'info' as const, title, message, detail, buttons: [button] };
  await (window === null ? dialog.showMessageBox(box) : dialog.showMessageBox(window, box));
}

function fail(error: unknown): void {
  log(`could not start: ${String(error)}`);
  app.exit(1);
}
