/** Carts in the hands of people who try what is not meant: against a real server, over HTTP, in coins of 0, 2 and 3 decimals. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { createCart, movedMoney, sellGoods, setCartRules } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { DriverCart, PaymentRequest } from '../../shared/server-contract/index.ts';
import { type Driver, type Lot, onPostgres } from './server-fixture.ts';

let numbers = 1;

async function shop(lot: Lot, currency = 'KRW') {
  const site = await lot.site({ currency });
  const { app } = lot.server;
  const base = { siteId: site.siteId, nameKo: null, weightGram: null };
  await sellGoods(app, [
    { ...base, barcode: '8800001', name: 'Milk', soldBy: 'piece', unitAmountMinor: 2_900, weightGram: 1_030 },
    { ...base, barcode: '8800009', name: 'Gold', soldBy: 'piece', unitAmountMinor: 999_999_999_999 },
    { ...base, barcode: '2000001', name: 'Bananas', soldBy: 'weight', unitAmountMinor: 3_999 },
  ]);
  await app.db
    .update(tables.sites)
    .set({ jackRequiredFromMinor: null })
    .where(eq(tables.sites.id, site.siteId));
  const made = await createCart(app, { siteId: site.siteId, number: numbers++ });
  const device = (path: string, body: object, key?: string) =>
    lot.call<{ cart: Cart }>(made.token, 'POST', `/v1/cart-device/${path}`, body, key);
  const tripOf = async (driver: Driver) => {
    const { body } = await lot.call<{ cart: DriverCart | null }>(driver.token, 'GET', '/v1/cart');
    if (body.cart === null) throw new Error('no cart');
    return body.cart.trip;
  };
  const take = async (driver: Driver) => {
    await lot.call(driver.token, 'POST', '/v1/cart', { cartCode: made.code, jackId: driver.jackId });
    return (await tripOf(driver)).tripId;
  };
  const checkOut = (driver: Driver, tripId: string, key?: string) =>
    lot.call<{ cart: DriverCart }>(
      driver.token,
      'POST',
      `/v1/cart/${tripId}/checkout`,
      { asPickup: false },
      key,
    );
  const yes = async (driver: Driver) => {
    const asked = await lot.askedOf(driver);
    const decision = { answer: 'approve', siteId: asked.siteId, amount: asked.amount };
    return (await lot.answer(driver, asked.paymentRequestId, { decision })).body.paymentRequest;
  };
  const refund = (request: PaymentRequest, amountMinor: number, refundId = newId(), inCurrency = currency) =>
    lot.call<{ paymentRequest: PaymentRequest }>(
      site.token,
      'POST',
      `/v1/site/payment-requests/${request.paymentRequestId}/refunds`,
      { refundId, amount: { amountMinor, currency: inCurrency }, reason: 'x' },
    );
  const put = (barcode: string, more: object = {}) => device('items', { goods: { barcode }, ...more });
  return { site, ...made, device, put, take, tripOf, checkOut, yes, refund };
}

onPostgres('carts under attack', (lotNow) => {
  it('a cart with a scale is not paid by its user before what is in it now was weighed; the counter may', async () => {
    const lot = lotNow();
    const { site, cartId, put, take, device, checkOut, yes } = await shop(lot);
    const [hasty, next] = [await lot.driver(), await lot.driver()];
    const trip = await take(hasty);
    await put('8800001');
    await device('weighings', { measuredGram: 1_030 });
    // One more is scanned, three lie in it, and the phone pays before the scale has spoken.
    await put('8800001');
    expect((await checkOut(hasty, trip)).body.code).toBe('cart-needs-attention');
    await device('weighings', { measuredGram: 4_120 });
    expect((await checkOut(hasty, trip)).body.code).toBe('cart-needs-attention');
    await device('weighings', { measuredGram: 2_060 });
    expect((await checkOut(hasty, trip)).status).toBe(200);
    await yes(hasty);
    // The next user's first scan, too; where the scale has died, the counter looks and checks out.
    const second = await take(next);
    await put('8800001');
    expect((await checkOut(next, second)).body.code).toBe('cart-needs-attention');
    const byHand = { tripId: second, paymentRequestId: newId(), asPickup: false };
    const atCounter = await lot.call(site.token, 'POST', `/v1/site/carts/${cartId}/checkout`, byHand);
    expect(atCounter.status).toBe(200);
  });

  it('what is put in, taken out, weighed or paid at one moment comes to one basket, paid once at its own price', async () => {
    const lot = lotNow();
    const { put, take, tripOf, device, checkOut, yes } = await shop(lot);
    for (let round = 0; round < 6; round++) {
      const driver = await lot.driver();
      const trip = await take(driver);
      // More than both removals take: with nothing in it there would be nothing to pay.
      await put('8800001', { quantity: 5 });
      const [line] = (await tripOf(driver)).lines;
      const path = `items/${line?.lineId}/removal`;
      const key = randomUUID();
      const answers = await Promise.all([
        put('8800001'),
        checkOut(driver, trip),
        device(path, { quantity: 2 }),
        checkOut(driver, trip, key),
        put('2000001', { weightGram: 537 }),
        checkOut(driver, trip, key),
        device(path, { quantity: 2 }),
      ]);
      for (const { status, body } of answers) {
        if (status !== 200) expect(['cart-checking-out', 'conflict', 'item-not-found']).toContain(body.code);
      }
      const { lines, total, state } = await tripOf(driver);
      expect(state).toBe('checking-out');
      const asked = await lot.askedOf(driver);
      expect(asked.amount).toEqual(total);
      expect(lines.reduce((sum, l) => sum + l.amountMinor, 0)).toBe(total.amountMinor);
      expect(lines.every((l) => l.quantity > 0)).toBe(true);
      expect(await yes(driver)).toMatchObject({ state: 'paid', captured: total });
      expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
        captures: 1,
        captured: total.amountMinor,
      });
    }
  });

  it('another’s cart, trip and cart’s money are nobody’s business: every way in looks like nothing there', async () => {
    const lot = lotNow();
    const [mine, other] = [await shop(lot), await shop(lot)];
    const [owner, thief] = [await lot.driver(), await lot.driver()];
    const trip = await mine.take(owner);
    await mine.put('8800001');
    const nothing = await mine.checkOut(thief, newId());
    expect((await mine.checkOut(thief, trip)).body).toEqual(nothing.body);
    const leave = (id: string) => lot.call(thief.token, 'POST', `/v1/cart/${id}/leave`, {});
    expect((await leave(trip)).body).toEqual((await leave(newId())).body);
    // A cart's own token reaches its own lines only.
    const [line] = (await mine.tripOf(owner)).lines;
    await other.take(thief);
    const reached = await other.device(`items/${line?.lineId}/removal`, { quantity: 1 });
    expect(reached.body.code).toBe('item-not-found');
    for (const verb of ['free', 'checkout', 'acknowledgement', `items/${line?.lineId}/price`]) {
      const body = {
        ...{ tripId: trip, reason: 'x', version: 0, staffName: 'x', asPickup: false, name: null },
        ...{ paymentRequestId: newId(), unitAmountMinor: 1 },
      };
      const there = await lot.call(other.site.token, 'POST', `/v1/site/carts/${mine.cartId}/${verb}`, body);
      const nowhere = await lot.call(other.site.token, 'POST', `/v1/site/carts/${newId()}/${verb}`, body);
      expect([verb, there.status, there.body]).toEqual([verb, nowhere.status, nowhere.body]);
    }
    expect((await mine.tripOf(owner)).lines).toHaveLength(1);
    await mine.checkOut(owner, trip);
    const paid = await mine.yes(owner);
    expect((await other.refund(paid, 1)).body.code).toBe('not-found');
    expect((await other.refund({ ...paid, paymentRequestId: newId() }, 1)).body.code).toBe('not-found');
  });

  it.each(['JPY', 'KRW', 'EUR', 'KWD', 'BHD'])(
    'in %s a basket comes to the sum of its lines, weighed half up, and is given back to the last coin, never more',
    async (currency) => {
      const lot = lotNow();
      const { put, take, tripOf, checkOut, yes, refund } = await shop(lot, currency);
      const driver = await lot.driver();
      const trip = await take(driver);
      await put('8800001', { quantity: 2 });
      // 3999 × 0.125 = 499.875; × 0.001 = 3.999
      await put('2000001', { weightGram: 125 });
      await put('2000001', { weightGram: 1 });
      expect((await tripOf(driver)).lines.map((l) => l.amountMinor)).toEqual([5_800, 500, 4]);
      for (const more of [{ weightGram: 0 }, { weightGram: 1.5 }, { weightGram: -1 }, { quantity: 0 }, {}]) {
        expect((await put('2000001', more)).body.code).toBe('invalid-request');
      }
      await checkOut(driver, trip);
      const paid = await yes(driver);
      expect(paid.captured).toEqual({ amountMinor: 6_304, currency });
      for (const wrong of [0, -1, 0.5, 6_305, Number.MAX_SAFE_INTEGER]) {
        const { body } = await refund(paid, wrong);
        expect(['amount-mismatch', 'invalid-request']).toContain(body.code);
      }
      expect((await refund(paid, 1, newId(), currency === 'EUR' ? 'KWD' : 'EUR')).body.code).toBe(
        'amount-mismatch',
      );
      // Ten at once of a seventh each: seven are given.
      const parts = await Promise.all(Array.from({ length: 10 }, () => refund(paid, 900)));
      expect(parts.filter(({ status }) => status === 200)).toHaveLength(7);
      const rest = newId();
      expect((await refund(paid, 4, rest)).status).toBe(200);
      expect((await refund(paid, 4, rest)).status).toBe(200);
      expect((await refund(paid, 1)).body.code).toBe('amount-mismatch');
      expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
        captured: 6_304,
        refunded: 6_304,
      });
    },
  );

  it('what no charge can be is not put in, and what is in stays', async () => {
    const lot = lotNow();
    const { put, take, tripOf } = await shop(lot);
    const driver = await lot.driver();
    await take(driver);
    expect((await put('8800009')).status).toBe(200);
    expect((await put('8800009')).body.code).toBe('conflict');
    expect((await put('8800009', { quantity: 99 })).body.code).toBe('conflict');
    expect((await tripOf(driver)).total.amountMinor).toBe(999_999_999_999);
  });

  it('an idle cart is released at its own site’s time, however many others may still wait', async () => {
    const lot = lotNow();
    const { app } = lot.server;
    const [patient, quick] = [await shop(lot), await shop(lot)];
    await setCartRules(app, patient.site.siteId, { idleMs: 24 * 3_600_000 });
    await setCartRules(app, quick.site.siteId, { idleMs: 60_000 });
    const [slow, gone] = [await lot.driver(), await lot.driver()];
    await patient.take(slow);
    const trip = await quick.take(gone);
    await quick.put('8800001');
    const [row] = await app.db
      .select()
      .from(tables.cartTrips)
      .where(eq(tables.cartTrips.driverId, slow.driverId));
    if (row === undefined) throw new Error('no trip');
    // More that wait than are looked at in one go, all of them idle for longer.
    const others = Array.from({ length: 520 }, () => ({ id: newId(), cartId: newId(), driverId: newId() }));
    await app.db
      .insert(tables.drivers)
      .values(
        others.map(({ driverId }) => ({ id: driverId, name: 'd', locale: 'ko' as const, createdAtMs: 0 })),
      );
    await app.db.insert(tables.carts).values(
      others.map(({ cartId }, n) => ({
        ...{ id: cartId, siteId: patient.site.siteId, number: 1_000 + n, code: `FULL${cartId}` },
        ...{ tokenHash: cartId, version: 1, createdAtMs: 0 },
      })),
    );
    await app.db
      .insert(tables.cartTrips)
      .values(others.map((other) => ({ ...row, ...other, lastActivityAtMs: row.lastActivityAtMs - 1 })));
    lot.clock.advance(61_000);
    await lot.server.tick();
    const { body } = await lot.call<{ cart: DriverCart | null }>(gone.token, 'GET', '/v1/cart');
    expect(body.cart).toBeNull();
    expect((await patient.tripOf(slow)).state).toBe('shopping');
    // Its user comes back to nothing: neither paid nor reached through the old trip.
    expect((await quick.checkOut(gone, trip)).body.cart.trip).toMatchObject({
      state: 'ended',
      endReason: 'idle',
    });
    expect((await quick.put('8800001')).body.code).toBe('cart-not-in-use');
  });
});
