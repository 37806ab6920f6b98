import { readFileSync } from 'node:fs';

/** Of the package this server is part of: one folder up from the source, two from the built training program. */
export const serverVersion: string =
  versionAt('../package.json') ?? versionAt('../../package.json') ?? 'unknown';

function versionAt(path: string): string | null {
  try {
    const found = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version?: string };
    return found.version ?? null;
  } catch {
    return null;
  }
}
