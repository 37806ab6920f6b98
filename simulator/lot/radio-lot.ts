/**
 * The lot as radio: cars that move and advertise, receivers that hear. No server, no bytes; time is
 * told to it, so that ten thousand cars can be run through it as fast as the machine goes.
 *
 *   runUntil(t): next jack due ─▶ move its car ─▶ its advertisement ─▶ Air ─▶ onHeard(receiver, advert, rssi, at)
 */
import type { Advertisement } from '../jack/index.ts';
import { Air, type RadioModel, type Random } from '../radio/index.ts';
import { type Place, place as standardPlace } from './place.ts';
import type { Vehicle } from './vehicle.ts';

export type OnHeard = (
  receiverId: string,
  advertisement: Advertisement,
  rssiDbm: number,
  atMs: number,
  vehicle: Vehicle,
) => void;

export interface RadioLotOptions {
  model: RadioModel;
  random: Random;
  onHeard: OnHeard;
  place?: Place;
}

interface Present {
  vehicle: Vehicle;
  /** Infinity while the jack has no power. */
  nextAdvertAtMs: number;
  stopListening: () => void;
}

export class RadioLot {
  readonly #model: RadioModel;
  readonly #delays: Random;
  readonly #air: Air;
  readonly #onHeard: OnHeard;
  readonly #present = new Map<string, Present>();
  #clockMs = 0;

  constructor(options: RadioLotOptions) {
    const place = options.place ?? standardPlace;
    this.#model = options.model;
    this.#delays = options.random.fork('advertising delays');
    this.#air = new Air(options.model, place.receivers, place.walls, options.random);
    this.#onHeard = options.onHeard;
  }

  get air(): Air {
    return this.#air;
  }

  /** The car is near enough to matter from now on. */
  enter(vehicle: Vehicle, nowMs: number): void {
    if (this.#present.has(vehicle.plate)) return;
    const soon = () => this.#clockMs + this.#delays.between(0, this.#model.advertisingIntervalMs);
    this.#clockMs = Math.max(this.#clockMs, nowMs);
    const present: Present = { vehicle, nextAdvertAtMs: soon(), stopListening: () => {} };
    // The jack starts anew when the socket gets power again; a silent one costs nothing.
    present.stopListening = vehicle.jack.onPowered(() => {
      if (present.nextAdvertAtMs === Number.POSITIVE_INFINITY) present.nextAdvertAtMs = soon();
    });
    this.#present.set(vehicle.plate, present);
  }

  /** Gone for good: its links are forgotten. */
  remove(plate: string): void {
    this.#present.get(plate)?.stopListening();
    this.#present.delete(plate);
    this.#air.forget(plate);
  }

  /** Runs every advertisement due up to and including `nowMs`, in order of time. */
  runUntil(nowMs: number): void {
    for (;;) {
      let due: Present | null = null;
      for (const present of this.#present.values()) {
        if (
          present.nextAdvertAtMs <= nowMs &&
          present.nextAdvertAtMs < (due?.nextAdvertAtMs ?? Number.POSITIVE_INFINITY)
        ) {
          due = present;
        }
      }
      if (due === null) break;
      this.#clockMs = due.nextAdvertAtMs;
      this.#advertise(due);
    }
    this.#clockMs = Math.max(this.#clockMs, nowMs);
  }

  /** When something is due next, or null while no jack here has power. */
  nextDueMs(): number | null {
    let next = Number.POSITIVE_INFINITY;
    for (const { nextAdvertAtMs } of this.#present.values()) next = Math.min(next, nextAdvertAtMs);
    return next === Number.POSITIVE_INFINITY ? null : next;
  }

  #advertise(due: Present): void {
    const { vehicle, nextAdvertAtMs: atMs } = due;
    vehicle.drive.advance(atMs);
    if (!this.#present.has(vehicle.plate)) return; // its way ended and somebody removed it
    if (vehicle.whereabouts === 'away') {
      this.remove(vehicle.plate);
      return;
    }
    const advertisement = vehicle.jack.advertise();
    if (advertisement === null) {
      this.#air.hush(vehicle.plate);
      due.nextAdvertAtMs = Number.POSITIVE_INFINITY;
      return;
    }
    due.nextAdvertAtMs =
      atMs + this.#model.advertisingIntervalMs + this.#delays.between(0, this.#model.advertisingDelayMs);
    this.#air.transmit(
      {
        sourceId: vehicle.plate,
        source: vehicle.radioSource(),
        powerDbm: vehicle.jack.powerAt1mDbm,
        wayM: vehicle.drive.wayM,
        dataBytes: advertisement.data.length,
        atMs,
      },
      (receiverId, rssiDbm) => this.#onHeard(receiverId, advertisement, rssiDbm, atMs, vehicle),
    );
  }
}
