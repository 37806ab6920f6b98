/**
 * The door for devices that are not let in yet, and the credential of those that are.
 *
 *   GET  /              the join page; the files it is made of (join-files.json, written by the build)
 *   GET  /station.crt   the authority's certificate, to be trusted
 *   POST /join          code and name → the credential, as a cookie that no script can read
 *   everything else     401
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Result } from '../../shared/domain/index.ts';
import type { JoinFailure } from '../kiosks/index.ts';
import { end, endJson, securityHeaders } from './answers.ts';
import type { Admitted } from './kiosk-server.ts';
import { readStaticFile } from './static-files.ts';

const maxBodyBytes = 2_048;
/** As long as a browser keeps a cookie at all (RFC 6265bis section 5.6.3); every visit begins it anew. */
const cookieSeconds = 400 * 24 * 3_600;
/** `__Host-`: only over TLS, for this host alone, from this host alone. */
const cookieName = '__Host-kiosk';

export interface JoinDoorOptions {
  rendererDir: string;
  /** Credential → kiosk, or null. */
  admit: (credential: string) => string | null;
  join: (body: unknown, address: string) => Result<{ credential: string; name: string }, JoinFailure>;
  authorityPem: () => string;
}

export class JoinDoor {
  readonly #options: JoinDoorOptions;
  /** What the join page is made of; read with the page, for a new build has other names. */
  #files: ReadonlySet<string> = new Set();

  constructor(options: JoinDoorOptions) {
    this.#options = options;
  }

  admit(request: IncomingMessage): Admitted | null {
    const credential = cookieOf(request.headers.cookie);
    const kioskId = credential === null ? null : this.#options.admit(credential);
    return kioskId === null || credential === null ? null : { kioskId, cookie: cookie(credential) };
  }

  async stranger(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path === '/join' && request.method === 'POST') return await this.#join(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(request, response);
    if (path === '/station.crt') return this.certificate(request, response);
    const isPage = path === '/' || path === '/join.html';
    if (isPage) await this.#readFiles();
    if (!isPage && !this.#files.has(path)) return refuse(request, response);
    const file = await readStaticFile(this.#options.rendererDir, isPage ? '/join.html' : path);
    if (file === null) return end(request, response, 404, 'not found');
    response.writeHead(200, {
      ...securityHeaders('https', request.headers.host ?? ''),
      'content-type': file.mimeType,
      'content-length': file.body.byteLength,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
      // A credential that is worth nothing any more need not be sent for ever.
      ...(isPage && request.headers.cookie !== undefined ? { 'set-cookie': cookie('', 0) } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  }

  certificate(request: IncomingMessage, response: ServerResponse): void {
    end(request, response, 200, this.#options.authorityPem().trim(), {
      'content-type': 'application/x-x509-ca-cert',
      'content-disposition': 'attachment; filename="kiosk-station.crt"',
    });
  }

  async #join(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page of another site cannot send this type without being asked first, and nobody answers such a question.
    if (request.headers['content-type'] !== 'application/json') return refuse(request, response);
    const body = await readBody(request);
    const joined = this.#options.join(body, addressOf(request));
    if (!joined.ok) {
      const status = joined.error.refused === 'wait' ? 429 : joined.error.refused === 'not-kept' ? 507 : 403;
      return endJson(request, response, status, joined.error);
    }
    endJson(
      request,
      response,
      200,
      { name: joined.value.name },
      { 'set-cookie': cookie(joined.value.credential) },
    );
  }

  async #readFiles(): Promise<void> {
    const file = await readStaticFile(this.#options.rendererDir, '/join-files.json');
    const list: unknown = file === null ? [] : JSON.parse(file.body.toString('utf8'));
    this.#files = new Set(Array.isArray(list) ? list.map((path) => `/${String(path)}`) : []);
  }
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  end(request, response, 401, 'this device has not been let in', { connection: 'close' });
}

function cookie(credential: string, seconds = cookieSeconds): string {
  return `${cookieName}=${credential}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Strict`;
}

function cookieOf(header: string | undefined): string | null {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value !== undefined && /^[\w.-]{20,200}$/.test(value)) return value;
  }
  return null;
}

/** JSON, or undefined for anything that is none or too long: the limits count it as a wrong try. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > maxBodyBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Over a dual-stack socket an IPv4 address comes dressed as IPv6. */
function addressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
}
