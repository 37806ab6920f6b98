/**
 * A system bus of its own with a BlueZ of its own: a real `dbus-daemon` and the `bluez5` template of
 * python3-dbusmock (Debian: apt-get install dbus python3-dbusmock).
 *
 *   BluezReceiver ── node-ble, dbus-next ── dbus-daemon ── dbusmock ◀── MockBluez, bluez-hear.py
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import dbus from 'dbus-next';
import { iBeaconAdvertisement } from '../../drivers/testing/fixtures.ts';

const python = '/usr/bin/python3';
export const hasBluezTools =
  spawnSync('which', ['dbus-daemon']).status === 0 &&
  spawnSync(python, ['-c', 'import dbusmock']).status === 0;

/** What a failed test would leave behind. */
const running = new Set<MockBluez>();

export async function stopAllBluez(): Promise<void> {
  for (const bluez of running) await bluez.stop();
}

export class MockBluez {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bluez-'));
  #daemon: ChildProcess | null = null;
  #bluez: ChildProcess | null = null;
  #bus: dbus.MessageBus | null = null;
  #ears: { process: ChildProcess; lines: AsyncIterator<string> } | null = null;

  get #address(): string {
    return `unix:path=${join(this.#folder, 'bus')}`;
  }

  async start(adapters: string[] = ['hci0']): Promise<void> {
    await this.startDaemon();
    await this.startBluez(adapters);
  }

  async startDaemon(): Promise<void> {
    running.add(this);
    const daemon = spawn(
      'dbus-daemon',
      ['--session', '--nofork', '--nopidfile', '--print-address=1', `--address=${this.#address}`],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    this.#daemon = daemon;
    // It prints its address once it listens; its socket's file is there a moment too early.
    await new Promise((settle) => daemon.stdout.once('data', settle));
    // The driver and its libraries look the bus up here.
    process.env.DBUS_SYSTEM_BUS_ADDRESS = this.#address;
    this.#bus = dbus.systemBus();
    this.#bus.on('error', () => {});
  }

  async startBluez(adapters: string[] = ['hci0']): Promise<void> {
    this.#bluez = spawn(python, ['-m', 'dbusmock', '--system', '--template', 'bluez5'], { stdio: 'ignore' });
    for (;;) {
      const owned = await this.#call(
        'org.freedesktop.DBus',
        '/',
        'org.freedesktop.DBus',
        'NameHasOwner',
        's',
        ['org.bluez'],
      );
      if (owned[0] === true) break;
      await soon();
    }
    for (const adapter of adapters) await this.mock('AddAdapter', 'ss', [adapter, 'station']);
    if (adapters.includes('hci0')) await this.mock('AddDevice', 'sss', ['hci0', 'C1:02:03:04:05:06', 'jack']);
  }

  mock(member: string, signature: string, body: unknown[]): Promise<unknown[]> {
    return this.#call('org.bluez', '/', 'org.bluez.Mock', member, signature, body);
  }

  adapter(member: string): Promise<unknown[]> {
    return this.#call('org.bluez', '/org/bluez/hci0', 'org.bluez.Adapter1', member, '', []);
  }

  update(path: string, iface: string, properties: Record<string, dbus.Variant>): Promise<unknown[]> {
    return this.#call('org.bluez', path, 'org.freedesktop.DBus.Mock', 'UpdateProperties', 'sa{sv}', [
      iface,
      properties,
    ]);
  }

  /**
   * The adapter hears the jack once more; or, with `address`, a device that BlueZ has never heard.
   * By python: dbus-next cannot write maps whose keys are numbers.
   *
   * @returns when the twin of BlueZ was told, in milliseconds of the system's monotonic clock
   */
  async hear(rssiDbm: number, address?: string): Promise<number> {
    this.#ears ??= this.#grow();
    const { process, lines } = this.#ears;
    // 7: behind flags (3), length, type and company of the manufacturer data.
    const data = Buffer.from(iBeaconAdvertisement.subarray(7)).toString('hex');
    const heard = lines.next();
    process.stdin?.write(`${rssiDbm} ${data}${address === undefined ? '' : ` ${address}`}\n`);
    return Number((await heard).value);
  }

  #grow(): { process: ChildProcess; lines: AsyncIterator<string> } {
    const child = spawn(python, ['tests/support/bluez-hear.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { process: child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }

  async stopBluez(): Promise<void> {
    await end(this.#ears?.process ?? null);
    await end(this.#bluez);
    this.#ears = null;
    this.#bluez = null;
  }

  /** Safe to call more than once. */
  async stop(): Promise<void> {
    running.delete(this);
    this.#bus?.disconnect();
    this.#bus = null;
    await this.stopBluez();
    await end(this.#daemon);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #call(
    destination: string,
    path: string,
    iface: string,
    member: string,
    signature: string,
    body: unknown[],
  ): Promise<unknown[]> {
    const reply = await this.#bus?.call(
      new dbus.Message({ destination, path, interface: iface, member, signature, body }),
    );
    return reply?.body ?? [];
  }
}

/** Another program's start is waited for by looking again. */
function soon(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, 10));
}

function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((settle) => {
    child.once('exit', () => settle());
    child.kill();
  });
}
