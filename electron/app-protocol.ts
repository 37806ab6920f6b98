/**
 * Serves the built screens as `app://kiosk/…`: an origin of their own, which `file:` pages do not have, so
 * that "self" means these files and no other file of the machine.
 */
import { extname, join, sep } from 'node:path';
import { contentSecurityPolicy } from './content-security-policy.ts';

export const appScheme = 'app';
export const appOrigin = `${appScheme}://kiosk`;

/** To be registered before Electron is ready. */
export const appSchemePrivileges = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
};

/**
 * @param folder absolute path of the built screens (inside the app's archive when packaged)
 * @param readFile rejects when there is no such file
 */
export function appProtocolHandler(
  folder: string,
  readFile: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): (request: Pick<Request, 'url' | 'method'>) => Promise<Response> {
  return async ({ url, method }) => {
    const path = fileOf(url, folder);
    const mediaType = path === null ? undefined : mediaTypes[extname(path)];
    if (method !== 'GET' || path === null || mediaType === undefined) return refusal();
    try {
      return new Response(await readFile(path), {
        headers: {
          'Content-Type': mediaType,
          'Content-Security-Policy': contentSecurityPolicy,
          'X-Content-Type-Options': 'nosniff',
          'Referrer-Policy': 'no-referrer',
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Resource-Policy': 'same-origin',
        },
      });
    } catch {
      return refusal();
    }
  };
}

/** One answer for all that is not ours, so that nothing can be told from it. */
const refusal = () => new Response('Not found', { status: 404, headers: { 'Content-Type': 'text/plain' } });

/** @returns the file an address means; null when it is not an address of ours or leads out of the folder. */
function fileOf(address: string, folder: string): string | null {
  const url = URL.parse(address);
  if (url === null || url.protocol !== `${appScheme}:` || url.host !== 'kiosk') return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null; // A broken percent code.
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const file = join(folder, path === '/' ? 'index.html' : path);
  return file.startsWith(folder + sep) ? file : null;
}
