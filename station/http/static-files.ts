/** The built kiosk screens, read from one folder and nowhere else. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.txt': 'text/plain; charset=utf-8',
};

export interface StaticFile {
  body: Buffer;
  mimeType: string;
  /** Its name carries a hash of its content (Vite's `assets/`): it never changes. */
  immutable: boolean;
}

/**
 * The file behind a request path, or null. Paths that try to leave the folder (also through links,
 * encoded dots, NUL or backslashes) and kinds of files not in the table find nothing.
 */
export async function readStaticFile(folder: string, requestPath: string): Promise<StaticFile | null> {
  let path: string;
  try {
    path = decodeURIComponent(requestPath);
  } catch {
    return null;
  }
  if (!path.startsWith('/') || path.includes('\0') || path.includes('\\')) return null;
  if (path.split('/').some((part) => part.startsWith('.'))) return null;
  if (path.endsWith('/')) path += 'index.html';
  const mimeType = mimeTypes[extname(path).toLowerCase()];
  if (mimeType === undefined) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, normalize(path)));
    if (!file.startsWith(root + sep) || !(await stat(file)).isFile()) return null;
    return { body: await readFile(file), mimeType, immutable: path.startsWith('/assets/') };
  } catch {
    return null;
  }
}
