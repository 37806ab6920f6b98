import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OneSpeedPort } from '../../drivers/testing/one-speed-port.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';
import { beaconCode, newId, ok } from '../../shared/domain/index.ts';
import type { CheckEvent, LiveEvent } from '../../shared/station-contract/index.ts';
import { aCar, codeNumber, key, refusedFor } from '../core/test-lot.ts';
import { InstallerWorld, settled } from './installer.testing.ts';
import { keptBeacon, testBeaconKey } from './kept-beacon.ts';
import { parseReceiverBook, receiverBookKey } from './receiver-book.ts';

const jack = codeNumber(1);
const worlds: InstallerWorld[] = [];
async function world(...args: ConstructorParameters<typeof InstallerWorld>): Promise<InstallerWorld> {
  const made = new InstallerWorld(...args);
  worlds.push(made);
  await made.start();
  return made;
}
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.end();
});

function value<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

describe('the receivers of a station', () => {
  it('take one more while it runs, keep it over a restart, and give it up again', async () => {
    const one = await world();
    const { installer, lot, radio } = one;
    const input = { ...key(), name: 'Canopy', spec: 'hci-uart:/dev/nothing-there' };
    const added = value(await installer.add(lot.installer, input));
    expect(added.receivers.at(-1)).toMatchObject({ receiverId: added.receiverId, name: 'Canopy' });
    // The same tap once more is the same receiver.
    expect(value(await installer.add(lot.installer, input)).receiverId).toBe(added.receiverId);
    expect(radio.receivers()).toHaveLength(4);
    const kept = () => parseReceiverBook(lot.core.settings.recall(receiverBookKey));
    expect(kept().added).toEqual([{ receiverId: added.receiverId, spec: input.spec }]);
    lot.restart();
    expect(kept().names[added.receiverId]).toBe('Canopy');

    const removed = value(
      await one.newInstaller().remove(lot.installer, { ...key(), receiverId: added.receiverId }),
    );
    expect(removed.receivers.map(({ receiverId }) => receiverId)).toEqual(['bay-1', 'pump-1', 'entrance']);
    expect(kept().added).toEqual([]);
  });

  it('are refused under a name or at a port that is taken, and when they are nothing', async () => {
    const { installer, lot } = await world();
    const add = async (name: string, spec: string) =>
      refusedFor(await installer.add(lot.installer, { ...key(), name, spec }));
    expect(await add('bay-1', 'hci-uart:/dev/other')).toBe('receiver-name-taken');
    expect(await add('Canopy', 'gateway:/dev/bay-1?baud=9600')).toBe('receiver-in-use');
    expect(await add('Canopy', 'fax:/dev/ttyS0')).toBe('receiver-wrong');
    const remove = await installer.remove(lot.installer, { ...key(), receiverId: 'bay-1' });
    expect(refusedFor(remove)).toBe('receiver-set-at-start');
  });

  it('are refused at a port that is taken under another of its names', async () => {
    const { installer, lot } = await world();
    const port = join(lot.dir, 'ttyACM0');
    const byId = join(lot.dir, 'usb-Nordic-if00');
    writeFileSync(port, '');
    symlinkSync(port, byId);
    const add = (name: string, spec: string) => installer.add(lot.installer, { ...key(), name, spec });
    value(await add('Canopy', `hci-uart:${byId}`));
    expect(refusedFor(await add('Twice', `gateway:${port}?baud=9600`))).toBe('receiver-in-use');
    const checked: CheckEvent[] = [];
    for await (const event of installer.check(`hci-uart:${port}`, undefined)) checked.push(event);
    expect(checked).toEqual([{ state: 'failed', reason: 'in-use' }]);
    // The first adapter is the one that `bluez` alone opens.
    value(await add('Own', 'bluez'));
    expect(refusedFor(await add('Own again', 'bluez:hci0'))).toBe('receiver-in-use');
    expect(refusedFor(await add('Own once more', 'bluez'))).toBe('receiver-in-use');
    value(await add('Second adapter', 'bluez:hci1'));
  });

  it('are no recordings: the cars of another day would come to this lot', async () => {
    const { installer, lot, radio } = await world();
    const spec = `replay:${join(lot.dir, 'day.btsnoop')}?repeat`;
    const added = await installer.add(lot.installer, { ...key(), name: 'Yesterday', spec });
    expect(refusedFor(added)).toBe('receiver-is-recording');
    const checked: CheckEvent[] = [];
    for await (const event of installer.check(spec, undefined)) checked.push(event);
    expect(checked).toEqual([{ state: 'failed', reason: 'is-recording' }]);
    expect(radio.receivers()).toHaveLength(3);
  });

  it('can be called otherwise, also those of the command line', async () => {
    const { installer, lot, radio } = await world();
    value(installer.rename(lot.installer, { ...key(), receiverId: 'entrance', name: 'Gate' }));
    expect(radio.receivers().map(({ name }) => name)).toEqual(['bay-1', 'pump-1', 'Gate']);
    const taken = installer.rename(lot.installer, { ...key(), receiverId: 'bay-1', name: 'Gate' });
    expect(refusedFor(taken)).toBe('receiver-name-taken');
  });

  it('are not for a cashier to change', async () => {
    const { installer, lot, radio } = await world();
    const add = await installer.add(lot.cashier, { ...key(), name: 'Mine', spec: 'hci-uart:/dev/x' });
    expect(refusedFor(add)).toBe('FORBIDDEN');
    expect(radio.receivers()).toHaveLength(3);
  });
});

