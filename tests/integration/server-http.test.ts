import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { createCart, issuePairingCode, movedMoney } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { eidCodeAt } from '../../shared/eid/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { DriverCart } from '../../shared/server-contract/index.ts';
import { onBothStores, readEvents } from './server-fixture.ts';

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      { tags: string[]; security: Record<string, unknown>[]; parameters?: { name: string; in: string }[] }
    >
  >;
}

onBothStores('the API', (lotNow) => {
  const document = async () =>
    (await lotNow().call<OpenApi>(null, 'GET', '/openapi.json')).body as unknown as OpenApi;

  it('describes itself as OpenAPI 3.1: who may call, and the Idempotency-Key of every POST', async () => {
    const { openapi, paths } = await document();
    expect(openapi).toMatch(/^3\.1\./);
    let posts = 0;
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const names = (operation.parameters ?? []).map((p) => p.name);
        expect([path, names.includes('Idempotency-Key')]).toEqual([path, method === 'post']);
        if (path.endsWith('/events')) expect(names).toContain('Last-Event-ID');
        if (method === 'post') posts++;
      }
    }
    expect(posts).toBeGreaterThan(15);
  });

  it('refuses everybody without the right token, route by route as its own document lists them', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { paths } = await document();
    let guarded = 0;
    for (const [template, methods] of Object.entries(paths)) {
      const path = template.replace(/\{[^}]+\}/g, newId());
      for (const [method, { tags, security }] of Object.entries(methods)) {
        const upper = method.toUpperCase() as 'GET' | 'POST';
        if (tags.includes('public')) {
          expect(security).toEqual([]);
          continue;
        }
        guarded++;
        const wrongKind = tags.includes('site') ? driver.token : site.token;
        for (const [token, status] of [
          [null, 401],
          ['site_unknownunknownunknown', tags.includes('site') ? 401 : 403],
          ['phone_unknownunknownunknown', tags.includes('phone') ? 401 : 403],
          ['nonsense-nonsense', 401],
          [wrongKind, 403],
        ] as const) {
          const answer = await lot.call(token, upper, path, {});
          expect([method, template, token?.slice(0, 6), answer.status]).toEqual([
            method,
            template,
            token?.slice(0, 6),
            status,
          ]);
          expect(answer.type).toContain('application/problem+json');
        }
      }
    }
    expect(guarded).toBeGreaterThan(20);
  });

  it('shows and does nothing of another’s, route by route: a stranger of the right kind finds nothing', async () => {
    const lot = lotNow();
    const [site, strangeSite] = [await lot.site(), await lot.site()];
    const [driver, stranger] = [await lot.driver(), await lot.driver()];
    const { preorder } = (await lot.preorder(site, driver)).body;
    const visitId = await lot.arrive(site, driver);
    const refuelId = newId();
    const { paymentRequest } = (await lot.complete(site, refuelId, lot.completion(driver, visitId))).body;
    const madeCart = await createCart(lot.server.app, { siteId: site.siteId, number: 1 });
    const strangeCart = await createCart(lot.server.app, { siteId: site.siteId, number: 2 });
    const taking = { cartCode: madeCart.code, jackId: driver.jackId };
    const taken = await lot.call<{ cart: DriverCart }>(driver.token, 'POST', '/v1/cart', taking);
    const inCart = taken.body.cart.trip;
    const put = { goods: { barcode: '12345' } };
    const holding = await lot.call<{ cart: Cart }>(madeCart.token, 'POST', '/v1/cart-device/items', put);
    const ids: Record<string, string> = {
      cartId: madeCart.cartId,
      tripId: inCart.tripId,
      lineId: holding.body.cart.trip?.lines[0]?.lineId ?? '',
      preorderId: preorder.preorderId,
      itemId: preorder.items[0]?.itemId ?? '',
      refuelId,
      paymentRequestId: paymentRequest.paymentRequestId,
      siteId: site.siteId,
      menuItemId: site.latte,
      jackId: driver.jackId,
      phoneId:
        (await lot.call<{ phones: { phoneId: string }[] }>(driver.token, 'GET', '/v1/account')).body.phones[0]
          ?.phoneId ?? '',
    };
    // What each route with somebody else's ids must answer. A new route fails here until it has a rule.
    const item = { menuItemId: site.latte, quantity: 1, options: [] };
    const rules: Record<
      string,
      { body?: object; query?: string; expect: number | ((body: unknown) => void) }
    > = {
      'post /v1/vehicles': { body: { plate: '--', model: '', color: '', fuel: null }, expect: 422 },
      'post /v1/jacks': {
        body: {
          vehicleId: (
            await lot.call<{ vehicleId: string }>(driver.token, 'POST', '/v1/vehicles', {
              plate: '34나1234',
              model: '',
              color: '',
              fuel: null,
            })
          ).body.vehicleId,
          secrets: { behaviour: 'static', code: `eddystone-uid:${'1'.repeat(32)}` },
          authenticationKey: '0'.repeat(64),
          possession: { challengeId: newId(), authCode: '12345678' },
        },
        expect: 404,
      },
      'get /v1/account': { expect: (body) => expect(body).toMatchObject({ driverId: stranger.driverId }) },
      'post /v1/phone-invitations': { expect: 200 },
      // Its own token, whoever asks: there is no id to name another's by.
      'post /v1/phone/token': { expect: 200 },
      'post /v1/site/credential': { expect: 200 },
      'post /v1/phones/{phoneId}/revoke': { expect: 404 },
      'post /v1/jack-challenges': { expect: 200 },
      'post /v1/jacks/{jackId}/block': { expect: 404 },
      'post /v1/jacks/{jackId}/unblock': {
        body: { possession: { challengeId: newId(), authCode: '12345678' } },
        expect: 404,
      },
      'post /v1/jacks/{jackId}/sync': {
        body: {
          counterSeconds: 1,
          counterAtMs: 1,
          possession: { challengeId: newId(), authCode: '12345678' },
        },
        expect: 404,
      },
      'post /v1/jacks/{jackId}/release': { expect: 404 },
      'post /v1/jack-transfers': {
        body: {
          code: driver.code,
          vehicleId: newId(),
          possession: { challengeId: newId(), authCode: '12345678' },
        },
        expect: 404,
      },
      'post /v1/jack-transfers/{transferId}': { body: { answer: 'consent' }, expect: 404 },
      'post /v1/payment-methods': { body: { processorToken: 'tok_ok', label: 'x' }, expect: 200 },
      // A menu is for everybody who has a phone.
      'get /v1/sites/{siteId}/menu': { expect: 200 },
      'post /v1/preorders': {
        body: {
          siteId: site.siteId,
          jackId: driver.jackId,
          paymentMethodId: driver.paymentMethodId,
          promisedAtMs: null,
          items: [item],
        },
        expect: 404,
      },
      'get /v1/preorders/{preorderId}': { expect: 404 },
      'post /v1/preorders/{preorderId}/edit': { body: { promisedAtMs: null, items: [item] }, expect: 404 },
      'post /v1/site/menu/items/{menuItemId}/sold-out': { body: { soldOutUntilMs: null }, expect: 404 },
      'post /v1/site/menu': {
        body: {
          version: 1,
          items: [{ menuItemId: site.latte, name: 'x', nameKo: null, unitAmountMinor: 1, options: [] }],
        },
        expect: 409,
      },
      'get /v1/site/menu': {
        expect: (body) => expect(JSON.stringify(body)).not.toContain(site.latte),
      },
      'post /v1/site/no-show-rule': { body: { rule: null }, expect: 200 },
      'post /v1/preorders/{preorderId}/cancel': { body: {}, expect: 404 },
      'post /v1/preorders/{preorderId}/on-the-way': { body: { word: { kind: 'taken-back' } }, expect: 404 },
      'get /v1/approvals': { expect: (body) => expect(body).toEqual({ waiting: [] }) },
      'post /v1/approvals/{paymentRequestId}': { body: { decision: { answer: 'decline' } }, expect: 404 },
      'get /v1/site': {
        expect: (body) => expect(body).toMatchObject({ site: { siteId: strangeSite.siteId } }),
      },
      'get /v1/site/signing-keys': {
        expect: (body) => expect(body).toMatchObject({ keys: [{ generation: 1, endorsement: null }] }),
      },
      'get /v1/site/expected-codes': {
        query: `?fromMs=${lot.clock.nowMs()}&toMs=${lot.clock.nowMs()}`,
        expect: (body) => expect(body).toMatchObject({ cars: [], codes: [] }),
      },
      'post /v1/site/code-reports': {
        body: { code: `eddystone-uid:${'f'.repeat(32)}`, heardAtMs: 1, laneId: null },
        expect: (body) => expect(body).toEqual({ known: false }),
      },
      'post /v1/site/arrivals': {
        body: { visitId, jackId: newId(), arrivedAtMs: 1, laneId: null, laneKind: null },
        expect: 404,
      },
      'post /v1/site/departures': { body: { visitId, jackId: driver.jackId, departedAtMs: 1 }, expect: 409 },
      'get /v1/site/cars': { query: '?digits=3456', expect: (body) => expect(body).toEqual({ cars: [] }) },
      'post /v1/site/preorders/{preorderId}/ready': { body: { atMs: 1 }, expect: 404 },
      'post /v1/site/preorders/{preorderId}/items/{itemId}/unavailable': { body: { atMs: 1 }, expect: 404 },
      'post /v1/site/preorders/{preorderId}/handed-over': {
        body: { visitId, handedOverAtMs: 1, staffName: 'x' },
        expect: 404,
      },
      'post /v1/site/refuels/{refuelId}/completion': { body: lot.completion(driver, visitId), expect: 409 },
      'post /v1/site/refuels/{refuelId}/settled-otherwise': {
        body: { paymentRequestId: paymentRequest.paymentRequestId, tender: 'cash', reason: 'x', atMs: 1 },
        expect: 200,
      },
      'post /v1/site/payment-requests/{paymentRequestId}/cancel': { body: { reason: 'x' }, expect: 404 },
      'get /v1/site/payment-requests/{paymentRequestId}': { expect: 404 },
      'post /v1/site/charges': {
        body: {
          paymentRequestId: newId(),
          visitId,
          jackId: driver.jackId,
          amount: { amountMinor: 1, currency: 'KRW' },
          verification: 'jack',
          description: null,
        },
        expect: 409,
      },
      'post /v1/site/payment-requests/{paymentRequestId}/refunds': {
        body: { refundId: newId(), amount: { amountMinor: 1, currency: 'KRW' }, reason: 'x' },
        expect: 404,
      },
      'post /v1/cart': { body: { cartCode: madeCart.code, jackId: driver.jackId }, expect: 404 },
      'get /v1/cart': { expect: (body) => expect(body).toEqual({ cart: null }) },
      'post /v1/cart/{tripId}/leave': { body: {}, expect: 404 },
      'post /v1/cart/{tripId}/checkout': { body: { asPickup: false }, expect: 404 },
      'get /v1/cart-device/cart': {
        expect: (body) => expect(body).toMatchObject({ cart: { number: 2, state: 'free', trip: null } }),
      },
      'post /v1/cart-device/items': { body: { goods: { barcode: '8800001' } }, expect: 409 },
      'post /v1/cart-device/items/{lineId}/removal': { body: { quantity: 1 }, expect: 409 },
      'post /v1/cart-device/weighings': { body: { measuredGram: 1 }, expect: 409 },
      'get /v1/site/carts': { expect: (body) => expect(body).toMatchObject({ carts: [] }) },
      'post /v1/site/carts/{cartId}/free': { body: { tripId: inCart.tripId, reason: 'x' }, expect: 404 },
      'post /v1/site/carts/{cartId}/acknowledgement': {
        body: { tripId: inCart.tripId, version: 3, staffName: 'x' },
        expect: 404,
      },
      'post /v1/site/carts/{cartId}/items/{lineId}/price': {
        body: { tripId: inCart.tripId, unitAmountMinor: 100, name: null, staffName: 'x' },
        expect: 404,
      },
      'post /v1/site/carts/{cartId}/checkout': {
        body: { tripId: inCart.tripId, paymentRequestId: newId(), asPickup: false },
        expect: 404,
      },
      'get /v1/site/cart-payments': {
        query: `?fromMs=0&toMs=1`,
        expect: (body) => expect(body).toEqual({ payments: [] }),
      },
      'get /v1/site/releases': {
        query: '?sinceMs=0',
        expect: (body) => expect(body).toMatchObject({ releases: [] }),
      },
      'get /v1/site/drive-offs': {
        query: '?sinceMs=0',
        expect: (body) => expect(body).toMatchObject({ driveOffs: [] }),
      },
      'get /v1/site/statement': {
        query: `?fromMs=0&toMs=1`,
        expect: (body) => expect(body).toMatchObject({ lines: [], totals: [] }),
      },
    };
    const { paths } = await document();
    for (const [template, methods] of Object.entries(paths)) {
      for (const [method, { tags }] of Object.entries(methods)) {
        if (tags.includes('public') || template.endsWith('/events')) continue;
        const rule = rules[`${method} ${template}`];
        if (rule === undefined) throw new Error(`no rule for a stranger at ${method} ${template}`);
        const path =
          template.replace(/\{([^}]+)\}/g, (_, name: string) => ids[name] ?? newId()) + (rule.query ?? '');
        const token = tags.includes('site')
          ? strangeSite.token
          : tags.includes('cart')
            ? strangeCart.token
            : stranger.token;
        const answer = await lot.call(token, method.toUpperCase() as 'GET' | 'POST', path, rule.body);
        if (typeof rule.expect === 'number')
          expect([method, template, answer.status]).toEqual([method, template, rule.expect]);
        else rule.expect(answer.body);
      }
    }
    // And nothing of it happened.
    expect(await lot.request(site, paymentRequest.paymentRequestId)).toMatchObject({
      state: 'waiting',
      version: 1,
    });
    expect((await lot.call(driver.token, 'GET', `/v1/preorders/${preorder.preorderId}`)).body).toMatchObject({
      preorder: { state: 'open', payment: 'held' },
    });
  });

  it('numbers that nothing holds and texts without an end are refused in words, and cost nothing', async () => {
    const lot = lotNow();
    const [site, driver] = [await lot.site(), await lot.driver()];
    const visitId = await lot.arrive(site, driver);
    const completion = lot.completion(driver, visitId);
    for (const odd of [
      ...[-1, 2_147_483_648, 2 ** 53, 1e308, 1.5, null].map((pumpNumber) => ({ pumpNumber })),
      ...[0, -1, 2 ** 63, 1e308].map((volumeMl) => ({ volumeMl })),
      { amount: { amountMinor: 2 ** 53, currency: 'KRW' } },
      { completedAtMs: 8_640_000_000_000_001 },
      { laneId: 'x'.repeat(201) },
    ]) {
      const answer = await lot.complete(site, newId(), { ...completion, ...odd });
      expect([odd, answer.status, answer.body.code]).toEqual([odd, 400, 'invalid-request']);
    }
    expect((await lot.complete(site, newId(), { ...completion, pumpNumber: 9_999 })).status).toBe(200);
  });

  it('says what is wrong with a request, in problem details', async () => {
    const lot = lotNow();
    const { token } = await lot.driver();
    const wrong = await lot.call(token, 'POST', '/v1/vehicles', { plate: 7 });
    expect(wrong).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { type: 'urn:cigar-kiosk:problem:invalid-request', code: 'invalid-request', status: 400 },
    });
    expect(wrong.body.errors?.map((e) => e.path)).toContain('plate');
    expect((await lot.call(token, 'GET', '/v1/nothing')).body.code).toBe('not-found');
    const broken = await fetch(`${lot.url}/v1/vehicles`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{',
    });
    expect([broken.status, (await broken.json()).code]).toEqual([400, 'invalid-request']);
    const large = await lot.call(token, 'POST', '/v1/vehicles', { plate: 'x'.repeat(300_000) });
    expect(large).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it('does a POST once per Idempotency-Key, replays its answer, and refuses the key for anything else', async () => {
    const lot = lotNow();
    const { token } = await lot.driver();
    const vehicle = { plate: '77하7777', model: 'Ray', color: 'white', fuel: null };
    const key = randomUUID();
    const [first, ...others] = await Promise.all(
      Array.from({ length: 6 }, () =>
        lot.call<{ vehicleId: string }>(token, 'POST', '/v1/vehicles', vehicle, key),
      ),
    );
    for (const other of others) expect(other.body).toEqual(first?.body);
    const reused = await lot.call(token, 'POST', '/v1/vehicles', { ...vehicle, model: 'Morning' }, key);
    expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    const elsewhere = await lot.call(
      token,
      'POST',
      '/v1/payment-methods',
      { processorToken: 'tok_ok', label: 'x' },
      key,
    );
    expect(elsewhere.body.code).toBe('idempotency-key-reused');
    expect((await lot.call(token, 'POST', '/v1/vehicles', vehicle, null)).body.code).toBe(
      'idempotency-key-missing',
    );
    // Another caller's same key is another key.
    const { token: other } = await lot.driver();
    const theirs = await lot.call<{ vehicleId: string }>(other, 'POST', '/v1/vehicles', vehicle, key);
    expect(theirs.body.vehicleId).not.toBe(first?.body.vehicleId);
  });

  it('pays once for a preorder sent many times at once with one key', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 6 }, () => lot.preorder(site, driver, key)));
    expect(new Set(answers.map((a) => a.body.preorder.preorderId)).size).toBe(1);
    expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({ authorisations: 1 });
  });

  it('enrols one station per pairing code, shows the credential to nobody else, and refuses an old code', async () => {
    const lot = lotNow();
    const { siteId } = await lot.site();
    const enrolment = { pairingCode: await issuePairingCode(lot.server.app, siteId), stationName: 'one' };
    const key = randomUUID();
    const first = await lot.call<{ credential: string }>(null, 'POST', '/v1/enrolments', enrolment, key);
    expect(first.body.credential).toMatch(/^site_/);
    // The answer was lost: the same key gets the same credential, another key nothing.
    expect((await lot.call(null, 'POST', '/v1/enrolments', enrolment, key)).body).toEqual(first.body);
    expect((await lot.call(null, 'POST', '/v1/enrolments', enrolment)).body.code).toBe(
      'pairing-code-refused',
    );
    const late = { pairingCode: await issuePairingCode(lot.server.app, siteId), stationName: 'late' };
    lot.clock.advance(25 * 3_600_000);
    expect((await lot.call(null, 'POST', '/v1/enrolments', late)).body.code).toBe('pairing-code-refused');
  });

  it('keeps no token, key or credential in the clear', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { sql } = await import('drizzle-orm');
    const { db } = lot.server.app;
    const secrets = [site.token, driver.token, driver.key.toString('hex')];
    const result = await db.execute(
      sql`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const names = (result as unknown as { rows: { table_name: string }[] }).rows.map((r) => r.table_name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const dump = JSON.stringify(await db.execute(sql.raw(`SELECT * FROM "${name}"`)));
      for (const secret of secrets) expect([name, dump.includes(secret)]).toEqual([name, false]);
    }
  });

  it('resolves a rotating code in its window and one beside it, and expects it at sites the car visited', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const { token } = await lot.driver();
    const identityKey = randomUUID().replaceAll('-', '');
    const counterAtMs = lot.clock.nowMs();
    const mine = await lot.call<{ vehicleId: string }>(token, 'POST', '/v1/vehicles', {
      plate: '5가5555',
      model: '',
      color: '',
      fuel: null,
    });
    const { jackId } = (
      await lot.call<{ jackId: string }>(token, 'POST', '/v1/jacks', {
        vehicleId: mine.body.vehicleId,
        secrets: { behaviour: 'rotating', identityKey, rotationExponent: 9, counterSeconds: 0, counterAtMs },
        authenticationKey: 'ab'.repeat(32),
        possession: await lot.possession(token, Buffer.from('ab'.repeat(32), 'hex')),
      })
    ).body;
    const codeAfter = (seconds: number) => eidCodeAt(Buffer.from(identityKey, 'hex'), 9, seconds);
    lot.clock.advance(600_000);
    await lot.server.tick();
    const known = async (seconds: number) => (await lot.report(site, codeAfter(seconds))).body.known;
    expect([
      await known(600),
      await known(600 - 512),
      await known(600 + 512),
      await known(600 + 1536),
    ]).toEqual([true, true, true, false]);
    await lot.arrive(site, { jackId } as Parameters<typeof lot.arrive>[1]);
    const now = lot.clock.nowMs();
    const list = await lot.call<{
      version: string;
      codes: { code: string; validFromMs: number; validToMs: number }[];
    }>(site.token, 'GET', `/v1/site/expected-codes?fromMs=${now}&toMs=${now + 3_600_000}`);
    expect(list.body).toMatchObject({ cars: [{ jackId, codeBehaviour: 'rotating' }] });
    for (const seconds of [600, 2000, 4199]) {
      const entry = list.body.codes.find((c) => c.code === codeAfter(seconds));
      const atMs = counterAtMs + seconds * 1000;
      expect(entry && entry.validFromMs <= atMs && atMs < entry.validToMs).toBe(true);
    }
    // Hours later, with the windows kept ahead by the clock alone.
    for (let hour = 0; hour < 3; hour++) {
      lot.clock.advance(3_600_000);
      await lot.server.tick();
    }
    expect(await known(600 + 3 * 3600)).toBe(true);
    expect(await known(600)).toBe(false);
  });

  it('a stranger’s code leaves nothing behind', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const count = async () => (await lot.server.app.db.select().from(tables.idempotencyKeys)).length;
    const before = await count();
    expect((await lot.report(site, `ibeacon:${'a'.repeat(40)}`)).body).toEqual({ known: false });
    expect(await count()).toBe(before);
  });

  it('keeps everything over a restart: tokens, jacks’ keys, waiting requests, places in streams', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ rotating: { exponent: 10 } });
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    await lot.restart();
    const paid = await lot.answer(
      driver,
      paymentRequest.paymentRequestId,
      lot.approval(driver, paymentRequest),
    );
    expect(paid.body.paymentRequest.state).toBe('paid');
    const heard = await readEvents(lot.url, site.token, '/v1/site/events', '1', (all) => all.length >= 2);
    expect(heard.at(0)?.id).toBe('2');
  });
});
