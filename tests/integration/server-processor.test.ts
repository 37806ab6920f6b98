/** The processor's mishaps, each chosen by a test card, and what it says by itself. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { movedMoney, sandboxProcessor, startServer } from '../../server/index.ts';
import { type ProcessorAnswer, stripeProcessor } from '../../server/processor/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { chargeOf, done } from '../support/answers/scene.ts';
import { folderWithStore } from '../support/store-template.ts';
import { call, type Driver, Lot, onPostgres } from './server-fixture.ts';

onPostgres('the processor', (lotNow) => {
  const moved = (driver: Driver) => movedMoney(lotNow().server.app.db, driver.processorToken);
  /** A charge that its driver has approved: what came of it, and how to ask for it again. */
  async function charged(card: string, amountMinor = 9_000) {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ card });
    const before = await moved(driver);
    const visitId = await lot.arrive(site, driver, 'bay');
    const amount = { amountMinor, currency: 'KRW' };
    const { paymentRequest } = await done(chargeOf(lot, site, driver, visitId, { amount }));
    const yes = lot.approval(driver, paymentRequest);
    const { body } = await lot.answer(driver, paymentRequest.paymentRequestId, yes);
    const since = async () => {
      const now = await moved(driver);
      return {
        held: now.held - before.held,
        captured: now.captured - before.captured,
        captures: now.captures - before.captures,
        released: now.released - before.released,
        refunded: now.refunded - before.refunded,
      };
    };
    const now = () => lot.request(site, paymentRequest.paymentRequestId);
    return { lot, site, driver, first: body.paymentRequest, since, now };
  }
  const pass = async (ms: number) => {
    lotNow().clock.advance(ms);
    await lotNow().server.tick();
  };

  it('tok_declined: a card that is refused pays nothing, and the driver reads so', async () => {
    const { first, since } = await charged('tok_declined');
    expect(first).toMatchObject({ state: 'declined', reason: 'card-declined', captured: null });
    expect(await since()).toMatchObject({ held: 0, captured: 0 });
  });

  it('tok_capture_declined: what cannot be taken is not held either', async () => {
    const { first, since } = await charged('tok_capture_declined');
    expect(first).toMatchObject({ state: 'declined', reason: 'capture-declined' });
    await pass(2_000);
    expect(await since()).toMatchObject({ held: 0, captured: 0, released: 0 });
  });

  it.each([
    'tok_timeout_after_hold',
    'tok_timeout_before',
    'tok_capture_timeout',
    'tok_capture_timeout_before',
  ])('%s: unknown, looked up, paid once', async (card) => {
    const { first, since, now } = await charged(card);
    expect(first.state).toBe('unknown');
    for (let i = 0; i < 3; i++) await pass(2_000);
    expect(await now()).toMatchObject({ state: 'paid', captured: { amountMinor: 9_000 } });
    expect(await since()).toMatchObject({ held: 9_000, captured: 9_000, captures: 1 });
  });

  it('tok_down: nothing is ever known, nothing moves, and nobody may be asked again meanwhile', async () => {
    const { lot, site, driver, first, since, now } = await charged('tok_down');
    expect(first.state).toBe('unknown');
    for (let i = 0; i < 6; i++) await pass(60_000);
    expect((await now()).state).toBe('unknown');
    const again = await lot.answer(driver, first.paymentRequestId, lot.approval(driver, first));
    expect(again.body.code).toBe('request-not-waiting');
    const cancel = `/v1/site/payment-requests/${first.paymentRequestId}/cancel`;
    expect((await lot.call(site.token, 'POST', cancel, { reason: 'x' })).body.code).toBe(
      'request-not-waiting',
    );
    expect(await since()).toMatchObject({ held: 0, captured: 0 });
  });

  it('tok_outage: while nothing can be taken nothing is held; it is taken once that is back, once', async () => {
    const { first, since, now } = await charged('tok_outage');
    expect(first.state).toBe('unknown');
    expect(await since()).toMatchObject({ held: 0, captured: 0 });
    await pass(1_500);
    expect((await now()).state).toBe('unknown');
    for (let i = 0; i < 6; i++) await pass(15_000);
    expect((await now()).state).toBe('paid');
    expect(await since()).toMatchObject({ held: 9_000, captured: 9_000, captures: 1 });
  });

  it('tok_callback_twice: the processor’s own word ends the wait, and its second word changes nothing', async () => {
    const { first, since, now } = await charged('tok_callback_twice');
    expect(first.state).toBe('unknown');
    for (let i = 0; i < 4; i++) await pass(2_000);
    const paid = await now();
    expect(paid).toMatchObject({ state: 'paid', captured: { amountMinor: 9_000 } });
    expect(await since()).toMatchObject({ held: 9_000, captured: 9_000, captures: 1 });
    await pass(60_000);
    expect(await now()).toEqual(paid);
  });

  it('tok_callback_late: what was looked up long ago is not changed by the word that comes after', async () => {
    const { first, since, now } = await charged('tok_callback_late');
    expect(first.state).toBe('unknown');
    await pass(2_000);
    const paid = await now();
    expect(paid.state).toBe('paid');
    await pass(61_000);
    await pass(1_000);
    expect(await now()).toEqual(paid);
    expect(await since()).toMatchObject({ captured: 9_000, captures: 1 });
  });

  it.each(['tok_void_timeout', 'tok_refund_timeout'])(
    '%s: given back once, however often it is looked up',
    async (card) => {
      const { lot, site, driver, first, since } = await charged(card);
      const path = `/v1/site/payment-requests/${first.paymentRequestId}/refunds`;
      const refund = { refundId: newId(), amount: { amountMinor: 4_000, currency: 'KRW' }, reason: 'x' };
      await done(lot.call(site.token, 'POST', path, refund));
      const { preorder } = await done(lot.preorder(site, driver));
      await done(lot.call(driver.token, 'POST', `/v1/preorders/${preorder.preorderId}/cancel`));
      for (let i = 0; i < 3; i++) await pass(3_000);
      expect(await since()).toMatchObject({ captured: 9_000, refunded: 4_000, released: 13_200 });
    },
  );
});

