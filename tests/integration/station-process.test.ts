/** The station as the program an operator starts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { demoPeople } from '../../station/setup/demo.ts';
import { connectStation } from '../support/station-client.ts';

const entry = new URL('../../station/main.ts', import.meta.url).pathname;
const shim = new URL('./station-utility-shim.ts', import.meta.url).pathname;

const demoManagerPin = demoPeople.find(({ role }) => role === 'manager')?.pin ?? '';

interface Ended {
  code: number | null;
  stdout: string[];
  stderr: string;
}

// Each test starts programs; on a busy machine that alone takes seconds.
describe('the station as a program', { timeout: 90_000 }, () => {
  const folders: string[] = [];
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exit;
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'station-process-'));
    folders.push(folder);
    return join(folder, 'records');
  }

  /** Starts it; `ready` is the address it prints, `ended` what it left behind. */
  function start(args: string[], program = entry) {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    const stdout: string[] = [];
    let stderr = '';
    const ready = new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        stdout.push(line);
        const url = /^Kiosk ready at (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${stderr}`)));
    });
    ready.catch(() => {});
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ready, ended, stdout };
  }

  it('says where it serves, and stops cleanly when asked', async () => {
    const dataDir = newFolder();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, ready, ended } = start(['--data', dataDir, '--port', '0', '--demo']);
      const url = await ready;
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      child.kill(signal);
      const { code, stdout } = await ended;
      expect(code).toBe(0);
      expect(stdout).toEqual([`Kiosk ready at ${url}`]);
    }
  });

  it('takes up a restored backup at the same address, without the program being started again', async () => {
    const dataDir = newFolder();
    const { child, ready, ended } = start(['--data', dataDir, '--port', '0', '--demo']);
    const url = await ready;
    let token: string | null = null;
    const signIn = async () => {
      token = null;
      const connection = await connectStation(url, () => token);
      const { people } = await connection.api.session.options({});
      const manager = people.find(({ role }) => role === 'manager');
      const answer = await connection.api.session.signIn({
        staffId: manager?.staffId ?? '',
        pin: demoManagerPin,
      });
      token = answer.token;
      return connection;
    };
    const before = await signIn();
    const tap = () => ({ idempotencyKey: newId() });
    await before.api.setup.updateSite({ ...tap(), changes: { name: 'As it was' } });
    const { backup } = await before.api.setup.backup(tap());
    await before.api.setup.updateSite({ ...tap(), changes: { name: 'A mistake' } });
    const source = { kind: 'kept' as const, fileName: backup.fileName };
    expect(await before.api.setup.restore({ ...tap(), source })).toEqual({ restarting: true });
    for (let tries = 0; ; tries++) {
      const options = await connectStation(url, () => null)
        .then((stranger) => stranger.api.session.options({}).finally(() => stranger.close()))
        .catch(() => null);
      if (options?.siteName === 'As it was') break;
      if (tries > 300) throw new Error('the backup was not taken up');
      await delay(100);
    }
    const after = await signIn();
    const { entries, unbroken } = await after.api.log.journal({ beforeSequence: null, limit: 20 });
    expect(unbroken).toBe(true);
    expect(entries.map(({ kind }) => kind)).toContain('records-restored');
    before.close();
    after.close();
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('shows a first manager once, whose PIN opens it', async () => {
    const dataDir = newFolder();
    const first = start(['--data', dataDir, '--port', '0']);
    const url = await first.ready;
    const pin = /^First start\. Sign in as "Manager" with the PIN (\d{6});/.exec(first.stdout[0] ?? '')?.[1];
    const connection = await connectStation(url, () => null);
    const { people } = await connection.api.session.options({});
    expect(people.map((person) => [person.displayName, person.role])).toEqual([['Manager', 'manager']]);
    const signedIn = await connection.api.session.signIn({
      staffId: people[0]?.staffId ?? '',
      pin: pin ?? '',
    });
    expect(signedIn.person.role).toBe('manager');
    connection.close();
    first.child.kill('SIGTERM');
    await first.ended;
    const log = readFileSync(join(dataDir, 'station.log'), 'utf8');
    expect(log).not.toContain(pin);
    const again = start(['--data', dataDir, '--port', '0']);
    await again.ready;
    expect(again.stdout).toHaveLength(1);
  });

  it('refuses a second start on the same records with one sentence, and leaves the first alone', async () => {
    const dataDir = newFolder();
    const first = start(['--data', dataDir, '--port', '0', '--demo', '--log-level', 'silent']);
    const url = await first.ready;
    const second = await start(['--data', dataDir, '--port', '0', '--demo', '--log-level', 'silent']).ended;
    expect(second.code).toBe(1);
    expect(second.stdout).toEqual([]);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toMatch(/Another station already works with this data folder/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('says so when its port is taken', async () => {
    const first = start(['--data', newFolder(), '--port', '0', '--demo']);
    const port = new URL(await first.ready).port;
    const second = await start(['--data', newFolder(), '--port', port, '--demo', '--log-level', 'silent'])
      .ended;
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`port ${port} cannot be used`);
  });

  it('explains a wrong command line', async () => {
    const { code, stderr } = await start(['--port', '0']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('--data DIR is missing');
    expect(stderr).toContain('--receiver');
  });

  it('runs on with a receiver that is not there, and says which', async () => {
    const dataDir = newFolder();
    const { ready, child, ended } = start([
      '--data',
      dataDir,
      '--port',
      '0',
      '--demo',
      '--receiver',
      'bay-1=hci-uart:/dev/does-not-exist',
    ]);
    await ready;
    const log = () => readFileSync(join(dataDir, 'station.log'), 'utf8');
    const said = /"receiverId":"bay-1","state":"failed","reason":"port-not-found"/;
    for (let i = 0; i < 500 && !said.test(log()); i++) await delay(10);
    expect(log()).toMatch(said);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('keeps its records from other people of the machine', async () => {
    const dataDir = newFolder();
    const { ready } = start(['--data', dataDir, '--port', '0', '--demo']);
    await ready;
    expect(statSync(dataDir).mode & 0o077).toBe(0);
    for (const name of ['station.sqlite', 'station.log']) {
      expect(statSync(join(dataDir, name)).mode & 0o077, name).toBe(0);
    }
  });

  it("inside the kiosk's shell: a port each, no web server, and told to stop it stops", async () => {
    const dataDir = newFolder();
    const { code, stdout } = await start(['--data', dataDir, '--demo', '--log-level', 'silent'], shim).ended;
    expect(stdout.map((line) => JSON.parse(line))).toEqual([
      { type: 'ready', firstManagerPin: null },
      { people: ['Hana C.', 'Jiwoo L.', 'Minji K.', 'Seojun P.'] },
    ]);
    expect(code).toBe(0);
  });

  it("inside the kiosk's shell: a start that fails says why", async () => {
    const dataDir = newFolder();
    const first = start(['--data', dataDir, '--port', '0', '--demo', '--log-level', 'silent']);
    await first.ready;
    const { code, stdout } = await start(['--data', dataDir, '--demo', '--log-level', 'silent'], shim).ended;
    expect(JSON.parse(stdout[0] ?? '')).toMatchObject({ type: 'failed', code: 'in-use' });
    expect(code).toBe(1);
  });
});
