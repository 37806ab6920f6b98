import { describe, expect, it } from 'vitest';
import { presenceDelays } from './delays.ts';
import type { PresenceTuning } from './index.ts';
import { hear, newLevel } from './smoothed-level.ts';
import { forecourt, Scene } from './testing.ts';

/** Numbers with which a car is not held to its stay: what the engine would say without. */
const notHeldToIt: PresenceTuning = {
  elsewhereDb: 1_000,
  elsewhereFarDb: 1_000,
  againDb: -1_000,
  leaveStaySwingDb: 1_000,
  elsewhereRoseDb: 1_000,
  droveRoseDb: 1_000,
};

const at = (tuning: PresenceTuning) => new Scene({ ...forecourt, tuning }).arriveAtBay();

describe('a car that is held to its own stay', () => {
  /** It drives out past the entrance and stands where the bay's receiver still hears it best, as through an open door. */
  const standsOutside = (scene: Scene) =>
    scene
      .hear({ entrance: [-85, -55], bays: [-58, -70] }, 4_000)
      .hear({ entrance: -55, bays: -70 }, 3_000)
      .hear({ entrance: [-55, -70], bays: [-70, -63] }, 2_000)
      .hear({ entrance: -70, bays: -63 }, 20_000);

  it('does not arrive again where it stands outside, though the lane hears it best', () => {
    expect(
      standsOutside(at({}))
        .states()
        .filter((state) => state === 'arrived'),
    ).toHaveLength(1);
    const unheld = standsOutside(at(notHeldToIt));
    expect(unheld.states().filter((state) => state === 'arrived')).toHaveLength(2);
  });

  it('arrives again where it stood, once it is back', () => {
    const scene = standsOutside(at({})).hear({ entrance: [-70, -85], bays: [-63, -58] }, 3_000);
    scene.hear({ entrance: -85, bays: -58 }, 3_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
    expect(scene.states().filter((state) => state === 'arrived')).toHaveLength(2);
  });

  /** Its own lane hears it best all the way: a receiver that points at the way out. */
  const drivesOff = (scene: Scene) =>
    scene.hear({ entrance: [-85, -70], bays: [-58, -67] }, 4_000).hear({ entrance: -70, bays: -67 }, 4_000);

  it('is heard leaving by all receivers, though its own lane still hears it best', () => {
    expect(drivesOff(at({})).last()).toMatchObject({ state: 'departed', why: { rule: 'heard-leaving' } });
    expect(drivesOff(at(notHeldToIt)).last().state).toBe('arrived');
  });

  /** Its lane's receiver hears it as well outside as it did inside: levels jump as it drives, the entrance hears it far better. */
  const drivesOutUnheard = (scene: Scene, jumpDb: number, forMs = 8_000) => {
    for (let n = 0; n < forMs / 100; n++) {
      const db = n % 2 === 0 ? jumpDb : -jumpDb;
      scene.hear({ entrance: -60 + db, bays: -57 - db }, 100);
    }
    return scene;
  };

  it('is heard leaving when it is seen to move and the entrance hears it far better, however well its lane does', () => {
    const left = drivesOutUnheard(at({}), 4);
    expect(left.last()).toMatchObject({ state: 'departed', why: { rule: 'heard-leaving' } });
    expect(drivesOutUnheard(at({ droveRoseDb: 1_000 }), 4).last().state).toBe('arrived');
    expect(drivesOutUnheard(at({}), 0).last().state).toBe('arrived');
  });

  it('is not leaving while a van pulls out from between: all is heard otherwise for some seconds, and levels jump', () => {
    const van = (scene: Scene) => drivesOutUnheard(scene, 4, 4_500).hear({ entrance: -80, bays: -58 }, 5_000);
    expect(van(at({})).states()).not.toContain('departed');
    expect(van(at({ droveMs: 0 })).states()).toContain('departed');
  });

  it('does not arrive again where its lane hears it better than in its stay, but so do those outside', () => {
    const stands = (tuning: PresenceTuning) =>
      drivesOutUnheard(at(tuning), 4).hear({ entrance: -62, bays: -52 }, 20_000).last();
    expect(stands({}).state).toBe('departed');
    expect(stands({ elsewhereRoseDb: 1_000 }).state).toBe('arrived');
  });

  it('is not leaving when a door opens: only what is outside hears it otherwise', () => {
    const scene = at({})
      .hear({ entrance: -85, bays: -58 }, 20_000)
      .hear({ entrance: -62, bays: -58 }, 60_000);
    expect(scene.last().state).toBe('arrived');
  });

  it('is not leaving when a door closed behind it and is opened again', () => {
    const scene = at({}).hear({ bays: -58 }, 30_000).hear({ entrance: -70, bays: -64 }, 30_000);
    expect(scene.last().state).toBe('arrived');
  });

  /** Something came to stand before the bay's receiver while the car stood there: hardly any margin is left. */
  const comesBackShaded = (scene: Scene) =>
    scene
      .hear({ entrance: [-85, -63], bays: [-58, -62] }, 120_000)
      .hear({ entrance: -63, bays: -62 }, 240_000)
      .hear({ entrance: -56, bays: -70 }, 5_000)
      .hear({ entrance: [-56, -63], bays: [-70, -62] }, 2_000)
      .hear({ entrance: -63, bays: -62 }, 5_000);

  it('arrives with hardly any margin where it sounds as it did when it stood there', () => {
    expect(comesBackShaded(at({})).last().state).toBe('arrived');
    expect(comesBackShaded(at(notHeldToIt)).last().state).toBe('departed');
  });

  /** Past the entrance and out on the road, where another lane's receiver hears it best, be it from afar. */
  const onTheRoad = (scene: Scene, dbm: number) =>
    scene
      .hear({ entrance: -55, bays: -80, canopy: -80 }, 5_000)
      .hear({ entrance: [-55, -98], bays: [-80, -98], canopy: [-80, dbm] }, 3_000)
      .hear({ canopy: dbm }, 20_000);

  it('does not arrive in another lane that hears it from afar, and does in one that it drove on to', () => {
    expect(onTheRoad(at({}), -85).last().state).toBe('departed');
    expect(
      onTheRoad(at({ otherLaneDb: 1_000 }), -85)
        .states()
        .at(-1),
    ).not.toBe('departed');
    expect(onTheRoad(at({}), -64).last()).toMatchObject({ state: 'arrived', laneId: 'pump-3' });
  });

  it('arrives there all the same where it goes on standing: late, but not never', () => {
    const stays = onTheRoad(at({}), -84).hear({ canopy: -84 }, presenceDelays.heldMs + 20_000);
    expect(stays.last()).toMatchObject({ state: 'arrived', laneId: 'pump-3' });
  });

  it('takes its stay along when its code changes', () => {
    const scene = new Scene(forecourt);
    scene.carOf = () => 'car-1';
    const states = () => scene.changes.filter(({ why }) => why.rule !== 'code-changed').map((c) => c.state);
    standsOutside(scene.arriveAtBay());
    expect(states().filter((state) => state === 'arrived')).toHaveLength(1);
  });
});

it('takes one reading that no car can have for no more than a loud one', () => {
  const level = newLevel();
  for (let atMs = 0; atMs < 2_000; atMs += 100) hear(level, -80, atMs, presenceDelays);
  hear(level, 1, 2_000, presenceDelays);
  expect(level.fastDbm).toBeLessThan(-74);
  expect(level.lastDbm).toBeCloseTo(-80 + presenceDelays.maxRiseDb, 5);
});

it('takes one jump of the level for a fade, and a steady climb for a drift', () => {
  const jumps = newLevel();
  const climbs = newLevel();
  for (let n = 0; n < 20; n++) {
    hear(jumps, n < 19 ? -80 : -60, n * 100, presenceDelays);
    hear(climbs, -80 + 0.6 * n, n * 100, presenceDelays);
  }
  expect(jumps.steadyDriftDbPerS).toBeLessThan(presenceDelays.driftDbPerS);
  expect(climbs.steadyDriftDbPerS).toBeGreaterThan(presenceDelays.driftDbPerS);
});