async function settled(until: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await until()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('a signed callback over HTTP makes an unknown payment known; doubled, out of order, old and forged ones do nothing', async () => {
  const clock = new ManualClock();
  const secret = 'whsec_test';
  // What the processor knows, and whether it says so yet.
  let silent = true;
  let lookups = 0;
  const server = await startServer({
    dataDir: await folderWithStore(),
    clock,
    processor: (base) => {
      const sandbox = sandboxProcessor(base.db, base.clock);
      const hidden = (answer: ProcessorAnswer): ProcessorAnswer =>
        silent ? { outcome: 'unknown', detail: 'no answer' } : answer;
      return {
        ...sandbox,
        purchase: async (ask) => hidden(await sandbox.purchase(ask)),
        lookup: async (reference, about) => {
          lookups++;
          const known = await sandbox.lookup(reference, about);
          return known === null ? null : hidden(known);
        },
        readCallback: stripeProcessor({
          secretKey: 'sk_test_1',
          webhookSecrets: [secret],
          nowMs: () => clock.nowMs(),
        }).readCallback,
      };
    },
  });
  const lot = new Lot(server, clock, async () => server);
  const post = async (type: string, object: object, at = clock.nowMs(), by = secret) => {
    const body = JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });
    const t = Math.floor(at / 1000);
    const v1 = createHmac('sha256', by).update(`${t}.${body}`).digest('hex');
    const response = await fetch(`${server.url}/v1/processor/callbacks`, {
      method: 'POST',
      headers: { 'stripe-signature': `t=${t},v1=${v1}` },
      body,
    });
    return response.status;
  };
  try {
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    const { paymentRequest } = await done(chargeOf(lot, site, driver, visitId));
    const { body } = await lot.answer(
      driver,
      paymentRequest.paymentRequestId,
      lot.approval(driver, paymentRequest),
    );
    expect(body.paymentRequest.state).toBe('unknown');
    const { tables } = await import('../../server/db/index.ts');
    const [operation] = await server.app.db.select().from(tables.processorOperations);
    const intent = { id: 'pi_1', object: 'payment_intent', metadata: { reference: operation?.id } };
    const now = (): Promise<PaymentRequest> => lot.request(site, paymentRequest.paymentRequestId);
    silent = false;
    // Forged and old: not even a look-up.
    expect(await post('payment_intent.succeeded', intent, clock.nowMs(), 'whsec_forged')).toBe(401);
    expect(await post('payment_intent.succeeded', intent, clock.nowMs() - 360_000)).toBe(401);
    expect([lookups, (await now()).state]).toEqual([0, 'unknown']);
    // Out of order: it says "cancelled", and what is true is looked up.
    expect(await post('payment_intent.canceled', intent)).toBe(200);
    await settled(async () => (await now()).state === 'paid');
    const paid = await now();
    expect(paid).toMatchObject({ state: 'paid', captured: { amountMinor: 9_000 } });
    const asked = lookups;
    for (const type of ['payment_intent.succeeded', 'payment_intent.succeeded', 'payment_intent.canceled']) {
      expect(await post(type, intent)).toBe(200);
    }
    expect(await post('payment_intent.succeeded', { ...intent, metadata: { reference: 'x' } })).toBe(200);
    expect(await post('customer.created', { id: 'cus_1' })).toBe(200);
    await server.tick();
    expect([lookups, await now()]).toEqual([asked, paid]);
    expect(await movedMoney(server.app.db)).toMatchObject({ captures: 1, captured: 9_000 });
    const large = await fetch(`${server.url}/v1/processor/callbacks`, {
      method: 'POST',
      body: 'x'.repeat(300_000),
    });
    expect(large.status).toBe(413);
  } finally {
    await server.close();
  }
  const without = await startServer({ dataDir: await folderWithStore() });
  expect((await call(without.url, null, 'POST', '/v1/processor/callbacks', {})).status).toBe(404);
  await without.close();
});
