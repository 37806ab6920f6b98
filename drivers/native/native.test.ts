import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import type { AdvertisingReport } from '../receiver.ts';
import { bytes, iBeaconAdvertisement } from '../testing/fixtures.ts';
import { describeReceiverContract } from '../testing/receiver-contract.ts';
import {
  type NativePeripheral,
  NativeReceiver,
  type NativeState,
  type NobleLike,
  nativeDelays,
} from './index.ts';

/** The system's Bluetooth and noble in front of it: the same events and promises, a state of its own. */
class VirtualNoble extends EventEmitter implements NobleLike {
  state: NativeState;
  scanning = false;

  constructor(state: NativeState = 'poweredOn') {
    super();
    this.state = state;
  }

  async startScanningAsync(): Promise<void> {
    if (this.state !== 'poweredOn') throw new Error(`Could not start scanning, state is ${this.state}`);
    this.scanning = true;
    this.emit('scanStart');
  }

  async stopScanningAsync(): Promise<void> {
    if (!this.scanning) return;
    this.scanning = false;
    this.emit('scanStop');
  }

  become(state: NativeState): void {
    this.state = state;
    if (state !== 'poweredOn') this.scanning = false;
    this.emit('stateChange', state);
  }

  hear(over: Partial<NativePeripheral> = {}): void {
    if (!this.scanning) return;
    const peripheral: NativePeripheral = {
      id: 'c10203040506',
      address: 'c1:02:03:04:05:06',
      addressType: 'random',
      rssi: -75,
      // 5: behind flags (3), length and type of the manufacturer data.
      advertisement: { manufacturerData: Buffer.from(iBeaconAdvertisement.subarray(5)), serviceData: [] },
      ...over,
    };
    this.emit('discover', peripheral);
  }
}

function plug(noble: VirtualNoble | null = new VirtualNoble()) {
  const clock = new ManualClock();
  const receiver = new NativeReceiver({ id: 'adapter', clock, load: async () => noble });
  const reports: AdvertisingReport[] = [];
  receiver.subscribe((event) => {
    if (event.type === 'report') reports.push(event.report);
  });
  return { noble: noble ?? new VirtualNoble(), clock, receiver, reports };
}

describeReceiverContract(
  'native on a twin',
  () => {
    const { noble, receiver } = plug();
    return {
      receiver,
      hear: () => {
        noble.hear();
        const data = iBeaconAdvertisement.subarray(3);
        return { address: 'c1:02:03:04:05:06', addressType: 'random', data, rssiDbm: -75 };
      },
      unplug: () => noble.become('unsupported'),
    };
  },
  { createMissing: () => plug(null).receiver },
);

describe('the machine’s own adapter', () => {
  it.each([
    ['poweredOff', 'adapter-off'],
    ['unsupported', 'adapter-missing'],
    ['unauthorized', 'permission-denied'],
  ] as const)('that is %s is refused with its reason, also later', async (state, code) => {
    const { receiver } = plug(new VirtualNoble(state));
    expect(await receiver.open()).toMatchObject({ ok: false, error: { code } });
    const running = plug();
    await running.receiver.open();
    running.noble.become(state);
    expect(running.receiver.health()).toMatchObject({ state: 'failed', reason: { code } });
  });

  it('may take its time to say that it is on, but not for ever', async () => {
    const slow = plug(new VirtualNoble('unknown'));
    const opening = slow.receiver.open();
    await Promise.resolve();
    await Promise.resolve();
    slow.noble.become('poweredOn');
    expect((await opening).ok).toBe(true);
    const never = plug(new VirtualNoble('unknown'));
    const waiting = never.receiver.open();
    await Promise.resolve();
    await Promise.resolve();
    never.clock.advance(nativeDelays.stateTimeoutMs);
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'no-answer' } });
  });

  it('whose scan the system stops is a failure', async () => {
    const { noble, receiver } = plug();
    await receiver.open();
    await noble.stopScanningAsync();
    expect(receiver.health()).toMatchObject({ state: 'failed', reason: { code: 'discovery-stopped' } });
  });

  it('that hides radio addresses still tells one device from another', async () => {
    const { noble, receiver, reports } = plug();
    await receiver.open();
    for (const id of ['A', 'B', 'A']) noble.hear({ id, address: '', addressType: 'unknown' });
    expect(reports.map((report) => report.addressType)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(reports[0]?.address).toBe(reports[2]?.address);
    expect(reports[0]?.address).not.toBe(reports[1]?.address);
  });

  it('gives service data as the structure it came from, and an impossible level as unknown', async () => {
    const { noble, receiver, reports } = plug();
    await receiver.open();
    const serviceData = [{ uuid: 'feaa', data: bytes('30 e3 01 23 45 67 89 ab cd ef') }];
    noble.hear({ rssi: 127, advertisement: { serviceData } });
    expect(reports[0]?.rssiDbm).toBeNull();
    expect(Buffer.from(reports[0]?.data ?? []).toString('hex')).toBe('0d16aafe30e30123456789abcdef');
  });

  it('leaves no listener behind', async () => {
    const { noble, receiver } = plug();
    await receiver.open();
    await receiver.close();
    expect(noble.scanning).toBe(false);
    expect(noble.eventNames()).toEqual([]);
  });
});
