import { describe, expect, it } from 'vitest';
import { beaconCodeOf, decodeBeaconFrame } from '../../drivers/frames/index.ts';
import { HciUartReceiver } from '../../drivers/hci-uart/index.ts';
import type { ReceiverEvent } from '../../drivers/receiver.ts';
import { ManualClock } from '../../shared/domain/index.ts';
import { MemoryWire } from '../wires/index.ts';
import { Lot, LotError, type LotEvent, place } from './index.ts';

interface Ears {
  clock: ManualClock;
  lot: Lot;
  events: LotEvent[];
  wires: Map<string, MemoryWire>;
  /** `receiver code rssi` of every report the real drivers gave. */
  heard: { receiverId: string; code: string | null; rssiDbm: number | null; atMs: number }[];
  discardedBytes: () => number;
}

/** A lot whose receivers are read by the real hci-uart driver over lines in memory. */
async function listenedLot(seed: number, ambientPerSecond = 0): Promise<Ears> {
  const clock = new ManualClock();
  const wires = new Map(place.receivers.map(({ receiverId }) => [receiverId, new MemoryWire()]));
  const events: LotEvent[] = [];
  const lot = new Lot({
    clock,
    seed,
    siteId: 'none',
    connect: null,
    wires,
    ambientPerSecond,
    onEvent: (event) => events.push(event),
  });
  const heard: Ears['heard'] = [];
  const receivers: HciUartReceiver[] = [];
  for (const [id, wire] of wires) {
    const receiver = new HciUartReceiver({ id, clock, line: await wire.hostLine() });
    receivers.push(receiver);
    receiver.subscribe((event) => take(event, heard));
    expect(await receiver.open()).toEqual({ ok: true, value: undefined });
  }
  const discardedBytes = () => receivers.reduce((sum, r) => sum + r.counters().discardedBytes, 0);
  return { clock, lot, events, wires, heard, discardedBytes };
}

function take(event: ReceiverEvent, heard: Ears['heard']): void {
  if (event.type !== 'report') return;
  const { receiverId, rssiDbm, data, atMs } = event.report;
  const frame = decodeBeaconFrame(data);
  heard.push({ receiverId, code: frame && beaconCodeOf(frame), rssiDbm, atMs });
}

/** Receivers by mean level of what they heard since `fromMs`, best first. */
function loudest(heard: Ears['heard'], fromMs: number): string[] {
  const byReceiver = new Map<string, number[]>();
  for (const { receiverId, rssiDbm, atMs } of heard) {
    if (atMs < fromMs || rssiDbm === null) continue;
    byReceiver.set(receiverId, [...(byReceiver.get(receiverId) ?? []), rssiDbm]);
  }
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return [...byReceiver].sort((a, b) => mean(b[1]) - mean(a[1])).map(([id]) => id);
}

describe('a car on the lot, heard by the real driver', () => {
  it.each(place.lanes.map((lane) => lane.laneId))('parks at %s and is loudest there', async (laneId) => {
    const { clock, lot, heard, events } = await listenedLot(1);
    const { code } = await lot.do({ do: 'newVehicle', plate: '12가3456', jack: 'static', mounting: 'dash' });
    await lot.do({ do: 'vehicleParks', plate: '12가3456', laneId });
    clock.advance(90_000);
    expect(events).toEqual([{ type: 'standing', plate: '12가3456', laneId }]);
    expect(new Set(heard.map((h) => h.code))).toEqual(new Set([code]));
    expect(heard.length).toBeGreaterThan(300);
    expect(loudest(heard, clock.nowMs() - 20_000)[0]).toBe(laneId);
  });

  it('comes in past the entrance before it reaches its lane', async () => {
    const { clock, lot, heard } = await listenedLot(2);
    await lot.do({ do: 'newVehicle', plate: '12가3456', mounting: 'dash' });
    await lot.do({ do: 'vehicleParks', plate: '12가3456', laneId: 'pump-3' });
    const startMs = clock.nowMs();
    clock.advance(90_000);
    const firstLoud = (id: string) =>
      heard.find((h) => h.receiverId === id && (h.rssiDbm ?? -127) > -75)?.atMs ?? 0;
    expect(firstLoud('entrance')).toBeGreaterThan(startMs);
    expect(firstLoud('entrance')).toBeLessThan(firstLoud('pump-3'));
  });

  it('falls silent with its engine and is heard again at restart, still in its lane', async () => {
    const { clock, lot, heard } = await listenedLot(3);
    await lot.do({ do: 'newVehicle', plate: '12가3456' });
    await lot.do({ do: 'vehicleParks', plate: '12가3456', laneId: 'pump-2', fast: true });
    clock.advance(60_000);
    await lot.do({ do: 'engineOff', plate: '12가3456' });
    const silentFrom = heard.length;
    clock.advance(300_000);
    expect(heard.length).toBe(silentFrom);
    await lot.do({ do: 'engineOn', plate: '12가3456' });
    clock.advance(5_000);
    expect(heard.length).toBeGreaterThan(silentFrom + 20);
  });

  it('leaves, is told away, and is heard no more', async () => {
    const { clock, lot, heard, events } = await listenedLot(4);
    await lot.do({ do: 'newVehicle', plate: '12가3456' });
    await lot.do({ do: 'vehicleParks', plate: '12가3456', laneId: 'bay-1', fast: true });
    clock.advance(60_000);
    await lot.do({ do: 'leaves', plate: '12가3456' });
    clock.advance(120_000);
    expect(events.at(-1)).toEqual({ type: 'away', plate: '12가3456' });
    const after = heard.length;
    clock.advance(60_000);
    expect(heard.length).toBe(after);
    expect(lot.freeLanes()).toContain('bay-1');
  });

  it('drives by on the road and never comes near', async () => {
    const { clock, lot, heard, events } = await listenedLot(5);
    await lot.do({ do: 'newVehicle', plate: '12가3456' });
    await lot.do({ do: 'drivesBy', plate: '12가3456', speedKmh: 40 });
    clock.advance(60_000);
    expect(events).toEqual([{ type: 'away', plate: '12가3456' }]);
    expect(
      Math.max(...heard.filter((h) => h.receiverId !== 'entrance').map((h) => h.rssiDbm ?? -127)),
    ).toBeLessThan(-75);
  });
});

