import { describe, expect, it } from 'vitest';
import { refusedAtServer } from './refused-refunds.ts';
import type { RefundRecord } from './visit-record.ts';

const manager = { staffId: 'm', displayName: 'Soo', role: 'manager' } as const;
const refund = (refundId: string, amountMinor: number, state: RefundRecord['state'] = 'given-back') => ({
  ...{ refundId, amountMinor, state, reason: '', by: manager, allowedBy: manager, atMs: 0 },
});
const refused = (refunds: RefundRecord[], atServerMinor: number) =>
  refusedAtServer(refunds, atServerMinor).map(({ refundId }) => refundId);

describe('the refunds that the card’s bank refused', () => {
  const [first, second] = [refund('first', 500), refund('second', 300)];

  it('are none while the server counts all that were given back', () => {
    expect(refused([first, second], 800)).toEqual([]);
    expect(refused([first, refund('on its way', 300, 'waiting')], 800)).toEqual([]);
  });

  it('are the one of just the sum that the server takes off, whichever came later: the other did go back', () => {
    expect(refused([first, second], 500)).toEqual(['second']);
    expect(refused([first, second], 300)).toEqual(['first']);
  });

  it('are the latest where that sum tells none', () => {
    expect(refused([first, second], 0)).toEqual(['second', 'first']);
    expect(refused([refund('one', 400), refund('other', 400)], 400)).toEqual(['other']);
    expect(refused([first, refund('before', 300, 'refused')], 0)).toEqual(['first']);
  });
});
