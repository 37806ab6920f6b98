import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCart, movedMoney, sellGoods, setCartRules } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { CartPayment, DriverCart } from '../../shared/server-contract/index.ts';
import { type Driver, type Lot, onPostgres, readEvents } from './server-fixture.ts';

const seed = 20261121;
let numbers = 1;

async function shop(lot: Lot, phoneIsEnough = true) {
  const site = await lot.site();
  const { app } = lot.server;
  const piece = { siteId: site.siteId, soldBy: 'piece', nameKo: null } as const;
  await sellGoods(app, [
    { ...piece, barcode: '8800001', name: 'Milk', unitAmountMinor: 2900, weightGram: 1030 },
    { ...piece, barcode: '8800002', name: 'Crisps', unitAmountMinor: 1700, weightGram: 66 },
    {
      ...piece,
      soldBy: 'weight',
      barcode: '2000001',
      name: 'Bananas',
      unitAmountMinor: 3990,
      weightGram: null,
    },
  ]);
  if (phoneIsEnough) {
    const { tables } = await import('../../server/db/index.ts');
    const { eq } = await import('drizzle-orm');
    await app.db
      .update(tables.sites)
      .set({ jackRequiredFromMinor: 50_000 })
      .where(eq(tables.sites.id, site.siteId));
  }
  const made = await createCart(app, { siteId: site.siteId, number: numbers++ });
  const device = <T = { cart: Cart }>(path: string, body?: object, key?: string) =>
    lot.call<T>(made.token, 'POST', `/v1/cart-device/${path}`, body, key);
  const put = (barcode: string, more: { quantity?: number; weightGram?: number } = {}, key?: string) =>
    device('items', { goods: { barcode }, ...more }, key);
  const take = (driver: Driver, code = made.code) =>
    lot.call<{ cart: DriverCart }>(driver.token, 'POST', '/v1/cart', {
      cartCode: code,
      jackId: driver.jackId,
    });
  const of = (driver: Driver, tripId: string, verb: 'leave' | 'checkout', body = {}) =>
    lot.call<{ cart: DriverCart }>(driver.token, 'POST', `/v1/cart/${tripId}/${verb}`, body);
  const bySite = (verb: 'free' | 'acknowledgement' | 'checkout', body: object) =>
    lot.call<{ cart: Cart }>(site.token, 'POST', `/v1/site/carts/${made.cartId}/${verb}`, body);
  const now = async (): Promise<Cart> => {
    const { body } = await lot.call<{ carts: Cart[] }>(site.token, 'GET', '/v1/site/carts');
    const [cart] = body.carts;
    if (cart === undefined) throw new Error('the site has no cart');
    return cart;
  };
  const weigh = (measuredGram: number) => device('weighings', { measuredGram });
  return { site, ...made, put, take, of, bySite, now, weigh, device };
}

const approveOnPhone = async (lot: Lot, driver: Driver) => {
  const asked = await lot.askedOf(driver);
  return lot.answer(driver, asked.paymentRequestId, {
    decision: { answer: 'approve', siteId: asked.siteId, amount: asked.amount },
  });
};

