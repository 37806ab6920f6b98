/**
 * One scene of the simulated lot, judged by the engine and held against the truth of the simulator.
 *
 *   simulator/scenarios/traffic ─ packets heard ─▶ PresenceEngine ─ changes ─┐
 *                              └─ what really happened ──────────────────────┴─▶ tally
 *
 * How it is scored. A car's truth is the moment it stands on its mark. An arrival is a hit when it is
 * declared from 10 s before that (it may be in its lane already, creeping) to 5 s after; a declared
 * arrival of a car that never stops here, or one before those 10 s, is false. The lane counts as right
 * or wrong where one is named; "pump 3 or 4" names none.
 */

import type { BeaconCode } from '../../../shared/domain/index.ts';
import { place } from '../../../simulator/lot/index.ts';
import type { runTraffic, TruthEvent } from '../../../simulator/scenarios/traffic.ts';
import {
  type LaneSettings,
  type LearnedPresence,
  type PresenceChange,
  PresenceEngine,
  type PresenceTuning,
} from '../../../station/presence/index.ts';
import { RotatingCodes } from '../rotating-codes.ts';

/** So long after a car is out of sight it should be off the board. */
const goneAfterMs = 60_000;
const hitBeforeMs = 10_000;
const hitAfterMs = 5_000;
/** By then the lane should be settled. */
export const settledAfterMs = 8_000;

interface Car {
  stoppedAtMs: number | null;
  trueLane: string | null;
  silent: boolean;
  /** First declared arrival of the stay. */
  arrivedAtMs: number | null;
  arrivedLane: string | null;
  named: boolean;
  lane: string | null;
  early: boolean;
  closedWhileSilent: string | null;
  /** The rule of the first declared arrival. */
  rule: string;
  departedAtMs: number | null;
  left: boolean;
  rotating: boolean;
  /** The engine says that it is here. */
  here: boolean;
  /** Stays begun by the engine while the car was on the lot once. */
  stays: number;
  /** Never judged as arrived, silent, and kept on the board as perhaps stopped. */
  kept: boolean;
  gone: boolean;
}

const newCar = (): Car => ({
  stoppedAtMs: null,
  trueLane: null,
  silent: false,
  arrivedAtMs: null,
  arrivedLane: null,
  named: false,
  lane: null,
  early: false,
  closedWhileSilent: null,
  rule: 'never',
  departedAtMs: null,
  left: false,
  rotating: false,
  here: false,
  stays: 0,
  kept: false,
  gone: false,
});

export interface Tally {
  arrivals: number;
  hits: number;
  missed: number;
  early: number;
  latenciesMs: number[];
  named: number;
  namedRight: number;
  settledNamed: number;
  settledRight: number;
  /** Then called arrived, but at one of several lanes. */
  settledUnsure: number;
  /** Then not called arrived yet. */
  settledMissed: number;
  driveBys: number;
  falseDriveBys: number;
  /** Drive-bys that are kept a minute later as silent, not gone. */
  keptDriveBys: number;
  falseCrowd: number;
  closedWhileSilent: number;
  silences: number;
  departuresSeen: number;
  rotating: number;
  secondStays: number;
  rotatingSecondStays: number;
  stuck: number;
  rotatingStuck: number;
  packets: number;
  lotHours: number;
  /** By which rule of the engine each kind of mistake came about. */
  why: Record<
    'closedWhileSilent' | 'bystander' | 'slow' | 'early' | 'wrongLane' | 'driveBy',
    Record<string, number>
  >;
}

export interface Scene {
  arrivals: number;
  driveBys: number;
  crowd: number;
  arrivalEveryMs: number;
  driveByEveryMs: number;
  learned?: LearnedPresence;
}

