/**
 * The bluez driver against a real D-Bus daemon and the BlueZ of python3-dbusmock.
 *
 *   BluezReceiver ── node-ble, dbus-next ── dbus-daemon ── dbusmock (template bluez5) ◀── this test
 */
import dbus from 'dbus-next';
import { afterAll, describe, expect, it } from 'vitest';
import { BluezReceiver } from '../../drivers/bluez/index.ts';
import {
  type AdvertisingReport,
  decodeBeaconFrame,
  listAdapters,
  type Receiver,
  type ReceiverHealth,
} from '../../drivers/index.ts';
import { iBeaconAdvertisement } from '../../drivers/testing/fixtures.ts';
import { describeReceiverContract, type ReceiverHarness } from '../../drivers/testing/receiver-contract.ts';
import { systemClock } from '../../shared/domain/index.ts';
import { SupervisedLink } from '../../station/receivers/index.ts';
import { hasBluezTools, MockBluez, stopAllBluez } from '../support/mock-bluez.ts';

describe.skipIf(!hasBluezTools)(
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

    afterAll(stopAllBluez);

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

    it('says that the adapter was removed', () =>
      expectFailure((bluez) => bluez.mock('RemoveAdapter', 's', ['hci0']), 'adapter-missing'));

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

    const powered = (on: boolean) => (bluez: MockBluez) =>
      bluez.update('/org/bluez/hci0', 'org.bluez.Adapter1', { Powered: new dbus.Variant('b', on) });
    it.each<
      [
        what: string,
        reason: string,
        breakIt: (bluez: MockBluez) => Promise<unknown>,
        mend: (bluez: MockBluez) => Promise<unknown>,
      ]
    >([
      ['BlueZ was restarted', 'bus-unreachable', (b) => b.stopBluez(), (b) => b.startBluez()],
      ['the adapter was switched off and on', 'adapter-off', powered(false), powered(true)],
      [
        'the adapter was pulled out and plugged in',
        'adapter-missing',
        (b) => b.mock('RemoveAdapter', 's', ['hci0']),
        (b) => b.mock('AddAdapter', 'ss', ['hci0', 'station']),
      ],
      [
        'another program stopped the discovery',
        'discovery-stopped',
        (b) => b.adapter('StopDiscovery'),
        () => Promise.resolve(),
      ],
    ])(
      'supervision brings it back by itself when %s',
      async (_, reason, breakIt, mend) => {
        const { bluez } = await harness();
        let reports = 0;
        const states: string[] = [];
        const link = new SupervisedLink({
          factory: () => new BluezReceiver({ id: 'adapter' }),
          clock: systemClock,
          random: Math.random,
          mayEnd: false,
          onEvent: (event) => {
            if (event.type === 'report') reports++;
          },
          onHealth: (health) => {
            states.push(health.state === 'failed' ? `failed: ${health.reason}` : health.state);
          },
        });
        link.start();
        try {
          const healthy = () => states.filter((state) => state === 'healthy').length;
          await expect.poll(healthy, { timeout: 15_000 }).toBe(1);
          await breakIt(bluez);
          await expect.poll(() => states, { timeout: 15_000 }).toContain(`failed: ${reason}`);
          await mend(bluez);
          await expect.poll(healthy, { timeout: 15_000 }).toBe(2);
          await bluez.hear(-50);
          await expect.poll(() => reports, { timeout: 15_000 }).toBe(1);
        } finally {
          await link.stop();
          await bluez.stop();
        }
      },
      60_000,
    );

    it('a device that BlueZ has never heard before is reported from its very first advertisement', async () => {
      const { bluez, receiver } = await harness();
      await receiver.open();
      const reports: AdvertisingReport[] = [];
      receiver.subscribe((event) => {
        if (event.type === 'report') reports.push(event.report);
      });
      await bluez.hear(-61, 'C2:00:00:00:00:01');
      await expect.poll(() => reports, { timeout: 10_000 }).toHaveLength(1);
      expect(reports[0]).toMatchObject({ address: 'c2:00:00:00:00:01', addressType: 'random', rssiDbm: -61 });
      expect(decodeBeaconFrame(reports[0]?.data ?? new Uint8Array())).toMatchObject({ kind: 'ibeacon' });
      await receiver.close();
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
