/**
 * The control API on loopback: POST /commands carries out a verb, GET /state shows the lot.
 *
 * A web page in a browser on the same machine must not reach it: requests that name another host
 * (DNS rebinding) or come from an origin (any page) are refused, and so is a body that a plain form
 * could send.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Lot, LotError, type LotErrorCode } from '../lot/index.ts';

const bodyMostBytes = 256 * 1024;
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

export interface ControlApi {
  url: string;
  close(): Promise<void>;
}

export async function serveControlApi(lot: Lot, port = 0): Promise<ControlApi> {
  const server = createServer((request, response) => {
    void answer(lot, request, response).catch((error: unknown) => {
      send(response, 500, { code: 'internal', text: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => close(server) };
}

async function answer(lot: Lot, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = whyForeign(request);
  if (refusal !== null) return send(response, 403, { code: 'foreign', text: refusal });
  const path = (request.url ?? '').split('?')[0];
  if (request.method === 'GET' && path === '/state') return send(response, 200, lot.state());
  if (request.method !== 'POST' || path !== '/commands') {
    return send(response, 404, { code: 'not-found', text: 'POST /commands or GET /state' });
  }
  if (!(request.headers['content-type'] ?? '').toLowerCase().startsWith('application/json')) {
    return send(response, 415, { code: 'invalid-command', text: 'send application/json' });
  }
  const body = await read(request);
  if (body === null) return send(response, 413, { code: 'too-large', text: 'a verb is short' });
  let command: unknown;
  try {
    command = JSON.parse(body);
  } catch {
    return send(response, 400, { code: 'invalid-command', text: 'that is not JSON' });
  }
  try {
    // The lot checks the shape itself: what comes from outside is `unknown` in truth.
    return send(response, 200, await lot.do(command as Parameters<Lot['do']>[0]));
  } catch (error) {
    if (!(error instanceof LotError)) throw error;
    return send(response, statusOf(error.code), { code: error.code, text: error.message });
  }
}

/** Why this request may come from a page that is not ours, or null. */
export function whyForeign(request: Pick<IncomingMessage, 'headers'>): string | null {
  const { host, origin } = request.headers;
  const name = (host ?? '').replace(/:[0-9]*$/, '');
  if (!loopbackNames.has(name)) return 'the Host is not loopback';
  if (origin !== undefined) return 'requests from web pages are refused';
  if (request.headers['sec-fetch-site'] !== undefined && request.headers['sec-fetch-site'] !== 'none') {
    return 'requests from web pages are refused';
  }
  return null;
}

function statusOf(code: LotErrorCode): number {
  switch (code) {
    case 'invalid-command':
      return 400;
    case 'unknown-vehicle':
    case 'unknown-lane':
    case 'unknown-receiver':
    case 'unknown-preorder':
      return 404;
    case 'plate-taken':
    case 'no-phone':
    case 'moving':
      return 409;
    case 'server-unreachable':
    case 'server-refused':
      return 502;
  }
}

/** @returns null when it is too long. */
async function read(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > bodyMostBytes) return null;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the control API has no port');
  return address.port;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
