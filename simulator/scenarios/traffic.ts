/**
 * Traffic with its truth, for measuring a judgement of presence: thousands of cars through the radio
 * model as fast as the machine goes. No server, no bytes; what a receiver would say goes to `onHeard`.
 *
 *   arrival:  drive in ─▶ stop (the truth) ─▶ 4–15 s ─▶ engine off 3–10 min ─▶ engine on ─▶ 3–10 s ─▶ leave
 *   drive-by: along the road at 30 to 60 km/h
 *   crowd:    jacks that only stand there: a queue on the road and a car park
 */
import type { BeaconCode, Clock } from '../../shared/domain/index.ts';
import { VirtualJack } from '../jack/index.ts';
import { type PlaceLane, place, RadioLot, Vehicle } from '../lot/index.ts';
import { mountingUrn, type RadioModel, Random, radioModel } from '../radio/index.ts';

export type TruthEvent =
  | { type: 'stopped'; code: BeaconCode; laneId: string; atMs: number }
  | { type: 'engine-off'; code: BeaconCode; atMs: number }
  | { type: 'engine-on'; code: BeaconCode; atMs: number }
  /** Drives off the mark. */
  | { type: 'leaving'; code: BeaconCode; atMs: number }
  | { type: 'gone'; code: BeaconCode; atMs: number; arrived: boolean };

export interface TrafficOptions {
  seed: number;
  arrivals: number;
  driveBys: number;
  /** Jacks that stand about all the while. */
  crowd: number;
  /** Mean time between arrivals while lanes are free, ms. */
  arrivalEveryMs: number;
  driveByEveryMs: number;
  model?: RadioModel;
  onHeard: (receiverId: string, code: BeaconCode, rssiDbm: number, atMs: number) => void;
  onTruth: (event: TruthEvent) => void;
  /** Called once per second of the lot's time. */
  onSecond: (atMs: number) => void;
}

export const trafficTimes = {
  engineOffAfterMs: [4_000, 15_000],
  engineOffForMs: [180_000, 600_000],
  leaveAfterMs: [3_000, 10_000],
  /** A bay's engine stays on in three of ten cases; then it stands so long. */
  bayEngineOnShare: 0.3,
  bayEngineOnMs: [60_000, 180_000],
} as const;

const stepMs = 100;
const startMs = Date.UTC(2026, 10, 21, 0, 0, 0);

interface Planned {
  atMs: number;
  action: () => void;
}

/** Runs all of it; the lot's clock ends when the last car has gone. @returns that time, UTC ms. */
export function runTraffic(options: TrafficOptions): number {
  return new Traffic(options).run();
}

