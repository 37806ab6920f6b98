/**
 * Charges with both ends real: a station and the payment server in one process, and phones that are plain
 * calls of the public API. The car is checked in by hand: how it is heard is tested elsewhere.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issuePairingCode, type RunningServer, startServer } from '../../server/index.ts';
import { setSiteRules } from '../../server/sites/index.ts';
import { authCode, authCodeChallenge } from '../../shared/auth-code/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { ChargeView, VisitView } from '../../shared/station-contract/index.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { order, registerDriver, serverClient, type TestDriver } from '../support/server-client.ts';
import { withStore } from '../support/store-template.ts';
import { type Kiosk, StationFixture, WatchedBoard } from './station-fixture.ts';

describe('charges between a station and the payment server', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'station-charges-'));
  const serverDir = join(folder, 'server');
  let server: RunningServer;
  let watch: ContractWatch;
  let siteId: string;
  let fixture: StationFixture;
  let kiosk: Kiosk;
  let board: WatchedBoard;
  let driver: TestDriver;
  let visit: VisitView;
  let plates = 1000;

  beforeAll(async () => {
    server = await startServer({ dataDir: await withStore(serverDir), demo: true });
    watch = await ContractWatch.open(() => server.url);
    siteId = server.demo?.siteId ?? '';
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
    await watch.close();
    const asked = [
      'requestCharge',
      'refundPayment',
      'cancelPaymentRequest',
      'getPaymentRequest',
      'statement',
    ];
    expect(watch.missing(asked, 'site')).toEqual([]);
  });

  // A station and a car of its own for each test, on the same server.
  beforeEach(async () => {
    plates += 1;
    driver = await registerDriver(watch.url, { plate: `12가${plates}` });
    // What makes the site expect this car.
    await order(driver, siteId);
    fixture = await StationFixture.start({
      serverUrl: watch.url,
      pairingCode: await issuePairingCode(server.app, siteId),
    });
    await open();
    await until(() => fixture.station.core.visits.knowsCode(driver.code, Date.now()), 'the expected list');
    const input = { plate: driver.plate, laneId: 'bay-1', purpose: 'pickup' as const, pickupNumber: null };
    visit = (await kiosk.visits.checkIn({ idempotencyKey: newId(), ...input })).visit;
    await until(() => fixture.station.core.outbox.counts().waiting === 0, 'the arrival to be reported');
  });
  afterEach(async () => {
    board.close();
    await fixture.end();
  });

  async function open(): Promise<void> {
    kiosk = await fixture.signIn('manager');
    board = await WatchedBoard.open(kiosk);
  }
  /** The station's process ends and starts again on its records. */
  async function restart(): Promise<void> {
    board.close();
    await fixture.halt();
    await fixture.startAgain();
    await open();
  }
  async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (const giveUpAtMs = Date.now() + 12_000; Date.now() < giveUpAtMs; await delay(30)) {
      if (await holds()) return;
    }
    throw new Error(`waited in vain for ${what}`);
  }
  async function charge(amountMinor = 12_000, verification: 'jack' | 'phone' = 'jack'): Promise<ChargeView> {
    const { visitId } = visit;
    const input = { idempotencyKey: newId(), visitId, amountMinor, note: 'Car wash', verification };
    return (await kiosk.charges.request(input)).charge;
  }
  async function now(chargeId: string): Promise<ChargeView> {
    const found = (await kiosk.charges.list({ day: null })).charges.find((c) => c.chargeId === chargeId);
    if (found === undefined) throw new Error('not among today’s charges');
    return found;
  }
  const becomes = (chargeId: string, state: ChargeView['state']) =>
    until(async () => (await now(chargeId)).state === state, `the charge to be ${state}`);
  async function asked(): Promise<PaymentRequest> {
    const { phone } = driver.phone;
    await until(async () => (await phone.approvals({})).waiting.length > 0, 'the phone to be asked');
    const { waiting } = await phone.approvals({});
    const [request] = waiting;
    if (request === undefined || waiting.length > 1) throw new Error(`asked ${waiting.length} times`);
    return request;
  }
  async function approve(request: PaymentRequest): Promise<void> {
    const { amount, paymentRequestId, verification } = request;
    const challenge = authCodeChallenge({ siteId, paymentRequestId, ...amount });
    const jack = { authCode: authCode(driver.authenticationKey, challenge, Date.now()) };
    const phone = { paymentMethodId: driver.paymentMethodId };
    await driver.phone.phone.answerApproval({
      paymentRequestId,
      decision: { answer: 'approve', siteId, amount, ...(verification === 'phone' ? phone : jack) },
    });
  }
  const refund = (chargeId: string, amountMinor: number) =>
    kiosk.charges.refund({
      idempotencyKey: newId(),
      chargeId,
      amountMinor,
      reason: 'Brushes broke down',
      managerId: null,
      pin: null,
    });
  /** What the server's books say of this payment. */
  async function books(paymentRequestId: string): Promise<Array<[string, number]>> {
    const credential = fixture.station.core.settings.enrolment()?.credential ?? '';
    const span = { fromMs: Date.now() - 3_600_000, toMs: Date.now() + 60_000 };
    const { lines } = await serverClient(watch.url, credential).site.statement(span);
    return lines
      .filter((line) => line.paymentRequestId === paymentRequestId)
      .map((line) => [line.movement, line.amount.amountMinor]);
  }
  const settled = () => until(() => fixture.station.core.outbox.counts().waiting === 0, 'an empty outbox');
  const attention = () => fixture.station.core.outbox.counts().attention;

  it('asked at the counter, approved with the jack’s code, paid, and given back in two parts', async () => {
    const made = await charge();
    const request = await asked();
    expect(request).toMatchObject({
      kind: 'charge',
      paymentRequestId: made.paymentRequestId,
      amount: { amountMinor: 12_000, currency: 'KRW' },
      verification: 'jack',
      description: 'Car wash',
    });
    await approve(request);
    await becomes(made.chargeId, 'paid');
    await refund(made.chargeId, 5_000);
    await refund(made.chargeId, 7_000);
    await until(
      async () => (await now(made.chargeId)).refunds.every((r) => r.state === 'given-back'),
      'both refunds',
    );
    expect(await books(made.paymentRequestId)).toEqual([
      ['taken', 12_000],
      ['given-back', 5_000],
      ['given-back', 7_000],
    ]);
    await expect(refund(made.chargeId, 1)).rejects.toMatchObject({ data: { reason: 'refund-too-much' } });
    expect(attention()).toBe(0);
  });

  it('with the server down charges and refunds are queued, survive a power cut, and count once', async () => {
    const earlier = await charge(9_000);
    await approve(await asked());
    await becomes(earlier.chargeId, 'paid');
    await settled();

    const { port } = server;
    await server.close();
    await refund(earlier.chargeId, 4_000);
    const made = await charge(3_500);
    expect(made).toMatchObject({ state: 'waiting', approval: { asked: false }, sync: 'waiting' });
    await until(() => board.status?.server.state === 'unreachable', 'the station to notice');
    await restart();
    expect(await now(made.chargeId)).toMatchObject({ state: 'waiting', sync: 'waiting' });

    server = await startServer({ dataDir: serverDir, demo: true, port });
    await approve(await asked());
    await becomes(made.chargeId, 'paid');
    await settled();
    expect((await now(earlier.chargeId)).refunds.map((r) => r.state)).toEqual(['given-back']);
    expect(await books(earlier.paymentRequestId)).toEqual([
      ['taken', 9_000],
      ['given-back', 4_000],
    ]);
    expect(await books(made.paymentRequestId)).toEqual([['taken', 3_500]]);
    expect(attention()).toBe(0);
  });

  it('below the site’s amount the phone alone completes the payment', async () => {
    // One rule, the server's: the station hears of it by itself and takes it over.
    const ruleOf = async (jackRequiredFromMinor: number) => {
      await setSiteRules(server.app, siteId, { jackRequiredFromMinor });
      await until(
        async () => (await kiosk.setup.site({})).site.jackRequiredFromMinor === jackRequiredFromMinor,
        'the site’s rule',
      );
    };
    await ruleOf(10_000);
    const changes = { jackRequiredFromMinor: 0 };
    await expect(kiosk.setup.updateSite({ idempotencyKey: newId(), changes })).rejects.toMatchObject({
      data: { reason: 'set-by-server' },
    });
    await expect(charge(10_000, 'phone')).rejects.toMatchObject({ data: { reason: 'jack-code-required' } });
    const made = await charge(9_999, 'phone');
    const request = await asked();
    expect(request.verification).toBe('phone');
    await approve(request);
    await becomes(made.chargeId, 'paid');
    await ruleOf(0);
  });

  it('cancelled before the driver answers it is cancelled, and the phone is not asked any more', async () => {
    const made = await charge();
    await asked();
    await kiosk.charges.cancel({ idempotencyKey: newId(), chargeId: made.chargeId });
    await becomes(made.chargeId, 'cancelled');
    expect((await driver.phone.phone.approvals({})).waiting).toEqual([]);
    expect(await books(made.paymentRequestId)).toEqual([]);
  });

  it('cancelled too late it is looked up and shown as paid, and troubles no manager', async () => {
    const made = await charge();
    const request = await asked();
    await until(async () => (await now(made.chargeId)).approval.asked, 'the server’s answer');
    // The station’s line is cut: it does not hear that the driver was quicker.
    await fixture.station.link.stop();
    await approve(request);
    const { chargeId } = made;
    const cancelling = await kiosk.charges.cancel({ idempotencyKey: newId(), chargeId });
    expect(cancelling.charge).toMatchObject({ state: 'waiting', cancelAsked: true });
    await restart();
    await becomes(chargeId, 'paid');
    await settled();
    expect(attention()).toBe(0);
    expect(await books(made.paymentRequestId)).toEqual([['taken', 12_000]]);
  });
});
