import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import type { ReceiverEvent } from '../receiver.ts';
import { createMemoryLinePair, createPortLine } from '../serial/index.ts';
import { encodeExtendedAdvertisingReports, type HeardAdvert } from '../testing/controller-codec.ts';
import { bytes, iBeaconAdvertisement, legacyReport } from '../testing/fixtures.ts';
import { describeReceiverContract } from '../testing/receiver-contract.ts';
import { VirtualController, type VirtualControllerOptions } from '../testing/virtual-controller.ts';
import { opcodes } from './hci-constants.ts';
import { HciUartReceiver, hciUartDelays } from './hci-uart-receiver.ts';

const advert: HeardAdvert = {
  address: 'c1:02:03:04:05:06',
  addressType: 'random',
  data: iBeaconAdvertisement,
  rssiDbm: -75,
};

async function plug(options: VirtualControllerOptions = {}) {
  const { host, device } = createMemoryLinePair();
  const controller = new VirtualController(options);
  await controller.attach(device);
  const clock = new ManualClock();
  const receiver = new HciUartReceiver({ id: 'canopy', line: host, clock });
  const events: ReceiverEvent[] = [];
  receiver.subscribe((event) => events.push(event));
  const reports = () => events.flatMap((event) => (event.type === 'report' ? [event.report] : []));
  return { controller, clock, receiver, events, reports };
}

/** Lets promises that are due run, without time passing. */
async function turns(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}

for (const extendedScanning of [true, false]) {
  describeReceiverContract(
    `hci-uart on a controller ${extendedScanning ? 'with' : 'without'} extended scanning`,
    async () => {
      const { controller, receiver } = await plug({ extendedScanning });
      return {
        receiver,
        hear: () => {
          controller.advertise(advert);
          return advert;
        },
        unplug: () => controller.unplug(),
      };
    },
    {
      createMissing: () =>
        new HciUartReceiver({ id: 'missing', line: createPortLine({ path: '/dev/there-is-no-such-port' }) }),
    },
  );
}

