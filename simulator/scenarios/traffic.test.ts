import { describe, expect, it } from 'vitest';
import { runTraffic, type TruthEvent, trafficTimes } from './traffic.ts';

function run(seed: number) {
  const heard: { receiverId: string; code: string; rssiDbm: number; atMs: number }[] = [];
  const truth: TruthEvent[] = [];
  let seconds = 0;
  runTraffic({
    seed,
    arrivals: 12,
    driveBys: 8,
    crowd: 3,
    arrivalEveryMs: 20_000,
    driveByEveryMs: 20_000,
    onHeard: (receiverId, code, rssiDbm, atMs) => heard.push({ receiverId, code, rssiDbm, atMs }),
    onTruth: (event) => truth.push(event),
    onSecond: () => seconds++,
  });
  return { heard, truth, seconds };
}

describe('traffic with its truth', () => {
  const { heard, truth, seconds } = run(1);
  const arrived = truth.flatMap((event) => (event.type === 'stopped' ? [event.code] : []));

  it('brings every car that was asked for, and each goes again', () => {
    expect(arrived).toHaveLength(12);
    const gone = truth.filter((event) => event.type === 'gone');
    expect(gone.filter((event) => event.arrived)).toHaveLength(12);
    expect(gone.filter((event) => !event.arrived)).toHaveLength(8);
    expect(seconds).toBeGreaterThan(180);
  });

  it('tells each car’s story in order, with three to ten minutes of engine off', () => {
    for (const code of arrived) {
      const story = truth.filter((event) => event.code === code);
      const names = story.map((event) => event.type).join(' ');
      expect(['stopped engine-off engine-on leaving gone', 'stopped leaving gone']).toContain(names);
      expect(story.map((event) => event.atMs)).toEqual(
        story.map((event) => event.atMs).toSorted((a, b) => a - b),
      );
      const off = story.find((event) => event.type === 'engine-off')?.atMs;
      const on = story.find((event) => event.type === 'engine-on')?.atMs;
      if (off === undefined || on === undefined) continue;
      expect(on - off).toBeGreaterThanOrEqual(trafficTimes.engineOffForMs[0]);
      expect(on - off).toBeLessThanOrEqual(trafficTimes.engineOffForMs[1] + 200);
      expect(heard.filter((h) => h.code === code && h.atMs > off && h.atMs < on)).toEqual([]);
    }
  });

  it('never has two cars on one mark', () => {
    const taken = new Map<string, string>();
    for (const event of truth) {
      if (event.type === 'stopped') {
        expect([...taken.values()]).not.toContain(event.laneId);
        taken.set(event.code, event.laneId);
      }
      if (event.type === 'leaving') taken.delete(event.code);
    }
  });

  it('comes in order of time and is the same for the same seed', () => {
    for (let n = 1; n < heard.length; n++) {
      expect(heard[n]?.atMs ?? 0).toBeGreaterThanOrEqual(heard[n - 1]?.atMs ?? 0);
    }
    expect(run(1).heard).toEqual(heard);
  });
});
