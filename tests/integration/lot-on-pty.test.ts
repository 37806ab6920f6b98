/** The simulated lot behind a serial device of the operating system: the driver runs as it does in the field. */
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beaconCodeOf, createReceiver, decodeBeaconFrame, type Receiver } from '../../drivers/index.ts';
import { systemClock } from '../../shared/domain/index.ts';
import { Lot, PathWire } from '../../simulator/index.ts';
import { type Cable, plugCable } from '../support/pty.ts';

const hasSocat = spawnSync('which', ['socat']).status === 0;

describe.skipIf(!hasSocat)('the lot on a PTY (skipped where socat is missing)', () => {
  let cable: Cable;
  let wire: PathWire;
  let lot: Lot;
  const receivers: Receiver[] = [];

  beforeEach(async () => {
    cable = await plugCable();
    wire = await PathWire.open(cable.deviceEnd, cable.stationEnd);
    lot = new Lot({
      clock: systemClock,
      seed: 1,
      siteId: 'none',
      connect: null,
      wires: new Map([['entrance', wire]]),
      ambientPerSecond: 0,
    });
  });
  afterEach(async () => {
    for (const receiver of receivers.splice(0)) await receiver.close();
    await lot.close();
    await cable.pull();
  });

  async function openDriver(): Promise<Receiver> {
    const created = await createReceiver(wire.specification, { id: 'entrance' });
    if (!created.ok) throw new Error(created.error.text);
    receivers.push(created.value);
    expect(await created.value.open()).toEqual({ ok: true, value: undefined });
    return created.value;
  }

  function nextCode(receiver: Receiver): Promise<string> {
    return new Promise((resolve) => {
      const stop = receiver.subscribe((event) => {
        const frame = event.type === 'report' ? decodeBeaconFrame(event.report.data) : null;
        if (frame === null) return;
        stop();
        resolve(beaconCodeOf(frame));
      });
    });
  }

  it('a car that approaches is heard through the serial port', async () => {
    const receiver = await openDriver();
    expect(wire.state()).toBe('scanning');
    const heard = nextCode(receiver);
    const { code } = await lot.do({ do: 'newVehicle', plate: '12가3456', jack: 'static', mounting: 'dash' });
    await lot.do({ do: 'vehicleApproaches', plate: '12가3456', fast: true });
    expect(await heard).toBe(code);
  });

  it('garbage on the line costs nothing but itself', async () => {
    const receiver = await openDriver();
    await lot.do({ do: 'garbage', receiver: 'entrance', bytes: 'ff00ff00ff00' });
    const heard = nextCode(receiver);
    const code = `ibeacon:${'0b'.repeat(20)}`;
    for (let n = 0; n < 3; n++) await lot.do({ do: 'hear', receiver: 'entrance', code, rssiDbm: -60 });
    expect(await heard).toBe(code);
    expect(receiver.counters().discardedBytes).toBeGreaterThanOrEqual(6);
  });

  it('unplugged and plugged again, a new driver opens the same path', async () => {
    const first = await openDriver();
    await lot.do({ do: 'unplugReceiver', receiver: 'entrance' });
    await first.close();
    await lot.do({ do: 'plugReceiver', receiver: 'entrance' });
    const second = await openDriver();
    const heard = nextCode(second);
    const code = `altbeacon:${'0c'.repeat(20)}`;
    await lot.do({ do: 'hear', receiver: 'entrance', code, rssiDbm: -60 });
    expect(await heard).toBe(code);
  });
});
