/** Builds the screens when there is no build yet or a source is newer than it. */
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from './child.ts';
import { isOlderThanSources } from './newest.ts';

/** @returns whether a build was needed. */
export async function buildRenderer(): Promise<boolean> {
  if (!isOlderThanSources(join(projectRoot, 'out/renderer/index.html'))) return false;
  await build({
    configFile: join(projectRoot, 'renderer/vite.config.ts'),
    root: join(projectRoot, 'renderer'),
    logLevel: 'warn',
  });
  return true;
}
