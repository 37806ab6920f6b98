import { readFileSync } from 'node:fs';

/** The version this station was built from; `unknown` when its package file is not beside it. */
export function productVersion(from: string | URL = import.meta.url): string {
  // From source the package file lies two folders up, from the built program one more.
  for (const up of ['../../package.json', '../package.json', '../../../package.json', './package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(up, from), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === 'cigar-kiosk' && found.version !== undefined) return found.version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
