/**
 * A lot full of virtual cars: every verb of `commands.ts`, carried out physically.
 *
 *   verb ─▶ Vehicle (drives, engine) ─▶ RadioLot ─▶ ReceiverWire ─H4 bytes─▶ station
 *      └──▶ VirtualPhone ─▶ payment server
 */
import { type Cancel, type Clock, parseBeaconCode, throwIllegalValue } from '../../shared/domain/index.ts';
import type { PaymentRequest, PhoneEvent } from '../../shared/server-contract/index.ts';
import { advertisingData, newPrivateAddress } from '../jack/index.ts';
import type { ConnectPhone, PhoneAnswer, VirtualPhone } from '../phone/index.ts';
import { type RadioModel, Random, radioModel } from '../radio/index.ts';
import type { ReceiverWire } from '../wires/index.ts';
import { Background } from './background.ts';
import { VirtualCarts } from './carts.ts';
import { type LotCommand, type LotCommandInput, lotCommand } from './commands.ts';
import { LotError, serverError } from './lot-error.ts';
import { type Member, makeMember } from './member.ts';
import { laneOf, place } from './place.ts';
import { RadioLot } from './radio-lot.ts';
import type { Vehicle } from './vehicle.ts';

export type LotEvent =
  | { type: 'standing'; plate: string; laneId: string | null }
  | { type: 'away'; plate: string }
  | { type: 'phone'; plate: string; event: PhoneEvent }
  | { type: 'answered'; plate: string; request: PaymentRequest; outcome: string };

export interface LotOptions {
  clock: Clock;
  seed: number;
  /** Of the place: which receivers hear how much more than others. Without it that of the cars. */
  siteSeed?: number;
  siteId: string;
  /** Null: cars without phones, for tests of radio alone; `newVehicle` then registers nobody. */
  connect: ConnectPhone | null;
  wires: ReadonlyMap<string, ReceiverWire>;
  model?: RadioModel;
  /** Strangers' advertisements per second on each receiver: a street is never silent. Default 2. */
  ambientPerSecond?: number;
  /** Everything drives so many times as fast. Default 1. */
  timeScale?: number;
  onEvent?: (event: LotEvent) => void;
}

/** `fast` verbs drive so many times as fast as people do. */
const fastHaste = 5;
/** Nothing on the lot changes faster than cars move; without cars nothing is due at all. */
const idleMs = 250;

export class Lot {
  readonly #options: LotOptions;
  readonly #model: RadioModel;
  readonly #random: Random;
  readonly #radio: RadioLot;
  readonly #background: Background;
  readonly #members = new Map<string, Member>();
  /** preorder id → plate */
  #carts: VirtualCarts | null = null;
  readonly #preorders = new Map<string, string>();
  readonly #listeners = new Set<(event: LotEvent) => void>();
  #cancelRun: Cancel = () => {};
  #closed = false;

