import { describe, expect, it } from 'vitest';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest, PhoneEvent } from '../../shared/server-contract/index.ts';
import { Lot, type LotEvent, place } from '../lot/index.ts';
import type { ConnectPhone } from '../phone/index.ts';
import { Random } from '../radio/index.ts';
import { MemoryWire } from '../wires/index.ts';
import { demoDelays, runDemo } from './demo.ts';
import { fleet, newPlate } from './fleet.ts';

const siteId = '0193a5c0-7a00-7000-8000-000000000001';

/** A payment server that registers everybody and says to each phone what a test tells it to. */
class FakeServer {
  readonly #queues = new Map<string, { push: (event: PhoneEvent) => void }>();
  readonly plateOfToken = new Map<string, string>();
  readonly preorderOfPlate = new Map<string, string>();
  readonly answers: { plate: string; answer: string }[] = [];

  readonly connect: ConnectPhone = (token) => {
    const own = token ?? '';
    const api = {
      public: {
        registerDriver: async () => ({ driverId: newId(), phoneId: newId(), token: newId() }),
      },
      phone: {
        addVehicle: async (car: { plate: string }) => {
          this.plateOfToken.set(own, car.plate);
          return { vehicleId: newId() };
        },
        challengeJack: async () => ({
          challengeId: newId(),
          challenge: '0'.repeat(64),
          agreementKey: `09${'0'.repeat(62)}`,
          expiresAtMs: 0,
        }),
        addJack: async () => ({ jackId: newId() }),
        addPaymentMethod: async () => ({ paymentMethodId: newId() }),
        menu: async () => ({ items: [{ menuItemId: newId() }, { menuItemId: newId() }] }),
        createPreorder: async () => {
          const preorderId = newId();
          this.preorderOfPlate.set(this.plateOfToken.get(own) ?? '', preorderId);
          return { preorder: { preorderId, number: 'A01' } };
        },
        approvals: async () => ({ waiting: [] }),
        answerApproval: async (input: { paymentRequestId: string; decision: { answer: string } }) => {
          const plate = this.plateOfToken.get(own) ?? '';
          const { answer } = input.decision;
          this.answers.push({ plate, answer });
          const paymentRequest = request(input.paymentRequestId, answer === 'approve' ? 'paid' : 'declined');
          this.tell(plate, { type: 'payment-request', paymentRequest });
          return { paymentRequest };
        },
        phoneEvents: async (_: unknown, options: { signal: AbortSignal }) =>
          this.#stream(own, options.signal),
      },
    };
    // Only what the phone calls is there; the types of the contract's client are wider.
    return api as unknown as ReturnType<ConnectPhone>;
  };

  tell(plate: string, event: PhoneEvent): void {
    for (const [token, own] of this.plateOfToken) if (own === plate) this.#queues.get(token)?.push(event);
  }

  async *#stream(token: string, signal: AbortSignal): AsyncGenerator<PhoneEvent> {
    const waiting: PhoneEvent[] = [];
    let wake: () => void = () => {};
    this.#queues.set(token, {
      push(event) {
        waiting.push(event);
        wake();
      },
    });
    signal.addEventListener('abort', () => wake(), { once: true });
    while (!signal.aborted) {
      const event = waiting.shift();
      if (event === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else yield event;
    }
  }
}

function request(paymentRequestId: string, state: PaymentRequest['state']): PaymentRequest {
  const amount = { amountMinor: 50_000, currency: 'KRW' };
  return {
    paymentRequestId,
    kind: 'refuel',
    siteId,
    siteName: 'Demo',
    amount,
    captured: state === 'paid' ? amount : null,
    state,
    reason: null,
    version: state === 'waiting' ? 1 : 2,
    createdAtMs: 0,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    settledAtMs: null,
  };
}

function start(seed: number) {
  const clock = new ManualClock();
  const server = new FakeServer();
  const events: LotEvent[] = [];
  const lot = new Lot({
    clock,
    seed,
    siteId,
    connect: server.connect,
    wires: new Map(place.receivers.map(({ receiverId }) => [receiverId, new MemoryWire()])),
    ambientPerSecond: 0,
    onEvent: (event) => events.push(event),
  });
  const log: string[] = [];
  const stop = runDemo({ lot, clock, seed, log: (text) => log.push(text) });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      for (let n = 0; n < 30; n++) await Promise.resolve();
    }
  };
  const here = () => lot.state().vehicles.filter((v) => v.whereabouts !== 'away' && v.y > -5);
  const standing = () => lot.state().vehicles.filter((v) => v.whereabouts === 'standing');
  return { clock, server, lot, events, log, stop, pass, here, standing };
}

