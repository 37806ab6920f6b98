/** The simulator's phones against the real payment server: what the demo and the e2e tests stand on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../server/index.ts';
import { newId, systemClock } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import {
  type ConnectPhone,
  Lot,
  type LotEvent,
  MemoryWire,
  phonesOf,
  Random,
  radioModel,
  VirtualJack,
  VirtualPhone,
} from '../../simulator/index.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { type ServerClient, serverClient } from '../support/server-client.ts';
import { withStore } from '../support/store-template.ts';

let folder: string;
let server: RunningServer;
/** The simulator's phones speak through it: both they and the server are held to the OpenAPI document. */
let watch: ContractWatch;
const seen = new Map<string, number>();
let site: ServerClient;
let siteId: string;
let lot: Lot;
let answered: Extract<LotEvent, { type: 'answered' }>[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'virtual-phones-'));
  server = await startServer({ dataDir: await withStore(folder), demo: true });
  watch = await ContractWatch.open(() => server.url, seen);
  if (server.demo === null) throw new Error('no demo site');
  siteId = server.demo.siteId;
  const { credential } = await serverClient(watch.url, null).public.enrol({
    pairingCode: server.demo.pairingCode,
    stationName: 'test',
  });
  site = serverClient(watch.url, credential);
  answered = [];
  lot = newLot(1);
});

afterEach(async () => {
  await lot.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  await watch.close();
});

afterAll(() => {
  const phones = ['addVehicle', 'addJack', 'addPaymentMethod', 'menu', 'createPreorder', 'getPreorder'];
  expect(
    watch.missing([...phones, 'renewToken', 'phoneEvents', 'approvals', 'answerApproval'], 'phone'),
  ).toEqual([]);
});

function newLot(seed: number): Lot {
  return new Lot({
    clock: systemClock,
    seed,
    siteId,
    connect: phonesOf(watch.url),
    wires: new Map([['entrance', new MemoryWire()]]),
    onEvent: (event) => {
      if (event.type === 'answered') answered.push(event);
    },
  });
}

type Answer = 'approve' | 'decline' | 'silent';

/** A car of the lot that has entered the site. @returns its visit and jack */
async function enter(plate: string, answer: Answer, jack: 'static' | 'rotating' = 'rotating') {
  const { jackId, code } = await lot.do({
    do: 'newVehicle',
    plate,
    fuel: 'diesel',
    jack,
    phone: { answer, delayMs: 20 },
  });
  await lot.do({ do: 'vehicleApproaches', plate, fast: true }); // engine on
  const visitId = newId();
  await site.site.reportArrival({
    visitId,
    jackId: String(jackId),
    arrivedAtMs: Date.now(),
    laneId: 'pump-1',
    laneKind: 'pump',
  });
  return { visitId, jackId: String(jackId), code: String(code) };
}

async function complete(car: { visitId: string; jackId: string }): Promise<PaymentRequest> {
  const { paymentRequest } = await site.site.refuelCompleted({
    refuelId: newId(),
    paymentRequestId: newId(),
    visitId: car.visitId,
    jackId: car.jackId,
    laneId: 'pump-1',
    pumpNumber: 1,
    fuel: 'diesel',
    unitPriceMilli: 1_534_000,
    volumeMl: 42_365,
    amount: { amountMinor: 64_988, currency: 'KRW' },
    completedAtMs: Date.now(),
  });
  return paymentRequest;
}

/** The request once it is in `state`; fails by the test's own time-out. */
async function becomes(paymentRequestId: string, state: PaymentRequest['state']): Promise<PaymentRequest> {
  for (;;) {
    const { paymentRequest } = await site.site.getPaymentRequest({ paymentRequestId });
    if (paymentRequest.state === state) return paymentRequest;
    await delay(20);
  }
}

