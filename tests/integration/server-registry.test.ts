import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { authCode } from '../../shared/auth-code/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { agreedIdentityKey, eidCodeAt, newEidKeyPair } from '../../shared/eid/index.ts';
import type { JackTransfer } from '../../shared/server-contract/index.ts';
import { type Driver, type Lot, onPostgres } from './server-fixture.ts';

const proof = (lot: Lot, token: string, key: Buffer, atMs?: number) => lot.possession(token, key, atMs);

interface Account {
  phones: { phoneId: string; name: string; revoked: boolean; this: boolean }[];
  vehicles: { vehicleId: string }[];
  jacks: { jackId: string; blocked: boolean }[];
  transfers: JackTransfer[];
}

onPostgres('the registry', (lotNow) => {
  const accountOf = async (token: string) => (await lotNow().call<Account>(token, 'GET', '/v1/account')).body;
  const ask = (token: string, body: object) =>
    lotNow().call<{ transfer: JackTransfer }>(token, 'POST', '/v1/jack-transfers', body);
  const answer = (driver: Driver, id: string, yes: 'consent' | 'refuse') =>
    lotNow().call<{ transfer: JackTransfer }>(driver.token, 'POST', `/v1/jack-transfers/${id}`, {
      answer: yes,
    });
  const vehicleOf = async (driver: Driver) => (await accountOf(driver.token)).vehicles[0]?.vehicleId;

  it('a second phone joins an account by a one-use invitation and answers for the same driver', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const invite = async () =>
      (await lot.call<{ invitation: string }>(driver.token, 'POST', '/v1/phone-invitations')).body.invitation;
    const join = (invitation: string) =>
      lot.call<{ token: string; phoneId: string; driverId: string }>(null, 'POST', '/v1/phones', {
        invitation,
        phoneName: 'second',
      });
    const invitation = await invite();
    const second = (await join(invitation)).body;
    expect(second.driverId).toBe(driver.driverId);
    expect((await join(invitation)).body.code).toBe('pairing-code-refused');
    const late = await invite();
    lot.clock.advance(11 * 60_000);
    expect((await join(late)).body.code).toBe('pairing-code-refused');
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    const paid = await lot.answer(
      second,
      paymentRequest.paymentRequestId,
      lot.approval(driver, paymentRequest),
    );
    expect(paid.body.paymentRequest.state).toBe('paid');
    expect((await accountOf(driver.token)).phones.map((p) => [p.name, p.this])).toEqual([
      ['phone', true],
      ['second', false],
    ]);
  });

  it('an account has several cars, each with its own jack and plate, and several drivers who pay for any of them', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ plate: ' 서울 12 가-3456 ' });
    const { invitation } = (
      await lot.call<{ invitation: string }>(driver.token, 'POST', '/v1/phone-invitations')
    ).body;
    const second = (
      await lot.call<{ token: string }>(null, 'POST', '/v1/phones', { invitation, phoneName: 'second' })
    ).body;
    // The second driver adds the family's other car with its own jack.
    const { vehicleId } = (
      await lot.call<{ vehicleId: string }>(second.token, 'POST', '/v1/vehicles', {
        ...{ plate: 'ab-12 0012', model: 'Ray', color: 'blue', fuel: 'diesel' },
      })
    ).body;
    const key = randomBytes(32);
    const code = `eddystone-uid:${randomBytes(16).toString('hex')}`;
    const { jackId } = (
      await lot.call<{ jackId: string }>(second.token, 'POST', '/v1/jacks', {
        ...{ vehicleId, secrets: { behaviour: 'static', code }, authenticationKey: key.toString('hex') },
        possession: await proof(lot, second.token, key),
      })
    ).body;
    expect((await accountOf(driver.token)).vehicles).toMatchObject([
      { vehicle: { plate: ' 서울 12 가-3456 ', fuel: 'gasoline' } },
      { vehicle: { plate: 'ab-12 0012', fuel: 'diesel' } },
    ]);
    expect((await accountOf(driver.token)).jacks.map((jack) => jack.jackId)).toEqual([driver.jackId, jackId]);
    // Each code is its own car's; digits find the plate however it was typed, and show it as it was typed.
    expect((await lot.report(site, driver.code)).body.car.vehicle.plate).toBe(' 서울 12 가-3456 ');
    expect((await lot.report(site, code)).body.car.vehicle).toMatchObject({
      plate: 'ab-12 0012',
      fuel: 'diesel',
    });
    const other = { ...driver, jackId, key };
    await lot.arrive(site, driver);
    const visitId = await lot.arrive(site, other);
    const found = async (digits: string) =>
      (
        await lot.call<{ cars: { jackId: string }[] }>(site.token, 'GET', `/v1/site/cars?digits=${digits}`)
      ).body.cars.map((car) => car.jackId);
    expect([await found('3456'), await found('0012')]).toEqual([[driver.jackId], [jackId]]);
    const rows = await lot.server.app.db
      .select()
      .from(tables.vehicles)
      .where(eq(tables.vehicles.id, vehicleId));
    expect(rows).toMatchObject([{ plate: 'AB120012', plateTyped: 'ab-12 0012' }]);
    // Asked for the second car's fuel, the first phone may say yes; the other car's jack may not sign for it.
    const completed = { ...lot.completion(other, visitId), fuel: 'diesel' };
    const { paymentRequest } = (await lot.complete(site, newId(), completed)).body;
    const id = paymentRequest.paymentRequestId;
    expect((await lot.answer(driver, id, lot.approval(driver, paymentRequest))).body.code).toBe(
      'auth-code-wrong',
    );
    expect(
      (await lot.answer(driver, id, lot.approval(other, paymentRequest))).body.paymentRequest.state,
    ).toBe('paid');
  });

  it('a preorder may carry the jack’s own word that it is at hand: another’s, an old or a used one is refused', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const order = (possession: object) =>
      lot.call<{ preorder: { payment: string } }>(driver.token, 'POST', '/v1/preorders', {
        ...{ siteId: site.siteId, jackId: driver.jackId, paymentMethodId: driver.paymentMethodId },
        ...{ promisedAtMs: null, items: [{ menuItemId: site.latte, quantity: 1, options: [] }] },
        possession,
      });
    const wrong = await proof(lot, driver.token, randomBytes(32));
    expect((await order(wrong)).body.code).toBe('auth-code-wrong');
    const right = await proof(lot, driver.token, driver.key);
    expect((await order(right)).body.preorder.payment).toBe('held');
    expect((await order(right)).body.code).toBe('auth-code-stale');
    expect((await lot.report(site, driver.code)).body.car).toMatchObject({
      codeBehaviour: 'static',
      vehicle: { plate: driver.plate },
      preorders: [{ items: [{ name: 'Latte', quantity: 1 }], paid: { amountMinor: 5_000 } }],
    });
  });

  it('a lost phone’s token dies at once, with its open stream and its invitations', async () => {
    const lot = lotNow();
    const driver = await lot.driver();
    const invitation = async (token: string) =>
      (await lot.call<{ invitation: string }>(token, 'POST', '/v1/phone-invitations')).body.invitation;
    const lost = (
      await lot.call<{ token: string; phoneId: string }>(null, 'POST', '/v1/phones', {
        invitation: await invitation(driver.token),
        phoneName: 'lost',
      })
    ).body;
    const open = await invitation(lost.token);
    const stream = await fetch(`${lot.url}/v1/phone/events`, {
      headers: { authorization: `Bearer ${lost.token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const ended = stream.text();
    const revoked = await lot.call(driver.token, 'POST', `/v1/phones/${lost.phoneId}/revoke`);
    expect(revoked.status).toBe(200);
    expect((await lot.call(lost.token, 'GET', '/v1/account')).status).toBe(401);
    expect(await ended).not.toContain('approval-asked');
    const joined = await lot.call(null, 'POST', '/v1/phones', { invitation: open, phoneName: 'x' });
    expect(joined.body.code).toBe('pairing-code-refused');
    const stranger = await lot.driver();
    const own = (await accountOf(driver.token)).phones.find((p) => p.this)?.phoneId;
    expect((await lot.call(stranger.token, 'POST', `/v1/phones/${own}/revoke`)).status).toBe(404);
    expect((await lot.call(driver.token, 'GET', '/v1/account')).status).toBe(200);
  });

  it('a lost jack is known nowhere from the moment its driver says so, and comes back with its own signature only', async () => {
    const lot = lotNow();
    const [site, other] = [await lot.site(), await lot.site()];
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    const path = `/v1/jacks/${driver.jackId}`;
    expect((await lot.call(driver.token, 'POST', `${path}/block`)).status).toBe(200);
    for (const at of [site, other]) expect((await lot.report(at, driver.code)).body.known).toBe(false);
    expect(await lot.request(site, paymentRequest.paymentRequestId)).toMatchObject({
      state: 'declined',
      reason: 'jack-blocked',
    });
    const now = lot.clock.nowMs();
    const list = await lot.call(site.token, 'GET', `/v1/site/expected-codes?fromMs=${now}&toMs=${now}`);
    expect(list.body).toMatchObject({ cars: [], codes: [] });
    expect((await lot.call(site.token, 'GET', '/v1/site/cars?digits=3456')).body).toEqual({ cars: [] });
    const wrong = await lot.call(driver.token, 'POST', `${path}/unblock`, {
      possession: await proof(lot, driver.token, randomBytes(32)),
    });
    expect(wrong.body.code).toBe('auth-code-wrong');
    expect((await lot.report(site, driver.code)).body.known).toBe(false);
    const right = await proof(lot, driver.token, driver.key);
    expect((await lot.call(driver.token, 'POST', `${path}/unblock`, { possession: right })).status).toBe(200);
    expect((await lot.report(site, driver.code)).body.known).toBe(true);
    const again = await lot.call(driver.token, 'POST', `${path}/unblock`, { possession: right });
    expect(again.body.code).toBe('auth-code-stale');
  });

  it('a jack is registered with its own signature of a fresh challenge, once, and not with another’s', async () => {
    const lot = lotNow();
    const driver = await lot.driver();
    const vehicleId = await vehicleOf(driver);
    const key = randomBytes(32);
    const register = (possession?: object) =>
      lot.call<{ jackId: string }>(driver.token, 'POST', '/v1/jacks', {
        vehicleId,
        secrets: { behaviour: 'static', code: `eddystone-uid:${randomBytes(16).toString('hex')}` },
        authenticationKey: key.toString('hex'),
        possession,
      });
    expect((await register(await proof(lot, driver.token, randomBytes(32)))).body.code).toBe(
      'auth-code-wrong',
    );
    const early = await proof(lot, driver.token, key);
    lot.clock.advance(11 * 60_000);
    expect((await register(early)).body.code).toBe('auth-code-stale');
    const right = await proof(lot, driver.token, key);
    expect((await register(right)).status).toBe(200);
    expect((await register(right)).body.code).toBe('auth-code-stale');
    // Nobody registers without: neither in the demo nor anywhere else.
    expect((await register()).body.code).toBe('invalid-request');
    // Asking after a code costs its challenge, whatever the answer: codes are not found out by trying.
    const taken = await proof(lot, driver.token, key);
    const other = {
      vehicleId,
      secrets: { behaviour: 'static', code: driver.code },
      authenticationKey: key.toString('hex'),
      possession: taken,
    };
    const tried = () => lot.call(driver.token, 'POST', '/v1/jacks', other);
    expect((await tried()).body.code).toBe('code-already-registered');
    expect((await tried()).body.code).toBe('auth-code-stale');
  });

  it('a rotating jack agrees on its identity key with the server: the key never travels, its codes are known', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const vehicleId = await vehicleOf(driver);
    const register = async (beaconPublicKey: (agreementKey: Buffer) => string) => {
      const { body } = await lot.call<{ challengeId: string; challenge: string; agreementKey: string }>(
        ...([driver.token, 'POST', '/v1/jack-challenges'] as const),
      );
      return lot.call<{ jackId: string }>(driver.token, 'POST', '/v1/jacks', {
        vehicleId,
        secrets: {
          ...{
            behaviour: 'rotating-agreed',
            beaconPublicKey: beaconPublicKey(Buffer.from(body.agreementKey, 'hex')),
          },
          ...{ rotationExponent: 9, counterSeconds: 0, counterAtMs: lot.clock.nowMs() },
        },
        authenticationKey: driver.key.toString('hex'),
        possession: {
          challengeId: body.challengeId,
          authCode: authCode(driver.key, body.challenge, lot.clock.nowMs()),
        },
      });
    };
    const beacon = newEidKeyPair();
    let identityKey: Buffer = Buffer.alloc(16);
    const { body } = await register((agreementKey) => {
      identityKey = agreedIdentityKey({ role: 'beacon', privateKey: beacon.privateKey }, agreementKey);
      return beacon.publicKey.toString('hex');
    });
    expect((await lot.report(site, eidCodeAt(identityKey, 9, 0))).body.car.jackId).toBe(body.jackId);
    // A public key of small order would make the secret everybody's.
    expect((await register(() => '0'.repeat(64))).body.code).toBe('invalid-request');
  });

  it('a jack moves to who has it at hand when its owner consents, and takes no history along', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [owner, buyer] = [await lot.driver(), await lot.driver({ plate: '99너9999' })];
    const vehicleId = await vehicleOf(buyer);
    const guess = { code: owner.code, vehicleId, possession: await proof(lot, buyer.token, buyer.key) };
    const unknown = {
      code: `eddystone-uid:${'9'.repeat(32)}`,
      vehicleId,
      possession: await proof(lot, buyer.token, owner.key),
    };
    // A code that was only overheard, and one that does not exist, look the same.
    const refused = [(await ask(buyer.token, guess)).body, (await ask(buyer.token, unknown)).body];
    expect(refused[0]).toEqual(refused[1]);
    expect(refused[0]?.code).toBe('auth-code-wrong');
    const { preorder } = (await lot.preorder(site, owner)).body;
    const asked = await ask(buyer.token, {
      code: owner.code,
      vehicleId,
      possession: await proof(lot, buyer.token, owner.key),
    });
    expect(asked.body.transfer).toMatchObject({ asked: 'mine', state: 'waiting' });
    const { transferId } = asked.body.transfer;
    expect((await answer(buyer, transferId, 'consent')).status).toBe(404);
    expect((await accountOf(owner.token)).transfers).toMatchObject([{ transferId, asked: 'theirs' }]);
    // While an order hangs on it, it does not move.
    expect((await answer(owner, transferId, 'consent')).body.code).toBe('conflict');
    await lot.call(owner.token, 'POST', `/v1/preorders/${preorder.preorderId}/cancel`);
    expect((await answer(owner, transferId, 'consent')).body.transfer.state).toBe('consented');
    const moved = (await accountOf(buyer.token)).transfers[0]?.newJackId;
    expect(moved).not.toBe(owner.jackId);
    const heard = (await lot.report(site, owner.code)).body.car;
    expect(heard).toMatchObject({ jackId: moved, vehicle: { plate: '99너9999' } });
    expect((await accountOf(owner.token)).jacks).toEqual([]);
    // The jack signs for its new owner; the old one's phone has lost it.
    const now = { ...buyer, jackId: moved ?? '', key: owner.key };
    const visitId = await lot.arrive(site, now);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(now, visitId))).body;
    const yes = lot.approval(now, paymentRequest);
    expect((await lot.answer(owner, paymentRequest.paymentRequestId, yes)).status).toBe(404);
    const paid = await lot.answer(now, paymentRequest.paymentRequestId, yes);
    expect(paid.body.paymentRequest.state).toBe('paid');
  });

  it('an owner’s no, or seven days of silence, leaves the jack where it is; a released one is free', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [owner, buyer] = [await lot.driver(), await lot.driver()];
    const request = async () =>
      ask(buyer.token, {
        code: owner.code,
        vehicleId: await vehicleOf(buyer),
        possession: await proof(lot, buyer.token, owner.key),
      });
    const first = await request();
    expect((await answer(owner, first.body.transfer.transferId, 'refuse')).body.transfer.state).toBe(
      'refused',
    );
    const second = await request();
    expect((await request()).body.code).toBe('conflict');
    lot.clock.advance(7 * 24 * 3_600_000);
    expect((await answer(owner, second.body.transfer.transferId, 'consent')).body.code).toBe(
      'request-not-waiting',
    );
    expect((await lot.report(site, owner.code)).body.car.jackId).toBe(owner.jackId);
    expect((await lot.call(buyer.token, 'POST', `/v1/jacks/${owner.jackId}/release`)).status).toBe(404);
    expect((await lot.call(owner.token, 'POST', `/v1/jacks/${owner.jackId}/release`)).status).toBe(200);
    expect((await lot.report(site, owner.code)).body.known).toBe(false);
    const mine = await lot.call<{ jackId: string }>(buyer.token, 'POST', '/v1/jacks', {
      vehicleId: await vehicleOf(buyer),
      secrets: { behaviour: 'static', code: owner.code },
      authenticationKey: owner.key.toString('hex'),
      possession: await proof(lot, buyer.token, owner.key),
    });
    expect((await lot.report(site, owner.code)).body.car.jackId).toBe(mine.body.jackId);
  });

  it('a rotating jack changes hands by the code it broadcasts now', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [owner, buyer] = [await lot.driver(), await lot.driver()];
    const identityKey = randomBytes(16);
    await lot.call(owner.token, 'POST', '/v1/jacks', {
      vehicleId: await vehicleOf(owner),
      secrets: {
        behaviour: 'rotating',
        identityKey: identityKey.toString('hex'),
        rotationExponent: 9,
        counterSeconds: 0,
        counterAtMs: lot.clock.nowMs(),
      },
      authenticationKey: owner.key.toString('hex'),
      possession: await proof(lot, owner.token, owner.key),
    });
    const code = eidCodeAt(identityKey, 9, 0);
    const asked = await ask(buyer.token, {
      code,
      vehicleId: await vehicleOf(buyer),
      possession: await proof(lot, buyer.token, owner.key),
    });
    await answer(owner, asked.body.transfer.transferId, 'consent');
    const moved = (await accountOf(buyer.token)).transfers[0]?.newJackId;
    expect((await lot.report(site, code)).body.car.jackId).toBe(moved);
  });

  it('a rotating jack whose clock strays stays known while it is heard, and is found again by its phone', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const identityKey = randomBytes(16);
    const startMs = lot.clock.nowMs();
    const { jackId } = (
      await lot.call<{ jackId: string }>(driver.token, 'POST', '/v1/jacks', {
        vehicleId: await vehicleOf(driver),
        secrets: {
          behaviour: 'rotating',
          identityKey: identityKey.toString('hex'),
          rotationExponent: 4,
          counterSeconds: 0,
          counterAtMs: startMs,
        },
        authenticationKey: driver.key.toString('hex'),
        possession: await proof(lot, driver.token, driver.key),
      })
    ).body;
    // 300 parts per million slow: after three days 78 s, five windows, behind.
    const counterNow = () => Math.floor(((lot.clock.nowMs() - startMs) / 1000) * (1 - 3e-4));
    const heard = async () => (await lot.report(site, eidCodeAt(identityKey, 4, counterNow()))).body.known;
    for (let hours = 0; hours < 72; hours += 4) {
      lot.clock.advance(4 * 3_600_000);
      await lot.server.tick();
      expect([hours, await heard()]).toEqual([hours, true]);
    }
    // Silent for a month, it strayed too far; its phone brings the counter.
    lot.clock.advance(30 * 24 * 3_600_000);
    await lot.server.tick();
    expect(await heard()).toBe(false);
    const sync = (possession: object) =>
      lot.call(driver.token, 'POST', `/v1/jacks/${jackId}/sync`, {
        counterSeconds: counterNow(),
        counterAtMs: lot.clock.nowMs(),
        possession,
      });
    expect((await sync(await proof(lot, driver.token, randomBytes(32)))).body.code).toBe('auth-code-wrong');
    expect((await sync(await proof(lot, driver.token, driver.key))).status).toBe(200);
    expect(await heard()).toBe(true);
  });

  it('a jack has one owner, static or rotating', async () => {
    const lot = lotNow();
    const one = await lot.driver();
    const two = await lot.driver();
    const mine = await lot.call<{ vehicleId: string }>(two.token, 'POST', '/v1/vehicles', {
      plate: '1가1111',
      model: '',
      color: '',
      fuel: null,
    });
    const jack = {
      vehicleId: mine.body.vehicleId,
      secrets: { behaviour: 'static', code: one.code },
      authenticationKey: 'ab'.repeat(32),
    };
    const add = async (body: typeof jack | typeof rotating) =>
      lot.call(two.token, 'POST', '/v1/jacks', {
        ...body,
        possession: await lot.possession(two.token, Buffer.from(jack.authenticationKey, 'hex')),
      });
    const rotating = {
      ...jack,
      secrets: {
        behaviour: 'rotating',
        identityKey: 'cd'.repeat(16),
        rotationExponent: 10,
        counterSeconds: 0,
        counterAtMs: 0,
      },
    };
    expect((await add(jack)).body.code).toBe('code-already-registered');
    expect((await add(rotating)).status).toBe(200);
    expect((await add(rotating)).body.code).toBe('code-already-registered');
  });
});
