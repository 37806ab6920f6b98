import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { CartLine } from '../../shared/schemas/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { aCar, aPreorder, codeNumber, key, krw, TestLot } from '../core/test-lot.ts';
import type { StatementLine } from '../core/types.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const milk: CartLine = {
  ...{ lineId: newId(), name: 'Milk', nameKo: '우유', barcode: '8800001', soldBy: 'piece', quantity: 2 },
  ...{ weightGram: null, unitAmountMinor: 2900, amountMinor: 5800, known: true },
};

describe('the reconciliation of a paid cart', () => {
  const cartId = newId();
  const requestId = newId();
  const tripId = newId();
  const request = (refundedMinor = 0): PaymentRequest => ({
    ...{ paymentRequestId: requestId, kind: 'charge', siteId: newId(), siteName: 'S', amount: krw(5_800) },
    ...{ captured: krw(5_800), refunded: krw(refundedMinor), state: 'paid', reason: null },
    ...{ version: 3 + refundedMinor, createdAtMs: lot.clock.nowMs(), expiresAtMs: 0 },
    settledAtMs: lot.clock.nowMs(),
  });
  const paid = () => {
    lot.core.news.cart({
      ...{ cartId, number: 12, version: 2, state: 'checking-out' },
      trip: {
        ...{ tripId, state: 'checking-out', endReason: null, lines: [milk], total: krw(5_800) },
        weight: { expectedGram: 0, toleranceGram: 25, measuredGram: null, verdict: 'waiting' },
        ...{ attention: [], startedAtMs: 0, lastActivityAtMs: lot.clock.nowMs() },
        ...{ paymentRequestId: requestId, preorderId: null },
      },
    });
    lot.core.news.paymentRequest(request());
    lot.core.news.cart({ cartId, number: 12, version: 3, state: 'free', trip: null });
  };
  const charged = (amountMinor: number, more: Partial<StatementLine> = {}): StatementLine => ({
    ...{ lineId: newId(), kind: 'charge', preorderId: null, paymentRequestId: requestId, refuelId: null },
    ...{ movement: 'taken', amount: krw(amountMinor), atMs: lot.clock.nowMs() },
    ...more,
  });
  const givenBack = (amountMinor: number) => charged(amountMinor, { movement: 'given-back' });
  const day = (...statement: StatementLine[]) => lot.core.dailyLog.reconcile('2026-11-21', statement);
  const refunded = async (amountMinor: number) => {
    const asked = await lot.core.carts.refund(lot.manager, {
      ...{ ...key(), paymentRequestId: requestId, amountMinor, reason: 'sour milk' },
      ...{ managerId: null, pin: null },
    });
    expect(asked.ok).toBe(true);
    const item = lot.core.outbox.due(lot.clock.nowMs(), 10).find(({ kind }) => kind === 'charge-refunded');
    const refundId = String(item?.payload.refundId);
    return () => {
      lot.core.outbox.markSent(item?.outboxId ?? '');
      lot.core.news.refundAnswer(refundId, request(amountMinor));
    };
  };

  it('matches the statement’s charge, under the number painted on it', () => {
    paid();
    expect(day(charged(5_800))).toMatchObject({
      lines: [{ state: 'matched', kind: 'cart', number: '12', visitId: null, hereMinor: 5_800 }],
      ...{ hereMinor: 5_800, thereMinor: 5_800 },
    });
  });

  it('is missing there when the statement has none of it, and missing here when nobody told of it', () => {
    expect(day(charged(5_800)).lines).toMatchObject([
      { state: 'missing-here', kind: 'charge', hereMinor: null, thereMinor: 5_800 },
    ]);
    paid();
    expect(day().lines).toMatchObject([{ state: 'missing-there', kind: 'cart', thereMinor: null }]);
  });

  it('is different when the amounts are', () => {
    paid();
    expect(day(charged(5_000)).lines).toMatchObject([
      { state: 'different', hereMinor: 5_800, thereMinor: 5_000 },
    ]);
  });

  it('counts what was given back of it, on both sides, once the server said so', async () => {
    paid();
    const answered = await refunded(800);
    // Asked for, not answered: given back nowhere yet.
    expect(day(charged(5_800)).lines).toMatchObject([{ state: 'matched', hereMinor: 5_800 }]);
    answered();
    expect(day(charged(5_800), givenBack(800)).lines).toMatchObject([
      { state: 'matched', hereMinor: 5_000, thereMinor: 5_000 },
    ]);
    expect(day(charged(5_800)).lines).toMatchObject([{ state: 'different', hereMinor: 5_000 }]);
    expect(day(charged(5_800), givenBack(900)).lines).toMatchObject([
      { state: 'different', thereMinor: 4_900 },
    ]);
    expect(day().lines).toMatchObject([{ state: 'missing-there', hereMinor: 5_000 }]);
  });

  it('given back whole is nothing on both sides; given back only there it is different', async () => {
    paid();
    expect(day(charged(5_800), givenBack(5_800)).lines).toMatchObject([
      { state: 'different', hereMinor: 5_800, thereMinor: 0 },
    ]);
    (await refunded(5_800))();
    expect(day(charged(5_800), givenBack(5_800)).lines).toEqual([]);
    expect(day(charged(5_800)).lines).toMatchObject([
      { state: 'different', hereMinor: 0, thereMinor: 5_800 },
    ]);
  });

  it('that became a pickup is one line, not two, when the pickup is handed over', () => {
    paid();
    const preorder = aPreorder({ state: 'ready', payment: 'captured', paid: krw(5_800) });
    const visit = lot.arrival(aCar({ preorders: [preorder] }), codeNumber(1), 'bay-1');
    lot.core.pickups.handOver(lot.cashier, {
      ...key(),
      pickupId: visit.pickup?.pickupId ?? '',
      check: '3456',
    });
    const result = day(charged(5_800, { preorderId: preorder.preorderId }));
    expect(result.lines).toMatchObject([{ state: 'matched', kind: 'cart' }]);
    expect(result.hereMinor).toBe(5_800);
  });
});
