/**
 * What happens at a busy site, through the station's own core: cars come, colleagues at other kiosks
 * serve them, cars leave; strangers drive by. All times are the site's (an injected clock).
 *
 *   tentative ─3 s─▶ approaching ─20 s─▶ arrived in a lane ─▶ claimed ─▶ ready, handed over ┐
 *                                                          └▶ refueling, parked, completed ─┴▶ departed
 */
import { type BeaconCode, type Clock, every, newId, parseBeaconCode } from '../../../shared/domain/index.ts';
import type { ExpectedCar, SitePreorder } from '../../../shared/server-contract/index.ts';
import type { Person, Role } from '../../../shared/station-contract/index.ts';
import type { Actor, Core, VisitAnswer } from '../../../station/core/index.ts';
import type { PresenceState } from '../../../station/presence/index.ts';

const s = 1000;
const minute = 60 * s;

/** One car in 20 s: the busiest hour of a site with eight bays and twelve pumps. */
export const carEveryMs = 20 * s;
/** Cars on the road outside that are heard once or twice. */
const driveByEveryMs = 6 * s;

const drinks = [
  ['Americano', '아메리카노', 4500],
  ['Ham and cheese toast', '햄치즈 토스트', 8500],
  ['Oat latte', '오트 라테', 5900],
] as const;
const models = ['Ioniq 5', 'Kona', 'Sonata', 'Morning', 'Sorento', 'Porter II'];
const colors = ['white', 'grey', 'black', 'blue', 'red', 'silver'];

interface Car {
  code: BeaconCode;
  expected: ExpectedCar;
  firstHeardAtMs: number;
  arrivedAtMs: number | null;
  laneId: string | null;
}

export class Rush {
  readonly #core: Core;
  readonly #clock: Clock;
  readonly #cashier: Actor;
  readonly #attendant: Actor;
  readonly #here = new Set<Car>();
  #count = 0;
  /** A command that was refused although it should not: the bench is worth nothing then. */
  readonly refused: string[] = [];

  constructor(core: Core, clock: Clock, people: readonly Person[]) {
    this.#core = core;
    this.#clock = clock;
    this.#cashier = { person: find(people, 'cashier'), kioskId: 'other-kiosk' };
    this.#attendant = { person: find(people, 'attendant'), kioskId: 'handheld' };
  }

  get cars(): number {
    return this.#count;
  }

  /** This many cars stand there at once, half of them with a preorder that is being prepared. */
  fill(cars: number): void {
    const all = Array.from({ length: cars }, () => this.#newCar());
    this.#expect(all);
    for (const [index, car] of all.entries()) {
      car.laneId = this.#lane(index % 2 === 0 ? 'bay' : 'pump');
      car.arrivedAtMs = this.#clock.nowMs();
      this.#presence(car, 'arrived');
      this.#here.add(car);
    }
  }

  /** Every car that is here is heard `perSecond` times per second of the machine's, with a level that moves. */
  hear(perSecond: number): () => void {
    let round = 0;
    const timer = setInterval(() => {
      round += 1;
      const nowMs = this.#clock.nowMs();
      let index = 0;
      for (const car of this.#here) {
        index += 1;
        this.#core.visits.heard(car.code, -55 - ((index * 7 + round * 3) % 18), nowMs);
      }
    }, 1000 / perSecond);
    return () => clearInterval(timer);
  }

  /** Cars come and go for `forMs` of the site's time. */
  run(forMs: number): Promise<void> {
    const untilMs = this.#clock.nowMs() + forMs;
    const stops = [
      every(this.#clock, carEveryMs, () => {
        if (this.#clock.nowMs() < untilMs - 8 * minute) this.#comes();
      }),
      every(this.#clock, driveByEveryMs, () => this.#drivesBy()),
    ];
    return new Promise((resolve) => {
      this.#clock.schedule(forMs, () => {
        for (const stop of stops) stop();
        resolve();
      });
    });
  }

