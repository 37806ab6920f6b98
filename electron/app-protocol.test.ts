import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appProtocolHandler } from './app-protocol.ts';

const folder = join(sep, 'opt', 'kiosk', 'renderer');
const files: Record<string, string> = {
  [join(folder, 'index.html')]: '<html>',
  [join(folder, 'assets', 'index.js')]: 'start()',
  [join(folder, 'assets', 'notes.txt')]: 'not of the page',
  [join(sep, 'opt', 'kiosk', 'secret.json')]: 'secret',
  [join(sep, 'opt', 'kiosk', 'renderer-dev', 'index.html')]: 'another build',
};
const handle = appProtocolHandler(folder, (path) => {
  const text = files[path];
  return text === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(Buffer.from(text));
});
const get = (url: string, method = 'GET') => handle({ url, method });

describe('the app protocol', () => {
  it.each(['app://kiosk/', 'app://kiosk/index.html', 'app://kiosk/?lang=ko#top'])(
    'serves the screens at %s',
    async (url) => {
      const response = await get(url);
      expect(await response.text()).toBe('<html>');
      expect(response.headers.get('content-type')).toContain('text/html');
    },
  );

  it('serves scripts as scripts, and nothing may be guessed otherwise', async () => {
    const { headers } = await get('app://kiosk/assets/index.js');
    expect(headers.get('content-type')).toContain('text/javascript');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('sends the content security policy with every file', async () => {
    for (const url of ['app://kiosk/', 'app://kiosk/assets/index.js']) {
      const policy = (await get(url)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    }
  });

  it.each([
    'app://kiosk/../secret.json',
    'app://kiosk/%2e%2e/secret.json',
    'app://kiosk/..%2fsecret.json',
    'app://kiosk/assets/..%2f..%2fsecret.json',
    'app://kiosk/..%5csecret.json',
    'app://kiosk/..%2frenderer-dev/index.html',
    'app://kiosk/index.html%00.js',
    'app://kiosk/%',
    'app://kiosk/missing.js',
    'app://kiosk/assets/notes.txt',
    'app://kiosk/assets',
    'app://other/index.html',
    'https://kiosk/index.html',
    'nonsense',
  ])('gives nothing away at %s', async (url) => {
    const response = await get(url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('Not found');
  });

  it.each(['POST', 'PUT', 'DELETE'])('answers no %s', async (method) => {
    expect((await get('app://kiosk/', method)).status).toBe(404);
  });
});
