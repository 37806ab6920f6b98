/**
 * What every web server of the station does, whoever reaches it: the built screens, a minimal health answer, and
 * the WebSocket `/rpc` behind which everything else needs a sign-in.
 *
 *   request ─▶ guard (host, origin) ─▶ admit (which kiosk?) ─▶ screens, /rpc
 *                                        └─ nobody ─▶ stranger: the join page and nothing else
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { shutOutCode } from '../../shared/station-facts/index.ts';
import { errorFields, type Log } from '../setup/index.ts';
import { end, plainHeaders, securityHeaders } from './answers.ts';
import { type OriginGuard, rawHeaderValues } from './origin-guard.ts';
import { readStaticFile } from './static-files.ts';

const pingEveryMs = 30_000;
/** Long enough for the reason to arrive; then the connection is cut. */
const goodbyeMs = 1_000;

/** A kiosk that was let in. `null`: the first one. */
export interface Admitted {
  kioskId: string | null;
  /** Put beside the screens: a credential that is kept alive by being used. */
  cookie?: string;
}

export interface KioskServerOptions {
  scheme: 'http' | 'https';
  /** Folder of the built renderer. */
  rendererDir: string;
  maxMessageBytes: number;
  /** Open WebSockets, of all kiosks and of one. */
  maxKiosks: number;
  maxOfOneKiosk: number;
  guard: () => OriginGuard;
  admit: (request: IncomingMessage) => Admitted | null;
  /** Answers whoever is not let in. */
  stranger: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void> | void;
  /** What this server has beside the screens. @returns whether it answered. */
  extra?: (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
  onKiosk: (socket: WebSocket, kioskId: string | null) => void;
  log: Log;
}

export interface KioskServer {
  /** Closes every connection of a kiosk that was removed, saying why. @returns how many there were. */
  shutOut(kioskId: string): number;
  /** Says goodbye to all; the server itself is its owner's to close. */
  close(): void;
  terminate(): void;
}

export function serveKiosks(server: Server, options: KioskServerOptions): KioskServer {
  const { log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
  const kioskOf = new WeakMap<WebSocket, string | null>();
  const socketsOf = (kioskId: string | null) =>
    [...sockets.clients].filter((socket) => kioskOf.get(socket) === kioskId);

  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      log('http.failed', errorFields(error));
      if (!response.headersSent) response.writeHead(500, plainHeaders);
      response.end();
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = options.guard().judge(request.headers, rawHeaderValues(request.rawHeaders, 'host'));
    if (!verdict.allowed) {
      log('http.refused', { why: verdict.why });
      return end(request, response, 403, 'refused');
    }
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    const kiosk = options.admit(request);
    if (kiosk === null) return options.stranger(request, response, path);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return end(request, response, 405, 'method not allowed');
    }
    // `/kiosk`: a page whose WebSocket is refused asks why, for its browser does not tell.
    if (path === '/healthz' || path === '/kiosk') return end(request, response, 200, 'ok');
    if (path === '/rpc') return end(request, response, 426, 'a WebSocket belongs here');
    if (options.extra?.(request, response, path) === true) return;
    const cookie = path === '/' ? kiosk.cookie : undefined;
    await sendFile(request, response, path, cookie === undefined ? {} : { 'set-cookie': cookie });
  }

  async function sendFile(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    headers: Record<string, string>,
  ): Promise<void> {
    const file = await readStaticFile(options.rendererDir, path);
    if (file === null) {
      const text =
        path === '/' ? 'The screens of the kiosk are not built yet: run "npm run build".' : 'not found';
      return end(request, response, 404, text);
    }
    response.writeHead(200, {
      ...securityHeaders(options.scheme, request.headers.host ?? ''),
      ...headers,
      'content-type': file.mimeType,
      'content-length': file.body.byteLength,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const verdict = options.guard().judge(request.headers, rawHeaderValues(request.rawHeaders, 'host'));
    if (!verdict.allowed) {
      log('http.refused', { why: verdict.why });
      return refuseUpgrade(socket, '403 Forbidden');
    }
    const kiosk = options.admit(request);
    if (kiosk === null) return refuseUpgrade(socket, '401 Unauthorized');
    if ((request.url ?? '').split('?', 1)[0] !== '/rpc') return refuseUpgrade(socket, '404 Not Found');
    const isFull =
      sockets.clients.size >= options.maxKiosks || socketsOf(kiosk.kioskId).length >= options.maxOfOneKiosk;
    if (isFull) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (opened) => {
      kioskOf.set(opened, kiosk.kioskId);
      alive.add(opened);
      opened.on('pong', () => alive.add(opened));
      options.onKiosk(opened, kiosk.kioskId);
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

  return {
    shutOut(kioskId) {
      const open = socketsOf(kioskId);
      for (const socket of open) {
        // Nothing it sends meanwhile is read: the reason leaves, and then it is over.
        socket.pause();
        socket.close(shutOutCode, 'removed');
        setTimeout(() => socket.terminate(), goodbyeMs).unref();
      }
      return open.length;
    },
    close() {
      clearInterval(pinging);
      for (const kiosk of sockets.clients) kiosk.close(1001);
    },
    terminate() {
      for (const kiosk of sockets.clients) kiosk.terminate();
    },
  };
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