// Hours of a lot in one test: seconds on an idle machine, a minute beside others.
describe('the demo', { timeout: 180_000 }, () => {
  it('has three cars standing within 45 seconds: two pickups and a refuel', async () => {
    const { pass, standing } = start(1);
    await pass(45_000);
    const lanes = standing().map((v) => v.laneId);
    expect(lanes.filter((laneId) => laneId?.startsWith('bay'))).toHaveLength(2);
    expect(lanes.filter((laneId) => laneId?.startsWith('pump'))).toHaveLength(1);
    const kinds = standing().map((v) => v.code.split(':')[0]);
    expect(new Set(kinds)).toEqual(new Set(['eddystone-uid', 'eddystone-eid']));
  });

  it('never crowds the lot, though nobody serves, and drivers give up in the end', async () => {
    const { pass, lot, log } = start(2);
    for (let minute = 0; minute < 40; minute++) {
      await pass(60_000);
      const taken = lot.state().vehicles.flatMap((v) => (v.laneId === null ? [] : [v.laneId]));
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length).toBeLessThanOrEqual(8);
    }
    expect(log.filter((text) => text.includes('nobody came')).length).toBeGreaterThan(3);
  });

  it('sends a pickup home once its preorder is handed over, and another car comes', async () => {
    const { pass, server, standing, events } = start(3);
    await pass(45_000);
    const car = standing().find((v) => v.laneId?.startsWith('bay'));
    if (car === undefined) throw new Error('no pickup came');
    const preorderId = server.preorderOfPlate.get(car.plate) ?? '';
    const preorder = { preorderId, state: 'handed-over' } as Extract<
      PhoneEvent,
      { type: 'preorder' }
    >['preorder'];
    server.tell(car.plate, { type: 'preorder', siteId, preorder });
    await pass(80_000);
    expect(events).toContainEqual({ type: 'away', plate: car.plate });
    await pass(240_000);
    expect(standing().length).toBeGreaterThanOrEqual(3);
  });

  it('refuels with the engine off, starts it to approve, and leaves when paid', async () => {
    const { pass, server, standing, events, lot } = start(4);
    await pass(60_000);
    const car = standing().find((v) => v.laneId?.startsWith('pump'));
    if (car === undefined) throw new Error('no refuel came');
    const engineOn = () => lot.state().vehicles.find((v) => v.plate === car.plate)?.engineOn;
    expect(engineOn()).toBe(false);
    server.tell(car.plate, { type: 'approval-asked', paymentRequest: request(newId(), 'waiting') });
    await pass(demoDelays.engineOnToApproveMs[1] + 1_000);
    expect(engineOn()).toBe(true);
    await pass(90_000);
    expect(server.answers).toEqual([{ plate: car.plate, answer: 'approve' }]);
    expect(events).toContainEqual({ type: 'away', plate: car.plate });
  });

  it('has every eighth driver decline', async () => {
    const { pass, lot } = start(5);
    const answers = new Map<string, string | null>();
    for (let n = 0; n < 90 && answers.size < 8; n++) {
      await pass(30_000);
      for (const v of lot.state().vehicles) if (v.laneId !== null) answers.set(v.plate, v.phone);
    }
    expect([...answers.values()].filter((answer) => answer === 'decline')).toHaveLength(1);
  });

  it('stops when it is told to', async () => {
    const { pass, stop, lot, clock } = start(6);
    await pass(10_000);
    stop();
    const cars = lot.state().vehicles.length;
    await pass(300_000);
    expect(lot.state().vehicles.length).toBe(cars);
    await lot.close();
    expect(clock.plannedCount).toBe(0);
  });
});

describe('the fleet', () => {
  it('has plates that Korean cars could have', () => {
    const random = new Random(1);
    for (let n = 0; n < 2000; n++) {
      const { plateClass } = random.pick(fleet);
      const match = /^([0-9]{2,3})([가-힣])([0-9]{4})$/.exec(newPlate(random, plateClass));
      const [, vehicleClass = '', , serial = ''] = match ?? [];
      expect(Number(serial)).toBeGreaterThanOrEqual(100);
      const number = Number(vehicleClass);
      const ranges = { car: [1, 69, 100, 699], van: [70, 79, 700, 799], truck: [80, 97, 800, 979] }[
        plateClass
      ];
      const [a = 0, b = 0, c = 0, d = 0] = ranges;
      expect(vehicleClass.length === 2 ? number >= a && number <= b : number >= c && number <= d).toBe(true);
    }
  });
});
