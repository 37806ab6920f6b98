import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crosses, distance2 } from '../radio/index.ts';
import { Drive } from './drive.ts';
import { laneOf, place, roadStart, wayIn, wayOut, wayToLane } from './place.ts';

const lanes = place.lanes.map((lane) => lane.laneId);

function driveTo(laneId: string, haste = 1) {
  const drive = new Drive(roadStart, 0, 0);
  let endedAtMs = 0;
  drive.haste = haste;
  const way = [...wayIn(), ...wayToLane(laneOf(laneId), { x: 0, y: 0 })];
  drive.follow([{ way, reverse: false, rolling: false }], 0, () => {
    endedAtMs = drive.clockMs;
  });
  return { drive, endedAtMs: () => endedAtMs };
}

describe('driving', () => {
  it.each(lanes)('stops on the mark of %s, in a time that people take', (laneId) => {
    const { drive, endedAtMs } = driveTo(laneId);
    drive.advance(120_000);
    expect(distance2(drive.at, laneOf(laneId).stop)).toBeLessThan(0.01);
    expect(drive.speed).toBe(0);
    expect(endedAtMs()).toBeGreaterThan(12_000);
    expect(endedAtMs()).toBeLessThan(45_000);
  });

  it('is five times as fast in haste', () => {
    const calm = driveTo('pump-3');
    const hasty = driveTo('pump-3', 5);
    calm.drive.advance(120_000);
    hasty.drive.advance(120_000);
    expect(calm.endedAtMs() / hasty.endedAtMs()).toBeCloseTo(5, 0);
  });

  it('never jumps, and never speeds up or brakes harder than a car can', async () => {
    const drives = fc.property(
      fc.constantFrom(...lanes),
      fc.array(fc.integer({ min: 50, max: 400 }), { minLength: 100, maxLength: 300 }),
      (laneId, stepsMs) => {
        const { drive } = driveTo(laneId);
        let nowMs = 0;
        for (const stepMs of stepsMs) {
          const before = { at: drive.at, speed: drive.speed };
          nowMs += stepMs;
          drive.advance(nowMs);
          const seconds = stepMs / 1000;
          expect(distance2(before.at, drive.at)).toBeLessThanOrEqual(14 * seconds + 0.1);
          expect(drive.speed - before.speed).toBeLessThanOrEqual(1.8 * seconds + 0.01);
          // The last centimetres and the corners are rounded to one step of 50 ms.
          expect(before.speed - drive.speed).toBeLessThanOrEqual(2.2 * seconds + 0.7);
        }
      },
    );
    await fc.assert(drives, { numRuns: 60 });
  });

  it.each(lanes)('goes in and out of %s without driving through a dispenser', (laneId) => {
    const { stop } = laneOf(laneId);
    const { reverse, forward } = wayOut(stop);
    const way = [roadStart, ...wayIn(), ...wayToLane(laneOf(laneId), { x: 0, y: 0 }), ...reverse, ...forward];
    for (let index = 1; index < way.length; index++) {
      const [from, to] = [way[index - 1], way[index]];
      if (from === undefined || to === undefined) continue;
      for (const wall of place.walls) expect(crosses(from, to, wall)).toBe(false);
    }
  });

  it('backs out of a bay with its bonnet still to the store', () => {
    const drive = new Drive(laneOf('bay-1').stop, Math.PI / 2, 0);
    const { reverse, forward } = wayOut(drive.at);
    drive.follow(
      [
        { way: reverse, reverse: true, rolling: false },
        { way: forward, reverse: false, rolling: true },
      ],
      0,
    );
    drive.advance(3_000);
    expect(drive.at.y).toBeLessThan(laneOf('bay-1').stop.y - 1);
    expect(Math.sin(drive.heading)).toBeCloseTo(1);
  });
});
