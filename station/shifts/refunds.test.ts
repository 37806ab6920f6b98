import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { ShiftView } from '../../shared/station-contract/index.ts';
import { aCar, codeNumber, key, krw, TestLot } from '../core/test-lot.ts';
import { closeShift, openShift } from './shifts.testing.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot({ allowSimplePins: true });
});
afterEach(() => lot.close());

describe('a shift in which a charge is refunded', () => {
  const sum = { count: 1, amountMinor: 500 };
  const none = { count: 0, amountMinor: 0 };
  const opened = () => openShift(lot, lot.manager);
  const closed = (shift: ShiftView) => closeShift(lot, lot.manager, shift);
  const report = () => lot.core.shifts.current(lot.manager).shift?.report;
  const paid = {
    kind: 'charge',
    siteName: 'Test site',
    amount: krw(500),
    captured: krw(500),
    state: 'paid',
  } as const;
  const times = { createdAtMs: 0, expiresAtMs: 0, settledAtMs: 1, reason: null };

  /** @returns what the server says of it once it has it */
  async function refunded() {
    const { visitId } = lot.arrival(aCar(), codeNumber(1), 'bay-1');
    const asked = lot.core.charges.request(lot.manager, {
      ...{ ...key(), visitId, amountMinor: 500, note: null, verification: 'jack' },
    });
    if (!asked.ok) throw new Error(JSON.stringify(asked.error));
    const { chargeId, paymentRequestId } = asked.value.charge;
    lot.sendAll();
    const request = { paymentRequestId, siteId: newId(), ...paid, ...times };
    lot.core.news.paymentRequest({ ...request, version: 2 });
    const refund = { chargeId, amountMinor: 500, reason: 'Wrong item', managerId: null, pin: null };
    const done = await lot.core.charges.refund(lot.manager, { ...key(), ...refund });
    expect(done.ok).toBe(true);
    const [{ outboxId = '', payload = {} } = {}] = lot.core.outbox.due(lot.clock.nowMs(), 10);
    const refundId = String(payload.refundId);
    return {
      needsAttention: () => lot.core.outbox.markAttention(outboxId, { code: 'conflict', detail: '' }),
      resolve: (how: 'set-aside' | 'send-again') =>
        lot.core.log.resolveAttention(lot.manager, { ...key(), outboxId, how, reason: 'paid in cash' }),
      /** The server has it, and says whether the money went back. */
      answered: (goes: boolean) => {
        lot.sendAll();
        lot.core.news.refundAnswer(refundId, {
          ...request,
          version: 3,
          ...(goes ? { refunded: krw(500) } : {}),
        });
      },
      refusedByBank: () => lot.core.news.paymentRequest({ ...request, version: 4 }),
    };
  }

  it('counts none as given back that the server refused or a manager set aside', async () => {
    opened();
    const refund = await refunded();
    expect(report()?.givenBack).toEqual(sum);
    refund.needsAttention();
    expect(report()?.givenBack).toEqual(none);
    refund.resolve('set-aside');
    expect(report()?.givenBack).toEqual(none);
  });

  it('is followed by one that says what was counted as given back and was refused after it, once', async () => {
    const shift = opened();
    const refund = await refunded();
    expect(closed(shift).report.givenBack).toEqual(sum);
    const second = opened();
    expect(report()).toMatchObject({ givenBack: none });
    expect(report()).not.toHaveProperty('notGivenBack');
    refund.needsAttention();
    expect(report()).toMatchObject({ givenBack: none, notGivenBack: sum });
    expect(closed(second).report.notGivenBack).toEqual(sum);
    opened();
    expect(report()).not.toHaveProperty('notGivenBack');
  });

  it('is followed by one that counts what goes back after all, once', async () => {
    const shift = opened();
    const refund = await refunded();
    refund.needsAttention();
    expect(closed(shift).report.givenBack).toEqual(none);
    const second = opened();
    refund.resolve('send-again');
    refund.answered(true);
    lot.restart();
    expect(report()?.givenBack).toEqual(sum);
    expect(closed(second).report.givenBack).toEqual(sum);
    opened();
    expect(report()?.givenBack).toEqual(none);
  });

  it('is followed by one that says what the card’s bank refused in the end, however many shifts later', async () => {
    const shift = opened();
    const refund = await refunded();
    refund.answered(true);
    closed(shift);
    closed(opened());
    opened();
    refund.refusedByBank();
    expect(report()).toMatchObject({ givenBack: none, notGivenBack: sum });
  });

  it('is followed by none that counts again what went back meanwhile', async () => {
    const shift = opened();
    const refund = await refunded();
    closed(shift);
    const second = opened();
    refund.answered(true);
    expect(closed(second).report.givenBack).toEqual(none);
    opened();
    expect(report()?.givenBack).toEqual(none);
  });
});
