import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { shellPaths } from '../../electron/shell-paths.ts';
import { projectRoot } from '../../tools/launch/child.ts';

const { station } = shellPaths(join(projectRoot, 'out/main'));
const isBuilt = existsSync(station);

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Runs the built station with a stand-in for Electron's parent port. @returns its messages and exit code. */
async function runBuiltStation(args: string[], env: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    ['tests/support/built-station-host.js', pathToFileURL(station).href, ...args],
    { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const messages = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, messages, complaints };
}

describe.skipIf(!isBuilt)(
  isBuilt
    ? "the station built for the kiosk's shell"
    : "the station built for the kiosk's shell (skipped: nothing is built)",
  () => {
    it('starts, answers a window over its port, and ends in order', async () => {
      folder = mkdtempSync(join(tmpdir(), 'built-station-'));
      const { code, messages, complaints } = await runBuiltStation([
        '--data',
        join(folder, 'data'),
        '--demo',
      ]);
      expect(complaints, 'its log holds no warning or error').not.toMatch(/"level":[456]0|Error/);
      expect(messages[0]).toMatchObject({ type: 'ready' });
      expect(messages[1]).toMatchObject({
        type: 'options',
        options: { people: expect.arrayContaining([expect.objectContaining({ role: 'cashier' })]) },
      });
      expect(code).toBe(0);
    });

    it('trains: the training program, its payment server and its migrations are in the build', {
      timeout: 180_000,
    }, async () => {
      folder = mkdtempSync(join(tmpdir(), 'built-station-'));
      const dataDir = join(folder, 'data');
      const { code, messages } = await runBuiltStation(['--data', dataDir, '--demo'], {
        BUILT_STATION_TRAINS: 'yes',
      });
      expect(messages.find(({ type }) => type === 'training')).toMatchObject({
        person: { role: 'cashier' },
        view: { state: 'running', exercise: 'first-pickup' },
      });
      expect(readdirSync(join(dataDir, 'training'))).toEqual(['store']);
      expect(readdirSync(join(dataDir, 'training/store'))).toHaveLength(1);
      expect(code).toBe(0);
    });

    it('says why it cannot start', async () => {
      const { code, messages } = await runBuiltStation(['--data']);
      expect(messages[0]).toMatchObject({ type: 'failed', code: 'bad-arguments' });
      expect(code).not.toBe(0);
    });
  },
);
