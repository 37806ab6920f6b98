/**
 * npm run build: everything the packaged kiosk is made of.
 *
 *   renderer/ ──vite──▶ out/renderer      electron/, station/ ──electron-vite──▶ out/main, out/preload
 *
 * electron-vite builds all of it; `--renderer` builds the screens alone, which is what a station without
 * Electron serves.
 */
import { spawnSync } from 'node:child_process';
import { projectRoot } from './launch/child.ts';

const rendererOnly = process.argv.includes('--renderer');
const [program, ...args] = rendererOnly
  ? ['vite', 'build', 'renderer', '--config', 'renderer/vite.config.ts']
  : ['electron-vite', 'build'];
const { status } = spawnSync('npx', ['--no-install', program ?? '', ...args], {
  cwd: projectRoot,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