describe('virtual phones and the payment server', () => {
  it.each(['static', 'rotating'] as const)(
    'a jack with a %s code is known by the code it broadcasts',
    async (jack) => {
      const { code, jackId } = await enter('12가3456', 'approve', jack);
      const report = await site.site.reportCode({ code, heardAtMs: Date.now(), laneId: null });
      expect(report).toMatchObject({ known: true, car: { jackId, vehicle: { plate: '12가3456' } } });
    },
  );

  it('an approved refuel is paid with a code that the jack made', async () => {
    const { paymentRequestId } = await complete(await enter('34나7890', 'approve'));
    const paid = await becomes(paymentRequestId, 'paid');
    expect(paid.captured).toEqual({ amountMinor: 64_988, currency: 'KRW' });
    expect(answered).toHaveLength(1);
  });

  it('a phone renews its token at work: the answer is lost once, its stream is cut, and it is asked and answers on', async () => {
    const jack = new VirtualJack({
      ...{ kind: 'static', clock: systemClock, random: new Random(7), model: radioModel },
    });
    jack.setPower(true);
    const real = phonesOf(watch.url);
    let lost = 0;
    const losing: ConnectPhone = (token) => {
      const api = real(token);
      const renewToken: typeof api.phone.renewToken = async (...asked) => {
        const answer = await api.phone.renewToken(...asked);
        if (lost++ === 0) throw new TypeError('the line was cut');
        return answer;
      };
      const phone = new Proxy(api.phone, {
        get: (of, name) => (name === 'renewToken' ? renewToken : Reflect.get(of, name)),
      });
      return { public: api.public, cart: api.cart, phone };
    };
    let renewed = 0;
    const phone = new VirtualPhone({
      ...{ connect: losing, clock: systemClock, jack, answer: 'approve', answerDelayMs: () => 20 },
      renewTokenAfterMs: 300,
      onTokenRenewed: () => renewed++,
    });
    const car = { plate: '88머8888', model: 'Ray', color: 'white', fuel: 'diesel' } as const;
    const { jackId } = await phone.register(car, 'Driver');
    while (renewed < 2) await delay(20);
    expect(lost).toBeGreaterThanOrEqual(3);
    const visitId = newId();
    const here = { arrivedAtMs: Date.now(), laneId: 'pump-1', laneKind: 'pump' } as const;
    await site.site.reportArrival({ visitId, jackId, ...here });
    const { paymentRequestId } = await complete({ visitId, jackId });
    await becomes(paymentRequestId, 'paid');
    await phone.preorder(siteId, null, ([first = '']) => [{ menuItemId: first, quantity: 1 }]);
    phone.close();
  });

  it('a driver shops with a cart: left empty, taken again, weighed, checked out for the car, paid with the jack', async () => {
    const plate = '77루7777';
    const { code } = await enter(plate, 'approve', 'static');
    await lot.do({ do: 'cartTake', plate, number: 1 });
    expect(await lot.do({ do: 'cartLeave', plate })).toMatchObject({
      cart: { trip: { endReason: 'empty' } },
    });
    await lot.do({ do: 'cartTake', plate, number: 2 });
    await lot.do({ do: 'cartPut', plate, barcode: '8801000000017', quantity: 2 });
    const put = await lot.do({ do: 'cartPut', plate, barcode: '2000000000015', weightGram: 1000 });
    expect(put).toMatchObject({ total: { amountMinor: 2 * 2900 + 3990 }, expectedGram: 2 * 1030 + 1000 });
    expect(await lot.do({ do: 'cartWeigh', plate, measuredGram: 3060 })).toEqual({ verdict: 'fits' });
    // What is not empty is not left.
    await expect(lot.do({ do: 'cartLeave', plate })).rejects.toThrow('cart-not-empty');
    const asked = await lot.do({ do: 'cartCheckout', plate, asPickup: true });
    const { cart } = asked as { cart: { trip: { paymentRequestId: string; asPickup: boolean } } };
    expect(cart.trip.asPickup).toBe(true);
    const paid = await becomes(cart.trip.paymentRequestId, 'paid');
    expect(paid.captured).toEqual({ amountMinor: 9790, currency: 'KRW' });
    const report = await site.site.reportCode({ code, heardAtMs: Date.now(), laneId: null });
    expect(report).toMatchObject({
      known: true,
      car: { preorders: [{ state: 'ready', payment: 'captured' }] },
    });
    const { carts } = await site.site.carts({});
    expect(carts.find(({ number }) => number === 2)).toMatchObject({ state: 'free', trip: null });
  });

  it('a driver who declines is not charged', async () => {
    const { paymentRequestId } = await complete(await enter('90아1177', 'decline'));
    const declined = await becomes(paymentRequestId, 'declined');
    expect(declined.captured).toBeNull();
  });

  it('with the engine off the approval waits, and comes at restart', async () => {
    const car = await enter('45자2210', 'approve');
    while (lot.state().vehicles[0]?.whereabouts === 'moving') await delay(50);
    await lot.do({ do: 'engineOff', plate: '45자2210' });
    const { paymentRequestId } = await complete(car);
    await delay(400);
    expect((await site.site.getPaymentRequest({ paymentRequestId })).paymentRequest.state).toBe('waiting');
    await lot.do({ do: 'engineOn', plate: '45자2210' });
    await becomes(paymentRequestId, 'paid');
  });

  it('a silent driver who changes their mind pays', async () => {
    const { paymentRequestId } = await complete(await enter('45자2211', 'silent'));
    await delay(200);
    expect(answered).toEqual([]);
    await lot.do({ do: 'phoneApproves', plate: '45자2211' });
    await becomes(paymentRequestId, 'paid');
  });

  it('a phone hears what was asked while the server was down and up again, and answers once', async () => {
    const car = await enter('11바7842', 'approve');
    const { port } = server;
    await server.close();
    server = await startServer({ dataDir: folder, port });
    const { paymentRequestId } = await complete(car);
    await becomes(paymentRequestId, 'paid');
    expect(answered).toHaveLength(1);
  });

  it('a preorder is made from the menu and held, and its state can be asked for', async () => {
    await enter('33카9090', 'approve');
    const order = await lot.do({ do: 'preorder', plate: '33카9090', items: 3 });
    const state = await lot.do({ do: 'preorderState', preorderId: String(order.preorderId) });
    expect(state).toMatchObject({ state: 'open', payment: 'held', number: order.number });
  });

  it('the same seed on a server that kept its data gets new jacks and goes on', async () => {
    const first = await enter('12가3456', 'approve', 'static');
    await lot.close();
    lot = newLot(1);
    const second = await enter('12가3456', 'approve', 'static');
    expect(second.code).not.toBe(first.code);
  });
});
