/**
 * A car on the lot: where it is, whether its engine runs, and the jack in its 12 V socket.
 *
 *   away ──drives in──▶ moving ──▶ standing(lane) ──leaves──▶ moving ──▶ away
 *                                   │ engine off: jack without power
 */
import type { VirtualJack } from '../jack/index.ts';
import type { Mounting, Point, RadioSource } from '../radio/index.ts';
import { Drive, type Leg } from './drive.ts';
import {
  jackHeightM,
  type PlaceLane,
  roadStart,
  type Waypoint,
  wayIn,
  wayOut,
  wayPast,
  wayToLane,
} from './place.ts';

export type Whereabouts = 'away' | 'moving' | 'standing';

export interface VehicleOptions {
  plate: string;
  jack: VirtualJack;
  mounting: Mounting;
  /** Its difference from the mean car's body loss, dB. */
  bodyOffsetDb: number;
  nowMs: number;
}

export class Vehicle {
  readonly plate: string;
  readonly jack: VirtualJack;
  readonly drive: Drive;
  readonly #mounting: Mounting;
  readonly #bodyOffsetDb: number;
  #whereabouts: Whereabouts = 'away';
  #laneId: string | null = null;
  #engineOn = false;
  /** When it last came to a stand on a mark; the truth that a judgement is measured against. */
  stoppedAtMs: number | null = null;

  constructor(options: VehicleOptions) {
    this.plate = options.plate;
    this.jack = options.jack;
    this.#mounting = options.mounting;
    this.#bodyOffsetDb = options.bodyOffsetDb;
    this.drive = new Drive(roadStart, 0, options.nowMs);
  }

  get whereabouts(): Whereabouts {
    return this.#whereabouts;
  }

  /** The lane it stands in or drives to. */
  get laneId(): string | null {
    return this.#laneId;
  }

  get engineOn(): boolean {
    return this.#engineOn;
  }

  setEngine(on: boolean): void {
    this.#engineOn = on;
    this.jack.setPower(on);
  }

  /** Drives to the fork of the drive and waits there. */
  approach(nowMs: number, haste: number, then: () => void): void {
    this.#go(nowMs, haste, [{ way: wayIn(), reverse: false, rolling: false }], null, then);
  }

  /** Drives to the lane and stops `off` its mark. */
  park(lane: PlaceLane, off: { x: number; y: number }, nowMs: number, haste: number, then: () => void): void {
    const toLane: Waypoint[] = wayToLane(lane, off);
    // A car that is on the lot already does not go round by the road.
    const onLot = this.#whereabouts !== 'away' && this.drive.at.y > 0;
    const way = onLot ? toLane : [...wayIn(), ...toLane];
    this.#go(nowMs, haste, [{ way, reverse: false, rolling: false }], lane.laneId, then);
  }

  leave(nowMs: number, haste: number, then: () => void): void {
    const { reverse, forward } = wayOut(this.drive.at);
    const legs: Leg[] = [
      { way: reverse, reverse: true, rolling: false },
      { way: forward, reverse: false, rolling: true },
    ];
    this.#go(nowMs, haste, legs, null, () => {
      this.#vanish();
      then();
    });
  }

  /** @param speed m/s */
  passBy(nowMs: number, speed: number, eastbound: boolean, then: () => void): void {
    const { start, way } = wayPast(speed, eastbound);
    this.drive.at = { ...start };
    this.drive.speed = speed;
    this.#go(nowMs, 1, [{ way, reverse: false, rolling: true }], null, () => {
      this.#vanish();
      then();
    });
  }

  /** Stands somewhere with its engine on, as if it had always stood there (a queue on the road, a car park). */
  stand(at: Point, heading: number): void {
    this.drive.at = { ...at };
    this.drive.heading = heading;
    this.drive.speed = 0;
    this.#whereabouts = 'standing';
    this.setEngine(true);
  }

  /** What radio sees of it at its present place. */
  radioSource(): RadioSource {
    return {
      at: { x: this.drive.at.x, y: this.drive.at.y, z: jackHeightM },
      heading: this.drive.heading,
      mounting: this.#mounting,
      bodyOffsetDb: this.#bodyOffsetDb,
    };
  }

  #go(nowMs: number, haste: number, legs: Leg[], laneId: string | null, then: () => void): void {
    this.drive.advance(nowMs);
    if (this.#whereabouts === 'away' && this.drive.speed === 0) {
      this.drive.at = { ...roadStart };
      this.drive.speed = 10;
    }
    this.setEngine(true); // nothing drives with its engine off
    this.drive.haste = haste;
    this.#whereabouts = 'moving';
    this.#laneId = laneId;
    this.stoppedAtMs = null;
    this.drive.follow(legs, nowMs, () => {
      this.#whereabouts = 'standing';
      this.stoppedAtMs = this.drive.clockMs;
      then();
    });
  }

  #vanish(): void {
    this.#whereabouts = 'away';
    this.#laneId = null;
    this.stoppedAtMs = null;
    this.setEngine(false);
    this.drive.speed = 0;
  }
}