class Traffic {
  readonly #options: TrafficOptions;
  readonly #random: Random;
  readonly #model: RadioModel;
  readonly #radio: RadioLot;
  readonly #taken = new Set<string>();
  readonly #planned: Planned[] = [];
  readonly #clock: Clock;
  #nowMs = startMs;
  #here = 0;
  #count = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#model = options.model ?? radioModel;
    this.#random = new Random(options.seed);
    const now = () => this.#nowMs;
    this.#clock = {
      nowMs: now,
      monotonicMs: now,
      schedule: () => {
        throw new Error('traffic plans by itself');
      },
    };
    this.#radio = new RadioLot({
      model: this.#model,
      random: this.#random.fork('radio'),
      onHeard: (receiverId, _, rssiDbm, atMs, vehicle) =>
        options.onHeard(receiverId, vehicle.jack.code(), rssiDbm, atMs),
    });
  }

  run(): number {
    const { arrivals, driveBys, crowd } = this.#options;
    for (let n = 0; n < crowd; n++) this.#stander(n);
    this.#repeat(arrivals, this.#options.arrivalEveryMs, () => this.#arrive());
    this.#repeat(driveBys, this.#options.driveByEveryMs, () => this.#driveBy());
    let nextSecondMs = this.#nowMs + 1000;
    while (this.#planned.length > 0 || this.#here > 0) {
      this.#nowMs += stepMs;
      this.#radio.runUntil(this.#nowMs);
      for (let index = this.#planned.length - 1; index >= 0; index--) {
        const planned = this.#planned[index];
        if (planned === undefined || planned.atMs > this.#nowMs) continue;
        this.#planned.splice(index, 1);
        planned.action();
      }
      if (this.#nowMs >= nextSecondMs) {
        this.#options.onSecond(this.#nowMs);
        nextSecondMs += 1000;
      }
    }
    return this.#nowMs;
  }

  /** `action` says whether it could be done now; if not it is tried again later. */
  #repeat(times: number, meanMs: number, action: () => boolean): void {
    const next = (left: number) => {
      if (left === 0) return;
      this.#after(this.#random.exponential(meanMs), () => next(action() ? left - 1 : left));
    };
    next(times);
  }

  #arrive(): boolean {
    const free = place.lanes.filter((lane) => !this.#taken.has(lane.laneId));
    if (free.length === 0) return false;
    const lane = this.#random.pick(free);
    const vehicle = this.#newVehicle();
    const code = vehicle.jack.code();
    this.#taken.add(lane.laneId);
    this.#here += 1;
    const off = { x: this.#random.normal() * 0.5, y: this.#random.normal() * 0.2 };
    vehicle.park(lane, off, this.#nowMs, 1, () => {
      const atMs = vehicle.drive.clockMs;
      this.#options.onTruth({ type: 'stopped', code, laneId: lane.laneId, atMs });
      this.#stay(vehicle, code, lane);
    });
    this.#radio.enter(vehicle, this.#nowMs);
    return true;
  }

  #stay(vehicle: Vehicle, code: BeaconCode, lane: PlaceLane): void {
    const { onTruth } = this.#options;
    if (lane.kind === 'bay' && this.#random.chance(trafficTimes.bayEngineOnShare)) {
      this.#afterSpan(trafficTimes.bayEngineOnMs, () => this.#leave(vehicle, code, lane));
      return;
    }
    this.#afterSpan(trafficTimes.engineOffAfterMs, () => {
      vehicle.setEngine(false);
      onTruth({ type: 'engine-off', code, atMs: this.#nowMs });
      this.#afterSpan(trafficTimes.engineOffForMs, () => {
        vehicle.setEngine(true);
        onTruth({ type: 'engine-on', code, atMs: this.#nowMs });
        this.#afterSpan(trafficTimes.leaveAfterMs, () => this.#leave(vehicle, code, lane));
      });
    });
  }

  #leave(vehicle: Vehicle, code: BeaconCode, lane: PlaceLane): void {
    this.#options.onTruth({ type: 'leaving', code, atMs: this.#nowMs });
    // The next car may come as soon as this one has left its mark.
    this.#after(8_000, () => this.#taken.delete(lane.laneId));
    vehicle.leave(this.#nowMs, 1, () => this.#gone(vehicle, code, true));
  }

  #driveBy(): boolean {
    const vehicle = this.#newVehicle();
    const code = vehicle.jack.code();
    this.#here += 1;
    vehicle.passBy(this.#nowMs, this.#random.between(30, 60) / 3.6, this.#random.chance(0.5), () =>
      this.#gone(vehicle, code, false),
    );
    this.#radio.enter(vehicle, this.#nowMs);
    return true;
  }

  #gone(vehicle: Vehicle, code: BeaconCode, arrived: boolean): void {
    this.#here -= 1;
    this.#radio.remove(vehicle.plate);
    this.#options.onTruth({ type: 'gone', code, atMs: vehicle.drive.clockMs, arrived });
  }

  /** Odd ones queue on the road, even ones stand in a car park beside the store. */
  #stander(n: number): void {
    const vehicle = this.#newVehicle();
    const row = Math.floor(n / 2);
    if (n % 2 === 1) vehicle.stand({ x: -140 + row * 6.5, y: row % 2 === 0 ? -11 : -15 }, 0);
    else vehicle.stand({ x: 72 + (row % 20) * 3, y: 20 + Math.floor(row / 20) * 9 }, Math.PI / 2);
    this.#radio.enter(vehicle, this.#nowMs);
  }

  #newVehicle(): Vehicle {
    this.#count += 1;
    const plate = `T${this.#count}`;
    const random = this.#random.fork(plate);
    return new Vehicle({
      plate,
      jack: new VirtualJack({ kind: 'static', random, clock: this.#clock, model: this.#model }),
      mounting: random.pick(mountingUrn),
      bodyOffsetDb: random.normal() * this.#model.bodySpreadDb,
      nowMs: this.#nowMs,
    });
  }

  #after(delayMs: number, action: () => void): void {
    this.#planned.push({ atMs: this.#nowMs + delayMs, action });
  }

  #afterSpan([from, to]: readonly [number, number], action: () => void): void {
    this.#after(this.#random.between(from, to), action);
  }
}
