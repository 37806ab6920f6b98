/**
 * The main job with both ends real: a station and the payment server in one process, a controller in
 * memory that speaks HCI bytes, and phones that are plain calls of the public API.
 *
 *   VirtualController ══ H4 bytes ══▶ station ◀── HTTP ──▶ payment server ◀── HTTP ── phone
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeBeaconFrame } from '../../drivers/frames/index.ts';
import { HciUartReceiver } from '../../drivers/hci-uart/index.ts';
import { createMemoryLinePair } from '../../drivers/serial/index.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';
import { issuePairingCode, type RunningServer, startServer } from '../../server/index.ts';
import { authCode, authCodeChallenge } from '../../shared/auth-code/index.ts';
import { type BeaconCode, type Clock, newId, systemClock } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { VisitView } from '../../shared/station-contract/index.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { order, registerDriver, type TestDriver } from '../support/server-client.ts';
import { withStore } from '../support/store-template.ts';
import { type Kiosk, StationFixture, WatchedBoard } from './station-fixture.ts';

/** A receiver at a lane whose radio is this test. */
class LaneReceiver {
  readonly #id: string;
  #controller = new VirtualController();
  constructor(id: string) {
    this.#id = id;
  }
  get made() {
    return {
      receiverId: this.#id,
      named: true,
      spec: 'hci-uart:memory',
      reason: null,
      factory: () => {
        const pair = createMemoryLinePair();
        this.#controller = new VirtualController();
        void this.#controller.attach(pair.device);
        return new HciUartReceiver({ id: this.#id, line: pair.host });
      },
    };
  }
  hear(code: BeaconCode, rssiDbm = -50): void {
    this.#controller.advertise({
      address: 'c0:11:22:33:44:55',
      addressType: 'random',
      data: encodeBeaconFrame(code, -20),
      rssiDbm,
    });
  }
}

class SkippingClock implements Clock {
  skippedMs = 0;
  nowMs(): number {
    return systemClock.nowMs() + this.skippedMs;
  }
  monotonicMs(): number {
    return systemClock.monotonicMs() + this.skippedMs;
  }
  schedule(delayMs: number, action: () => void) {
    return systemClock.schedule(delayMs, action);
  }
}

