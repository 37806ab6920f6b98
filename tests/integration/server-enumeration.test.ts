/**
 * What is another's and what does not exist cannot be told apart: the answers are equal byte by byte (but for the ids
 * that were asked about), and the server does the same work for both. Work is counted in statements of the database,
 * which is what an answer's time is made of here; a clock would only measure the machine.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, expect, it, vi } from 'vitest';
import { retireCart } from '../../server/carts/index.ts';
import { createCart, type RunningServer } from '../../server/index.ts';
import { keyHashOf, putOnList } from '../../server/jacks/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { DriverCart } from '../../shared/server-contract/index.ts';
import { type Lot, onPostgres } from './server-fixture.ts';

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Messages to the database of either store; what a transaction begins and ends with included. */
function countStatements(server: RunningServer): () => number {
  if (server.app.store.kind === 'postgres') {
    const query = vi.spyOn(pg.Client.prototype, 'query');
    return () => query.mock.calls.length;
  }
  const { client } = (server.app.db as unknown as { session: { client: Embedded } }).session;
  const raw = vi.spyOn(client, 'execProtocolRaw');
  return () => raw.mock.calls.length;
}
interface Embedded {
  execProtocolRaw(message: Uint8Array): Promise<unknown>;
}

interface Observed {
  status: number;
  headers: string[];
  bytes: string;
  statements: number;
}

/** Everything of an answer that its reader could learn from. */
async function observe(
  lot: Lot,
  asked: { token: string; method: 'GET' | 'POST'; path: string; body: object },
): Promise<Observed> {
  const count = countStatements(lot.server);
  const before = count();
  const response = await fetch(`${lot.server.url}${asked.path}`, {
    method: asked.method,
    headers: {
      authorization: `Bearer ${asked.token}`,
      ...(asked.method === 'POST'
        ? { 'content-type': 'application/json', 'idempotency-key': newId() }
        : undefined),
    },
    ...(asked.method === 'POST' ? { body: JSON.stringify(asked.body) } : {}),
  });
  const bytes = (await response.text()).replace(uuid, '<id>').replace(/77무171[78]/g, '<plate>');
  const statements = count() - before;
  vi.restoreAllMocks();
  // The moment, and how much the caller may still ask, are of the caller and not of what was asked about.
  const headers = [...response.headers]
    .filter(([name]) => !/^(date|x-request-id|ratelimit.*)$/.test(name))
    .map(([name, value]) => `${name}: ${value.replace(uuid, '<id>')}`)
    .sort();
  return { status: response.status, headers, bytes, statements };
}