describe('the check of a candidate', () => {
  async function check(made: InstallerWorld, spec: string): Promise<CheckEvent[]> {
    const events: CheckEvent[] = [];
    for await (const event of made.installer.check(spec, undefined)) {
      events.push(event);
      if (event.state !== 'hearing') continue;
      made.hear('check', jack, -60);
      made.hear('check', codeNumber(2), -70, '00:00:00:00:00:02');
      setImmediate(() => made.lot.clock.advance(500));
    }
    return events;
  }

  it('listens for five seconds, says what it hears, and saves nothing', async () => {
    const made: InstallerWorld = await world(undefined, {
      makeFactory: async () => ok(() => made.twins.receiver('check')),
    });
    const events = await check(made, 'hci-uart:/dev/candidate');
    expect(events[0]).toEqual({ state: 'opening' });
    expect(events.at(-1)).toMatchObject({ state: 'done', reports: 20, devices: 2, codes: 2, ours: 0 });
    expect(events.at(-1)).toMatchObject({ reportsPerSecond: 4 });
    expect(made.radio.receivers()).toHaveLength(3);
    expect(made.twins.stateOf('check')).toBe('closed');
  });

  it('tells another device or a wrong speed by its reason, and frees the port', async () => {
    const made: InstallerWorld = await world(undefined, {
      makeFactory: async () =>
        ok(() => made.twins.receiver('check', { code: 'not-a-controller', text: 'x' })),
    });
    // Behind a network there is no speed to try.
    const events = await check(made, 'hci-uart:tcp:127.0.0.1:5001');
    expect(events).toEqual([{ state: 'opening' }, { state: 'failed', reason: 'not-a-controller' }]);
    // And the next check is not held up by this one.
    expect((await check(made, 'hci-uart:tcp:127.0.0.1:5001')).at(-1)).toMatchObject({ state: 'failed' });
  });

  it('finds the speed that a port answers at by itself, says which it tries, and proposes that one', async () => {
    const port = new OneSpeedPort(460_800, (line) => void new VirtualController().attach(line));
    const made: InstallerWorld = await world(undefined, {
      makeFactory: async (spec) =>
        ok(() =>
          String(spec).includes('baud=460800')
            ? made.twins.receiver('check')
            : made.twins.receiver('check', { code: 'not-a-controller', text: 'x' }),
        ),
      createLine: ({ baudRate }) => port.line(baudRate),
    });
    // The clock goes on by itself while nothing is heard yet.
    let over = false;
    const time = (async () => {
      while (!over) {
        await settled();
        made.lot.clock.advance(250);
      }
    })();
    const events = await check(made, 'gateway:/dev/candidate');
    over = true;
    await time;
    expect(events.filter(({ state }) => state === 'trying')).toEqual(
      [115_200, 1_000_000, 921_600, 460_800].map((baudRate, index) => ({
        state: 'trying',
        baudRate,
        nth: index + 1,
        of: 6,
      })),
    );
    expect(events.at(-1)).toMatchObject({
      state: 'done',
      spec: 'hci-uart:/dev/candidate?baud=460800',
      found: { driver: 'hci-uart', baudRate: 460_800 },
    });
    expect(port.openNow).toBe(0);
  });

  it('does not open what the station uses', async () => {
    const made = await world();
    expect(await check(made, 'gateway:/dev/bay-1')).toEqual([{ state: 'failed', reason: 'in-use' }]);
  });
});

describe('the live signal', () => {
  it('gives a slow reader the newest level of each code and receiver, ten times a second at most', async () => {
    const one = await world();
    const { installer, lot } = one;
    const stop = new AbortController();
    const live = installer.live({ signal: stop.signal, mayWatch: () => true, ended: () => new Error('x') });
    const first = (await live.next()).value as LiveEvent;
    expect(first.receivers).toHaveLength(3);
    for (let i = 0; i < 50; i++) {
      one.hear('bay-1', jack, -60 - i);
      one.hear('pump-1', jack, -80);
    }
    const next = live.next();
    await settled();
    lot.clock.advance(100);
    const event = (await next).value as LiveEvent;
    expect(event.receivers).toBeNull();
    expect(event.levels).toHaveLength(2);
    expect(event.levels[0]).toMatchObject({ code: jack, receiverId: 'bay-1', rawDbm: -109, hearings: 50 });
    expect(event.levels[0]?.smoothedDbm).toBeGreaterThan(-109);
    stop.abort();
    expect((await live.next()).done).toBe(true);
  });

  it('does not grow with the number of strange codes, and ends for somebody who signed out', async () => {
    const one = await world();
    let signedIn = true;
    const live = one.installer.live({
      signal: undefined,
      mayWatch: () => signedIn,
      ended: () => new Error('signed out'),
    });
    await live.next();
    for (let i = 0; i < 5_000; i++) one.hear('bay-1', codeNumber(i + 10), -80);
    const next = live.next();
    await settled();
    one.lot.clock.advance(100);
    expect(((await next).value as LiveEvent).levels).toHaveLength(1_024);
    signedIn = false;
    const last = live.next();
    await settled();
    one.lot.clock.advance(100);
    await expect(last).rejects.toThrow('signed out');
  });
});