describe('the start of a controller', () => {
  it('resets, sets masks, asks what it can, and scans with extended commands where it can', async () => {
    const { controller, receiver } = await plug();
    await receiver.open();
    expect(controller.commandsReceived).toEqual([
      opcodes.reset,
      opcodes.setEventMask,
      opcodes.readLocalSupportedFeatures,
      opcodes.readLocalSupportedCommands,
      opcodes.leSetEventMask,
      opcodes.leSetExtendedScanParameters,
      opcodes.leSetExtendedScanEnable,
    ]);
    expect(controller.scanKind).toBe('extended');
  });

  it('scans with the commands of Bluetooth 4 on an older controller', async () => {
    const { controller, receiver } = await plug({ extendedScanning: false });
    await receiver.open();
    expect(controller.commandsReceived.slice(-2)).toEqual([
      opcodes.leSetScanParameters,
      opcodes.leSetScanEnable,
    ]);
    expect(controller.scanKind).toBe('legacy');
  });

  it('goes on where an old controller refuses to tell what it can', async () => {
    const refused = new Map([
      [opcodes.setEventMask, 0x01],
      [opcodes.readLocalSupportedCommands, 0x01],
      [opcodes.leSetEventMask, 0x01],
    ]);
    const { controller, receiver } = await plug({ refused });
    expect((await receiver.open()).ok).toBe(true);
    expect(controller.scanKind).toBe('legacy');
  });

  it('fails with the refusal when the scan is refused', async () => {
    const refused = new Map([[opcodes.leSetExtendedScanEnable, 0x0c]]);
    const { receiver } = await plug({ refused });
    expect(await receiver.open()).toEqual({
      ok: false,
      error: {
        code: 'command-refused',
        text: 'the controller refused leSetExtendedScanEnable: command disallowed (0x0c)',
      },
    });
  });

  it('resets again when the first reset is lost, and gives up after three', async () => {
    const { controller, clock, receiver } = await plug({ unanswered: [opcodes.reset] });
    const opening = receiver.open();
    for (let attempt = 1; attempt <= hciUartDelays.resetAttempts; attempt++) {
      await turns();
      expect(controller.commandsReceived).toHaveLength(attempt);
      clock.advance(hciUartDelays.commandTimeoutMs);
    }
    expect(await opening).toMatchObject({
      ok: false,
      error: { code: 'no-answer', text: 'no answer to reset within 1000 ms' },
    });
    expect(receiver.health()).toMatchObject({ state: 'failed', reason: { code: 'no-answer' } });
  });

  it('names the command that was not answered', async () => {
    const { clock, receiver } = await plug({ unanswered: [opcodes.leSetExtendedScanEnable] });
    const opening = receiver.open();
    await turns();
    clock.advance(hciUartDelays.commandTimeoutMs);
    expect(await opening).toMatchObject({
      error: { text: 'no answer to leSetExtendedScanEnable within 1000 ms' },
    });
  });

  it('says that a device that talks something else is no controller, or at another speed', async () => {
    const { controller, clock, receiver } = await plug({ unanswered: [opcodes.reset] });
    const opening = receiver.open();
    await turns();
    controller.say(new TextEncoder().encode('$GPGGA,123519,4807.038,N,01131.000,E,1,08\r\n'));
    for (let attempt = 0; attempt < hciUartDelays.resetAttempts; attempt++) {
      clock.advance(hciUartDelays.commandTimeoutMs);
      await turns();
    }
    expect(await opening).toMatchObject({ ok: false, error: { code: 'not-a-controller' } });
  });

  it('says so as well when noise at another speed happens to look like a packet now and then', async () => {
    const { controller, clock, receiver } = await plug({ unanswered: [opcodes.reset] });
    const opening = receiver.open();
    await turns();
    const noise = new Uint8Array(3_000).map((_, index) => 0x80 | (index * 37));
    controller.say(noise);
    // A whole report amid the noise, as good as a controller's own.
    controller.say(bytes('04 3e 0f 02 01 00 00 01 02 03 04 05 06 03 02 01 06 c5'));
    controller.say(noise);
    for (let attempt = 0; attempt < hciUartDelays.resetAttempts; attempt++) {
      clock.advance(hciUartDelays.commandTimeoutMs);
      await turns();
    }
    expect(receiver.counters().packets).toBeGreaterThan(0);
    expect(await opening).toMatchObject({ ok: false, error: { code: 'not-a-controller' } });
  });

  it('is not disturbed by garbage on the line before the first answer', async () => {
    const { controller, clock, receiver } = await plug({ unanswered: [opcodes.reset] });
    const opening = receiver.open();
    await turns();
    controller.say(bytes('02 40 00 e8 03 04 3e f0 02 01'));
    controller.say(bytes('04 0e 04 01 03 0c 00'));
    clock.advance(2 * hciUartDelays.quietMs);
    expect((await opening).ok).toBe(true);
  });

  for (const [name, opcode] of Object.entries(opcodes)) {
    if (
      name === 'readLocalVersion' ||
      name === 'leReadLocalSupportedFeatures' ||
      name === 'writeLeHostSupport'
    )
      continue;
    it(`fails at once when the cable is pulled while ${name} waits for its answer`, async () => {
      const legacy = name === 'leSetScanParameters' || name === 'leSetScanEnable';
      const { controller, receiver } = await plug({ unanswered: [opcode], extendedScanning: !legacy });
      const opening = receiver.open();
      await turns();
      expect(controller.commandsReceived.at(-1)).toBe(opcode);
      void controller.unplug();
      expect(await opening).toMatchObject({ ok: false, error: { code: 'port-lost' } });
      expect(receiver.health()).toMatchObject({ state: 'failed', reason: { code: 'port-lost' } });
    });
  }
});

