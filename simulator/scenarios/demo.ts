/**
 * The lot of the demo: alive from the first half minute, never over, never crowded.
 *
 *   start ─▶ 3 cars within 40 s ─▶ one more every 40 to 100 s while fewer than 8 are here
 *
 *   pickup:  order ─▶ drive in ─▶ bay ─▶ wait ───────── handed over (phone event) ─▶ leave
 *   refuel:  drive in ─▶ pump ─▶ engine off ─▶ wait ─── paid / settled ───────────▶ engine on ─▶ leave
 *                                                  └── asked: engine on to approve (jack needs power)
 *            nobody comes ─▶ patience ends ─▶ leave
 */
import type { Cancel, Clock } from '../../shared/domain/index.ts';
import type { PhoneEvent } from '../../shared/server-contract/index.ts';
import { type Lot, LotError, type LotEvent } from '../lot/index.ts';
import { Random } from '../radio/index.ts';
import { fleet, newDriverName, newPlate } from './fleet.ts';

export const demoDelays = {
  /** The first cars leave the road so long after the start, ms. */
  firstMs: [500, 4_000, 9_000],
  /** Then one more after so long, from and to, ms. */
  nextMs: [40_000, 100_000],
  /** Strangers' cars pass on the road. */
  driveByMs: [20_000, 60_000],
  /** The driver reads a message before switching the engine off. */
  engineOffAfterMs: [4_000, 10_000],
  /** Asked to approve with the engine off, the driver starts it after so long. */
  engineOnToApproveMs: [3_000, 8_000],
  /** Served: put the cup down, belt on, off. */
  leaveAfterMs: [6_000, 15_000],
  /** Declined on the phone: pays at the counter, and drives off after so long, settled or not. */
  atCounterMs: [180_000, 300_000],
  /** What a driver says on the phone before driving: here in so long; and when the car really sets off. */
  saysInMs: 90_000,
  saidBeforeMs: [40_000, 70_000],
  /** Nobody serves them: drivers give up after so long. */
  patienceMs: [18 * 60_000, 30 * 60_000],
  /** The server or a lane was not to be had; try again. */
  againMs: 15_000,
} as const;

/** The first cars are there at once: they say nothing before. */
const firstWithoutWord = 3;
/** Cars on the lot or on their way to it at once. */
const mostCars = 8;
/** One driver in so many declines what the phone asks. */
const declinesOneIn = 8;

type Purpose = 'pickup' | 'refuel';
type Span = readonly [number, number];

interface Guest {
  plate: string;
  purpose: Purpose;
  preorderId: string | null;
  leaving: boolean;
  patience: Cancel;
  nextStep: Cancel;
}

export interface DemoOptions {
  lot: Lot;
  clock: Clock;
  seed: number;
  /** Delays are so many times as short. */
  timeScale?: number;
  log?: (text: string) => void;
}

/** @returns end the scenario; cars stay where they are. */
export function runDemo(options: DemoOptions): Cancel {
  const demo = new Demo(options);
  demo.start();
  return () => demo.stop();
}

