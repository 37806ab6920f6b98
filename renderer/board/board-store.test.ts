import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BoardEvent } from '../../shared/station-contract/index.ts';
import { fakeReceivers, fakeSite, fakeVisit, healthyStatus } from '../dev/fake-lot.ts';
import { BoardStore } from './board-store.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);
const visit = fakeVisit(nowMs, { plateTail: '3456' });
const snapshot: BoardEvent = {
  type: 'snapshot',
  nowMs,
  visits: [visit],
  status: healthyStatus(nowMs),
  site: fakeSite,
  receivers: fakeReceivers(nowMs),
};

let board: BoardStore;
let told: number;
beforeEach(() => {
  vi.useFakeTimers({ now: nowMs });
  board = new BoardStore();
  told = 0;
  board.subscribe(() => {
    told += 1;
  });
  vi.advanceTimersByTime(20);
  board.apply(snapshot);
});
afterEach(() => void vi.useRealTimers());

describe('the board under a flood', () => {
  it('tells once a frame, however many events come', () => {
    expect(told).toBe(1);
    for (let n = 1; n <= 50; n++) board.apply({ type: 'visit', visit: { ...visit, rssiDbm: -n } });
    expect(told).toBe(1);
    vi.advanceTimersByTime(20);
    expect(told).toBe(2);
  });

  it('lets the answer to a tap wait for no frame, and tells nothing twice', () => {
    board.apply({ type: 'visit', visit: { ...visit, rssiDbm: -70 } });
    board.answer({ ...visit, laneId: 'bay-9' });
    expect(told).toBe(2);
    expect(board.get().visits.get(visit.visitId)?.laneId).toBe('bay-9');
    vi.advanceTimersByTime(100);
    expect(told).toBe(2);
  });

  it('brings no visit back that left the board before its answer came', () => {
    board.apply({ type: 'visit-gone', visitId: visit.visitId });
    board.answer({ ...visit, closed: { atMs: nowMs, how: 'completed' } });
    expect(board.get().visits.size).toBe(0);
  });
});
