/** Arrivals, refuels, charges, approvals and refunds. */
import { randomBytes } from 'node:crypto';
import { newId } from '../../../shared/domain/index.ts';
import type { PaymentRequest } from '../../../shared/server-contract/index.ts';
import type { Lot } from '../../integration/server-fixture.ts';
import { chargeOf, done, refused } from './scene.ts';

export async function refuelScene(lot: Lot): Promise<void> {
  const [site, driver, other] = [await lot.site(), await lot.driver(), await lot.driver()];
  const post = <T>(path: string, body: object) => lot.call<T>(site.token, 'POST', path, body);
  const arrival = { arrivedAtMs: lot.clock.nowMs(), laneId: null, laneKind: null };
  await refused(post('/v1/site/arrivals', { ...arrival, visitId: newId(), jackId: newId() }), 'not-found');
  const visitId = await lot.arrive(site, driver);
  await refused(post('/v1/site/arrivals', { ...arrival, visitId, jackId: other.jackId }), 'conflict');

  const completion = lot.completion(driver, visitId);
  const wrong = { ...completion, amount: { amountMinor: 1, currency: 'KRW' } };
  await refused(lot.complete(site, newId(), wrong), 'amount-disagrees');
  await refused(lot.complete(site, newId(), { ...completion, visitId: newId() }), 'car-did-not-enter');
  const refuelId = newId();
  const { paymentRequest } = await done(lot.complete(site, refuelId, completion));
  await refused(lot.complete(site, refuelId, lot.completion(driver, visitId)), 'conflict');
  const requestPath = `/v1/site/payment-requests/${paymentRequest.paymentRequestId}`;
  await done(lot.call(site.token, 'GET', requestPath));
  await refused(lot.call(site.token, 'GET', `/v1/site/payment-requests/${newId()}`), 'not-found');
  await done(lot.call(driver.token, 'GET', '/v1/approvals'));
  await done(lot.answer(driver, paymentRequest.paymentRequestId, lot.approval(driver, paymentRequest)));
  const cash = { paymentRequestId: null, tender: 'cash', reason: 'x', atMs: 1 };
  await refused(post(`/v1/site/refuels/${refuelId}/settled-otherwise`, cash), 'conflict');
  await done(post(`/v1/site/refuels/${newId()}/settled-otherwise`, cash));
  await refused(post(`/v1/site/payment-requests/${newId()}/cancel`, { reason: 'x' }), 'not-found');
  await refused(post(`${requestPath}/cancel`, { reason: 'x' }), 'request-not-waiting');
  const departure = { jackId: driver.jackId, departedAtMs: lot.clock.nowMs() };
  await refused(post('/v1/site/departures', { ...departure, visitId: newId() }), 'car-did-not-enter');
  await done(post('/v1/site/departures', { ...departure, visitId }));
  await done(lot.call(site.token, 'GET', '/v1/site/releases?sinceMs=0'));
  await done(lot.call(site.token, 'GET', '/v1/site/drive-offs?sinceMs=0'));
}

export async function chargeScene(lot: Lot): Promise<void> {
  const [site, driver] = [await lot.site(), await lot.driver()];
  const visitId = await lot.arrive(site, driver, 'bay');
  const charge = (more: object = {}) => chargeOf(lot, site, driver, visitId, more);
  await refused(charge({ amount: { amountMinor: 1, currency: 'USD' } }), 'amount-disagrees');
  await refused(charge({ visitId: newId() }), 'car-did-not-enter');
  await refused(charge({ verification: 'phone' }), 'forbidden');
  const { paymentRequest: asked } = await done(charge());
  const id = asked.paymentRequestId;
  const changed = { paymentRequestId: id, amount: { amountMinor: 5, currency: 'KRW' } };
  await refused(charge(changed), 'conflict');

  const refund = (paymentRequestId: string, amountMinor: number, refundId = newId()) =>
    lot.call(site.token, 'POST', `/v1/site/payment-requests/${paymentRequestId}/refunds`, {
      ...{ refundId, reason: 'x' },
      amount: { amountMinor, currency: 'KRW' },
    });
  await refused(refund(newId(), 1), 'not-found');
  await refused(refund(id, 1), 'request-not-waiting');
  await done(lot.answer(driver, id, lot.approval(driver, asked)));
  await refused(refund(id, 9_001), 'amount-mismatch');
  const refundId = newId();
  await done(refund(id, 100, refundId));
  await refused(refund(id, 200, refundId), 'conflict');
  const { paymentRequest: dropped } = await done(charge());
  const cancelling = `/v1/site/payment-requests/${dropped.paymentRequestId}/cancel`;
  await done(lot.call(site.token, 'POST', cancelling, { reason: 'x' }));
  await done(lot.call(site.token, 'GET', `/v1/site/statement?fromMs=0&toMs=1`));
}

export async function approvalScene(lot: Lot): Promise<void> {
  const [site, driver] = [await lot.site(), await lot.driver()];
  const visitId = await lot.arrive(site, driver, 'bay');
  const asked = async () => (await done(chargeOf(lot, site, driver, visitId))).paymentRequest;
  const yes = (request: PaymentRequest, bend: Parameters<Lot['approval']>[2] = {}, more: object = {}) => {
    const { decision } = lot.approval(driver, request, bend);
    return lot.answer(driver, request.paymentRequestId, { decision: { ...decision, ...more } });
  };
  const no = (id: string) => lot.answer(driver, id, { decision: { answer: 'decline' } });
  await refused(no(newId()), 'not-found');
  const one = await asked();
  await refused(yes(one, {}, { siteId: newId() }), 'site-mismatch');
  await refused(yes(one, {}, { amount: { amountMinor: 1, currency: 'KRW' } }), 'amount-mismatch');
  await refused(yes(one, { atMs: lot.clock.nowMs() - 300_000 }), 'auth-code-stale');
  await refused(yes(one, { key: randomBytes(32) }), 'auth-code-wrong');
  const good = lot.approval(driver, one);
  await done(lot.answer(driver, one.paymentRequestId, good));
  await refused(lot.answer(driver, one.paymentRequestId, good), 'auth-code-replayed');
  await refused(no(one.paymentRequestId), 'request-not-waiting');
  const two = await asked();
  for (let i = 0; i < 4; i++) await refused(yes(two, { key: randomBytes(32) }), 'auth-code-wrong');
  await refused(yes(two, { key: randomBytes(32) }), 'too-many-attempts');
}
