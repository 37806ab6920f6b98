/** What every scene of the documented answers stands on: a lot, and words for a refusal that is wanted. */
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { tables } from '../../../server/db/index.ts';
import { authCode } from '../../../shared/auth-code/index.ts';
import type { PaymentRequest } from '../../../shared/server-contract/index.ts';
import type { Answer, Driver, Lot } from '../../integration/server-fixture.ts';

export type Site = Awaited<ReturnType<Lot['site']>>;

/** The answer was this refusal. */
export async function refused(answer: Promise<Answer<{ code: string }>>, code: string): Promise<void> {
  expect((await answer).body.code).toBe(code);
}

export async function done<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { status, body } = await answer;
  expect([status, JSON.stringify(body).slice(0, 300)]).toEqual([200, expect.any(String)]);
  return body;
}

/** The jack's answer to a fresh challenge. */
export async function proof(lot: Lot, token: string, key: Buffer, atMs = lot.clock.nowMs()) {
  const { challengeId, challenge } = await done(
    lot.call<{ challengeId: string; challenge: string }>(token, 'POST', '/v1/jack-challenges'),
  );
  return { challengeId, authCode: authCode(key, challenge, atMs) };
}

/** From `fromMinor` on the jack must sign; null: never. */
export async function jackRequiredFrom(lot: Lot, siteId: string, fromMinor: number | null): Promise<void> {
  const { sites } = tables;
  await lot.server.app.db.update(sites).set({ jackRequiredFromMinor: fromMinor }).where(eq(sites.id, siteId));
}

export const chargeOf = (lot: Lot, site: Site, driver: Driver, visitId: string, more: object = {}) =>
  lot.call<{ paymentRequest: PaymentRequest }>(site.token, 'POST', '/v1/site/charges', {
    paymentRequestId: crypto.randomUUID(),
    visitId,
    jackId: driver.jackId,
    amount: { amountMinor: 9_000, currency: 'KRW' },
    verification: 'jack',
    description: null,
    ...more,
  });
