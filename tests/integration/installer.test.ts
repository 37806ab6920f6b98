/** An installer at a kiosk, over the wire, with Bluetooth controllers that speak HCI on real sockets. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { CheckEvent, LiveEvent } from '../../shared/station-contract/index.ts';
import { jackWithinReach, NetworkController } from '../support/network-controller.ts';
import { type Kiosk, StationFixture, WatchedBoard } from './station-fixture.ts';

const jack = jackWithinReach;

let fixture: StationFixture;
let installer: Kiosk;
const controllers: NetworkController[] = [];
beforeAll(async () => {
  fixture = await StationFixture.start();
  installer = await fixture.signIn('installer');
});
afterAll(() => fixture.end());
afterEach(() => {
  for (const one of controllers.splice(0)) one.end();
});
async function plugIn(
  speaks: 'hci' | 'something else' = 'hci',
): Promise<{ controller: NetworkController; spec: string }> {
  const controller = new NetworkController(speaks);
  controllers.push(controller);
  return { controller, spec: await controller.listen() };
}
async function check(spec: string): Promise<CheckEvent[]> {
  const events: CheckEvent[] = [];
  for await (const event of await installer.receivers.check({ spec })) events.push(event);
  return events;
}

describe('a manager and an installer who set up the site at once', () => {
  it('are not undone by each other: the later save is refused with who was first; a save sent twice is one', async () => {
    const manager = await fixture.signIn('manager');
    const { site } = await installer.setup.site({});
    const seen = { lanes: site.lanes };
    const renamed = (name: string) => site.lanes.map((lane, n) => (n === 0 ? { ...lane, name } : lane));
    const first = { idempotencyKey: newId(), changes: { lanes: renamed('Front') }, seen };
    await manager.setup.updateSite(first);
    const later = { idempotencyKey: newId(), changes: { lanes: renamed('Left') }, seen };
    await expect(installer.setup.updateSite(later)).rejects.toMatchObject({
      code: 'REFUSED',
      data: { reason: 'changed-meanwhile', by: { role: 'manager' } },
    });
    await manager.setup.updateSite(first);
    expect((await installer.setup.site({})).site.lanes).toEqual(renamed('Front'));
    const again = { ...later, idempotencyKey: newId(), seen: { lanes: renamed('Front') } };
    await installer.setup.updateSite(again);
    // An answer that was lost: asked once more under its key it is no quarrel with itself.
    expect((await installer.setup.updateSite(again)).site.lanes).toEqual(renamed('Left'));
    await installer.setup.updateSite({ idempotencyKey: newId(), changes: { lanes: site.lanes } });
  });
});

describe('an installer', () => {
  it('tries a receiver, adds it, sees the jack arrive, finds it again after a restart, and takes it out', async () => {
    const { controller, spec } = await plugIn();
    const tried = await check(spec);
    expect(tried.map(({ state }) => state)).toContain('hearing');
    expect(tried.at(-1)).toMatchObject({ state: 'done', devices: 2, codes: 1, ours: 0, discardedBytes: 0 });
    // Nothing was saved, and the port is free again.
    expect((await installer.setup.receivers({})).receivers).toEqual([]);
    await expect.poll(() => controller.connections).toBe(0);

    const { receiverId } = await installer.receivers.add({ idempotencyKey: newId(), name: 'Canopy', spec });
    await installer.lanes.set({
      idempotencyKey: newId(),
      lanes: [{ laneId: 'bay-1', receivers: [{ receiverId, enterDbm: -65, exitDbm: -75 }] }],
    });
    await expect
      .poll(async () => (await installer.receivers.why({ code: jack })).why, { timeout: 15_000 })
      .toMatchObject({ state: 'arrived', laneId: 'bay-1', levels: [{ receiverId }] });

    const live = await installer.receivers.live({});
    let heard: LiveEvent['levels'] = [];
    for await (const event of live) {
      heard = event.levels;
      if (heard.length > 0) break;
    }
    expect(heard).toMatchObject([{ code: jack, receiverId, rawDbm: -50 }]);

    await fixture.halt();
    await fixture.startAgain();
    installer = await fixture.signIn('installer');
    await expect
      .poll(async () => (await installer.setup.receivers({})).receivers, { timeout: 10_000 })
      .toMatchObject([{ receiverId, name: 'Canopy', health: { state: 'healthy' } }]);
    expect((await installer.lanes.get({})).lanes[0]).toEqual({
      laneId: 'bay-1',
      chosen: true,
      receivers: [{ receiverId, enterDbm: -65, exitDbm: -75 }],
    });

    expect(await check(spec)).toEqual([{ state: 'failed', reason: 'in-use' }]);
    const left = await installer.receivers.remove({ idempotencyKey: newId(), receiverId });
    expect(left.receivers).toEqual([]);
    await expect.poll(() => controller.connections).toBe(0);
  }, 60_000);

  it('is told that what answers is no Bluetooth controller', async () => {
    const { spec } = await plugIn('something else');
    expect((await check(spec)).at(-1)).toEqual({ state: 'failed', reason: 'not-a-controller' });
  }, 30_000);

  it('is told when the test beacon falls silent, at every kiosk', async () => {
    const { controller, spec } = await plugIn();
    const { receiverId } = await installer.receivers.add({ idempotencyKey: newId(), name: 'Gate', spec });
    await installer.testBeacon.set({ idempotencyKey: newId(), code: jack, silentAfterMs: 5_000 });
    await expect.poll(async () => (await installer.testBeacon.get({})).heard, { timeout: 10_000 }).toBe(true);
    const board = await WatchedBoard.open(await fixture.signIn('cashier'));
    await board.until(() => board.status?.radio.state === 'healthy', 'a healthy radio');
    // The beacon is too faint to be received; the headphones are heard on.
    for (const one of controller.controllers) {
      const advertise = one.advertise.bind(one);
      one.advertise = (advert) => advert.address.startsWith('c2') && advertise(advert);
    }
    await board.until(
      () => board.status?.radio.state === 'impaired' && board.status.radio.reason === 'test-beacon-silent',
      'the radio marked for its beacon',
      15_000,
    );
    board.close();
    await installer.testBeacon.clear({ idempotencyKey: newId() });
    await installer.receivers.remove({ idempotencyKey: newId(), receiverId });
  }, 60_000);
});