describe('reports of a controller', () => {
  it('keep an unknown RSSI unknown', async () => {
    for (const extendedScanning of [true, false]) {
      const { controller, receiver, reports } = await plug({ extendedScanning });
      await receiver.open();
      controller.advertise({ ...advert, rssiDbm: null });
      expect(reports()[0]?.rssiDbm).toBeNull();
    }
  });

  it('come one by one from an event that holds several', async () => {
    const { controller, receiver, reports } = await plug({ extendedScanning: false });
    await receiver.open();
    controller.advertiseTogether([
      advert,
      { ...advert, address: '00:00:00:00:00:02', addressType: 'public', rssiDbm: -40 },
      { ...advert, address: '00:00:00:00:00:03', data: new Uint8Array(0), rssiDbm: null },
    ]);
    expect(reports().map(({ address, addressType, rssiDbm }) => ({ address, addressType, rssiDbm }))).toEqual(
      [
        { address: 'c1:02:03:04:05:06', addressType: 'random', rssiDbm: -75 },
        { address: '00:00:00:00:00:02', addressType: 'public', rssiDbm: -40 },
        { address: '00:00:00:00:00:03', addressType: 'random', rssiDbm: null },
      ],
    );
  });

  it('are joined from the parts of a long extended advertisement', async () => {
    const { controller, receiver, reports } = await plug();
    await receiver.open();
    const long = new Uint8Array(600).map((_, i) => (i % 200 === 0 ? 199 : i & 0xff));
    controller.advertise({ ...advert, data: long });
    expect(reports()).toHaveLength(1);
    expect([...(reports()[0]?.data ?? [])]).toEqual([...long]);
  });

  it('count the parts of long advertisements that were never ended, and keep few of them', async () => {
    const { controller, receiver, reports, events } = await plug();
    await receiver.open();
    for (let i = 0; i < 1000; i++) {
      const address = `c1:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
      const [first] = encodeExtendedAdvertisingReports({ ...advert, address, data: new Uint8Array(300) });
      if (first !== undefined) controller.say(first);
    }
    expect(reports()).toHaveLength(0);
    const lost = events.filter((event) => event.type === 'discarded' && event.reason === 'fragment-lost');
    expect(lost).toHaveLength(1000 - 16);
  });

  it('go on after garbage within one packet, and the garbage is counted', async () => {
    const { controller, receiver, reports, events } = await plug({ extendedScanning: false });
    await receiver.open();
    controller.say(legacyReport);
    controller.say(bytes('ff fe fd 04 3e 7f 00'));
    controller.say(legacyReport);
    expect(reports()).toHaveLength(2);
    expect(receiver.counters().discardedBytes).toBe(7);
    expect(events.some((event) => event.type === 'discarded' && event.reason === 'garbage')).toBe(true);
  });

  it('go on after half a packet when the line fell quiet', async () => {
    const { controller, clock, receiver, reports } = await plug({ extendedScanning: false });
    await receiver.open();
    controller.say(legacyReport.slice(0, 21));
    clock.advance(2 * hciUartDelays.quietMs);
    controller.say(legacyReport);
    expect(reports()).toHaveLength(1);
    expect(receiver.counters().discardedBytes).toBe(21);
  });

  it('carry the time of the clock', async () => {
    const { controller, clock, receiver, reports } = await plug();
    await receiver.open();
    clock.advance(1234);
    controller.advertise(advert);
    expect(reports()[0]?.atMs).toBe(clock.nowMs());
  });
});

describe('a running controller', () => {
  it('that crashes is a failure with its reason', async () => {
    const { controller, clock, receiver } = await plug();
    await receiver.open();
    controller.crash();
    clock.advance(2 * hciUartDelays.quietMs);
    expect(receiver.health()).toMatchObject({ state: 'failed', reason: { code: 'controller-crashed' } });
  });

  it('whose scan died hears again after restartScan()', async () => {
    const { controller, receiver, reports } = await plug();
    await receiver.open();
    controller.stopHearing();
    controller.advertise(advert);
    expect(reports()).toHaveLength(0);
    expect((await receiver.restartScan()).ok).toBe(true);
    controller.advertise(advert);
    expect(reports()).toHaveLength(1);
  });

  it('that hangs during restartScan() is a failure that names the command', async () => {
    const unanswered: number[] = [];
    const { clock, receiver } = await plug({ unanswered });
    await receiver.open();
    unanswered.push(opcodes.leSetExtendedScanParameters);
    const restarting = receiver.restartScan();
    await turns();
    clock.advance(hciUartDelays.commandTimeoutMs);
    expect((await restarting).ok).toBe(false);
    expect(receiver.health()).toMatchObject({
      state: 'failed',
      reason: { text: 'no answer to leSetExtendedScanParameters within 1000 ms' },
    });
  });

  it('may be closed by a listener in the middle of a chunk', async () => {
    const { controller, receiver, reports } = await plug({ extendedScanning: false });
    await receiver.open();
    receiver.subscribe((event) => {
      if (event.type === 'report') void receiver.close();
    });
    controller.say(new Uint8Array([...legacyReport, ...legacyReport]));
    expect(reports()).toHaveLength(1);
    expect(receiver.health().state).toBe('closed');
  });

  it('leaves no timer behind when it is closed', async () => {
    const { controller, clock, receiver } = await plug({ extendedScanning: false });
    await receiver.open();
    controller.say(legacyReport.slice(0, 9));
    await receiver.close();
    expect(clock.plannedCount).toBe(0);
  });
});