  constructor(options: LotOptions) {
    this.#options = options;
    this.#model = options.model ?? radioModel;
    this.#random = new Random(options.seed);
    if (options.onEvent) this.#listeners.add(options.onEvent);
    this.#radio = new RadioLot({
      model: this.#model,
      random: new Random(options.siteSeed ?? options.seed).fork('radio'),
      onHeard: (receiverId, advertisement, rssiDbm) => {
        options.wires.get(receiverId)?.hear({ ...advertisement, rssiDbm });
      },
    });
    this.#background = new Background(options.clock, this.#random.fork('strangers'), options.wires);
    for (const receiverId of options.wires.keys()) {
      this.#background.set(receiverId, options.ambientPerSecond ?? 2);
    }
    this.#run();
  }

  /** @returns stop listening */
  subscribe(listener: (event: LotEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Carries out one verb. Driving verbs answer at once; the car is then on its way.
   * @throws LotError for a verb that cannot be done (unknown plate, lane taken by nobody's fault …)
   */
  async do(input: LotCommandInput): Promise<Record<string, unknown>> {
    const parsed = lotCommand.safeParse(input);
    if (!parsed.success) throw new LotError('invalid-command', parsed.error.issues.map(issueText).join('; '));
    return this.#carryOut(parsed.data);
  }

  /** What is where, for people and for tests. */
  state() {
    this.#advance();
    return {
      nowMs: this.#options.clock.nowMs(),
      receivers: Object.fromEntries(
        [...this.#options.wires].map(([id, wire]) => [
          id,
          { state: wire.state(), specification: wire.specification },
        ]),
      ),
      vehicles: [...this.#members.values()].map(({ vehicle, phone, car }) => ({
        ...car,
        whereabouts: vehicle.whereabouts,
        laneId: vehicle.laneId,
        engineOn: vehicle.engineOn,
        x: Math.round(vehicle.drive.at.x * 10) / 10,
        y: Math.round(vehicle.drive.at.y * 10) / 10,
        code: vehicle.jack.code(),
        jackId: phone?.ids?.jackId ?? null,
        phone: phone?.answer ?? null,
      })),
    };
  }

  /** Lanes in which no car stands and to which none drives. */
  freeLanes(): string[] {
    const taken = new Set([...this.#members.values()].map(({ vehicle }) => vehicle.laneId));
    return place.lanes.map((lane) => lane.laneId).filter((laneId) => !taken.has(laneId));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRun();
    this.#background.close();
    for (const { phone } of this.#members.values()) phone?.close();
    for (const wire of this.#options.wires.values()) await wire.close();
  }

  async #carryOut(command: LotCommand): Promise<Record<string, unknown>> {
    const nowMs = this.#options.clock.nowMs();
    switch (command.do) {
      case 'newVehicle':
        return this.#newVehicle(command);
      case 'preorder': {
        const phone = this.#phoneOf(command.plate);
        const chance = this.#random.fork(`order ${command.plate} ${this.#preorders.size}`);
        const order = await this.#asked(() =>
          phone.preorder(this.#options.siteId, null, (menu) => chooseItems(menu, command.items, chance)),
        );
        this.#preorders.set(order.preorderId, command.plate);
        return { ...order };
      }
      case 'preorderState': {
        const phone = this.#phoneThatOrdered(command.preorderId);
        return { ...(await this.#asked(() => phone.preorderState(command.preorderId))) };
      }
      case 'onTheWay':
      case 'sayHere':
      case 'notComing': {
        const phone = this.#phoneThatOrdered(command.preorderId);
        await this.#asked(() => phone.sayOnTheWay(command.preorderId, wordOf(command)));
        return {};
      }
      case 'cartTake':
      case 'cartPut':
      case 'cartWeigh':
      case 'cartCheckout':
      case 'cartLeave': {
        const { connect } = this.#options;
        if (connect === null) throw new LotError('no-phone', 'this lot has no payment server');
        this.#carts ??= new VirtualCarts(connect);
        const carts = this.#carts;
        return this.#asked(() => carts.do(command, this.#phoneOf(command.plate)));
      }
      case 'vehicleApproaches': {
        const { vehicle } = this.#member(command.plate);
        vehicle.approach(nowMs, this.#haste(command.fast), () => this.#standing(vehicle));
        this.#onTheRoad(vehicle);
        return {};
      }
      case 'vehicleParks': {
        const lane = place.lanes.find((l) => l.laneId === command.laneId);
        if (lane === undefined) throw new LotError('unknown-lane', `this lot has no lane ${command.laneId}`);
        const { vehicle } = this.#member(command.plate);
        const chance = this.#random.fork(`stop ${command.plate} ${nowMs}`);
        const off = { x: chance.normal() * 0.5, y: chance.normal() * 0.2 };
        vehicle.park(laneOf(command.laneId), off, nowMs, this.#haste(command.fast), () =>
          this.#standing(vehicle),
        );
        this.#onTheRoad(vehicle);
        return {};
      }
      case 'engineOff':
      case 'engineOn': {
        const { vehicle } = this.#member(command.plate);
        this.#advance();
        if (command.do === 'engineOff' && vehicle.whereabouts === 'moving') {
          throw new LotError('moving', `${command.plate} drives; its engine cannot be switched off`);
        }
        vehicle.setEngine(command.do === 'engineOn');
        this.#run();
        return {};
      }
      case 'leaves': {
        const { vehicle } = this.#member(command.plate);
        if (vehicle.whereabouts === 'away') return {};
        vehicle.leave(nowMs, this.#haste(command.fast), () => this.#away(vehicle));
        this.#run();
        return {};
      }
      case 'drivesBy': {
        const { vehicle } = this.#member(command.plate);
        const eastbound = this.#random.fork(`direction ${command.plate} ${nowMs}`).chance(0.5);
        vehicle.passBy(nowMs, command.speedKmh / 3.6, eastbound, () => this.#away(vehicle));
        this.#onTheRoad(vehicle);
        return {};
      }
      case 'unplugReceiver':
        await this.#wire(command.receiver).unplug();
        return {};
      case 'plugReceiver':
        await this.#wire(command.receiver).plug();
        return {};
      case 'phoneApproves':
        return this.#answers(command.plate, 'approve');
      case 'phoneDeclines':
        return this.#answers(command.plate, 'decline');
      case 'phoneSilent':
        return this.#answers(command.plate, 'silent');
      case 'phoneAnswers':
        return this.#answers(command.plate, command.answer);
      case 'garbage': {
        const bytes =
          typeof command.bytes === 'number'
            ? this.#random.bytes(command.bytes)
            : new Uint8Array(Buffer.from(command.bytes, 'hex'));
        return { said: this.#wire(command.receiver).say(bytes), bytes: bytes.length };
      }
      case 'background': {
        const receivers =
          command.receiver === undefined ? [...this.#options.wires.keys()] : [command.receiver];
        for (const receiver of receivers) {
          this.#wire(receiver);
          this.#background.set(receiver, command.reportsPerSecond);
        }
        return {};
      }
      case 'hear':
        return { heard: this.#hear(command) };
      case 'removeVehicle': {
        const { vehicle, phone } = this.#member(command.plate);
        phone?.close();
        vehicle.setEngine(false);
        this.#radio.remove(vehicle.plate);
        this.#members.delete(command.plate);
        return {};
      }
      default:
        return throwIllegalValue(command);
    }
  }

  async #newVehicle(command: Extract<LotCommand, { do: 'newVehicle' }>): Promise<Record<string, unknown>> {
    const { plate } = command;
    if (this.#members.has(plate)) throw new LotError('plate-taken', `${plate} is here already`);
    const { clock, connect } = this.#options;
    const { member, ids } = await makeMember(command, {
      clock,
      connect,
      model: this.#model,
      random: this.#random,
      onPhone: (event) => this.#emit({ type: 'phone', plate, event }),
      onAnswered: (request, outcome) => this.#emit({ type: 'answered', plate, request, outcome }),
    });
    this.#members.set(plate, member);
    return { plate, code: member.vehicle.jack.code(), ...ids };
  }

  #hear(command: Extract<LotCommand, { do: 'hear' }>): boolean {
    const code = command.code === undefined ? null : parseBeaconCode(command.code);
    if (command.code !== undefined && code === null) throw new LotError('invalid-command', 'that is no code');
    const data =
      code === null
        ? new Uint8Array(Buffer.from(command.dataHex ?? '', 'hex'))
        : advertisingData(code, this.#model.powerAt1mDbm);
    return this.#wire(command.receiver).hear({
      address: newPrivateAddress(this.#random),
      addressType: 'random',
      data,
      rssiDbm: command.rssiDbm,
    });
  }

  #answers(plate: string, answer: PhoneAnswer): Record<string, unknown> {
    this.#phoneOf(plate).answer = answer;
    return {};
  }

  #member(plate: string): Member {
    const member = this.#members.get(plate);
    if (member === undefined) throw new LotError('unknown-vehicle', `no car ${plate} is known here`);
    return member;
  }

  #phoneThatOrdered(preorderId: string): VirtualPhone {
    const plate = this.#preorders.get(preorderId);
    if (plate === undefined) throw new LotError('unknown-preorder', 'no car here made that preorder');
    return this.#phoneOf(plate);
  }

  #phoneOf(plate: string): VirtualPhone {
    const { phone } = this.#member(plate);
    if (phone === null) throw new LotError('no-phone', `the driver of ${plate} has no phone`);
    return phone;
  }

  #wire(receiver: string): ReceiverWire {
    const wire = this.#options.wires.get(receiver);
    if (wire === undefined) throw new LotError('unknown-receiver', `this lot has no receiver ${receiver}`);
    return wire;
  }

  #haste(fast: boolean): number {
    return (this.#options.timeScale ?? 1) * (fast ? fastHaste : 1);
  }

  #onTheRoad(vehicle: Vehicle): void {
    this.#radio.enter(vehicle, this.#options.clock.nowMs());
    this.#run();
  }

  #standing(vehicle: Vehicle): void {
    this.#emit({ type: 'standing', plate: vehicle.plate, laneId: vehicle.laneId });
  }

  #away(vehicle: Vehicle): void {
    this.#radio.remove(vehicle.plate);
    this.#emit({ type: 'away', plate: vehicle.plate });
  }

  #emit(event: LotEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #advance(): void {
    this.#radio.runUntil(this.#options.clock.nowMs());
  }

  /** Sleeps until the next advertisement is due. */
  #run(): void {
    this.#cancelRun();
    if (this.#closed) return;
    const due = this.#radio.nextDueMs();
    const waitMs = due === null ? idleMs : Math.max(0, due - this.#options.clock.nowMs());
    this.#cancelRun = this.#options.clock.schedule(waitMs, () => {
      this.#advance();
      this.#run();
    });
  }

  /** Runs a call to the server and puts its refusal into the lot's words. */
  async #asked<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw error instanceof LotError ? error : serverError(error);
    }
  }
}

function chooseItems(menu: string[], count: number, chance: Random) {
  const chosen = new Map<string, number>();
  // Everything is sold out: the server says so.
  if (menu.length === 0) return [];
  for (let n = 0; n < count; n++) {
    const item = chance.pick(menu);
    chosen.set(item, (chosen.get(item) ?? 0) + 1);
  }
  return [...chosen].map(([menuItemId, quantity]) => ({ menuItemId, quantity }));
}

function issueText(issue: { path: PropertyKey[]; message: string }): string {
  return `${issue.path.map(String).join('.')}: ${issue.message}`;
}

function wordOf(command: Extract<LotCommand, { do: 'onTheWay' | 'sayHere' | 'notComing' }>) {
  switch (command.do) {
    case 'onTheWay':
      return { kind: 'coming', inMs: command.inMs } as const;
    case 'sayHere':
      return { kind: 'here', bay: command.bay } as const;
    case 'notComing':
      return { kind: 'taken-back' } as const;
  }
}
