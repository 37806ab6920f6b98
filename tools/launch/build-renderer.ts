/** Builds the screens when there is no build yet or a source is newer than it. */
import { join } from 'node:path';
import { projectRoot } from './child.ts';
import { isOlderThanSources } from './newest.ts';

/** @returns whether a build was needed. */
export async function buildRenderer(): Promise<boolean> {
  if (!isOlderThanSources(join(projectRoot, 'out/renderer/index.html'))) return false;
  // Loading it takes longer than all else that starts the kiosk: only where there is something to build.
  const { build } = await import('vite');
  await build({
    configFile: join(projectRoot, 'renderer/vite.config.ts'),
    root: join(projectRoot, 'renderer'),
    logLevel: 'warn',
  });
  return true;
}
