/**
 * All that the page can ask of the shell: `window.kiosk`. One file per channel, nothing general: there is
 * no way to name a channel from the page, and no object of Electron's gets through.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { connectChannel } from './channels/connect.ts';
import { forwardStationPort, type PageWindow } from './channels/station-port.ts';
import { stationStatusChannel } from './channels/station-status.ts';

const kiosk = {
  connect: connectChannel(ipcRenderer),
  onStationStatus: stationStatusChannel(ipcRenderer),
  platform: process.platform,
};

/** The shape of `window.kiosk`. */
export type KioskBridge = typeof kiosk;

forwardStationPort(ipcRenderer, globalThis as unknown as PageWindow);
contextBridge.exposeInMainWorld('kiosk', kiosk);
