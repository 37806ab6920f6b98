/** No source file grows past what a reader can hold: 500 lines, unless it is listed here with its reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const maxLines = 500;

/** Files that may be longer, each with the reason. */
export const longFiles: Readonly<Record<string, string>> = {
  'renderer/words/en.ts': 'One list of all words of a language: split, a translator would hunt for them.',
  'renderer/words/ko.ts': 'The same list in Korean, key by key beside en.ts.',
  'renderer/dev/fake-station.ts': 'The whole station contract, one short procedure after the other.',
};

const sourceFolders = [
  'drivers',
  'station',
  'server',
  'simulator',
  'shared',
  'electron',
  'renderer',
  'tools',
  'tests',
];
const isSource = (path: string) => /\.(ts|tsx|css|js|cjs|mjs)$/.test(path);
const isGenerated = (path: string) => /(^|\/)(node_modules|migrations)\//.test(path);

/** @returns a sentence per file that is too long, and per exception that is no longer needed. */
export function fileSizeFaults(
  root: string,
  exceptions: Readonly<Record<string, string>> = longFiles,
): string[] {
  const faults: string[] = [];
  const excused = new Set<string>();
  for (const folder of sourceFolders) {
    let entries: string[] = [];
    try {
      entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    } catch {
      continue; // A folder that is not there has no long files.
    }
    for (const entry of entries) {
      const path = `${folder}/${entry.replaceAll('\\', '/')}`;
      if (!isSource(path) || isGenerated(path)) continue;
      const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
      if (lines <= maxLines) continue;
      if (path in exceptions) excused.add(path);
      else
        faults.push(
          `${path} has ${lines} lines; ${maxLines} is the most (CONTRIBUTING.md says how to split).`,
        );
    }
  }
  for (const path of Object.keys(exceptions)) {
    if (!excused.has(path))
      faults.push(`${path} is listed as a long file but is not one: take it off the list.`);
  }
  return faults;
}