onPostgres('what is another’s', (lotNow) => {
  afterEach(() => vi.restoreAllMocks());

  /** A site and a driver with all that one can have, and a stranger of each kind. */
  async function scene() {
    const lot = lotNow();
    const [site, strangeSite] = [await lot.site(), await lot.site()];
    const [driver, stranger] = [await lot.driver({ plate: '77무1717' }), await lot.driver()];
    const { preorder } = (await lot.preorder(site, driver)).body;
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    const cart = await createCart(lot.server.app, { siteId: site.siteId, number: 1 });
    const taking = { cartCode: cart.code, jackId: driver.jackId };
    const taken = await lot.call<{ cart: DriverCart }>(driver.token, 'POST', '/v1/cart', taking);
    type Account = { phones: { phoneId: string }[]; vehicles: { vehicleId: string }[] };
    const account = (await lot.call<Account>(driver.token, 'GET', '/v1/account')).body;
    return {
      ...{ lot, site, strangeSite, driver, stranger, preorder, visitId, paymentRequest, cart },
      tripId: taken.body.cart.trip.tripId,
      phoneId: account.phones[0]?.phoneId ?? '',
      vehicleId: account.vehicles[0]?.vehicleId ?? '',
    };
  }

  /** Asks for both, the caches warm: the second asking of each is what is compared. */
  async function expectAlike(
    lot: Lot,
    what: string,
    ask: (
      which: 'another’s' | 'nobody’s',
    ) => Parameters<typeof observe>[1] | Promise<Parameters<typeof observe>[1]>,
  ): Promise<Observed> {
    const seen: Observed[] = [];
    for (const which of ['another’s', 'nobody’s', 'another’s', 'nobody’s'] as const) {
      seen.push(await observe(lot, await ask(which)));
    }
    const [, , existing, missing] = seen;
    if (existing === undefined || missing === undefined) throw new Error('nothing seen');
    expect({ what, ...existing }).toEqual({ what, ...missing });
    expect(existing.statements).toBeGreaterThan(0);
    return existing;
  }

  it('looks to a phone like what does not exist: orders, approvals, jacks, phones, trips, codes', async () => {
    const { lot, site, driver, stranger, preorder, paymentRequest, tripId, phoneId, vehicleId } =
      await scene();
    const own = (await lot.call<{ vehicles: { vehicleId: string }[] }>(stranger.token, 'GET', '/v1/account'))
      .body.vehicles[0]?.vehicleId;
    const possession = { challengeId: newId(), authCode: '12345678' };
    const item = { menuItemId: site.latte, quantity: 1, options: [] };
    const order = { siteId: site.siteId, promisedAtMs: null, items: [item] };
    const { decision } = lot.approval(driver, paymentRequest);
    const routes: [string, 'GET' | 'POST', (id: string) => string, string, object?][] = [
      ['an order', 'GET', (id) => `/v1/preorders/${id}`, preorder.preorderId],
      ['cancelling an order', 'POST', (id) => `/v1/preorders/${id}/cancel`, preorder.preorderId],
      [
        'saying to be on the way',
        'POST',
        (id) => `/v1/preorders/${id}/on-the-way`,
        preorder.preorderId,
        { word: { kind: 'taken-back' } },
      ],
      [
        'changing an order',
        'POST',
        (id) => `/v1/preorders/${id}/edit`,
        preorder.preorderId,
        { promisedAtMs: null, items: [item] },
      ],
      ['an approval', 'POST', (id) => `/v1/approvals/${id}`, paymentRequest.paymentRequestId, { decision }],
      ['blocking a jack', 'POST', (id) => `/v1/jacks/${id}/block`, driver.jackId],
      ['unblocking a jack', 'POST', (id) => `/v1/jacks/${id}/unblock`, driver.jackId, { possession }],
      [
        'setting a jack’s clock',
        'POST',
        (id) => `/v1/jacks/${id}/sync`,
        driver.jackId,
        { counterSeconds: 1, counterAtMs: 1, possession },
      ],
      ['releasing a jack', 'POST', (id) => `/v1/jacks/${id}/release`, driver.jackId],
      ['revoking a phone', 'POST', (id) => `/v1/phones/${id}/revoke`, phoneId],
      ['leaving a cart', 'POST', (id) => `/v1/cart/${id}/leave`, tripId],
      ['paying a cart', 'POST', (id) => `/v1/cart/${id}/checkout`, tripId, { asPickup: false }],
    ];
    for (const [what, method, path, id, body = {}] of routes) {
      const seen = await expectAlike(lot, what, (which) => ({
        ...{ token: stranger.token, method, body },
        path: path(which === 'another’s' ? id : newId()),
      }));
      expect([what, seen.status]).toEqual([what, 404]);
    }
    // Ids inside of what is sent.
    await expectAlike(lot, 'an order with a jack', (which) => ({
      ...{ token: stranger.token, method: 'POST', path: '/v1/preorders' },
      body: {
        ...{ ...order, paymentMethodId: stranger.paymentMethodId },
        jackId: which === 'another’s' ? driver.jackId : newId(),
      },
    }));
    await expectAlike(lot, 'an order with a card', (which) => ({
      ...{ token: stranger.token, method: 'POST', path: '/v1/preorders' },
      body: {
        ...{ ...order, jackId: stranger.jackId },
        paymentMethodId: which === 'another’s' ? driver.paymentMethodId : newId(),
      },
    }));
    await expectAlike(lot, 'a jack for a vehicle', (which) => ({
      ...{ token: stranger.token, method: 'POST', path: '/v1/jacks' },
      body: {
        vehicleId: which === 'another’s' ? vehicleId : newId(),
        secrets: { behaviour: 'static', code: `eddystone-uid:${randomBytes(16).toString('hex')}` },
        ...{ authenticationKey: '0'.repeat(64), possession },
      },
    }));
    const secondCart = await createCart(lot.server.app, { siteId: site.siteId, number: 2 });
    await expectAlike(lot, 'a cart for a jack', (which) => ({
      ...{ token: stranger.token, method: 'POST', path: '/v1/cart' },
      body: { cartCode: secondCart.code, jackId: which === 'another’s' ? driver.jackId : newId() },
    }));
    // Whose codes exist is not found out without the jack: a wrong proof is a wrong proof.
    for (const path of ['/v1/jacks', '/v1/jack-transfers']) {
      await expectAlike(lot, `${path} with a wrong proof`, async (which) => {
        const code = which === 'another’s' ? driver.code : `eddystone-uid:${randomBytes(16).toString('hex')}`;
        const proof = await lot.possession(stranger.token, randomBytes(32));
        const jack = { secrets: { behaviour: 'static', code }, authenticationKey: '0'.repeat(64) };
        const body = path === '/v1/jacks' ? jack : { code };
        return {
          ...{ token: stranger.token, method: 'POST', path },
          body: { ...body, vehicleId: own, possession: proof },
        };
      });
    }
  });

  it('plates: registering one that is registered already is like registering any other', async () => {
    const { lot, driver, stranger } = await scene();
    const seen = await expectAlike(lot, 'a plate', (which) => ({
      ...{ token: stranger.token, method: 'POST', path: '/v1/vehicles' },
      body: {
        plate: which === 'another’s' ? driver.plate : '77무1718',
        ...{ model: 'x', color: 'x', fuel: null },
      },
    }));
    // But for the plate itself, which the caller wrote.
    expect(seen.status).toBe(200);
  });

  it('looks to a site like what does not exist: plates, orders, payments, refuels, carts, blocked codes', async () => {
    const { lot, site, strangeSite, driver, preorder, visitId, paymentRequest, cart, tripId } = await scene();
    const { token } = strangeSite;
    const handing = { visitId, handedOverAtMs: 1, staffName: 'x' };
    const itemId = preorder.items[0]?.itemId ?? '';
    const refund = { refundId: newId(), amount: { amountMinor: 1, currency: 'KRW' }, reason: 'x' };
    const priced = { tripId, unitAmountMinor: 1, name: null, staffName: 'x' };
    const looked = { tripId, version: 1, staffName: 'x' };
    const { paymentRequestId } = paymentRequest;
    const routes: [string, 'GET' | 'POST', (id: string) => string, string, object?][] = [
      ['ready', 'POST', (id) => `/v1/site/preorders/${id}/ready`, preorder.preorderId, { atMs: 1 }],
      [
        'unavailable',
        'POST',
        (id) => `/v1/site/preorders/${id}/items/${itemId}/unavailable`,
        preorder.preorderId,
        { atMs: 1 },
      ],
      ['handing over', 'POST', (id) => `/v1/site/preorders/${id}/handed-over`, preorder.preorderId, handing],
      ['a payment', 'GET', (id) => `/v1/site/payment-requests/${id}`, paymentRequestId],
      [
        'cancelling',
        'POST',
        (id) => `/v1/site/payment-requests/${id}/cancel`,
        paymentRequestId,
        { reason: 'x' },
      ],
      ['a refund', 'POST', (id) => `/v1/site/payment-requests/${id}/refunds`, paymentRequestId, refund],
      ['freeing a cart', 'POST', (id) => `/v1/site/carts/${id}/free`, cart.cartId, { tripId, reason: 'x' }],
      ['looking at a cart', 'POST', (id) => `/v1/site/carts/${id}/acknowledgement`, cart.cartId, looked],
      [
        'paying a cart',
        'POST',
        (id) => `/v1/site/carts/${id}/checkout`,
        cart.cartId,
        { tripId, paymentRequestId: newId(), asPickup: false },
      ],
      ['pricing', 'POST', (id) => `/v1/site/carts/${id}/items/${newId()}/price`, cart.cartId, priced],
    ];
    for (const [what, method, path, id, body = {}] of routes) {
      const seen = await expectAlike(lot, what, (which) => ({
        ...{ token, method, body },
        path: path(which === 'another’s' ? id : newId()),
      }));
      expect([what, seen.status]).toEqual([what, 404]);
    }
    // A car is found by its digits only where it entered.
    const here = await lot.call<{ cars: unknown[] }>(site.token, 'GET', '/v1/site/cars?digits=1717');
    expect(here.body.cars).toHaveLength(1);
    const cars = await expectAlike(lot, 'digits', (which) => ({
      ...{ token, method: 'GET', body: {} },
      path: `/v1/site/cars?digits=${which === 'another’s' ? '1717' : '0018'}`,
    }));
    expect(cars.bytes).toBe('{"cars":[]}');
    // A departure, a charge and a refuel of a car that entered elsewhere.
    const ofVisit = (which: string) => ({
      visitId: which === 'another’s' ? visitId : newId(),
      jackId: driver.jackId,
    });
    await expectAlike(lot, 'a departure', (which) => ({
      ...{ token, method: 'POST', path: '/v1/site/departures' },
      body: { ...ofVisit(which), departedAtMs: lot.clock.nowMs() },
    }));
    await expectAlike(lot, 'a charge', (which) => ({
      ...{ token, method: 'POST', path: '/v1/site/charges' },
      body: {
        ...{ ...ofVisit(which), paymentRequestId: newId(), verification: 'jack', description: null },
        amount: { amountMinor: 9_000, currency: 'KRW' },
      },
    }));
    // A lost jack's code is a stranger's code.
    await lot.call(driver.token, 'POST', `/v1/jacks/${driver.jackId}/block`);
    const reported = await expectAlike(lot, 'a blocked code', (which) => ({
      ...{ token, method: 'POST', path: '/v1/site/code-reports' },
      body: {
        code: which === 'another’s' ? driver.code : `eddystone-uid:${randomBytes(16).toString('hex')}`,
        ...{ heardAtMs: lot.clock.nowMs(), laneId: null },
      },
    }));
    expect(reported.bytes).toBe('{"known":false}');
  });

  it('codes: one that is on the makers’ list and nobody’s looks to a stranger like one that is taken', async () => {
    const { lot, driver, stranger } = await scene();
    const listed = `eddystone-uid:${randomBytes(16).toString('hex')}`;
    const keyHash = keyHashOf(randomBytes(32));
    const { db } = lot.server.app;
    await db.transaction((tx) => putOnList(tx, [{ code: listed, keyHash, maker: null }], 0));
    const { vehicles } = (
      await lot.call<{ vehicles: { vehicleId: string }[] }>(stranger.token, 'GET', '/v1/account')
    ).body;
    const seen = await expectAlike(lot, 'a listed code', async (which) => {
      const key = randomBytes(32);
      return {
        ...{ token: stranger.token, method: 'POST', path: '/v1/jacks' },
        body: {
          vehicleId: vehicles[0]?.vehicleId,
          secrets: { behaviour: 'static', code: which === 'another’s' ? driver.code : listed },
          authenticationKey: key.toString('hex'),
          possession: await lot.possession(stranger.token, key),
        },
      };
    });
    expect(seen.bytes).toContain('code-already-registered');
  });

  it('carts: a code of a retired cart is no code, and a cart’s dead token is nobody’s', async () => {
    const { lot, stranger, site } = await scene();
    const old = await createCart(lot.server.app, { siteId: site.siteId, number: 9 });
    await retireCart(lot.server.app, old.cartId);
    await expectAlike(lot, 'a cart’s code', (which) => ({
      ...{ token: stranger.token, method: 'POST', path: '/v1/cart' },
      body: { cartCode: which === 'another’s' ? old.code : 'ZZZZ-ZZZZ-ZZZZ', jackId: stranger.jackId },
    }));
    await expectAlike(lot, 'a cart’s token', (which) => ({
      token: which === 'another’s' ? old.token : `cart_${randomBytes(32).toString('base64url')}`,
      ...{ method: 'GET', path: '/v1/cart-device/cart', body: {} },
    }));
  });
});
