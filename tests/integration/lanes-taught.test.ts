/** What people at a site know of where cars stand, said through the API, and what its lanes make of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReceiverTwins } from '../../drivers/testing/receiver-twins.ts';
import { type BeaconCode, beaconCode, type Clock, newId, systemClock } from '../../shared/domain/index.ts';
import type { LearnedPresence } from '../../station/presence/index.ts';
import { StationFixture } from './station-fixture.ts';

const receiverIds = ['entrance', 'bay-1', 'bay-2', 'pump-1', 'pump-2'] as const;
type Levels = Partial<Record<(typeof receiverIds)[number], number>>;
const jack = beaconCode('eddystone-uid', '7'.padStart(32, '0'));

let skippedMs = 0;
/** Real time that can be moved on. */
const clock: Clock = {
  nowMs: () => Math.round(systemClock.nowMs() + skippedMs),
  monotonicMs: () => systemClock.monotonicMs() + skippedMs,
  schedule: (delayMs, action) => systemClock.schedule(delayMs, action),
};

const twins = new ReceiverTwins(clock);

/** Heard ten times a second for so long. */
function hear(code: BeaconCode, levels: Levels, seconds: number): void {
  for (let n = 0; n < seconds * 10; n++) {
    for (const [receiverId, dbm] of Object.entries(levels)) {
      twins.hear(receiverId, code, dbm - (n % 2));
    }
    skippedMs += 100;
  }
}

let fixture: StationFixture;
beforeEach(async () => {
  fixture = await StationFixture.start({
    clock,
    madeReceivers: receiverIds.map((receiverId) => twins.named(receiverId)),
  });
  const jackId = newId();
  const nowMs = clock.nowMs();
  fixture.station.core.news.expectedList({
    version: '1',
    fromMs: nowMs - 3_600_000,
    toMs: nowMs + 86_400_000,
    cars: [
      {
        jackId,
        vehicle: { plate: '12가3456', model: 'Avante', color: 'white', fuel: 'gasoline' },
        codeBehaviour: 'static',
        preorders: [],
        reservation: null,
      },
    ],
    codes: [{ code: jack, jackId, validFromMs: null, validToMs: null }],
  });
  await expect
    .poll(() => fixture.station.radio.receivers().every(({ health }) => health.state === 'healthy'))
    .toBe(true);
});
afterEach(() => fixture.end());

/** After the station has stopped and started again. */
async function learnedLanes(): Promise<LearnedPresence['lanes']> {
  await fixture.halt();
  await fixture.startAgain();
  const text = fixture.station.core.settings.recall('presence.learned');
  return text === null ? [] : (JSON.parse(text) as LearnedPresence).lanes;
}

const atPump1: Levels = { entrance: -80, 'pump-1': -56, 'pump-2': -64, 'bay-1': -88, 'bay-2': -90 };

async function comesToPump1(): Promise<string> {
  hear(jack, { entrance: -70, 'pump-1': -86 }, 5);
  hear(jack, atPump1, 12);
  const [visit] = fixture.station.core.visits.board();
  if (visit?.presence !== 'arrived') throw new Error(`not arrived: ${JSON.stringify(visit)}`);
  return visit.visitId;
}

describe('a lane learns what its cars sound like', () => {
  it('from the pump that an attendant taps, once for a command that is sent twice, and knows it after a restart', async () => {
    const attendant = await fixture.signIn('attendant');
    const visitId = await comesToPump1();
    const command = { idempotencyKey: newId(), visitId, laneId: 'pump-1', digits: null };
    await attendant.refuels.start(command);
    await attendant.refuels.start(command);
    const lanes = await learnedLanes();
    expect(lanes).toMatchObject([{ laneId: 'pump-1', stays: 1, seen: 1 }]);
    expect(lanes[0]?.meanDbm['pump-1']).toBeCloseTo(-56.5, 0);
    expect(lanes[0]?.meanDbm.entrance).toBeCloseTo(-80.5, 0);
  }, 30_000);

  it('not from a tap that was refused', async () => {
    const attendant = await fixture.signIn('attendant');
    const visitId = await comesToPump1();
    await expect(
      attendant.refuels.start({ idempotencyKey: newId(), visitId, laneId: 'pump-1', digits: '9999' }),
    ).rejects.toThrow();
    expect(await learnedLanes()).toEqual([]);
  }, 30_000);

  it('from the lane that a cashier corrects to; the one named by mistake before is rid of it again', async () => {
    const cashier = await fixture.signIn('cashier');
    const visitId = await comesToPump1();
    await cashier.visits.setLane({ idempotencyKey: newId(), visitId, laneId: 'pump-2' });
    await cashier.visits.setLane({ idempotencyKey: newId(), visitId, laneId: 'pump-1' });
    expect(await learnedLanes()).toMatchObject([{ laneId: 'pump-1', stays: 1, seen: 1 }]);
  }, 30_000);

  it('from a walk test whose proposal is used, once however often it is used', async () => {
    const installer = await fixture.signIn('installer');
    await comesToPump1();
    await installer.walkTest.start({ idempotencyKey: newId(), code: jack });
    for (const [laneId, levels] of [
      ['pump-1', atPump1],
      ['bay-1', { entrance: -82, 'pump-1': -85, 'pump-2': -86, 'bay-1': -58, 'bay-2': -63 }],
    ] as const) {
      hear(jack, { entrance: -66, 'pump-1': -80, 'bay-1': -82 }, 6);
      hear(jack, levels, 3);
      await installer.walkTest.mark({ idempotencyKey: newId(), laneId });
      hear(jack, levels, 7);
    }
    const { report } = await installer.walkTest.finish({ idempotencyKey: newId() });
    const use = () =>
      installer.lanes.set({
        idempotencyKey: newId(),
        lanes: report.lanes.map(({ laneId, suggested }) => ({ laneId, receivers: suggested })),
        walkTestId: report.testId,
      });
    await use();
    await use();
    const lanes = await learnedLanes();
    expect(lanes.map(({ laneId, stays, seen, lessons }) => [laneId, stays, seen, lessons])).toEqual([
      ['bay-1', 1, 1, [report.testId]],
      ['pump-1', 1, 1, [report.testId]],
    ]);
    expect(lanes[0]?.meanDbm['bay-2']).toBeCloseTo(-64, 0);
  }, 60_000);

  it('and a proposal of a walk that nobody knows changes nothing', async () => {
    const installer = await fixture.signIn('installer');
    await expect(
      installer.lanes.set({
        idempotencyKey: newId(),
        lanes: [{ laneId: 'bay-1', receivers: [{ receiverId: 'bay-2', enterDbm: null, exitDbm: null }] }],
        walkTestId: newId(),
      }),
    ).rejects.toThrow();
    expect((await installer.lanes.get({})).lanes.every(({ chosen }) => !chosen)).toBe(true);
  }, 30_000);
});