describe('the same seed', () => {
  async function run(seed: number) {
    const { clock, lot, heard } = await listenedLot(seed, 5);
    for (const [index, laneId] of ['bay-1', 'pump-1', 'pump-4'].entries()) {
      const plate = `12가000${index}`;
      await lot.do({ do: 'newVehicle', plate, jack: index === 1 ? 'rotating' : 'static' });
      await lot.do({ do: 'vehicleParks', plate, laneId });
      clock.advance(5_000);
    }
    clock.advance(30_000);
    return heard;
  }

  it('gives the same lot to the last packet, and another seed another', async () => {
    const first = await run(42);
    expect(first.length).toBeGreaterThan(500);
    expect(await run(42)).toEqual(first);
    expect(await run(43)).not.toEqual(first);
  });
});

describe('what an installer and a test can do to the receivers', () => {
  it('unplugging cuts the line, plugging lets a new one open', async () => {
    const { clock, lot, wires, heard } = await listenedLot(6, 20);
    clock.advance(1_000);
    await lot.do({ do: 'unplugReceiver', receiver: 'pump-1' });
    const before = heard.filter((h) => h.receiverId === 'pump-1').length;
    expect(before).toBeGreaterThan(10);
    clock.advance(1_000);
    expect(heard.filter((h) => h.receiverId === 'pump-1').length).toBe(before);
    const wire = wires.get('pump-1');
    expect(wire?.state()).toBe('unplugged');
    await lot.do({ do: 'plugReceiver', receiver: 'pump-1' });
    expect(wire?.state()).toBe('waiting');
    if (wire === undefined) throw new Error('no wire');
    const again = new HciUartReceiver({ id: 'pump-1', clock, line: await wire.hostLine() });
    expect((await again.open()).ok).toBe(true);
    expect(wire.state()).toBe('scanning');
  });

  it('garbage on the line is discarded by the driver, and the next packets are heard', async () => {
    const { clock, lot, heard, discardedBytes } = await listenedLot(7);
    const answer = await lot.do({ do: 'garbage', receiver: 'bay-1', bytes: 'ffffffffff' });
    expect(answer).toEqual({ said: true, bytes: 5 });
    const code = `eddystone-uid:${'0a'.repeat(16)}`;
    await lot.do({ do: 'hear', receiver: 'bay-1', code, rssiDbm: -61 });
    await lot.do({ do: 'hear', receiver: 'bay-1', code, rssiDbm: -62 });
    clock.advance(1_000);
    expect(heard.at(-1)).toMatchObject({ receiverId: 'bay-1', code, rssiDbm: -62 });
    expect(discardedBytes()).toBeGreaterThanOrEqual(5);
  });

  it('strangers come at the rate that was asked for, and none of them is a code', async () => {
    const { clock, lot, heard } = await listenedLot(8);
    await lot.do({ do: 'background', receiver: 'entrance', reportsPerSecond: 2000 });
    clock.advance(3_000);
    expect(heard.length).toBeGreaterThan(5_950);
    expect(heard.length).toBeLessThanOrEqual(6_000);
    expect(heard.every((h) => h.code === null && h.receiverId === 'entrance')).toBe(true);
    await lot.do({ do: 'background', receiver: 'entrance', reportsPerSecond: 0 });
    const before = heard.length;
    clock.advance(1_000);
    expect(heard.length).toBe(before);
  });
});

describe('verbs that cannot be done', () => {
  it('are refused with a code and a sentence, and change nothing', async () => {
    const { lot } = await listenedLot(9);
    await lot.do({ do: 'newVehicle', plate: '12가3456' });
    const refused = async (command: unknown) => {
      try {
        await lot.do(command as Parameters<Lot['do']>[0]);
      } catch (error) {
        if (error instanceof LotError) return error.code;
        throw error;
      }
      return null;
    };
    expect(await refused({ do: 'flies', plate: '12가3456' })).toBe('invalid-command');
    expect(await refused({ do: 'vehicleParks', plate: '99하9999', laneId: 'bay-1' })).toBe('unknown-vehicle');
    expect(await refused({ do: 'vehicleParks', plate: '12가3456', laneId: 'bay-9' })).toBe('unknown-lane');
    expect(await refused({ do: 'unplugReceiver', receiver: 'roof' })).toBe('unknown-receiver');
    expect(await refused({ do: 'newVehicle', plate: '12가3456' })).toBe('plate-taken');
    expect(await refused({ do: 'preorder', plate: '12가3456' })).toBe('no-phone');
    await lot.do({ do: 'vehicleParks', plate: '12가3456', laneId: 'bay-1' });
    expect(await refused({ do: 'engineOff', plate: '12가3456' })).toBe('moving');
    expect(lot.state().vehicles).toHaveLength(1);
  });
});
