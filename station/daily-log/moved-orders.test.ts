/** An order that goes on with a later visit of its car counts there, and nowhere else. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCar, accepted, aPreorder, codeNumber, key, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const today = { fromDay: '2026-11-21', toDay: '2026-11-21', text: '', staffId: null, laneId: null };
const sums = async () => {
  const answer = await lot.core.dailyLog.summary({ ...today, kind: null, payment: null });
  if (!answer.ok) throw new Error('no sums');
  return answer.value;
};
const rows = (payment: 'waiting' | 'settled') => {
  const page = { offset: 0, limit: 10, asOfMs: null };
  const answer = lot.core.dailyLog.rows({ ...today, ...page, kind: 'pickup', payment });
  if (!answer.ok) throw new Error('no rows');
  return answer.value.visits.map((visit) => visit.visitId);
};
const car = aCar({ preorders: [aPreorder()] });
const handOver = (pickupId: string) =>
  accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
const comes = () => lot.arrival(car, codeNumber(1), 'bay-1');
const leaves = () => {
  lot.presence(codeNumber(1), 'departed');
  lot.clock.advance(60_000);
};

describe('a car that left without its order and is back', () => {
  it('has its order in one visit only: waiting until it is handed over, and then settled', async () => {
    const { visitId } = comes();
    const close = { visitId, how: 'left-without-service', reason: '' } as const;
    accepted(lot.core.visits.close(lot.manager, { ...key(), ...close }));
    leaves();
    expect((await sums()).payments).toEqual([{ payment: 'waiting', count: 1, amountMinor: 12_900 }]);
    expect(rows('waiting')).toEqual([visitId]);

    const again = comes();
    expect((await sums()).payments).toEqual([{ payment: 'waiting', count: 1, amountMinor: 12_900 }]);
    expect(rows('waiting')).toEqual([again.visitId]);

    handOver(again.pickup?.pickupId ?? '');
    for (const restart of [() => {}, () => lot.restart()]) {
      restart();
      expect((await sums()).payments).toEqual([{ payment: 'settled', count: 1, amountMinor: 12_900 }]);
      expect((await sums()).kinds).toEqual([
        { kind: 'none', count: 1, amountMinor: 0 },
        { kind: 'pickup', count: 1, amountMinor: 12_900 },
      ]);
      expect(rows('waiting')).toEqual([]);
      expect(rows('settled')).toEqual([again.visitId]);
    }
    // Neither does its own row say that it still has the order: who adds up the rows comes to the same.
    const before = lot.core.visits.get(visitId);
    if (!before.ok) throw new Error('the visit is gone');
    expect(before.value.visit.pickup).toBe(null);
    expect(before.value.story.map((entry) => entry.kind)).toContain('visit-closed');
  });

  it('has it in its new visit also when it came back within the undo of the hand-over', async () => {
    const pickupId = comes().pickup?.pickupId ?? '';
    handOver(pickupId);
    lot.presence(codeNumber(1), 'departed');
    lot.clock.advance(5_000);
    comes();
    accepted(lot.core.pickups.undoHandOver(lot.manager, { ...key(), pickupId }));
    expect((await sums()).payments).toEqual([{ payment: 'waiting', count: 1, amountMinor: 12_900 }]);
    expect(rows('waiting')).toEqual([lot.visit().visitId]);
  });
});
