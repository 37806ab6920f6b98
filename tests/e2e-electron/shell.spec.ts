import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron, type ElectronApplication, expect, test } from '@playwright/test';
import { projectRoot } from '../../tools/launch/child.ts';
import { hasScreen } from '../../tools/launch/window.ts';

/** Electron's executable if it is on this machine; it is never fetched here. */
function electronExecutable(): string | null {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const executable = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name);
  return existsSync(executable) ? executable : null;
}

const executablePath = electronExecutable();
const missing =
  executablePath === null
    ? "Electron's runtime is not on this machine"
    : !existsSync(join(projectRoot, 'out/main/main.js'))
      ? 'nothing is built'
      : hasScreen()
        ? null
        : 'there is no screen';

test.describe(missing === null ? 'the shell' : `the shell (skipped: ${missing})`, () => {
  test.skip(missing !== null, missing ?? '');

  let folder: string;
  let app: ElectronApplication;
  test.beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-shell-'));
    app = await _electron.launch({
      executablePath: executablePath ?? undefined,
      args: [
        projectRoot,
        '--windowed',
        '--demo',
        '--data',
        folder,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  });
  test.afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('shows the people of its own station', async () => {
    const page = await app.firstWindow();
    await expect(page.getByRole('button', { name: /Minji/ })).toBeVisible({ timeout: 30_000 });
    expect(page.url()).toMatch(/^app:\/\/kiosk\//);
  });

  test('gives the page its allow-list and nothing of Node', async () => {
    const page = await app.firstWindow();
    expect(
      await page.evaluate(() => Object.keys((globalThis as unknown as { kiosk: object }).kiosk)),
    ).toEqual(['connect', 'onStationStatus', 'platform']);
    expect(await page.evaluate('[typeof require, typeof process, typeof module]')).toEqual([
      'undefined',
      'undefined',
      'undefined',
    ]);
  });

  test('lets the page go nowhere and open nothing', async () => {
    const page = await app.firstWindow();
    await page.evaluate("window.open('https://example.org/'); location.href = 'https://example.org/'; 0");
    await expect.poll(() => page.url()).toMatch(/^app:\/\/kiosk\//);
    expect(app.windows()).toHaveLength(1);
  });

  test('starts the station again after it was killed, and the page comes back by itself', async () => {
    const page = await app.firstWindow();
    const killed = await app.evaluate(({ app: shell }) => {
      const station = shell.getAppMetrics().find((each) => each.name === 'Cigar Kiosk Station');
      if (station === undefined) return false;
      process.kill(station.pid, 'SIGKILL');
      return true;
    });
    expect(killed).toBe(true);
    await page.reload();
    await expect(page.getByRole('button', { name: /Minji/ })).toBeVisible({ timeout: 30_000 });
  });
});
