import type { PageIpc } from './ipc.ts';
import { channels } from './names.ts';

/** As much of the page's window as is used. */
export interface PageWindow {
  postMessage(message: unknown, targetOrigin: string, transfer: Transferable[]): void;
  readonly location: { readonly origin: string };
}

/**
 * Hands the station's port on to the page. A port cannot cross the context bridge; a window message to the
 * page's own origin can carry it.
 */
export function forwardStationPort(ipc: PageIpc, page: PageWindow): void {
  ipc.on(channels.stationPort, (event) => {
    const port = event.ports[0];
    if (port === undefined) return;
    page.postMessage({ type: 'station-port' }, page.location.origin, [port as Transferable]);
  });
}
