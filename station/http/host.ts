/**
 * The loopback web server of a station that runs without Electron: the built screens, a minimal
 * health answer, and the WebSocket `/rpc` behind which everything else needs a sign-in.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { errorFields, type Log } from '../setup/index.ts';
import { OriginGuard, rawHeaderValues } from './origin-guard.ts';
import { readStaticFile } from './static-files.ts';

const maxConnections = 256;
const maxKiosks = 32;
const pingEveryMs = 30_000;

export interface HostOptions {
  /** Loopback unless the operator says otherwise. */
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
  const { log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
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
  const loopback = ['127.0.0.1', 'localhost', '::1'].includes(options.host);
  const wildcard = ['0.0.0.0', '::'].includes(options.host);
  const guard = new OriginGuard(port, loopback ? [] : wildcard ? ownAddresses() : [options.host]);

  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      log('http.failed', errorFields(error));
      if (!response.headersSent) response.writeHead(500, plainHeaders);
      response.end();
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = guard.judge(request.headers, rawHeaderValues(request.rawHeaders, 'host'));
    if (!verdict.allowed) {
      log('http.refused', { why: verdict.why });
      return end(request, response, 403, 'refused');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return end(request, response, 405, 'method not allowed');
    }
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    if (path === '/healthz') return end(request, response, 200, 'ok');
    if (path === '/rpc') return end(request, response, 426, 'a WebSocket belongs here');
    const file = await readStaticFile(options.rendererDir, path);
    if (file === null) {
      const text =
        path === '/' ? 'The screens of the kiosk are not built yet: run "npm run build".' : 'not found';
      return end(request, response, 404, text);
    }
    response.writeHead(200, {
      ...securityHeaders(request.headers.host ?? ''),
      'content-type': file.mimeType,
      'content-length': file.body.byteLength,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const verdict = guard.judge(request.headers, rawHeaderValues(request.rawHeaders, 'host'));
    if (!verdict.allowed) {
      log('http.refused', { why: verdict.why });
      return refuseUpgrade(socket, '403 Forbidden');
    }
    if ((request.url ?? '').split('?', 1)[0] !== '/rpc') return refuseUpgrade(socket, '404 Not Found');
    if (sockets.clients.size >= maxKiosks) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (kiosk) => {
      alive.add(kiosk);
      kiosk.on('pong', () => alive.add(kiosk));
      options.onKiosk(kiosk);
    });
  });

  // A handheld that left the network says nothing; its half-open connection would stay for hours.
  const alive = new WeakSet<WebSocket>();
  const pinging = setInterval(() => {
    for (const kiosk of sockets.clients) {
      if (!alive.delete(kiosk)) kiosk.terminate();
      else kiosk.ping();
    }
  }, pingEveryMs);
  pinging.unref();

  const shownHost = wildcard || options.host === 'localhost' ? '127.0.0.1' : options.host;
  return {
    url: `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        clearInterval(pinging);
        for (const kiosk of sockets.clients) kiosk.close(1001);
        const hurry = setTimeout(() => {
          for (const kiosk of sockets.clients) kiosk.terminate();
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

/** Listening everywhere, it answers to every address of this machine, still to no name. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}

const plainHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** @param host The checked Host header: the page may open a WebSocket to where it came from, only. */
function securityHeaders(host: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "font-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ws://${host}`,
      "media-src 'self' data:",
      "manifest-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), bluetooth=(), serial=(), usb=()',
  };
}

function end(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  const body = `${text}\n`;
  response.writeHead(status, { ...plainHeaders, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
