/**
 * The bluez driver against a real D-Bus daemon and the BlueZ of python3-dbusmock.
 *
 *   BluezReceiver ── node-ble, dbus-next ── dbus-daemon ── dbusmock (template bluez5) ◀── this test
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus from 'dbus-next';
import { afterAll, describe, expect, it } from 'vitest';
import { BluezReceiver } from '../../drivers/bluez/index.ts';
import { listAdapters, type Receiver, type ReceiverHealth } from '../../drivers/index.ts';
import { iBeaconAdvertisement } from '../../drivers/testing/fixtures.ts';
import { describeReceiverContract, type ReceiverHarness } from '../../drivers/testing/receiver-contract.ts';

const python = '/usr/bin/python3';
const hasTools =
  spawnSync('which', ['dbus-daemon']).status === 0 &&
  spawnSync(python, ['-c', 'import dbusmock']).status === 0;

/** What a failed test would leave behind. */
const running = new Set<MockBluez>();

/** A system bus of its own with a BlueZ of its own. */
class MockBluez {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bluez-'));
  #daemon: ChildProcess | null = null;
  #bluez: ChildProcess | null = null;
  #bus: dbus.MessageBus | null = null;
  #ears: ChildProcess | null = null;

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

  /** By python: dbus-next cannot write maps whose keys are numbers. */
  hear(rssiDbm: number): Promise<void> {
    this.#ears ??= spawn(python, ['tests/integration/bluez-hear.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdin, stdout } = this.#ears;
    return new Promise((settle) => {
      stdout?.once('data', () => settle());
      // 7: behind flags (3), length, type and company of the manufacturer data.
      stdin?.write(`${rssiDbm} ${Buffer.from(iBeaconAdvertisement.subarray(7)).toString('hex')}\n`);
    });
  }

  async stopBluez(): Promise<void> {
    await end(this.#ears);
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

describe.skipIf(!hasTools)(
  'bluez on a D-Bus daemon (skipped where dbus-daemon or python3-dbusmock is missing)',
  () => {
    async function harness(): Promise<ReceiverHarness & { bluez: MockBluez }> {
      const bluez = new MockBluez();
      await bluez.start();
      let rssiDbm = -60;
      return {
        bluez,
        receiver: new BluezReceiver({ id: 'adapter' }),
        hear: async () => {
          await bluez.hear(--rssiDbm);
          const data = iBeaconAdvertisement.subarray(3);
          return { address: 'c1:02:03:04:05:06', addressType: 'random', data, rssiDbm };
        },
        unplug: async () => {
          await bluez.mock('RemoveAdapter', 's', ['hci0']);
        },
        dispose: () => bluez.stop(),
      };
    }

    afterAll(async () => {
      for (const bluez of running) await bluez.stop();
    });

    const missing = new MockBluez();
    describeReceiverContract('bluez', harness, {
      createMissing: async () => {
        await missing.start([]);
        return new BluezReceiver({ id: 'missing' });
      },
      timeoutMs: 20_000,
    });

    /** Opens it, breaks something, and sees the reason. */
    async function expectFailure(
      breakIt: (bluez: MockBluez) => Promise<unknown>,
      code: string,
    ): Promise<void> {
      const { bluez, receiver } = await harness();
      try {
        expect(await receiver.open()).toEqual({ ok: true, value: undefined });
        const failed = nextHealth(receiver, 'failed');
        await breakIt(bluez);
        expect(await failed).toMatchObject({ state: 'failed', reason: { code } });
      } finally {
        await receiver.close();
        await bluez.stop();
      }
    }

    it('says that the adapter was switched off', () =>
      expectFailure(
        (bluez) =>
          bluez.update('/org/bluez/hci0', 'org.bluez.Adapter1', { Powered: new dbus.Variant('b', false) }),
        'adapter-off',
      ));

    it('says that something else stopped the discovery', () =>
      expectFailure((bluez) => bluez.adapter('StopDiscovery'), 'discovery-stopped'));

    it('says that BlueZ was stopped', () => expectFailure((bluez) => bluez.stopBluez(), 'bus-unreachable'));

    it('says that the bus itself went away', () => expectFailure((bluez) => bluez.stop(), 'bus-unreachable'));

    it('a new receiver hears after BlueZ was started again', async () => {
      const { bluez, receiver } = await harness();
      await receiver.open();
      const failed = nextHealth(receiver, 'failed');
      await bluez.stopBluez();
      await failed;
      await bluez.startBluez();
      const again = new BluezReceiver({ id: 'adapter', adapter: 'hci0' });
      expect(await again.open()).toEqual({ ok: true, value: undefined });
      const heard = new Promise<void>((settle) => {
        again.subscribe((event) => {
          if (event.type === 'report') settle();
        });
      });
      await bluez.hear(-50);
      await heard;
      await again.close();
      await bluez.stop();
    });

    it('an adapter that is off, or another than the one named, is refused with its reason', async () => {
      const bluez = new MockBluez();
      await bluez.start();
      const other = new BluezReceiver({ id: 'other', adapter: 'hci7' });
      expect(await other.open()).toMatchObject({ ok: false, error: { code: 'adapter-missing' } });
      await bluez.update('/org/bluez/hci0', 'org.bluez.Adapter1', { Powered: new dbus.Variant('b', false) });
      const off = new BluezReceiver({ id: 'off' });
      expect(await off.open()).toMatchObject({ ok: false, error: { code: 'adapter-off' } });
      await bluez.stop();
    });

    it('the adapters of the machine are listed by name, on or off', async () => {
      const bluez = new MockBluez();
      await bluez.start(['hci0', 'hci1']);
      await bluez.update('/org/bluez/hci1', 'org.bluez.Adapter1', { Powered: new dbus.Variant('b', false) });
      expect(await listAdapters()).toEqual([
        { adapter: 'hci0', name: 'station', powered: true, specification: 'bluez:hci0' },
        { adapter: 'hci1', name: 'station', powered: false, specification: 'bluez:hci1' },
      ]);
      await bluez.stop();
      expect(await listAdapters()).toEqual([]);
    });

    it('a machine without BlueZ, and one without a bus, is told apart from a silent radio', async () => {
      const bluez = new MockBluez();
      await bluez.startDaemon();
      expect(await new BluezReceiver({ id: 'none' }).open()).toMatchObject({
        error: { code: 'bus-unreachable' },
      });
      await bluez.stop();
      expect(await new BluezReceiver({ id: 'none' }).open()).toMatchObject({
        error: { code: 'bus-unreachable' },
      });
      await missing.stop();
    });
  },
);

function nextHealth(receiver: Receiver, state: ReceiverHealth['state']): Promise<ReceiverHealth> {
  return new Promise((settle) => {
    receiver.subscribe((event) => {
      if (event.type === 'health' && event.health.state === state) settle(event.health);
    });
  });
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
