/**
 * The loopback web server of a station that runs without Electron. Whoever reaches it sits at the station's own
 * machine, where the records lie: it is the first kiosk and needs no credential. Other machines come by
 * network-kiosks.ts, over TLS and with one.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import type { Log } from '../setup/index.ts';
import { serveKiosks } from './kiosk-server.ts';
import { OriginGuard } from './origin-guard.ts';

const maxConnections = 256;
const maxKiosks = 32;

export interface HostOptions {
  /** A loopback address. */
  host: string;
  /** 0 = any free one. */
  port: number;
  /** Folder of the built renderer. */
  rendererDir: string;
  maxMessageBytes: number;
  onKiosk: (socket: WebSocket) => void;
  log: Log;
}

export interface StationHost {
  /** `http://127.0.0.1:<port>` (or the given host). */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @throws the listen error (`EADDRINUSE`, `EACCES`) when the port cannot be had. */
export async function startHost(options: HostOptions): Promise<StationHost> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const port = (server.address() as AddressInfo).port;
  const guard = new OriginGuard('http', port, []);
  const kiosks = serveKiosks(server, {
    scheme: 'http',
    rendererDir: options.rendererDir,
    maxMessageBytes: options.maxMessageBytes,
    maxKiosks,
    maxOfOneKiosk: maxKiosks,
    guard: () => guard,
    admit: () => ({ kioskId: null }),
    stranger: () => {},
    onKiosk: (socket) => options.onKiosk(socket),
    log: options.log,
  });
  const shownHost = options.host === 'localhost' ? '127.0.0.1' : options.host;
  return {
    url: `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        kiosks.close();
        const hurry = setTimeout(() => {
          kiosks.terminate();
          server.closeAllConnections();
        }, 500);
        server.close(() => {
          clearTimeout(hurry);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
