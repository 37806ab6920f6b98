/** A car whose card was closed while it still stood there shows no new card for as long as it stands there, and then it does. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aCar, accepted, codeNumber, key, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const car = aCar();
const board = () => lot.core.visits.board().length;

function closedWhileItStands(): void {
  const { visitId } = lot.arrival(car, codeNumber(1), 'bay-1');
  const close = { visitId, how: 'closed-by-staff', reason: 'done' } as const;
  accepted(lot.core.visits.close(lot.manager, { ...key(), ...close }));
}

it('is shown when it comes back, also where the station was started again after it had left', () => {
  closedWhileItStands();
  lot.clock.advance(60_000);
  lot.presence(codeNumber(1), 'departed');
  lot.restart();
  lot.clock.advance(3_600_000);
  lot.presence(codeNumber(1), 'approaching');
  expect(board()).toBe(1);
});

it('is not shown where the station was started again while it stood there', () => {
  closedWhileItStands();
  lot.restart();
  lot.presence(codeNumber(1), 'approaching');
  lot.presence(codeNumber(1), 'arrived', { laneId: 'bay-1' });
  expect(board()).toBe(0);
  lot.presence(codeNumber(1), 'departed');
  lot.restart();
  lot.presence(codeNumber(1), 'approaching');
  expect(board()).toBe(1);
});