export interface Measurement extends Scene {
  seed: number;
  /** Of jacks whose code changes, 0 to 1. */
  rotatingShare: number;
  tuning: PresenceTuning;
  /** What is heard and what is true: the simulator, or a tape of it (tape.ts). */
  traffic: typeof runTraffic;
  /** As an installer set them; each with its own receiver where nobody did. */
  lanes?: readonly LaneSettings[];
  /** What teaches the lanes (teachers.ts), if anybody does. */
  teacher?: Teacher;
}

/** Somebody who knows where cars stand. */
export interface Teacher {
  /** Before the first car comes. */
  begin(engine: PresenceEngine): void;
  /** @param codeNow the code of a jack by now */
  saw(event: TruthEvent): void;
  second(engine: PresenceEngine, atMs: number, codeNow: (jack: BeaconCode) => BeaconCode): void;
}

export function lanesAsBuilt(): LaneSettings[] {
  return place.lanes.map(({ laneId, kind }) => ({ laneId, kind, receivers: [{ receiverId: laneId }] }));
}

export function measure(options: Measurement): { tally: Tally; learned: LearnedPresence } {
  const engine = new PresenceEngine({
    lanes: (options.lanes ?? lanesAsBuilt()).map((lane) => ({ ...lane })),
    tuning: options.tuning,
  });
  if (options.learned !== undefined) {
    engine.recall(
      options.learned,
      place.receivers.map(({ receiverId }) => receiverId),
    );
  }
  options.teacher?.begin(engine);
  const cars = new Map<string, Car>();
  const tally: Tally = {
    arrivals: 0,
    hits: 0,
    missed: 0,
    early: 0,
    latenciesMs: [],
    named: 0,
    namedRight: 0,
    settledNamed: 0,
    settledRight: 0,
    settledUnsure: 0,
    settledMissed: 0,
    driveBys: 0,
    falseDriveBys: 0,
    keptDriveBys: 0,
    falseCrowd: 0,
    closedWhileSilent: 0,
    silences: 0,
    departuresSeen: 0,
    rotating: 0,
    secondStays: 0,
    rotatingSecondStays: 0,
    stuck: 0,
    rotatingStuck: 0,
    packets: 0,
    lotHours: 0,
    why: { closedWhileSilent: {}, bystander: {}, slow: {}, early: {}, wrongLane: {}, driveBy: {} },
  };
  const carOf = (code: string): Car => {
    let car = cars.get(code);
    if (car === undefined) {
      car = newCar();
      cars.set(code, car);
    }
    return car;
  };
  const judge = (code: BeaconCode, change: PresenceChange) => {
    const car = carOf(code);
    if (change.state === 'departed') {
      if (car.silent)
        car.closedWhileSilent = car.arrivedAtMs === null ? `missed, ${change.why.rule}` : change.why.rule;
      car.departedAtMs = change.atMs;
      car.here = false;
    }
    car.kept = change.why.rule === 'silent-not-gone';
    if (change.state !== 'arrived' && change.state !== 'parked') return;
    if (!car.here) car.stays++;
    car.here = true;
    car.lane = change.laneId;
    if (car.arrivedAtMs !== null || change.state !== 'arrived') return;
    car.arrivedAtMs = change.atMs;
    car.arrivedLane = change.laneId;
    car.rule = change.why.rule;
    car.named = change.laneId !== null;
  };
  const codes = new RotatingCodes(engine, options.rotatingShare, judge);
  const goneCars: { code: string; atMs: number }[] = [];
  const settle: { code: string; atMs: number }[] = [];
  const truth = (event: TruthEvent) => {
    const car = carOf(event.code);
    switch (event.type) {
      case 'stopped':
        car.stoppedAtMs = event.atMs;
        car.trueLane = event.laneId;
        settle.push({ code: event.code, atMs: event.atMs + settledAfterMs });
        return;
      case 'engine-off':
        car.silent = true;
        tally.silences++;
        return;
      case 'engine-on':
        car.silent = false;
        if (car.closedWhileSilent !== null) {
          tally.closedWhileSilent++;
          count(tally.why.closedWhileSilent, car.closedWhileSilent);
        }
        return;
      case 'leaving':
        score(car, tally);
        car.left = true;
        car.departedAtMs = null;
        return;
      case 'gone':
        if (event.arrived) {
          if (car.departedAtMs !== null) tally.departuresSeen++;
        } else {
          tally.driveBys++;
          if (car.arrivedAtMs !== null) {
            tally.falseDriveBys++;
            count(tally.why.driveBy, `${car.rule} at ${car.arrivedLane ?? 'an unnamed lane'}`);
          }
        }
        car.gone = true;
        car.rotating = codes.isRotating(event.code);
        goneCars.push({ code: event.code, atMs: event.atMs + goneAfterMs });
        return;
    }
  };
  const scoreGone = (code: string) => {
    const car = carOf(code);
    if (car.rotating) tally.rotating++;
    if (car.kept && car.stoppedAtMs === null) tally.keptDriveBys++;
    if (car.stays > 1) tally.secondStays++;
    if (car.stays > 1 && car.rotating) tally.rotatingSecondStays++;
    if (car.here) tally.stuck++;
    if (car.here && car.rotating) tally.rotatingStuck++;
    cars.delete(code);
  };
  const endMs = options.traffic({
    ...options,
    onHeard(receiverId, code, rssiDbm, atMs) {
      tally.packets++;
      const now = codes.now(code, atMs);
      codes.judge(engine.sighting({ code: now, receiverId, rssiDbm, atMs }), atMs);
      codes.tick(atMs);
    },
    onTruth(event) {
      truth(event);
      options.teacher?.saw(event);
    },
    onSecond(atMs) {
      options.teacher?.second(engine, atMs, (jack) => codes.now(jack, atMs));
      codes.judge(engine.tick(atMs), atMs);
      while (goneCars[0] !== undefined && goneCars[0].atMs <= atMs) scoreGone(goneCars.shift()?.code ?? '');
      while (settle[0] !== undefined && settle[0].atMs <= atMs) {
        const car = cars.get(settle.shift()?.code ?? '');
        if (car === undefined) continue;
        if (car.arrivedAtMs === null) tally.settledMissed++;
        else if (car.lane === null) tally.settledUnsure++;
        else tally.settledNamed++;
        if (car.arrivedAtMs !== null && car.lane === car.trueLane) tally.settledRight++;
      }
    },
  });
  // Who is left over stood about or was heard after having gone.
  for (const car of cars.values()) {
    if (car.gone || car.arrivedAtMs === null || car.stoppedAtMs !== null) continue;
    tally.falseCrowd++;
    count(tally.why.bystander, `${car.rule} at ${car.arrivedLane ?? 'an unnamed lane'}`);
  }
  tally.lotHours = (endMs - Date.UTC(2026, 10, 21)) / 3_600_000;
  return { tally, learned: engine.learned() };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function score(car: Car, tally: Tally): void {
  tally.arrivals++;
  const slow = car.arrivedAtMs === null || car.arrivedAtMs - (car.stoppedAtMs ?? 0) > 2_000;
  if (slow) count(tally.why.slow, `${car.rule} ${car.trueLane}`);
  if (car.arrivedAtMs === null || car.stoppedAtMs === null) {
    tally.missed++;
    return;
  }
  const latencyMs = car.arrivedAtMs - car.stoppedAtMs;
  if (latencyMs < -hitBeforeMs) {
    tally.early++;
    count(
      tally.why.early,
      `${car.rule} at ${car.arrivedLane ?? 'an unnamed lane'} on the way to ${car.trueLane}`,
    );
  } else if (latencyMs > hitAfterMs) tally.missed++;
  else {
    tally.hits++;
    tally.latenciesMs.push(latencyMs);
  }
  if (!car.named) return;
  tally.named++;
  if (car.arrivedLane === car.trueLane) tally.namedRight++;
  else count(tally.why.wrongLane, `${car.arrivedLane} for ${car.trueLane}`);
}
