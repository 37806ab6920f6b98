import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../setup/index.ts';
import { type StationHost, startHost } from './host.ts';

const folder = mkdtempSync(join(tmpdir(), 'kiosk-host-'));
const rendererDir = join(folder, 'renderer');
let host: StationHost;
let kiosks = 0;

beforeAll(async () => {
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Kiosk</title>');
  writeFileSync(join(rendererDir, 'assets', 'app-1234.js'), 'export {};');
  writeFileSync(join(rendererDir, 'assets', 'font.woff2'), 'w');
  writeFileSync(join(rendererDir, '.hidden.txt'), 'hidden');
  writeFileSync(join(rendererDir, 'records.db'), 'db');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(rendererDir, 'link.txt'));
  host = await startHost({
    host: '127.0.0.1',
    port: 0,
    rendererDir,
    maxMessageBytes: 1024,
    onKiosk: () => {
      kiosks += 1;
    },
    log: silentLog,
  });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Bytes as they are: no client library that would tidy headers or paths up. */
function raw(text: string): Promise<{ status: number; headers: Map<string, string>; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(host.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    const done = () => {
      socket.destroy();
      const [head = '', ...body] = answer.split('\r\n\r\n');
      const [statusLine = '', ...lines] = head.split('\r\n');
      const headers = new Map(
        lines.map((line) => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 2),
        ]),
      );
      resolve({ status: Number(statusLine.split(' ')[1]), headers, body: body.join('\r\n\r\n') });
    };
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.startsWith('HTTP/1.1 101')) done();
    });
    socket.on('end', done);
    socket.on('error', reject);
  });
}

const get = (path: string, headers = '', name = `127.0.0.1:${host.port}`) =>
  raw(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\n${headers}Connection: close\r\n\r\n`);
const upgrade = (headers: string, path = '/rpc', name = `127.0.0.1:${host.port}`) =>
  raw(
    `GET ${path} HTTP/1.1\r\nHost: ${name}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`,
  );

describe('the loopback server', () => {
  it('serves the screens with their types and a policy that lets in nothing foreign', async () => {
    const page = await get('/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      `connect-src 'self' ws://127.0.0.1:${host.port}`,
    ]) {
      expect(policy.split('; ')).toContain(rule);
    }
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(page.headers.has('access-control-allow-origin')).toBe(false);
    expect((await get('/assets/app-1234.js')).headers.get('content-type')).toBe(
      'text/javascript; charset=utf-8',
    );
    expect((await get('/assets/font.woff2')).headers.get('content-type')).toBe('font/woff2');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/link.txt',
    '/.hidden.txt',
    '/records.db',
    '/index.html%00.js',
    '/%ff',
    '//secret.txt',
  ])('finds nothing outside of the screens: %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.body.trim()).toBe('not found');
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example', ''])(
    'refuses a foreign host name, as DNS rebinding would bring: "%s"',
    async (name) => {
      expect((await get('/', '', name)).status).toBe(403);
      expect((await upgrade('', '/rpc', name)).status).toBe(403);
    },
  );

  it('refuses two host names in one request', async () => {
    const answer = await get('/', 'Host: evil.example\r\n');
    expect([400, 403]).toContain(answer.status);
  });

  it('answers to each of its own names', async () => {
    for (const name of [`localhost:${host.port}`, `LOCALHOST:${host.port}`, `[::1]:${host.port}`]) {
      expect((await get('/healthz', '', name)).status).toBe(200);
    }
  });

  it.each([
    'https://evil.example',
    'http://evil.example',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'file://',
  ])('refuses another page of the same browser: Origin %s', async (origin) => {
    expect((await upgrade(`Origin: ${origin}\r\n`)).status).toBe(403);
    expect((await get('/', `Origin: ${origin}\r\n`)).status).toBe(403);
  });

  it('refuses a page that came by another of its names: to a browser that is another origin', async () => {
    expect((await upgrade(`Origin: http://localhost:${host.port}\r\n`)).status).toBe(403);
  });

  it('refuses cross-site requests that carry no Origin', async () => {
    expect((await get('/', 'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n')).status).toBe(403);
    expect((await get('/', 'Sec-Fetch-Site: same-site\r\n')).status).toBe(403);
    expect((await get('/', 'Sec-Fetch-Site: none\r\n')).status).toBe(200);
  });

  it('opens a WebSocket for its own page and for programs, at /rpc only', async () => {
    const before = kiosks;
    expect((await upgrade(`Origin: http://127.0.0.1:${host.port}\r\n`)).status).toBe(101);
    expect((await upgrade('')).status).toBe(101);
    expect(kiosks).toBe(before + 2);
    expect((await upgrade('', '/')).status).toBe(404);
  });

  it('takes no other method than GET and HEAD, and says little about its health', async () => {
    const answer = await raw(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(answer.status).toBe(405);
    const options = await raw(
      `OPTIONS / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\nAccess-Control-Request-Method: POST\r\n\r\n`,
    );
    expect(options.status).toBe(405);
    expect((await get('/healthz')).body.trim()).toBe('ok');
  });
});