describe('why a car is what it is', () => {
  it('names the rule, the receivers and their levels, for a code and for a visit', async () => {
    const one = await world();
    one.stand(jack, 8, { 'bay-1': -50, entrance: -75 });
    expect(one.installer.why({ code: jack })).toMatchObject({
      state: 'arrived',
      laneId: 'bay-1',
      levels: [{ receiverId: 'bay-1' }, { receiverId: 'entrance' }],
    });
    expect(one.installer.why({ code: codeNumber(9) })).toBeNull();
    expect(one.installer.why({ visitId: newId() })).toBeNull();
  });
});

describe('the lanes', () => {
  it('take their receivers and limits at once and keep them', async () => {
    const one = await world();
    const { installer, lot } = one;
    const lanes = [
      { laneId: 'pump-2', receivers: [{ receiverId: 'entrance', enterDbm: -60, exitDbm: -70 }] },
    ];
    const set = value(installer.setLanes(lot.installer, { ...key(), lanes }));
    expect(set.lanes.find(({ laneId }) => laneId === 'pump-2')).toEqual({ ...lanes[0], chosen: true });
    one.stand(jack, 10, { entrance: -52, 'bay-1': -80 });
    expect(installer.why({ code: jack })).toMatchObject({ state: 'arrived', laneId: 'pump-2' });
    lot.restart();
    expect(
      one
        .newInstaller()
        .lanes()
        .find(({ laneId }) => laneId === 'pump-2')?.chosen,
    ).toBe(true);
  });

  it('refuse receivers and lanes that are not there', async () => {
    const { installer, lot } = await world();
    const set = (laneId: string, receiverId: string) =>
      refusedFor(
        installer.setLanes(lot.installer, {
          ...key(),
          lanes: [{ laneId, receivers: [{ receiverId, enterDbm: null, exitDbm: null }] }],
        }),
      );
    expect(set('bay-9', 'bay-1')).toBe('lane-not-found');
    expect(set('bay-1', 'gone')).toBe('receiver-not-found');
  });
});

describe('the test beacon', () => {
  const beacon = codeNumber(7);

  it('is no car, and marks the radio within half a minute of its silence, in words of its own', async () => {
    const one = await world();
    const { installer, lot, radio } = one;
    value(installer.setBeacon(lot.installer, { ...key(), code: beacon }));
    one.stand(beacon, 5, { 'bay-1': -40 });
    expect(installer.beacon()).toMatchObject({ code: beacon, heard: true });
    expect(installer.why({ code: beacon })).toBeNull();
    expect(radio.status()).toEqual({ state: 'healthy' });
    // Others are heard on, so that no receiver counts as silent.
    const all = { 'bay-1': -70, 'pump-1': -71, entrance: -72 };
    one.stand(jack, 30, all);
    expect(radio.status()).toMatchObject({ state: 'impaired', reason: 'test-beacon-silent', receivers: [] });
    one.hear('pump-1', beacon, -50);
    one.stand(jack, 2, all);
    expect(radio.status()).toEqual({ state: 'healthy' });
  });

  it('is no jack whose code changes, for it would be missed soon, and none of a car, for that would be', async () => {
    const { installer, lot } = await world();
    const rotating = beaconCode('eddystone-eid', '0011223344556677');
    lot.expect({ car: aCar(), codes: [jack] });
    const set = (code: string) => refusedFor(installer.setBeacon(lot.installer, { ...key(), code }));
    expect(set(rotating)).toBe('code-changes');
    expect(set(jack)).toBe('code-of-a-car');
    expect(installer.beacon().code).toBeNull();
  });

  it('is kept over a restart and can be given up', async () => {
    const one = await world();
    const { installer, lot } = one;
    value(installer.setBeacon(lot.installer, { ...key(), code: beacon, silentAfterMs: 9_000 }));
    lot.restart();
    expect(keptBeacon(lot.core.settings.recall(testBeaconKey))).toEqual({
      code: beacon,
      silentAfterMs: 9_000,
    });
    expect(value(one.newInstaller().clearBeacon(lot.installer, key())).code).toBeNull();
  });
});
