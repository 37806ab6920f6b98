/** Everybody's own things: accounts, phones, cars, jacks, cards. */
import { randomBytes } from 'node:crypto';
import { issuePairingCode } from '../../../server/index.ts';
import { newId } from '../../../shared/domain/index.ts';
import type { JackTransfer } from '../../../shared/server-contract/index.ts';
import type { Driver, Lot } from '../../integration/server-fixture.ts';
import { done, proof, refused } from './scene.ts';

export async function publicScene(lot: Lot): Promise<void> {
  await done(lot.call(null, 'GET', '/health'));
  const { siteId, token: siteToken } = await lot.site();
  await done(lot.call(siteToken, 'POST', '/v1/site/credential'));
  const pairingCode = await issuePairingCode(lot.server.app, siteId);
  const enrolment = { pairingCode, stationName: 'x' };
  await done(lot.call(null, 'POST', '/v1/enrolments', enrolment));
  await refused(lot.call(null, 'POST', '/v1/enrolments', enrolment), 'pairing-code-refused');
  const { token } = await lot.driver();
  const { invitation } = await done(lot.call<{ invitation: string }>(token, 'POST', '/v1/phone-invitations'));
  const joining = { invitation, phoneName: 'second' };
  const second = await done(lot.call<{ phoneId: string }>(null, 'POST', '/v1/phones', joining));
  await refused(lot.call(null, 'POST', '/v1/phones', joining), 'pairing-code-refused');
  await done(lot.call(token, 'GET', '/v1/account'));
  await done(lot.call(token, 'POST', '/v1/phone/token'));
  await refused(lot.call(token, 'POST', `/v1/phones/${newId()}/revoke`), 'not-found');
  await done(lot.call(token, 'POST', `/v1/phones/${second.phoneId}/revoke`));
  await refused(
    lot.call(token, 'POST', '/v1/vehicles', { plate: '--', model: '', color: '', fuel: null }),
    'plate-invalid',
  );
}

const vehicleOf = async (lot: Lot, driver: Driver) =>
  (await done(lot.call<{ vehicles: { vehicleId: string }[] }>(driver.token, 'GET', '/v1/account')))
    .vehicles[0]?.vehicleId ?? '';

export async function jackScene(lot: Lot): Promise<void> {
  const [driver, rotating, other] = [
    await lot.driver(),
    await lot.driver({ rotating: { exponent: 10 } }),
    await lot.driver(),
  ];
  const long = lot.clock.nowMs() - 3_600_000;
  const post = (who: Driver, path: string, body?: object) => lot.call(who.token, 'POST', path, body);
  const stale = { challengeId: newId(), authCode: '12345678' };
  const wrongOf = async (who: Driver) => proof(lot, who.token, randomBytes(32));

  await refused(post(driver, `/v1/jacks/${newId()}/block`), 'not-found');
  await done(post(driver, `/v1/jacks/${driver.jackId}/block`));
  const unblock = `/v1/jacks/${driver.jackId}/unblock`;
  await refused(post(driver, `/v1/jacks/${newId()}/unblock`, { possession: stale }), 'not-found');
  await refused(post(driver, unblock, { possession: stale }), 'auth-code-stale');
  await refused(post(driver, unblock, { possession: await wrongOf(driver) }), 'auth-code-wrong');
  await done(post(driver, unblock, { possession: await proof(lot, driver.token, driver.key) }));

  const sync = (who: Driver, jackId: string, possession: object) =>
    post(who, `/v1/jacks/${jackId}/sync`, { counterSeconds: 5, counterAtMs: lot.clock.nowMs(), possession });
  await refused(sync(rotating, newId(), stale), 'not-found');
  await refused(sync(driver, driver.jackId, stale), 'invalid-request');
  await refused(sync(rotating, rotating.jackId, stale), 'auth-code-stale');
  await refused(sync(rotating, rotating.jackId, await wrongOf(rotating)), 'auth-code-wrong');
  await done(sync(rotating, rotating.jackId, await proof(lot, rotating.token, rotating.key)));

  // Another driver asks for the jack; an order hangs on it, so its owner's yes must wait.
  const vehicleId = await vehicleOf(lot, other);
  const ask = (possession: object, more: object = {}) =>
    lot.call<{ transfer: JackTransfer }>(other.token, 'POST', '/v1/jack-transfers', {
      ...{ code: driver.code, vehicleId, possession },
      ...more,
    });
  await refused(ask(stale, { vehicleId: newId() }), 'not-found');
  await refused(ask(stale), 'auth-code-stale');
  await refused(ask(await wrongOf(other)), 'auth-code-wrong');
  const { transfer } = await done(ask(await proof(lot, other.token, driver.key)));
  await refused(ask(await proof(lot, other.token, driver.key)), 'conflict');
  const site = await lot.site();
  const { preorder } = await done(lot.preorder(site, driver));
  const answer = (id: string) => post(driver, `/v1/jack-transfers/${id}`, { answer: 'consent' });
  await refused(answer(newId()), 'not-found');
  await refused(answer(transfer.transferId), 'conflict');
  await refused(post(driver, `/v1/jacks/${driver.jackId}/release`), 'conflict');
  await done(post(driver, `/v1/preorders/${preorder.preorderId}/cancel`));
  await done(answer(transfer.transferId));
  await refused(answer(transfer.transferId), 'request-not-waiting');
  await refused(post(driver, `/v1/jacks/${driver.jackId}/release`), 'not-found');
  await done(post(rotating, `/v1/jacks/${rotating.jackId}/release`));

  const jack = {
    vehicleId,
    secrets: { behaviour: 'static', code: other.code },
    authenticationKey: other.key.toString('hex'),
  };
  await refused(post(other, '/v1/jacks', { ...jack, vehicleId: newId(), possession: stale }), 'not-found');
  const again = { ...jack, possession: await proof(lot, other.token, other.key) };
  await refused(post(other, '/v1/jacks', again), 'code-already-registered');
  await refused(post(other, '/v1/jacks', { ...jack, possession: stale }), 'auth-code-stale');
  await refused(post(other, '/v1/jacks', { ...jack, possession: await wrongOf(other) }), 'auth-code-wrong');
  const tooOld = await proof(lot, other.token, other.key, long);
  await refused(post(other, '/v1/jacks', { ...jack, possession: tooOld }), 'auth-code-stale');
  for (let i = 0; i < 20; i++) {
    const challenged = await post(other, '/v1/jack-challenges');
    if (challenged.status === 200) continue;
    await refused(Promise.resolve(challenged), 'too-many-attempts');
    return;
  }
  throw new Error('challenges without end');
}
