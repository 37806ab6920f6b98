/** Builds the screens when there is no build yet or a source is newer than it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from './child.ts';

const sources = ['renderer', 'shared', 'package-lock.json'];
const built = join(projectRoot, 'out/renderer/index.html');

function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  let newest = 0;
  for (const entry of readdirSync(path)) newest = Math.max(newest, newestMs(join(path, entry)));
  return newest;
}

/** @returns whether a build was needed. */
export async function buildRenderer(): Promise<boolean> {
  const builtAtMs = newestMs(built);
  if (sources.every((source) => newestMs(join(projectRoot, source)) < builtAtMs)) return false;
  await build({
    configFile: join(projectRoot, 'renderer/vite.config.ts'),
    root: join(projectRoot, 'renderer'),
    logLevel: 'warn',
  });
  return true;
}
