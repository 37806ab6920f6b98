/**
 * An installer walks a lot with a car, before the first customer comes: what the receivers hear meanwhile, through
 * the radio model as fast as the machine goes, and when the installer taps which lane.
 *
 *   road ─▶ pump 1 ─ stands 3 s ─ tap ─ stands 7 s ─▶ pump 2 … ─▶ bays
 *
 * No bytes and no server: the trace is what the station's walk test (station/installer) makes of them.
 */
import type { BeaconCode, Clock } from '../../shared/domain/index.ts';
import { VirtualJack } from '../jack/index.ts';
import { laneOf, RadioLot, Vehicle } from '../lot/index.ts';
import { mountingUrn, type RadioModel, Random, radioModel } from '../radio/index.ts';

/** What a walk test goes by. */
export interface Walk {
  code: BeaconCode;
  startedAtMs: number;
  endedAtMs: number;
  hearings: { receiverId: string; rssiDbm: number; atMs: number }[];
  marks: { laneId: string; atMs: number }[];
}

export interface WalkOptions {
  /** Of the lot: a lot of the same seed has the same receivers. */
  seed: number;
  startMs: number;
  /** The lanes in the order in which they are walked. */
  laneIds: readonly string[];
  model?: RadioModel;
}

export const walkDelays = {
  /** The car stands before the installer taps, and stays after it. */
  beforeTapMs: 3_000,
  afterTapMs: 7_000,
} as const;

const stepMs = 100;

/** Drives and taps until the last lane is done. */
export function walkLot(options: WalkOptions): Walk {
  const model = options.model ?? radioModel;
  const random = new Random(options.seed);
  let nowMs = options.startMs;
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    schedule: () => {
      throw new Error('a walk plans by itself');
    },
  };
  const own = random.fork("installer's car");
  const vehicle = new Vehicle({
    plate: "installer's car",
    jack: new VirtualJack({ kind: 'static', random: own, clock, model }),
    mounting: own.pick(mountingUrn),
    bodyOffsetDb: own.normal() * model.bodySpreadDb,
    nowMs,
  });
  const walk: Walk = {
    code: vehicle.jack.code(),
    startedAtMs: nowMs,
    endedAtMs: nowMs,
    hearings: [],
    marks: [],
  };
  const radio = new RadioLot({
    model,
    random: random.fork('radio'),
    onHeard: (receiverId, _, rssiDbm, atMs) => walk.hearings.push({ receiverId, rssiDbm, atMs }),
  });
  const runUntil = (isOver: () => boolean) => {
    while (!isOver()) {
      nowMs += stepMs;
      radio.runUntil(nowMs);
    }
  };
  const waitMs = (ms: number) => {
    const untilMs = nowMs + ms;
    runUntil(() => nowMs >= untilMs);
  };
  for (const laneId of options.laneIds) {
    let stands = false;
    const off = { x: own.normal() * 0.5, y: own.normal() * 0.2 };
    vehicle.park(laneOf(laneId), off, nowMs, 1, () => {
      stands = true;
    });
    radio.enter(vehicle, nowMs);
    runUntil(() => stands);
    waitMs(walkDelays.beforeTapMs);
    walk.marks.push({ laneId, atMs: nowMs });
    waitMs(walkDelays.afterTapMs);
  }
  walk.endedAtMs = nowMs;
  return walk;
}

/** The same walk at another time. */
export function moved(walk: Walk, byMs: number): Walk {
  const later = <T extends { atMs: number }>(one: T): T => ({ ...one, atMs: one.atMs + byMs });
  return {
    ...walk,
    startedAtMs: walk.startedAtMs + byMs,
    endedAtMs: walk.endedAtMs + byMs,
    hearings: walk.hearings.map(later),
    marks: walk.marks.map(later),
  };
}
