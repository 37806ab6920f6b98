/** Charges that end otherwise than paid, and where the site's rule begins. */
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { movedMoney } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type Driver, type Lot, onPostgres } from './server-fixture.ts';

onPostgres('a charge', (lotNow) => {
  const asked = async (amountMinor = 9_000, more: object = {}, approvalMs?: number) => {
    const lot = lotNow();
    const site = await lot.site({ approvalMs });
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    const answer = await lot.call<{ paymentRequest: PaymentRequest }>(
      site.token,
      'POST',
      '/v1/site/charges',
      {
        ...{ paymentRequestId: newId(), visitId, jackId: driver.jackId, verification: 'jack' },
        ...{ amount: { amountMinor, currency: 'KRW' }, description: null, ...more },
      },
    );
    return { lot, site, driver, visitId, answer, request: answer.body.paymentRequest };
  };
  const yes = (lot: Lot, driver: Driver, request: PaymentRequest) =>
    lot.answer(driver, request.paymentRequestId, lot.approval(driver, request));
  const nothingMoved = async (lot: Lot, driver: Driver) =>
    expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
      captured: 0,
      refunded: 0,
    });

  it('that nobody answers in time expires, cannot be approved any more, and moves nothing', async () => {
    const { lot, site, driver, request } = await asked(9_000, {}, 60_000);
    lot.clock.advance(61_000);
    await lot.server.tick();
    expect((await lot.request(site, request.paymentRequestId)).state).toBe('expired');
    expect((await yes(lot, driver, request)).body.code).toBe('request-not-waiting');
    await nothingMoved(lot, driver);
  });

  it('is not approved after its time either when nobody has looked at the clock yet', async () => {
    const { lot, driver, request } = await asked(9_000, {}, 60_000);
    lot.clock.advance(61_000);
    expect((await yes(lot, driver, request)).body.code).toBe('request-not-waiting');
    await nothingMoved(lot, driver);
  });

  it('that the site takes back, or the driver declines, is over for both', async () => {
    const one = await asked();
    const path = `/v1/site/payment-requests/${one.request.paymentRequestId}`;
    const cancelled = await one.lot.call<{ paymentRequest: PaymentRequest }>(
      one.site.token,
      'POST',
      `${path}/cancel`,
      { reason: 'mistyped' },
    );
    expect(cancelled.body.paymentRequest).toMatchObject({ state: 'cancelled' });
    expect((await yes(one.lot, one.driver, one.request)).body.code).toBe('request-not-waiting');
    await nothingMoved(one.lot, one.driver);

    const two = await asked();
    const no = { decision: { answer: 'decline' } };
    const declined = await two.lot.answer(two.driver, two.request.paymentRequestId, no);
    expect(declined.body.paymentRequest.state).toBe('declined');
    expect((await yes(two.lot, two.driver, two.request)).body.code).toBe('request-not-waiting');
    await nothingMoved(two.lot, two.driver);
  });

  it('is given back whole at once, and then nothing is left to give back', async () => {
    const { lot, site, driver, request } = await asked();
    expect((await yes(lot, driver, request)).body.paymentRequest.state).toBe('paid');
    const refund = (amountMinor: number) =>
      lot.call(site.token, 'POST', `/v1/site/payment-requests/${request.paymentRequestId}/refunds`, {
        ...{ refundId: newId(), reason: 'returned' },
        amount: { amountMinor, currency: 'KRW' },
      });
    expect((await refund(9_000)).status).toBe(200);
    expect((await refund(1)).body.code).toBe('amount-mismatch');
    expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
      captured: 9_000,
      refunded: 9_000,
    });
  });

  it('needs the jack’s code from the site’s amount on, to the won', async () => {
    const { lot, site, driver, visitId } = await asked();
    const { sites } = tables;
    await lot.server.app.db
      .update(sites)
      .set({ jackRequiredFromMinor: 50_000 })
      .where(eq(sites.id, site.siteId));
    const byPhone = (amountMinor: number) =>
      lot.call(site.token, 'POST', '/v1/site/charges', {
        ...{ paymentRequestId: newId(), visitId, jackId: driver.jackId, verification: 'phone' },
        ...{ amount: { amountMinor, currency: 'KRW' }, description: null },
      });
    expect((await byPhone(49_999)).status).toBe(200);
    expect((await byPhone(50_000)).body.code).toBe('forbidden');
  });
});