  #comes(): void {
    const car = this.#newCar();
    const wantsFuel = this.#count % 2 === 0;
    this.#expect([car]);
    this.#presence(car, 'tentative');
    this.#here.add(car);
    this.#after(3 * s, () => this.#presence(car, 'approaching'));
    this.#after(20 * s, () => {
      car.laneId = this.#lane(wantsFuel ? 'pump' : 'bay');
      car.arrivedAtMs = this.#clock.nowMs();
      this.#presence(car, 'arrived');
      this.#after(15 * s, () => (wantsFuel ? this.#refuel(car) : this.#pickup(car)));
    });
  }

  #pickup(car: Car): void {
    const visit = this.#visitOf(car);
    if (visit?.pickup == null) return;
    const { visitId, pickup } = visit;
    this.#done(this.#core.visits.claim(this.#cashier, { ...key(), visitId }));
    this.#inTurn(
      [
        40 * s,
        () =>
          this.#done(this.#core.pickups.markReady(this.#cashier, { ...key(), pickupId: pickup.pickupId })),
      ],
      [
        60 * s,
        () => {
          const input = { ...key(), pickupId: pickup.pickupId, check: pickup.number };
          this.#done(this.#core.pickups.handOver(this.#cashier, input));
        },
      ],
      [60 * s, () => this.#leaves(car)],
    );
  }

  #refuel(car: Car): void {
    const visit = this.#visitOf(car);
    if (visit === undefined || car.laneId === null) return;
    const { visitId } = visit;
    const laneId = car.laneId;
    this.#done(this.#core.visits.claim(this.#attendant, { ...key(), visitId }));
    const answer = this.#core.refuels.start(this.#attendant, { ...key(), visitId, laneId, digits: null });
    this.#done(answer);
    const refuelId = answer.ok ? answer.value.visit.refuel?.refuelId : undefined;
    if (refuelId === undefined) return;
    this.#inTurn(
      [10 * s, () => this.#presence(car, 'parked')],
      [
        140 * s,
        () => {
          const gradeId = this.#core.settings.site().grades.find(({ fuel }) => fuel === 'gasoline')?.gradeId;
          if (gradeId === undefined) throw new Error('the site sells no gasoline');
          const amount = { volumeMl: null, amountMinor: 50_000, fuelMismatchConfirmed: false };
          const input = { ...key(), refuelId, laneId, gradeId, ...amount };
          this.#done(this.#core.refuels.complete(this.#attendant, input));
        },
      ],
      [
        30 * s,
        () => {
          const input = { ...key(), refuelId, tender: 'cash' as const, reason: 'phone off' };
          this.#done(this.#core.refuels.settleOtherwise(this.#attendant, input));
        },
      ],
      [30 * s, () => this.#leaves(car)],
    );
  }

  /** Each step so long after the one before it, however late that one came. */
  #inTurn(...steps: readonly (readonly [waitMs: number, action: () => void])[]): void {
    const [first, ...rest] = steps;
    if (first === undefined) return;
    this.#after(first[0], () => {
      first[1]();
      this.#inTurn(...rest);
    });
  }

  #leaves(car: Car): void {
    this.#here.delete(car);
    this.#presence(car, 'departed');
    const visit = this.#visitOf(car);
    if (visit === undefined || visit.closed !== null) return;
    const input = { ...key(), visitId: visit.visitId, how: 'closed-by-staff' as const, reason: 'gone' };
    this.#done(this.#core.visits.close(this.#cashier, input));
  }

  #drivesBy(): void {
    const car = this.#newCar();
    this.#expect([car]);
    this.#presence(car, 'tentative');
    this.#after(6 * s, () => this.#presence(car, 'departed'));
  }

  #after(delayMs: number, action: () => void): void {
    this.#clock.schedule(delayMs, action);
  }

  #newCar(): Car {
    this.#count += 1;
    const n = this.#count;
    const code = parseBeaconCode(`eddystone-uid:${n.toString(16).padStart(32, '0')}`);
    if (code === null) throw new Error('not a code');
    return {
      code,
      firstHeardAtMs: this.#clock.nowMs(),
      arrivedAtMs: null,
      laneId: null,
      expected: {
        jackId: newId(),
        vehicle: {
          plate: `${10 + (n % 90)}가${String((n * 7919) % 10_000).padStart(4, '0')}`,
          model: models[n % models.length] ?? 'Kona',
          color: colors[n % colors.length] ?? 'white',
          fuel: 'gasoline',
        },
        codeBehaviour: 'rotating',
        preorders: n % 2 === 1 ? [preorderNumber(n, this.#clock.nowMs())] : [],
        reservation: null,
      },
    };
  }

  #expect(cars: readonly Car[]): void {
    this.#core.news.expectedList({
      version: newId(),
      fromMs: 0,
      toMs: this.#clock.nowMs() + 24 * 60 * minute,
      cars: cars.map(({ expected }) => expected),
      codes: cars.map(({ code, expected }) => ({
        code,
        jackId: expected.jackId,
        validFromMs: null,
        validToMs: null,
      })),
    });
  }

  #presence(car: Car, state: PresenceState): void {
    const atMs = this.#clock.nowMs();
    this.#core.visits.applyPresence({
      code: car.code,
      state,
      laneId: car.laneId,
      firstHeardAtMs: car.firstHeardAtMs,
      arrivedAtMs: car.arrivedAtMs,
      lastHeardAtMs: atMs,
      rssiDbm: state === 'parked' ? null : -60,
      atMs,
      why: { rule: ruleOf[state], sinceMs: car.firstHeardAtMs, levels: [], marginDb: null },
    });
  }

  #visitOf(car: Car) {
    const tail = car.expected.vehicle.plate.slice(-4);
    return this.#core.visits.board().find((visit) => visit.plateTail === tail && visit.closed === null);
  }

  #lane(kind: 'bay' | 'pump'): string {
    const lanes = this.#core.settings.site().lanes.filter((lane) => lane.kind === kind);
    const taken = new Set([...this.#here].map(({ laneId }) => laneId));
    const lane = lanes.find(({ laneId }) => !taken.has(laneId)) ?? lanes[this.#count % lanes.length];
    if (lane === undefined) throw new Error(`the site has no ${kind}`);
    return lane.laneId;
  }

  #done(answer: VisitAnswer): void {
    if (!answer.ok) this.refused.push(JSON.stringify(answer.error));
  }
}

const ruleOf = {
  tentative: 'first-hearing',
  approaching: 'heard-repeatedly',
  arrived: 'stronger-in-lane',
  parked: 'silent-after-arrival',
  departed: 'heard-leaving',
} as const;

const key = () => ({ idempotencyKey: newId() });

function find(people: readonly Person[], role: Role): Person {
  const person = people.find((candidate) => candidate.role === role);
  if (person === undefined) throw new Error(`nobody is ${role}`);
  return person;
}

function preorderNumber(n: number, nowMs: number): SitePreorder {
  return {
    preorderId: newId(),
    number: `A${n}`,
    items: drinks.slice(0, 1 + (n % drinks.length)).map(([name, nameKo, unitAmountMinor]) => ({
      itemId: newId(),
      name,
      nameKo,
      quantity: 1 + (n % 2),
      options: [],
      unitAmountMinor,
      available: true,
    })),
    paid: { amountMinor: 12_900, currency: 'KRW' },
    payment: 'held',
    handoverCheck: 'none',
    state: 'open',
    createdAtMs: nowMs - 10 * minute,
    promisedAtMs: null,
  };
}