onPostgres('smart carts', (lotNow) => {
  it('tie one cart to one user; a taken one is refused without saying whose it is, also to many at once', async () => {
    const lot = lotNow();
    const { take, code } = await shop(lot);
    const drivers = await Promise.all(Array.from({ length: 4 }, () => lot.driver()));
    const answers = await Promise.all(drivers.map((driver) => take(driver)));
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1);
    const refused = answers.filter((a) => a.body.code === 'cart-taken');
    expect(refused).toHaveLength(3);
    for (const { driverId, jackId } of drivers) {
      for (const { body } of refused)
        for (const secret of [driverId, jackId]) expect(JSON.stringify(body)).not.toContain(secret);
    }
    const winner = drivers[answers.findIndex((a) => a.status === 200)];
    if (winner === undefined) throw new Error('nobody got it');
    // Scanned again by the same user, typed without its dashes: still theirs, nothing new.
    const again = await take(winner, code.toLowerCase().replaceAll('-', ''));
    expect(again.body.cart).toEqual(answers.find((a) => a.status === 200)?.body.cart);
    expect((await take(winner, 'CART-0000-0000')).body.code).toBe('not-found');
  });

  it('give a user one cart only', async () => {
    const lot = lotNow();
    const [one, other] = [await shop(lot), await shop(lot)];
    const driver = await lot.driver();
    await one.take(driver);
    expect((await other.take(driver)).body.code).toBe('conflict');
    expect((await other.now()).state).toBe('free');
  });

  it('count pieces and weigh goods to the gram; the price of a kilogram is rounded half up', async () => {
    const lot = lotNow();
    const { take, put, device, now } = await shop(lot);
    await take(await lot.driver());
    await put('8800001', { quantity: 2 });
    const key = randomUUID();
    await Promise.all([1, 2, 3].map(() => put('8800001', {}, key)));
    const { body } = await put('2000001', { weightGram: 537 });
    // 3990 × 0.537 = 2142.63
    expect(body.cart.trip?.lines.map((l) => [l.name, l.quantity, l.amountMinor])).toEqual([
      ['Milk', 3, 8700],
      ['Bananas', 1, 2143],
    ]);
    expect(body.cart.trip?.total).toEqual({ amountMinor: 10_843, currency: 'KRW' });
    expect((await put('2000001')).body.code).toBe('invalid-request');
    const milk = body.cart.trip?.lines[0]?.lineId ?? '';
    const removal = (quantity: number) => device(`items/${milk}/removal`, { quantity });
    expect((await removal(4)).body.code).toBe('conflict');
    await removal(3);
    expect((await now()).trip?.lines.map((l) => l.name)).toEqual(['Bananas']);
    expect((await removal(1)).body.code).toBe('item-not-found');
  });

  it('need attention when the scale disagrees, until it agrees again or a person has looked at just this', async () => {
    const lot = lotNow();
    const { take, put, weigh, bySite, now, of } = await shop(lot);
    const driver = await lot.driver();
    const { tripId } = (await take(driver)).body.cart.trip;
    await put('8800001');
    expect((await now()).trip?.weight).toMatchObject({ expectedGram: 1030, verdict: 'waiting' });
    expect((await weigh(1040)).body.cart).toMatchObject({ state: 'in-use' });
    expect((await weigh(1900)).body.cart).toMatchObject({
      state: 'needs-attention',
      trip: { attention: ['weight'], weight: { verdict: 'too-heavy' } },
    });
    expect((await of(driver, tripId, 'checkout', { asPickup: false })).body.code).toBe(
      'cart-needs-attention',
    );
    const { version } = await now();
    const stale = { tripId, version: version - 1, staffName: 'x' };
    expect((await bySite('acknowledgement', stale)).body.code).toBe('conflict');
    const looked = await bySite('acknowledgement', { ...stale, version });
    expect(looked.body.cart.state).toBe('in-use');
    // Other contents, or another weight: looked at anew.
    expect((await weigh(1700)).body.cart.state).toBe('needs-attention');
    await put('8800002');
    expect((await weigh(300)).body.cart.trip?.weight.verdict).toBe('too-light');
  });

  it('flag what the site does not know, and do not let it out unlooked', async () => {
    const lot = lotNow();
    const { take, put, bySite, of } = await shop(lot);
    const driver = await lot.driver();
    const { tripId } = (await take(driver)).body.cart.trip;
    await put('8800001');
    const { cart } = (await put('9999999')).body;
    expect(cart).toMatchObject({ state: 'needs-attention', trip: { attention: ['unknown-item'] } });
    expect(cart.trip?.lines[1]).toMatchObject({ name: '9999999', known: false, amountMinor: 0 });
    expect((await of(driver, tripId, 'checkout', { asPickup: false })).status).toBe(409);
    await bySite('acknowledgement', { tripId, version: cart.version, staffName: 'x' });
    expect((await of(driver, tripId, 'checkout', { asPickup: false })).status).toBe(200);
  });

  it('cost what a cashier says for what the site does not know, from then on for the same barcode too', async () => {
    const lot = lotNow();
    const { take, put, of, device, cartId, site, now } = await shop(lot);
    const driver = await lot.driver();
    const { tripId } = (await take(driver)).body.cart.trip;
    const milk = (await put('8800001')).body.cart.trip?.lines[0]?.lineId ?? '';
    const unknown = (await put('9999999', { quantity: 2 })).body.cart.trip?.lines[1]?.lineId ?? '';
    const price = (lineId: string, more: object = {}, token = site.token) =>
      lot.call<{ cart: Cart }>(token, 'POST', `/v1/site/carts/${cartId}/items/${lineId}/price`, {
        ...{ tripId, unitAmountMinor: 1500, name: 'Umbrella', staffName: 'Minji' },
        ...more,
      });
    expect((await price(milk)).body.code).toBe('conflict');
    expect((await price(newId())).body.code).toBe('item-not-found');
    expect((await price(unknown, { unitAmountMinor: 0 })).body.code).toBe('invalid-request');
    expect((await price(unknown, { tripId: newId() })).body.code).toBe('cart-not-in-use');
    expect((await price(unknown, {}, (await lot.site()).token)).body.code).toBe('not-found');
    const priced = await price(unknown);
    expect(priced.body.cart).toMatchObject({ state: 'in-use', trip: { total: { amountMinor: 5900 } } });
    expect(priced.body.cart.trip?.lines[1]).toMatchObject({
      ...{ name: 'Umbrella', known: false, pricedBy: 'Minji', unitAmountMinor: 1500, amountMinor: 3000 },
    });
    expect((await price(unknown, { unitAmountMinor: 1_000_000_000_000 })).body.code).toBe('conflict');
    expect((await put('9999999')).body.cart).toMatchObject({
      ...{ state: 'in-use', trip: { total: { amountMinor: 7400 } } },
    });
    await device(`items/${unknown}/removal`, { quantity: 3 });
    // Taken out and put in again by somebody: priced anew.
    expect((await put('9999999')).body.cart.state).toBe('needs-attention');
    await device(`items/${(await now()).trip?.lines[1]?.lineId}/removal`, { quantity: 1 });
    await of(driver, tripId, 'checkout', { asPickup: false });
    expect((await price(milk)).body.code).toBe('cart-checking-out');
  });

  it('are told as payments with what was in them, and a paid one is given back in parts up to its amount', async () => {
    const lot = lotNow();
    const { take, put, of, site, cartId } = await shop(lot);
    const driver = await lot.driver();
    const { tripId } = (await take(driver)).body.cart.trip;
    await put('8800001', { quantity: 2 });
    const payments = async (token = site.token) => {
      const nowMs = lot.clock.nowMs();
      const path = `/v1/site/cart-payments?fromMs=${nowMs - 3_600_000}&toMs=${nowMs + 1}`;
      return (await lot.call<{ payments: CartPayment[] }>(token, 'GET', path)).body.payments;
    };
    expect(await payments()).toEqual([]);
    await of(driver, tripId, 'checkout', { asPickup: true });
    expect(await payments()).toMatchObject([
      { cartId, tripId, asPickup: true, paymentRequest: { state: 'waiting' } },
    ]);
    await approveOnPhone(lot, driver);
    const [paid] = await payments();
    expect(paid).toMatchObject({
      lines: [{ name: 'Milk', quantity: 2, amountMinor: 5800 }],
      paymentRequest: { state: 'paid', amount: { amountMinor: 5800 } },
    });
    expect(await payments((await lot.site()).token)).toEqual([]);
    const refund = (amountMinor: number) =>
      lot.call(
        site.token,
        'POST',
        `/v1/site/payment-requests/${paid?.paymentRequest.paymentRequestId}/refunds`,
        {
          ...{ refundId: newId(), amount: { amountMinor, currency: 'KRW' }, reason: 'sour milk' },
        },
      );
    expect((await refund(2900)).status).toBe(200);
    expect((await refund(2901)).body.code).toBe('amount-mismatch');
    expect((await refund(2900)).status).toBe(200);
    expect((await payments())[0]?.paymentRequest.refunded?.amountMinor).toBe(5800);
    expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
      captured: 5800,
      refunded: 5800,
    });
    const tooLong = await lot.call(site.token, 'GET', '/v1/site/cart-payments?fromMs=0&toMs=9999999999999');
    expect(tooLong.body.code).toBe('invalid-request');
  });

  it('are paid as a charge with the phone below the site’s amount and with the jack’s code from it on', async () => {
    const lot = lotNow();
    for (const [quantity, verification] of [
      [1, 'phone'],
      [20, 'jack'],
    ] as const) {
      const { take, put, of, now, site } = await shop(lot);
      const driver = await lot.driver();
      const { tripId } = (await take(driver)).body.cart.trip;
      await put('8800001', { quantity });
      await of(driver, tripId, 'checkout', { asPickup: false });
      expect((await now()).state).toBe('checking-out');
      expect((await put('8800002')).body.code).toBe('cart-checking-out');
      const asked = await lot.askedOf(driver);
      expect(asked).toMatchObject({ kind: 'charge', verification, amount: { amountMinor: 2900 * quantity } });
      if (verification === 'phone') await approveOnPhone(lot, driver);
      else {
        expect((await approveOnPhone(lot, driver)).body.code).toBe('auth-code-wrong');
        await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
      }
      expect((await lot.request(site, asked.paymentRequestId)).state).toBe('paid');
      expect(await now()).toMatchObject({ state: 'free', trip: null });
      expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
        captures: 1,
        captured: 2900 * quantity,
      });
      // Paid: the cart is the next one's.
      expect((await take(await lot.driver())).status).toBe(200);
    }
  });

  it('go on when the driver says no or nothing, and when the site takes the request back', async () => {
    const lot = lotNow();
    const { take, put, of, now, bySite, site } = await shop(lot);
    const driver = await lot.driver();
    const { tripId } = (await take(driver)).body.cart.trip;
    await put('8800001');
    await of(driver, tripId, 'checkout', { asPickup: false });
    const first = await lot.askedOf(driver);
    await lot.answer(driver, first.paymentRequestId, { decision: { answer: 'decline' } });
    expect((await now()).state).toBe('in-use');
    const paymentRequestId = newId();
    await bySite('checkout', { tripId, paymentRequestId, asPickup: false });
    expect((await bySite('free', { tripId, reason: 'x' })).body.code).toBe('cart-checking-out');
    lot.clock.advance(121_000);
    await lot.server.tick();
    expect((await now()).state).toBe('in-use');
    const third = newId();
    await bySite('checkout', { tripId, paymentRequestId: third, asPickup: false });
    await lot.call(site.token, 'POST', `/v1/site/payment-requests/${third}/cancel`, { reason: 'x' });
    expect((await now()).state).toBe('in-use');
    expect((await bySite('free', { tripId, reason: 'gone' })).body.cart.state).toBe('free');
    expect((await bySite('free', { tripId, reason: 'gone' })).body.code).toBe('cart-not-in-use');
  });

  it('become a pickup of the same driver’s car when paid so: paid, packed, there when the car arrives', async () => {
    const lot = lotNow();
    const { take, put, of, site } = await shop(lot);
    const driver = await lot.driver();
    const { tripId } = (await take(driver)).body.cart.trip;
    await put('8800001');
    await put('2000001', { weightGram: 500 });
    await of(driver, tripId, 'checkout', { asPickup: true });
    await approveOnPhone(lot, driver);
    const { car } = (await lot.report(site, driver.code)).body;
    expect(car.preorders).toMatchObject([
      { state: 'ready', payment: 'captured', paid: { amountMinor: 2900 + 1995 } },
    ]);
    const preorder = car.preorders[0];
    const visitId = await lot.arrive(site, driver);
    const path = `/v1/site/preorders/${preorder?.preorderId}`;
    const item = `${path}/items/${preorder?.items[0]?.itemId}/unavailable`;
    expect((await lot.call(site.token, 'POST', item, { atMs: 1 })).body.code).toBe('preorder-not-open');
    const handover = { visitId, handedOverAtMs: 1, staffName: 'x' };
    const handed = await lot.call(site.token, 'POST', `${path}/handed-over`, handover);
    expect(handed.body).toMatchObject({ preorder: { state: 'handed-over', payment: 'captured' } });
    expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
      captures: 1,
      captured: 2900 + 1995,
    });
    // One line in the books, which says that this pickup's money is in it.
    const statement = await lot.call<{ lines: unknown[] }>(
      site.token,
      'GET',
      `/v1/site/statement?fromMs=${lot.clock.nowMs() - 3_600_000}&toMs=${lot.clock.nowMs() + 1}`,
    );
    expect(statement.body.lines).toMatchObject([
      { kind: 'charge', movement: 'taken', preorderId: preorder?.preorderId },
    ]);
  });

  it('are left empty, and released when nobody does anything with them', async () => {
    const lot = lotNow();
    const { take, put, of, now } = await shop(lot);
    const [driver, other] = [await lot.driver(), await lot.driver()];
    const { tripId } = (await take(driver)).body.cart.trip;
    await put('8800001');
    expect((await of(driver, tripId, 'leave')).body.code).toBe('cart-not-empty');
    expect((await of(other, tripId, 'leave')).body.code).toBe('not-found');
    lot.clock.advance(44 * 60_000);
    await lot.server.tick();
    expect((await now()).state).toBe('in-use');
    lot.clock.advance(61_000);
    await lot.server.tick();
    expect((await now()).state).toBe('free');
    const empty = (await take(other)).body.cart.trip;
    expect((await of(other, empty.tripId, 'leave')).body.cart.trip.endReason).toBe('empty');
  });

  it('are looked at by the site’s rule: by value, or by the share that the trip’s seed falls into', async () => {
    const lot = lotNow();
    const { take, put, of, now, bySite, site } = await shop(lot);
    await setCartRules(lot.server.app, site.siteId, { spotCheckFromMinor: 5000 });
    const driver = await lot.driver();
    const { tripId } = (await take(driver)).body.cart.trip;
    await put('8800001', { quantity: 2 });
    expect((await of(driver, tripId, 'checkout', { asPickup: false })).body.code).toBe(
      'cart-needs-attention',
    );
    const { trip, version } = await now();
    expect(trip?.attention).toEqual(['spot-check']);
    await bySite('acknowledgement', { tripId, version, staffName: 'x' });
    expect((await of(driver, tripId, 'checkout', { asPickup: false })).status).toBe(200);
    // The random share, at its ends.
    const sure = await shop(lot);
    await setCartRules(lot.server.app, sure.site.siteId, { spotCheckPerMille: 1000 });
    const next = await lot.driver();
    const second = (await sure.take(next)).body.cart.trip;
    await sure.put('8800002');
    expect((await sure.of(next, second.tripId, 'checkout', { asPickup: false })).status).toBe(409);
  });

  it('are told live to their user and to the site, and a reader who was away misses nothing', async () => {
    const lot = lotNow();
    const { take, put, weigh, site } = await shop(lot);
    const driver = await lot.driver();
    const start = (await readEvents(lot.url, site.token, '/v1/site/events', null, () => true))[0]?.id ?? '0';
    await take(driver);
    await put('8800001');
    await weigh(1030);
    const carts = (events: { data: { type: string } }[]) => events.filter((e) => e.data.type === 'cart');
    const enough = (events: { data: { type: string } }[]) => carts(events).length >= 3;
    for (const [token, path, from] of [
      [site.token, '/v1/site/events', start],
      [driver.token, '/v1/phone/events', '0'],
    ] as const) {
      const heard = carts(await readEvents(lot.url, token, path, from, enough)) as unknown as {
        data: { cart: Cart };
      }[];
      expect(heard.map((e) => e.data.cart.trip?.weight.verdict)).toEqual(['waiting', 'waiting', 'fits']);
      expect(heard.map((e) => e.data.cart.version)).toEqual([2, 3, 4]);
    }
  });

  it('cost the sum of their lines and expect the sum of their weights after any history', async () => {
    const lot = lotNow();
    const { take, put, device, weigh, now } = await shop(lot);
    await take(await lot.driver());
    const step = fc.oneof(
      fc.record({
        put: fc.constantFrom('8800001', '8800002', '7777777'),
        quantity: fc.integer({ min: 1, max: 5 }),
      }),
      fc.record({ weigh: fc.integer({ min: 1, max: 30_000 }) }),
      fc.record({ takeOut: fc.nat(9), quantity: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ scale: fc.integer({ min: 0, max: 40_000 }) }),
    );
    const price: Record<string, number> = { '8800001': 2900, '8800002': 1700, '7777777': 0 };
    const gram: Record<string, number> = { '8800001': 1030, '8800002': 66, '7777777': 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        for (const s of steps) {
          if ('put' in s) await put(s.put, { quantity: s.quantity });
          else if ('weigh' in s) await put('2000001', { weightGram: s.weigh });
          else if ('scale' in s) await weigh(s.scale);
          else {
            const lines = (await now()).trip?.lines ?? [];
            const line = lines[s.takeOut % Math.max(1, lines.length)];
            if (line) await device(`items/${line.lineId}/removal`, { quantity: s.quantity });
          }
          const { trip } = await now();
          if (trip === null) throw new Error('the trip ended');
          let total = 0;
          let weight = 0;
          for (const line of trip.lines) {
            const code = line.barcode ?? '';
            total +=
              line.weightGram === null
                ? (price[code] ?? 0) * line.quantity
                : Math.floor((3990 * line.weightGram + 500) / 1000);
            weight += line.weightGram ?? (gram[code] ?? 0) * line.quantity;
          }
          expect(trip.total.amountMinor).toBe(total);
          expect(trip.lines.reduce((sum, l) => sum + l.amountMinor, 0)).toBe(total);
          expect(trip.weight.expectedGram).toBe(weight);
        }
      }),
      { numRuns: 10, seed },
    );
  });
});