describe('a station and the payment server', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'station-server-'));
  const serverDir = join(folder, 'server');
  /** Only ever moved on: the server's records remember what was later. */
  const serverClock = new SkippingClock();
  let server: RunningServer;
  /** The station's client and the phones speak through it: both are held to the OpenAPI document. */
  let watch: ContractWatch;
  let siteId: string;
  let fixture: StationFixture;
  let bay: LaneReceiver;
  let pump: LaneReceiver;
  let kiosk: Kiosk;
  let board: WatchedBoard;

  beforeAll(async () => {
    server = await startServer({ dataDir: await withStore(serverDir), demo: true, clock: serverClock });
    watch = await ContractWatch.open(() => server.url);
    if (server.demo === null) throw new Error('no demo site');
    siteId = server.demo.siteId;
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
    await watch.close();
    expect(watch.missing(['siteEvents', 'expectedCodes', 'reportArrival', 'carts'], 'site')).toEqual([]);
    const marks = ['refuelCompleted', 'settledOtherwise', 'preorderHandedOver'];
    expect(watch.missing(marks, 'site')).toEqual([]);
  });

  // A station of its own for each test, on the same server.
  beforeEach(async () => {
    bay = new LaneReceiver('bay-1');
    pump = new LaneReceiver('pump-3');
    fixture = await StationFixture.start({
      madeReceivers: [bay.made, pump.made],
      serverUrl: watch.url,
      pairingCode: await issuePairingCode(server.app, siteId),
    });
    kiosk = await fixture.signIn('manager');
    board = await WatchedBoard.open(kiosk);
    await board.until(() => board.status?.server.state === 'connected', 'the server');
  });
  afterEach(async () => {
    board.close();
    await fixture.end();
  });

  /** The car stands in the lane; its jack is heard until the board says so. */
  async function drivesIn(driver: TestDriver, receiver: LaneReceiver): Promise<VisitView> {
    const tail = driver.plate.slice(-4);
    const here = () =>
      [...board.visits.values()].find((visit) => visit.plateTail === tail && visit.presence === 'arrived');
    const giveUpAtMs = Date.now() + 12_000;
    for (;;) {
      const visit = here();
      if (visit !== undefined) return visit;
      if (Date.now() > giveUpAtMs)
        throw new Error(`never arrived: ${JSON.stringify([...board.visits.values()])}`);
      receiver.hear(driver.code, -50 - Math.round(Math.random() * 2));
      await delay(100);
    }
  }

  async function refuel(visit: VisitView, digits: string): Promise<VisitView> {
    const { candidates, mayChooseByItself } = await kiosk.refuels.candidates({ digits, laneId: 'pump-3' });
    expect(candidates.map((candidate) => candidate.visitId)).toEqual([visit.visitId]);
    expect(mayChooseByItself).toBe(true);
    const started = await kiosk.refuels.start({
      idempotencyKey: newId(),
      visitId: visit.visitId,
      laneId: 'pump-3',
      digits,
    });
    const refuelId = started.visit.refuel?.refuelId ?? '';
    const completed = await kiosk.refuels.complete({
      idempotencyKey: newId(),
      refuelId,
      laneId: 'pump-3',
      gradeId: 'diesel',
      volumeMl: 42_365,
      amountMinor: null,
      fuelMismatchConfirmed: false,
    });
    return completed.visit;
  }

  async function askedOf(driver: TestDriver): Promise<PaymentRequest> {
    for (const giveUpAtMs = Date.now() + 8_000; Date.now() < giveUpAtMs; await delay(30)) {
      const [request] = (await driver.phone.phone.approvals({})).waiting;
      if (request !== undefined) return request;
    }
    throw new Error('the phone was never asked');
  }

  async function approve(driver: TestDriver, request: PaymentRequest): Promise<void> {
    const challenge = authCodeChallenge({
      siteId,
      amountMinor: request.amount.amountMinor,
      currency: request.amount.currency,
      paymentRequestId: request.paymentRequestId,
    });
    await driver.phone.phone.answerApproval({
      paymentRequestId: request.paymentRequestId,
      decision: {
        answer: 'approve',
        siteId,
        amount: request.amount,
        authCode: authCode(driver.authenticationKey, challenge, serverClock.nowMs()),
        paymentMethodId: driver.paymentMethodId,
      },
    });
  }

  const refuelIs = (visitId: string, state: string) =>
    board.visit(
      (visit) => visit.visitId === visitId && visit.refuel?.state === state,
      `the refuel to be ${state}`,
    );

  async function handOver(visit: VisitView): Promise<VisitView> {
    const { pickup } = visit;
    if (pickup === null) throw new Error('no order on the card');
    const check = pickup.check.kind === 'plate-digits' ? visit.plateTail : pickup.number;
    const answer = await kiosk.pickups.handOver({
      idempotencyKey: newId(),
      pickupId: pickup.pickupId,
      check: pickup.check.kind === 'none' ? null : check,
    });
    return answer.visit;
  }

  async function captured(driver: TestDriver, preorderId: string): Promise<void> {
    for (const giveUpAtMs = Date.now() + 12_000; Date.now() < giveUpAtMs; await delay(50)) {
      const { preorder } = await driver.phone.phone.getPreorder({ preorderId });
      if (preorder.payment === 'captured' && preorder.state === 'handed-over') return;
    }
    throw new Error('never captured');
  }

  it('a preorder: paid at the phone, heard in the bay, handed over, captured at the server', async () => {
    const driver = await registerDriver(watch.url, { plate: '12가3456' });
    const preorder = await order(driver, siteId, 2);
    const visit = await drivesIn(driver, bay);
    expect(visit.laneId).toBe('bay-1');
    expect(visit.pickup).toMatchObject({
      preorderId: preorder.preorderId,
      state: 'preparing',
      payment: 'held',
      check: { kind: 'plate-digits' },
    });
    expect((await handOver(visit)).pickup?.state).toBe('handed-over');
    await captured(driver, preorder.preorderId);
    await board.until(() => board.status?.outbox.waiting === 0, 'the outbox to be empty');
    expect(board.status?.outbox.attention).toBe(0);
  });

  it('a refuel: four digits, complete, the phone approves with a code of the jack, paid', async () => {
    const driver = await registerDriver(watch.url, { plate: '123가4567', fuel: 'diesel' });
    const visit = await drivesIn(driver, pump);
    const completed = await refuel(visit, '4567');
    expect(completed.refuel?.state).toBe('awaiting-approval');
    const request = await askedOf(driver);
    expect(request.amount).toEqual(completed.refuel?.amount);
    expect(request.paymentRequestId).toBe(completed.refuel?.paymentRequestId);
    await approve(driver, request);
    await refuelIs(visit.visitId, 'paid');
  });

  it('a refuel that the driver declines is shown as declined, and can be settled otherwise', async () => {
    const driver = await registerDriver(watch.url, { plate: '34나5678', fuel: 'diesel' });
    const visit = await drivesIn(driver, pump);
    const completed = await refuel(visit, '5678');
    const request = await askedOf(driver);
    await driver.phone.phone.answerApproval({
      paymentRequestId: request.paymentRequestId,
      decision: { answer: 'decline' },
    });
    await refuelIs(visit.visitId, 'declined');
    await kiosk.refuels.settleOtherwise({
      idempotencyKey: newId(),
      refuelId: completed.refuel?.refuelId ?? '',
      tender: 'cash',
      reason: 'declined on the phone',
    });
    await board.until(() => board.status?.outbox.waiting === 0, 'the settlement to reach the server');
    expect(board.status?.outbox.attention).toBe(0);
  });

  it('a car that left unpaid stands in the manager’s list as both know it', async () => {
    const driver = await registerDriver(watch.url, { plate: '45사6781', fuel: 'diesel' });
    const visit = await drivesIn(driver, pump);
    await refuel(visit, '6781');
    const { paymentRequestId } = await askedOf(driver);
    await driver.phone.phone.answerApproval({ paymentRequestId, decision: { answer: 'decline' } });
    await refuelIs(visit.visitId, 'declined');
    const { visitId } = visit;
    await kiosk.visits.close({ idempotencyKey: newId(), visitId, how: 'drive-off', reason: 'drove off' });
    await board.until(() => board.status?.outbox.waiting === 0, 'the departure to be reported');
    const { lines, server: told } = await kiosk.dailyLog.followUps({});
    expect(told).toEqual({ told: 'now' });
    expect(lines.filter((line) => line.visitId === visitId)).toMatchObject([
      { kind: 'drive-off', state: 'matched', here: 'unpaid', there: 'unpaid', paymentRequestId },
    ]);
  });

  it('a refuel that nobody answers expires', async () => {
    const driver = await registerDriver(watch.url, { plate: '56다7890', fuel: 'diesel' });
    const visit = await drivesIn(driver, pump);
    await refuel(visit, '7890');
    const request = await askedOf(driver);
    serverClock.skippedMs = request.expiresAtMs - Date.now() + 1_000;
    await server.tick();
    await refuelIs(visit.visitId, 'expired');
  });

  it('a car without an order that the list did not name is known by asking the server', async () => {
    const driver = await registerDriver(watch.url, { plate: '78라9012', fuel: 'gasoline' });
    const visit = await drivesIn(driver, pump);
    expect(visit).toMatchObject({ pickup: null, mayRefuel: true, knownBy: 'jack' });
  });

  it('with the server down work goes on, is queued, and arrives once', async () => {
    const driver = await registerDriver(watch.url, { plate: '90마1234' });
    const preorder = await order(driver, siteId);
    const refueler = await registerDriver(watch.url, { plate: '11바2345', fuel: 'diesel' });
    const visit = await drivesIn(driver, bay);
    const atPump = await drivesIn(refueler, pump);
    await board.until(() => board.status?.outbox.waiting === 0, 'the arrivals to be reported');

    expect((await kiosk.dailyLog.followUps({})).server).toEqual({ told: 'now' });

    const port = server.port;
    await server.close();
    await handOver(visit);
    const completed = await refuel(atPump, '2345');
    expect(completed.refuel).toMatchObject({ state: 'awaiting-approval', approval: { asked: false } });
    await board.until(() => board.status?.server.state === 'unreachable', 'the station to notice');
    await board.until(() => (board.status?.outbox.waiting ?? 0) >= 2, 'the queue');
    // A power cut on top of it.
    board.close();
    await fixture.halt();
    await fixture.startAgain();
    kiosk = await fixture.signIn('manager');
    board = await WatchedBoard.open(kiosk);
    expect(board.status?.outbox.waiting).toBeGreaterThanOrEqual(2);
    // What the server said last is still there, with its age.
    const { server: told } = await kiosk.dailyLog.followUps({});
    expect(told.told).toBe('before');
    expect(told.told === 'before' && Date.now() - told.atMs).toBeLessThan(60_000);

    server = await startServer({ dataDir: serverDir, demo: true, clock: serverClock, port });
    await captured(driver, preorder.preorderId);
    const request = await askedOf(refueler);
    expect((await refueler.phone.phone.approvals({})).waiting).toHaveLength(1);
    await approve(refueler, request);
    await refuelIs(atPump.visitId, 'paid');
    await board.until(() => board.status?.outbox.waiting === 0, 'the outbox to be empty');
    expect(board.status?.outbox.attention).toBe(0);
  });

  it('a driver says to be on the way and then here: on the board without a receiver, known by phone', async () => {
    const driver = await registerDriver(watch.url, { plate: '31오4242' });
    const { preorderId } = await order(driver, siteId);
    const say = (word: Parameters<typeof driver.phone.phone.sayOnTheWay>[0]['word']) =>
      driver.phone.phone.sayOnTheWay({ preorderId, word });
    const shown = () => [...board.visits.values()].find((visit) => visit.plateTail === '4242');
    const inAMinute = serverClock.nowMs() + 60_000;
    await say({ kind: 'coming', expectedAtMs: inAMinute });
    await board.until(() => shown()?.pickup?.expectedAtMs !== undefined, 'the word');
    expect(shown()).toMatchObject({ presence: 'approaching', knownBy: 'phone', arrivedAtMs: null });
    await say({ kind: 'taken-back' });
    await board.until(() => shown() === undefined, 'nobody on the way');
    await say({ kind: 'here', bay: null });
    await board.until(() => shown()?.presence === 'arrived', 'the arrival');
    expect(shown()).toMatchObject({ knownBy: 'phone' });
    const { preorder } = await driver.phone.phone.getPreorder({ preorderId });
    expect(preorder.onTheWay).toMatchObject({ kind: 'here', bay: null });
    await driver.phone.phone.cancelPreorder({ preorderId });
    expect((await driver.phone.phone.getPreorder({ preorderId })).preorder.onTheWay).toBeUndefined();
  });

  it('handed over here and cancelled there while apart: a manager sees the conflict, neither is overwritten', async () => {
    const driver = await registerDriver(watch.url, { plate: '22사3456' });
    const preorder = await order(driver, siteId);
    const visit = await drivesIn(driver, bay);
    const { link, core } = fixture.station;
    // The line of the station is cut; the server and the phone still see each other.
    await link.stop();
    await handOver(visit);
    await driver.phone.phone.cancelPreorder({ preorderId: preorder.preorderId });
    board.close();
    await fixture.halt();
    await fixture.startAgain();
    kiosk = await fixture.signIn('manager');
    board = await WatchedBoard.open(kiosk);
    expect(core).not.toBe(fixture.station.core);
    await board.until(() => (board.status?.outbox.attention ?? 0) >= 1, 'the conflict');
    const { items } = await kiosk.log.attention({});
    expect(items.some((item) => item.visitId === visit.visitId)).toBe(true);
    expect((await driver.phone.phone.getPreorder({ preorderId: preorder.preorderId })).preorder.state).toBe(
      'cancelled',
    );
    const kept = await kiosk.visits.get({ visitId: visit.visitId });
    expect(kept.visit.pickup?.state).toBe('handed-over');
  });

  it('enrols once: again is refused, and a wrong pairing code too', async () => {
    const again = kiosk.setup.enrol({
      idempotencyKey: newId(),
      serverUrl: watch.url,
      pairingCode: 'WRONG-CODE',
    });
    await expect(again).rejects.toMatchObject({ code: 'REFUSED', data: { reason: 'already-enrolled' } });
    const fresh = await StationFixture.start();
    try {
      const installer = await fresh.signIn('installer');
      const enrol = (serverUrl: string) =>
        installer.setup.enrol({ idempotencyKey: newId(), serverUrl, pairingCode: 'WRONG-CODE' });
      await expect(enrol(watch.url)).rejects.toMatchObject({ data: { reason: 'pairing-code-refused' } });
      await expect(enrol('http://127.0.0.1:1')).rejects.toMatchObject({
        data: { reason: 'server-unreachable' },
      });
      expect((await installer.setup.site({})).enrolled).toBe(false);
    } finally {
      await fresh.end();
    }
  });
});
