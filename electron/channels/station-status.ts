import type { StationProcessStatus } from '../station-status.ts';
import type { PageIpc } from './ipc.ts';
import { channels } from './names.ts';

export type StopListening = () => void;

/**
 * `kiosk.onStationStatus(listener)`: how the station's process is, now (when it is known) and on each change.
 * The page gets the status alone, never Electron's event, through which it could reach the sender.
 */
export function stationStatusChannel(
  ipc: PageIpc,
): (listener: (status: StationProcessStatus) => void) => StopListening {
  let last: StationProcessStatus | null = null;
  ipc.on(channels.stationStatus, (_event, status) => {
    last = status as StationProcessStatus;
  });
  return (listener) => {
    const hear = (_event: unknown, status: unknown) => listener(status as StationProcessStatus);
    ipc.on(channels.stationStatus, hear);
    if (last !== null) listener(last);
    return () => void ipc.off(channels.stationStatus, hear);
  };
}
