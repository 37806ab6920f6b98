/**
 * Electron for `npm start`, where its runtime is or can be had. The npm package brings no runtime; its
 * own install script fetches it, which some machines cannot reach: then the kiosk opens in a browser.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './child.ts';

const packageFolder = join(projectRoot, 'node_modules/electron');

/** Path of Electron's executable, or null while there is none on this machine. */
export function electronRuntime(): string | null {
  try {
    const name = readFileSync(join(packageFolder, 'path.txt'), 'utf8');
    const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageFolder, 'dist'), name);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** Lets Electron's own script fetch the runtime; gives up after `patienceMs`. */
export async function fetchElectron(patienceMs: number): Promise<string | null> {
  const there = electronRuntime();
  if (there !== null) return there;
  const script = join(packageFolder, 'install.js');
  if (!existsSync(script)) return null;
  const child = spawn(process.execPath, [script], { stdio: 'ignore' });
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill(), patienceMs);
    child.once('error', () => resolve());
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return electronRuntime();
}

/** Builds the shell and opens its window onto a station that runs already. Null when it cannot be built. */
export function openElectronWindow(runtime: string, url: string, dataDir: string): ChildProcess | null {
  const built = spawnSync(process.execPath, [join(projectRoot, 'tools/build.ts')], {
    cwd: projectRoot,
    stdio: 'ignore',
  });
  if (built.status !== 0) return null;
  const asRoot = process.getuid?.() === 0;
  return spawn(
    runtime,
    ['.', '--windowed', `--station-url=${url}`, `--data=${dataDir}`, ...(asRoot ? ['--no-sandbox'] : [])],
    { cwd: projectRoot, stdio: 'ignore' },
  );
}
