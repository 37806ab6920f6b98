/**
 * Who tells a new site's lanes where cars stand, beside what they find out by themselves.
 *
 *   the installer  walked every lane once before the first customer (simulator/scenarios/walk.ts, the walk test's levels)
 *   staff          tap the pump of each refuel, 10 to 40 s after the car stopped; one tap in fifty names a neighbour
 */
import { place, Random, walkLot } from '../../../simulator/index.ts';
import { lessonsOf, suggestLanes } from '../../../station/installer/index.ts';
import type { Teacher } from './measure.ts';

const tapAfterMs = [10_000, 40_000] as const;
const wrongTapShare = 0.02;

export function installer(seed: number): Pick<Teacher, 'begin'> {
  const laneIds = [
    ...place.lanes.filter((l) => l.kind === 'pump'),
    ...place.lanes.filter((l) => l.kind === 'bay'),
  ];
  const walk = walkLot({
    seed,
    startMs: Date.UTC(2026, 10, 20),
    laneIds: laneIds.map(({ laneId }) => laneId),
  });
  const lanes = place.lanes.map(({ laneId, kind }) => ({
    laneId,
    kind,
    receivers: [{ receiverId: laneId }],
  }));
  const report = { testId: 'walk', lanes: suggestLanes(walk.hearings, walk.marks, lanes) };
  return {
    begin(engine) {
      for (const { laneId, levels, lesson } of lessonsOf(report)) engine.teach(laneId, levels, lesson);
    },
  };
}

export function staff(seed: number): Pick<Teacher, 'saw' | 'second'> {
  const random = new Random(seed).fork('staff');
  let taps: { atMs: number; jack: Parameters<Parameters<Teacher['second']>[2]>[0]; laneId: string }[] = [];
  const pumps = place.lanes.filter(({ kind }) => kind === 'pump').map(({ laneId }) => laneId);
  return {
    saw(event) {
      if (event.type === 'leaving') taps = taps.filter(({ jack }) => jack !== event.code);
      const at = event.type === 'stopped' ? pumps.indexOf(event.laneId) : -1;
      if (event.type !== 'stopped' || at < 0) return;
      const slip = random.chance(wrongTapShare) ? (at % 2 === 0 ? 1 : -1) : 0;
      const atMs = event.atMs + random.between(...tapAfterMs);
      taps.push({ atMs, jack: event.code, laneId: pumps[at + slip] ?? event.laneId });
    },
    second(engine, atMs, codeNow) {
      for (const { jack, laneId } of taps.filter((tap) => tap.atMs <= atMs))
        engine.stoodIn(codeNow(jack), laneId);
      taps = taps.filter((tap) => tap.atMs > atMs);
    },
  };
}

export const nobody: Teacher = { begin() {}, saw() {}, second() {} };

export const teachers = {
  nothing: () => nobody,
  walk: (seed: number): Teacher => ({ ...nobody, ...installer(seed) }),
  staff: (seed: number): Teacher => ({ ...nobody, ...staff(seed) }),
  'walk-and-staff': (seed: number): Teacher => ({ ...nobody, ...installer(seed), ...staff(seed) }),
};