class Demo {
  readonly #options: DemoOptions;
  readonly #random: Random;
  readonly #guests = new Map<string, Guest>();
  readonly #passers = new Set<string>();
  readonly #plans = new Set<Cancel>();
  #unsubscribe: () => void = () => {};
  #coming = 0;
  #count = 0;
  #stopped = false;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#random = new Random(options.seed).fork('demo');
  }

  start(): void {
    this.#unsubscribe = this.#options.lot.subscribe((event) => this.#on(event));
    // The first three show all there is: a rotating pickup, a refuel, a static pickup.
    const purposes: Purpose[] = ['pickup', 'refuel', 'pickup'];
    demoDelays.firstMs.forEach((ms, index) => {
      this.#after([ms, ms + 1], () => this.#newGuest(purposes[index] ?? 'refuel'));
    });
    this.#after([45_000, 60_000], () => this.#stream());
    this.#after(demoDelays.driveByMs, () => this.#driveBy());
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    for (const cancel of this.#plans) cancel();
    for (const guest of this.#guests.values()) {
      guest.patience();
      guest.nextStep();
    }
  }

  #stream(): void {
    if (this.#guests.size + this.#coming < mostCars)
      this.#newGuest(this.#random.chance(0.5) ? 'pickup' : 'refuel');
    this.#after(demoDelays.nextMs, () => this.#stream());
  }

  /** A car with a jack that only passes: the board must not show it as arrived. */
  #driveBy(): void {
    this.#do(async () => {
      const plate = await this.#register('static', 'silent');
      this.#passers.add(plate);
      await this.#options.lot.do({ do: 'drivesBy', plate, speedKmh: this.#random.int(30, 60) });
    });
    this.#after(demoDelays.driveByMs, () => this.#driveBy());
  }

  #newGuest(purpose: Purpose): void {
    this.#coming += 1;
    this.#do(
      () => this.#welcome(purpose),
      () => {
        this.#coming -= 1;
      },
    );
  }

  async #welcome(purpose: Purpose): Promise<void> {
    const lot = this.#options.lot;
    const kind = purpose === 'pickup' ? 'bay' : 'pump';
    const free = lot.freeLanes().filter((laneId) => laneId.startsWith(kind));
    if (free.length === 0) return;
    const laneId = this.#random.pick(free);
    this.#count += 1;
    const declines = this.#count % declinesOneIn === 0;
    const jack = this.#count % 2 === 1 ? 'rotating' : 'static';
    const plate = await this.#register(jack, declines ? 'decline' : 'approve');
    const guest: Guest = {
      plate,
      purpose,
      preorderId: null,
      leaving: false,
      patience: () => {},
      nextStep: () => {},
    };
    this.#guests.set(plate, guest);
    try {
      if (purpose === 'pickup') {
        const order = await lot.do({ do: 'preorder', plate, items: this.#random.int(1, 3) });
        guest.preorderId = typeof order.preorderId === 'string' ? order.preorderId : null;
        // Every other driver but those who decline says so on the phone before driving off; the others are served just the same.
        if (
          guest.preorderId !== null &&
          !declines &&
          this.#count > firstWithoutWord &&
          this.#count % 2 === 0
        ) {
          await lot.do({ do: 'onTheWay', preorderId: guest.preorderId, inMs: demoDelays.saysInMs });
          guest.nextStep = this.#plan(demoDelays.saidBeforeMs, () => this.#setOff(guest));
          guest.patience = this.#plan(demoDelays.patienceMs, () => this.#leave(guest, 'nobody came'));
          return;
        }
      }
      await lot.do({ do: 'vehicleParks', plate, laneId });
    } catch (error) {
      this.#forget(guest);
      throw error;
    }
    guest.patience = this.#plan(demoDelays.patienceMs, () => this.#leave(guest, 'nobody came'));
  }

  /** To a bay that is free by now; until there is one the driver is late. */
  #setOff(guest: Guest): void {
    const bays = this.#options.lot.freeLanes().filter((laneId) => laneId.startsWith('bay'));
    if (bays.length > 0) {
      this.#verb({ do: 'vehicleParks', plate: guest.plate, laneId: this.#random.pick(bays) });
    } else guest.nextStep = this.#plan(demoDelays.saidBeforeMs, () => this.#setOff(guest));
  }

  async #register(jack: 'static' | 'rotating', answer: 'approve' | 'decline' | 'silent'): Promise<string> {
    const model = this.#random.pick(fleet);
    const plate = newPlate(this.#random, model.plateClass);
    await this.#options.lot.do({
      do: 'newVehicle',
      plate,
      model: model.model,
      color: this.#random.pick(model.colors),
      fuel: model.fuel,
      jack,
      driverName: newDriverName(this.#random),
      phone: { answer },
    });
    return plate;
  }

  #on(event: LotEvent): void {
    const guest = this.#guests.get(event.plate);
    switch (event.type) {
      case 'standing':
        if (guest?.purpose === 'refuel') {
          guest.nextStep = this.#plan(demoDelays.engineOffAfterMs, () =>
            this.#verb({ do: 'engineOff', plate: guest.plate }),
          );
        }
        return;
      case 'away':
        if (guest) this.#forget(guest);
        else if (this.#passers.delete(event.plate)) this.#verb({ do: 'removeVehicle', plate: event.plate });
        return;
      case 'phone':
        if (guest) this.#told(guest, event.event);
        return;
      case 'answered':
        return;
    }
  }

  #told(guest: Guest, event: PhoneEvent): void {
    switch (event.type) {
      case 'preorder':
        if (event.preorder.preorderId !== guest.preorderId) return;
        if (event.preorder.state === 'handed-over' || event.preorder.state === 'cancelled') {
          this.#leave(guest, `preorder ${event.preorder.state}`);
        }
        return;
      case 'approval-asked':
      case 'payment-request': {
        const { paymentRequest: request } = event;
        if (request.state === 'waiting') {
          // The jack can only sign with the engine on; the driver is reminded of it by the phone.
          if (request.kind === 'refuel') {
            guest.nextStep();
            guest.nextStep = this.#plan(demoDelays.engineOnToApproveMs, () =>
              this.#verb({ do: 'engineOn', plate: guest.plate }),
            );
          }
          return;
        }
        const over = request.state === 'paid' || request.state === 'cancelled';
        // A reservation that is declined or released without a fill does not send anybody home.
        const fill = request.kind !== 'refuel-reservation' || (request.captured?.amountMinor ?? 0) > 0;
        if (over && fill) this.#leave(guest, `payment ${request.state}`);
        else if (request.state === 'declined' && request.kind === 'refuel') {
          // Pays in cash inside: staff settle it otherwise while the driver is at the counter.
          guest.nextStep();
          guest.nextStep = this.#plan(demoDelays.atCounterMs, () =>
            this.#leave(guest, 'paid at the counter'),
          );
        }
        return;
      }
      case 'beat':
        return;
    }
  }

  #leave(guest: Guest, why: string): void {
    if (guest.leaving) return;
    guest.leaving = true;
    guest.patience();
    guest.nextStep();
    this.#options.log?.(`${guest.plate} leaves: ${why}`);
    guest.nextStep = this.#plan(demoDelays.leaveAfterMs, () =>
      this.#verb({ do: 'leaves', plate: guest.plate }),
    );
  }

  #forget(guest: Guest): void {
    guest.patience();
    guest.nextStep();
    this.#guests.delete(guest.plate);
    // The phone listens a while longer: receipts and releases come after the car has gone.
    this.#after([60_000, 60_001], () => this.#verb({ do: 'removeVehicle', plate: guest.plate }));
  }

  #verb(command: Parameters<Lot['do']>[0]): void {
    this.#do(() => this.#options.lot.do(command));
  }

  /** Runs one step; what the lot or the server refuses is told, and the scenario goes on. */
  #do(step: () => Promise<unknown>, end: () => void = () => {}): void {
    void step()
      .catch((error: unknown) => {
        if (!(error instanceof LotError)) throw error;
        this.#options.log?.(error.message);
      })
      .finally(end);
  }

  #after(span: Span, action: () => void): void {
    const cancel = this.#plan(span, () => {
      this.#plans.delete(cancel);
      action();
    });
    this.#plans.add(cancel);
  }

  #plan([from, to]: Span, action: () => void): Cancel {
    if (this.#stopped) return () => {};
    const delayMs = this.#random.between(from, to) / (this.#options.timeScale ?? 1);
    return this.#options.clock.schedule(delayMs, action);
  }
}
