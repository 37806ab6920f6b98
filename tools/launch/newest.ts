/** Is what was built from the screens' sources older than they are? */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './child.ts';

const sources = ['renderer', 'shared', 'package-lock.json'];

function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  let newest = 0;
  for (const entry of readdirSync(path)) newest = Math.max(newest, newestMs(join(path, entry)));
  return newest;
}

/** @param built a file of the build; one that is not there is older than everything */
export function isOlderThanSources(built: string): boolean {
  const builtAtMs = newestMs(built);
  return !sources.every((source) => newestMs(join(projectRoot, source)) < builtAtMs);
}
