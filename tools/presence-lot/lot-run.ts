/**
 * One car on the simulated lot, judged by the product's engine:
 *
 *   Vehicle drives (simulator) ─▶ Air: path loss, shadowing, fading, body, collisions ─▶ sightings ─▶ PresenceEngine
 *
 * The truth is when the car came to a stand on its lane's mark.
 */

import { ManualClock } from '../../shared/domain/index.ts';
import { VirtualJack } from '../../simulator/jack/index.ts';
import { place, RadioLot, Vehicle } from '../../simulator/lot/index.ts';
import { mountings, Random, radioModel } from '../../simulator/radio/index.ts';
import { type PresenceChange, PresenceEngine, type PresenceSettings } from '../../station/presence/index.ts';

/** The site as an installer would enter it: each lane has its receiver, the entrance stands at none. */
export const lotSettings: PresenceSettings = {
  lanes: place.lanes.map(({ laneId, kind }) => ({ laneId, kind, receivers: [{ receiverId: laneId }] })),
};

export interface VisitResult {
  laneId: string;
  stoppedAtMs: number;
  leftAtMs: number;
  changes: PresenceChange[];
}

const startMs = 1_000_000;
const stepMs = 100;

/** Everything that belongs to one car, from one seed. */
function carOnLot(seed: number) {
  const random = new Random(seed);
  const clock = new ManualClock(startMs);
  const jack = new VirtualJack({ kind: 'static', random: random.fork('jack'), clock, model: radioModel });
  const vehicle = new Vehicle({
    plate: `car ${seed}`,
    jack,
    mounting: mountings[random.int(0, mountings.length - 1)] ?? 'dash',
    bodyOffsetDb: random.normal() * radioModel.bodySpreadDb,
    nowMs: startMs,
  });
  const engine = new PresenceEngine(lotSettings);
  engine.tick(startMs - 60_000);
  const code = jack.code();
  const changes: PresenceChange[] = [];
  const lot = new RadioLot({
    model: radioModel,
    random: random.fork('lot'),
    onHeard: (receiverId, _advertisement, rssiDbm, atMs) => {
      changes.push(...engine.sighting({ code, receiverId, rssiDbm, atMs }));
    },
  });
  lot.enter(vehicle, startMs);
  /** Moves everything on until `done` says so. */
  const run = (done: (nowMs: number) => boolean) => {
    for (let nowMs = clock.nowMs() + stepMs; !done(nowMs); nowMs += stepMs) {
      clock.set(nowMs);
      vehicle.drive.advance(nowMs);
      lot.runUntil(nowMs);
      if (nowMs % 1_000 === 0) changes.push(...engine.tick(nowMs));
    }
  };
  return { random, clock, vehicle, changes, run };
}

/** Drives in, stands for 3 to 10 minutes (at a pump with the engine off after half a minute), drives off. */
export function visit(seed: number): VisitResult {
  const { random, clock, vehicle, changes, run } = carOnLot(seed);
  const lane = place.lanes[random.int(0, place.lanes.length - 1)];
  if (lane === undefined) throw new RangeError('a lot without lanes');
  let stoppedAtMs = 0;
  const off = { x: random.normal() * 0.4, y: random.normal() * 0.3 };
  vehicle.park(lane, off, startMs, 1, () => {
    stoppedAtMs = vehicle.stoppedAtMs ?? clock.nowMs();
  });
  run((nowMs) => stoppedAtMs > 0 && nowMs > stoppedAtMs + 30_000);
  if (lane.kind === 'pump') vehicle.setEngine(false);
  const leftAtMs = stoppedAtMs + random.int(180, 600) * 1_000;
  run((nowMs) => nowMs > leftAtMs);
  let goneAtMs = 0;
  vehicle.leave(clock.nowMs(), 1, () => {
    goneAtMs = clock.nowMs();
  });
  run((nowMs) => goneAtMs > 0 && nowMs > goneAtMs + 60_000);
  return { laneId: lane.laneId, stoppedAtMs, leftAtMs, changes };
}

/** Drives by on the road outside at 30 to 60 km/h. */
export function driveBy(seed: number): PresenceChange[] {
  const { random, clock, vehicle, changes, run } = carOnLot(seed);
  let goneAtMs = 0;
  vehicle.passBy(startMs, random.between(30, 60) / 3.6, random.float() < 0.5, () => {
    goneAtMs = clock.nowMs();
  });
  run((nowMs) => goneAtMs > 0 && nowMs > goneAtMs + 90_000);
  return changes;
}
