import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { movedMoney } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { onBothStores } from './server-fixture.ts';

onBothStores('the payment server', (lotNow) => {
  const moved = (card: string) => movedMoney(lotNow().server.app.db, card);

  it('a preorder is paid, found by the jack’s code at its site only, handed over and captured', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const elsewhere = await lot.site();
    const driver = await lot.driver();
    const made = await lot.preorder(site, driver);
    expect(made.status).toBe(200);
    const { preorder } = made.body;
    expect(preorder).toMatchObject({
      payment: 'held',
      state: 'open',
      number: 'A00',
      paid: { amountMinor: 13_200, currency: 'KRW' },
    });
    expect(await moved(driver.processorToken)).toMatchObject({ held: 13_200, captured: 0 });

    const heard = await lot.report(site, driver.code);
    expect(heard.body).toMatchObject({
      known: true,
      car: {
        jackId: driver.jackId,
        vehicle: { plate: '12가3456' },
        preorders: [{ preorderId: preorder.preorderId }],
      },
    });
    expect((await lot.report(elsewhere, driver.code)).body).toMatchObject({
      known: true,
      car: { preorders: [] },
    });

    const visitId = await lot.arrive(site, driver, 'bay');
    const ready = await lot.call(site.token, 'POST', `/v1/site/preorders/${preorder.preorderId}/ready`, {
      atMs: 1,
    });
    expect(ready.body).toMatchObject({ preorder: { state: 'ready' } });
    const handedOver = { visitId, handedOverAtMs: lot.clock.nowMs(), staffName: 'Minji' };
    const path = `/v1/site/preorders/${preorder.preorderId}/handed-over`;
    expect((await lot.call(elsewhere.token, 'POST', path, handedOver)).status).toBe(404);
    const done = await lot.call(site.token, 'POST', path, handedOver);
    expect(done.body).toMatchObject({ preorder: { state: 'handed-over', payment: 'captured' } });
    expect((await lot.call(site.token, 'POST', path, handedOver)).status).toBe(200);
    expect(await moved(driver.processorToken)).toMatchObject({ captured: 13_200, captures: 1 });
    expect((await lot.report(site, driver.code)).body).toMatchObject({ car: { preorders: [] } });
  });

  it('an item that is not available is not paid for; with nothing left everything is released', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { preorder } = (await lot.preorder(site, driver)).body;
    const [latte, bread] = preorder.items;
    const unavailable = (itemId: string | undefined) =>
      lot.call(site.token, 'POST', `/v1/site/preorders/${preorder.preorderId}/items/${itemId}/unavailable`, {
        atMs: 1,
      });
    expect((await unavailable(bread?.itemId)).body).toMatchObject({
      preorder: { paid: { amountMinor: 10_000 } },
    });
    expect((await unavailable(newId())).body.code).toBe('item-not-found');
    expect((await unavailable(latte?.itemId)).body).toMatchObject({
      preorder: { paid: { amountMinor: 0 }, state: 'cancelled', payment: 'voided' },
    });
    expect(await moved(driver.processorToken)).toMatchObject({ held: 13_200, captured: 0, released: 13_200 });
  });

  it('captures only what was available', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { preorder } = (await lot.preorder(site, driver)).body;
    const path = `/v1/site/preorders/${preorder.preorderId}`;
    await lot.call(site.token, 'POST', `${path}/items/${preorder.items[0]?.itemId}/unavailable`, { atMs: 1 });
    const visitId = await lot.arrive(site, driver, 'bay');
    await lot.call(site.token, 'POST', `${path}/handed-over`, { visitId, handedOverAtMs: 1, staffName: 'M' });
    expect(await moved(driver.processorToken)).toMatchObject({ captured: 3200, captures: 1 });
  });

  it('the driver cancels an open preorder and gets everything back; a prepared one stays', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const one = (await lot.preorder(site, driver)).body.preorder.preorderId;
    const cancelled = await lot.call(driver.token, 'POST', `/v1/preorders/${one}/cancel`);
    expect(cancelled.body).toMatchObject({ preorder: { state: 'cancelled', payment: 'voided' } });
    expect(await moved(driver.processorToken)).toMatchObject({ released: 13_200, captured: 0 });
    const two = (await lot.preorder(site, driver)).body.preorder.preorderId;
    await lot.call(site.token, 'POST', `/v1/site/preorders/${two}/ready`, { atMs: 1 });
    expect((await lot.call(driver.token, 'POST', `/v1/preorders/${two}/cancel`)).body.code).toBe(
      'preorder-not-open',
    );
    const late = await lot.call(site.token, 'POST', `/v1/site/preorders/${one}/handed-over`, {
      visitId: newId(),
      handedOverAtMs: 1,
      staffName: 'M',
    });
    expect(late.body.code).toBe('preorder-not-open');
  });

  it('a declined card makes no preorder, and the site never hears of it', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ card: 'tok_declined' });
    const key = randomUUID();
    const refused = await lot.preorder(site, driver, key);
    expect(refused).toMatchObject({
      status: 402,
      type: 'application/problem+json',
      body: { code: 'card-declined' },
    });
    expect((await lot.preorder(site, driver, key)).body).toEqual(refused.body);
    expect((await lot.report(site, driver.code)).body).toMatchObject({ car: { preorders: [] } });
  });

  it('money held behind a lost answer is found by look-up, not held again', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ card: 'tok_timeout_after_hold' });
    const made = await lot.preorder(site, driver);
    expect(made.body).toMatchObject({ preorder: { payment: 'unknown' } });
    const before = await moved('tok_timeout_after_hold');
    lot.clock.advance(2_000);
    await lot.server.tick();
    const { preorderId } = made.body.preorder;
    expect((await lot.call(driver.token, 'GET', `/v1/preorders/${preorderId}`)).body).toMatchObject({
      preorder: { payment: 'held' },
    });
    expect(await moved('tok_timeout_after_hold')).toEqual(before);
    expect((await lot.report(site, driver.code)).body).toMatchObject({
      car: { preorders: [{ preorderId }] },
    });
  });

  it('a preorder cancelled while nobody knows whether it was paid is released once that is known', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ card: 'tok_timeout_after_hold' });
    const made = await lot.preorder(site, driver);
    const before = await moved('tok_timeout_after_hold');
    await lot.call(driver.token, 'POST', `/v1/preorders/${made.body.preorder.preorderId}/cancel`);
    lot.clock.advance(2_000);
    await lot.server.tick();
    await lot.server.tick();
    const after = await moved('tok_timeout_after_hold');
    expect(after.released - before.released).toBe(13_200);
  });

  it('a refuel is completed, approved with the jack’s code and paid exactly once', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ plate: '서울12가 9876' });
    const visitId = await lot.arrive(site, driver);
    const byDigits = await lot.call<{ cars: unknown[] }>(site.token, 'GET', '/v1/site/cars?digits=9876');
    expect(byDigits.body.cars).toMatchObject([
      { visitId, jackId: driver.jackId, vehicle: { plate: '서울12가 9876' } },
    ]);
    expect((await lot.call(site.token, 'GET', '/v1/site/cars?digits=1111')).body).toEqual({ cars: [] });

    const refuelId = newId();
    const completion = lot.completion(driver, visitId);
    const asked = await lot.complete(site, refuelId, completion);
    expect(asked.body.paymentRequest).toMatchObject({
      state: 'waiting',
      kind: 'refuel',
      siteName: 'Test site',
      captured: null,
    });
    const waiting = await lot.call(driver.token, 'GET', '/v1/approvals');
    expect(waiting.body).toMatchObject({ waiting: [{ paymentRequestId: completion.paymentRequestId }] });
    const paid = await lot.answer(
      driver,
      completion.paymentRequestId,
      lot.approval(driver, asked.body.paymentRequest),
    );
    expect(paid.body.paymentRequest).toMatchObject({
      state: 'paid',
      captured: { amountMinor: 64_988, currency: 'KRW' },
    });
    // The site sends it again, with the same and with another key: the same request, no second payment.
    expect((await lot.complete(site, refuelId, completion)).body.paymentRequest).toMatchObject({
      state: 'paid',
    });
    expect((await lot.complete(site, refuelId, lot.completion(driver, visitId))).body.code).toBe('conflict');
    expect(await moved(driver.processorToken)).toMatchObject({
      authorisations: 1,
      captures: 1,
      captured: 64_988,
    });
  });

  it('a refuel of a car that did not enter, or with an amount that does not follow, is refused', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const elsewhere = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const completion = lot.completion(driver, visitId);
    expect((await lot.complete(elsewhere, newId(), completion)).body.code).toBe('car-did-not-enter');
    expect((await lot.complete(site, newId(), { ...completion, visitId: newId() })).body.code).toBe(
      'car-did-not-enter',
    );
    const wrong = { ...completion, amount: { amountMinor: 99_999, currency: 'KRW' } };
    expect((await lot.complete(site, newId(), wrong)).body.code).toBe('amount-disagrees');
    const dollars = { ...completion, amount: { ...completion.amount, currency: 'USD' } };
    expect((await lot.complete(site, newId(), dollars)).body.code).toBe('amount-disagrees');
  });

  it('an approval bent in any field is refused with its own reason, and moves nothing', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const cases: [string, Parameters<typeof lot.approval>[2], object, string][] = [
      ['signed for another site', { siteId: newId() }, {}, 'auth-code-wrong'],
      ['signed for another amount', { amountMinor: 1 }, {}, 'auth-code-wrong'],
      ['signed for another currency', { currency: 'USD' }, {}, 'auth-code-wrong'],
      ['signed for another request', { requestId: newId() }, {}, 'auth-code-wrong'],
      ['signed by another jack', { key: randomBytes(32) }, {}, 'auth-code-wrong'],
      ['signed five minutes ago', { atMs: lot.clock.nowMs() - 300_000 }, {}, 'auth-code-stale'],
      [
        'for another amount than asked',
        {},
        { amount: { amountMinor: 5, currency: 'KRW' } },
        'amount-mismatch',
      ],
      ['for another site than asks', {}, { siteId: newId() }, 'site-mismatch'],
    ];
    for (const [what, bend, change, code] of cases) {
      const visitId = await lot.arrive(site, driver);
      const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
      const { decision } = lot.approval(driver, paymentRequest, bend);
      const refused = await lot.answer(driver, paymentRequest.paymentRequestId, {
        decision: { ...decision, ...change },
      });
      expect([what, refused.body.code]).toEqual([what, code]);
      expect((await lot.request(site, paymentRequest.paymentRequestId)).state).toBe('waiting');
    }
    expect(await moved(driver.processorToken)).toMatchObject({ authorisations: 0 });
  });

  it('five wrong codes decline the request; a retry of one wrong answer counts once', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    const wrong = lot.approval(driver, paymentRequest, { key: randomBytes(32) });
    const key = randomUUID();
    const answers: string[] = [];
    for (const k of [key, key, key, randomUUID(), randomUUID(), randomUUID(), randomUUID()]) {
      answers.push((await lot.answer(driver, paymentRequest.paymentRequestId, wrong, k)).body.code);
    }
    const w = 'auth-code-wrong';
    expect(answers).toEqual([w, w, w, w, w, w, 'too-many-attempts']);
    const right = await lot.answer(
      driver,
      paymentRequest.paymentRequestId,
      lot.approval(driver, paymentRequest),
    );
    expect(right.body.code).toBe('request-not-waiting');
    expect(await lot.request(site, paymentRequest.paymentRequestId)).toMatchObject({
      state: 'declined',
      reason: 'too-many-attempts',
    });
  });

  it('an authentication code is good once', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    const approval = lot.approval(driver, paymentRequest);
    await lot.answer(driver, paymentRequest.paymentRequestId, approval);
    expect((await lot.answer(driver, paymentRequest.paymentRequestId, approval)).body.code).toBe(
      'auth-code-replayed',
    );
    expect(await moved(driver.processorToken)).toMatchObject({ authorisations: 1, captures: 1 });
  });

  it('a driver’s no, and no answer in time, end the request; the refuel may then be asked for again', async () => {
    const lot = lotNow();
    const site = await lot.site({ approvalMs: 60_000 });
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const refuelId = newId();
    const first = (await lot.complete(site, refuelId, lot.completion(driver, visitId))).body.paymentRequest;
    const no = await lot.answer(driver, first.paymentRequestId, { decision: { answer: 'decline' } });
    expect(no.body.paymentRequest).toMatchObject({ state: 'declined', reason: 'driver-declined' });
    const second = (await lot.complete(site, refuelId, lot.completion(driver, visitId))).body.paymentRequest;
    expect(second.state).toBe('waiting');
    lot.clock.advance(60_000);
    const late = await lot.answer(driver, second.paymentRequestId, lot.approval(driver, second));
    expect(late.body.code).toBe('request-not-waiting');
    await lot.server.tick();
    expect(await lot.request(site, second.paymentRequestId)).toMatchObject({
      state: 'expired',
      reason: 'no-answer',
    });
    const third = (await lot.complete(site, refuelId, lot.completion(driver, visitId))).body.paymentRequest;
    const paid = await lot.answer(driver, third.paymentRequestId, lot.approval(driver, third));
    expect(paid.body.paymentRequest.state).toBe('paid');
    expect(await moved(driver.processorToken)).toMatchObject({ captures: 1, captured: 64_988 });
  });

  it.each([
    'tok_capture_timeout',
    'tok_capture_timeout_before',
    'tok_timeout_after_hold',
    'tok_timeout_before',
  ])(
    'after a time-out (%s) the payment is unknown, nobody can ask again, and the look-up settles it once',
    async (card) => {
      const lot = lotNow();
      const site = await lot.site();
      const driver = await lot.driver({ card });
      const before = await moved(card);
      const visitId = await lot.arrive(site, driver);
      const refuelId = newId();
      const { paymentRequest } = (await lot.complete(site, refuelId, lot.completion(driver, visitId))).body;
      const answered = await lot.answer(
        driver,
        paymentRequest.paymentRequestId,
        lot.approval(driver, paymentRequest),
      );
      expect(answered.body.paymentRequest.state).toBe('unknown');
      expect((await lot.complete(site, refuelId, lot.completion(driver, visitId))).body.code).toBe(
        'conflict',
      );
      for (let i = 0; i < 4; i++) {
        lot.clock.advance(3_000);
        await lot.server.tick();
      }
      expect(await lot.request(site, paymentRequest.paymentRequestId)).toMatchObject({ state: 'paid' });
      const after = await moved(card);
      expect(after.captured - before.captured).toBe(64_988);
      expect(after.captures - before.captures).toBe(1);
      expect(after.authorisations - before.authorisations).toBe(1);
    },
  );

  it('a request that the site cancels, or settles otherwise, can no longer be approved', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const one = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body.paymentRequest;
    const path = `/v1/site/payment-requests/${one.paymentRequestId}/cancel`;
    expect((await lot.call(site.token, 'POST', path, { reason: 'mistake' })).body).toMatchObject({
      paymentRequest: { state: 'cancelled', reason: 'mistake' },
    });
    expect((await lot.answer(driver, one.paymentRequestId, lot.approval(driver, one))).body.code).toBe(
      'request-not-waiting',
    );
    const refuelId = newId();
    const two = (await lot.complete(site, refuelId, lot.completion(driver, visitId))).body.paymentRequest;
    const cash = { paymentRequestId: two.paymentRequestId, tender: 'cash', reason: 'no phone', atMs: 1 };
    expect(
      (await lot.call(site.token, 'POST', `/v1/site/refuels/${refuelId}/settled-otherwise`, cash)).status,
    ).toBe(200);
    expect(await lot.request(site, two.paymentRequestId)).toMatchObject({
      state: 'cancelled',
      reason: 'settled-otherwise',
    });
    expect(await moved(driver.processorToken)).toMatchObject({ captures: 0, authorisations: 0 });
  });

  it('cash taken for what the driver has paid too is recorded, and said to be a conflict', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const refuelId = newId();
    const { paymentRequest } = (await lot.complete(site, refuelId, lot.completion(driver, visitId))).body;
    await lot.answer(driver, paymentRequest.paymentRequestId, lot.approval(driver, paymentRequest));
    const cash = { paymentRequestId: paymentRequest.paymentRequestId, tender: 'cash', reason: 'x', atMs: 1 };
    const answer = await lot.call(site.token, 'POST', `/v1/site/refuels/${refuelId}/settled-otherwise`, cash);
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await lot.request(site, paymentRequest.paymentRequestId)).state).toBe('paid');
  });

  it('money held at arrival is captured for the real amount, and the rest is not', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 100_000 });
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const asked = await lot.askedOf(driver);
    expect(asked).toMatchObject({ kind: 'refuel-reservation', amount: { amountMinor: 100_000 } });
    const held = await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
    expect(held.body.paymentRequest.state).toBe('approved');
    expect((await lot.report(site, driver.code)).body).toMatchObject({
      car: { reservation: { state: 'held' } },
    });
    const done = await lot.complete(site, newId(), lot.completion(driver, visitId));
    expect(done.body.paymentRequest).toMatchObject({
      state: 'paid',
      kind: 'refuel',
      captured: { amountMinor: 64_988 },
    });
    expect(await moved(driver.processorToken)).toMatchObject({
      held: 100_000,
      captured: 64_988,
      captures: 1,
    });
  });

  it('more than was reserved is never taken: the hold is released and the exact amount is asked for', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 50_000 });
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const asked = await lot.askedOf(driver);
    await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    expect(paymentRequest.state).toBe('waiting');
    await lot.server.tick();
    expect(await moved(driver.processorToken)).toMatchObject({ held: 50_000, released: 50_000, captured: 0 });
    const paid = await lot.answer(
      driver,
      paymentRequest.paymentRequestId,
      lot.approval(driver, paymentRequest),
    );
    expect(paid.body.paymentRequest.state).toBe('paid');
    expect(await moved(driver.processorToken)).toMatchObject({ captured: 64_988, captures: 1 });
  });

  it('a car that leaves without refueling gets its reservation back', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 50_000 });
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const asked = await lot.askedOf(driver);
    const { paymentRequestId } = asked;
    await lot.answer(driver, paymentRequestId, lot.approval(driver, asked));
    await lot.call(site.token, 'POST', '/v1/site/departures', {
      visitId,
      jackId: driver.jackId,
      departedAtMs: lot.clock.nowMs(),
    });
    await lot.server.tick();
    expect(await moved(driver.processorToken)).toMatchObject({ held: 50_000, released: 50_000, captured: 0 });
    expect(await lot.request(site, paymentRequestId)).toMatchObject({
      state: 'cancelled',
      reason: 'car-left',
    });
  });

  it('money held for a car whose departure nobody reported goes back by itself', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 50_000 });
    const driver = await lot.driver();
    await lot.arrive(site, driver);
    const asked = await lot.askedOf(driver);
    await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
    lot.clock.advance(2 * 3_600_000);
    await lot.server.tick();
    expect(await moved(driver.processorToken)).toMatchObject({ held: 50_000, released: 0 });
    lot.clock.advance(3_600_000);
    await lot.server.tick();
    expect(await moved(driver.processorToken)).toMatchObject({ held: 50_000, released: 50_000 });
    expect(await lot.request(site, asked.paymentRequestId)).toMatchObject({ reason: 'not-used-in-time' });
  });

  it('a car that leaves while its reservation is being captured has paid, and nothing is released', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 100_000 });
    const card = 'tok_capture_timeout_before';
    const before = await moved(card);
    const driver = await lot.driver({ card });
    const visitId = await lot.arrive(site, driver);
    const asked = await lot.askedOf(driver);
    await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    expect(paymentRequest.state).toBe('unknown');
    const left = { visitId, jackId: driver.jackId, departedAtMs: lot.clock.nowMs() };
    expect((await lot.call(site.token, 'POST', '/v1/site/departures', left)).status).toBe(200);
    lot.clock.advance(5_000);
    await lot.server.tick();
    expect(await lot.request(site, paymentRequest.paymentRequestId)).toMatchObject({ state: 'paid' });
    const after = await moved(card);
    expect([after.captured - before.captured, after.released - before.released]).toEqual([64_988, 0]);
  });
});
