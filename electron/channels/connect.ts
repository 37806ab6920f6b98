import type { PageIpc } from './ipc.ts';
import { channels } from './names.ts';

/** `kiosk.connect()`: asks for a fresh port to the station. It carries nothing, so a page can smuggle nothing. */
export function connectChannel(ipc: PageIpc): () => void {
  return () => ipc.send(channels.connect);
}
