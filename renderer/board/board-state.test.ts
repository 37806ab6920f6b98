import { describe, expect, it } from 'vitest';
import type { BoardEvent } from '../../shared/station-contract/index.ts';
import { fakeReceivers, fakeSite, fakeVisit, healthyStatus } from '../dev/fake-lot.ts';
import { boardReducer, emptyBoard, sameButForLevels } from './board-state.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);
const coming = fakeVisit(nowMs, { plateTail: '3456', presence: 'approaching', arrivedAtMs: null });
const other = fakeVisit(nowMs, { plateTail: '7890' });
const snapshot: BoardEvent = {
  type: 'snapshot',
  nowMs,
  visits: [coming, other],
  status: healthyStatus(nowMs),
  site: fakeSite,
  receivers: fakeReceivers(nowMs),
};
const board = boardReducer(emptyBoard, snapshot, nowMs);

describe('the board’s state', () => {
  it('takes a snapshot whole and forgets what it knew before', () => {
    const later = boardReducer(board, { ...snapshot, visits: [other] }, nowMs);
    expect([...later.visits.keys()]).toEqual([other.visitId]);
  });

  it('keeps the identity of every car that did not change', () => {
    const after = boardReducer(board, { type: 'visit', visit: { ...coming, nearness: 0.9 } }, nowMs);
    expect(after.visits.get(other.visitId)).toBe(other);
    expect(after.visits.get(coming.visitId)?.nearness).toBe(0.9);
  });

  it('keeps the identity of a car that is told again as it was, and of its parts that are as they were', () => {
    const told = (changes: object) =>
      boardReducer(board, { type: 'visit', visit: structuredClone({ ...other, ...changes }) }, nowMs);
    expect(told({})).toBe(board);
    const heard = told({ rssiDbm: -80, lastHeardAtMs: nowMs + 1000 }).visits.get(other.visitId);
    expect(heard?.rssiDbm).toBe(-80);
    expect(heard?.vehicle).toBe(other.vehicle);
  });

  it('tells a change that a card shows from a level that went up or down', () => {
    expect(sameButForLevels(other, { ...other, rssiDbm: -80, nearness: 0.2, lastHeardAtMs: nowMs + 1 })).toBe(
      true,
    );
    expect(sameButForLevels(other, { ...other, rssiDbm: -80, laneId: 'bay-9' })).toBe(false);
    expect(sameButForLevels(other, { ...other, charges: [] })).toBe(false);
  });

  it('moves the levels of many cars at once, and lets alone what did not move', () => {
    const { visitId, rssiDbm, lastHeardAtMs } = other;
    const levels = [
      { visitId: coming.visitId, rssiDbm: -60, nearness: 0.8, lastHeardAtMs: nowMs + 1000 },
      { visitId, rssiDbm, nearness: other.nearness, lastHeardAtMs },
      { visitId: '0190a7f0-0000-7000-8000-000000000000', rssiDbm: -50, nearness: 1, lastHeardAtMs: nowMs },
    ];
    const after = boardReducer(board, { type: 'levels', levels }, nowMs);
    expect(after.visits.get(coming.visitId)).toEqual({ ...coming, ...levels[0] });
    expect(after.visits.get(visitId)).toBe(other);
    expect(after.visits.size).toBe(2);
    expect(boardReducer(after, { type: 'levels', levels }, nowMs)).toBe(after);
  });

  it('announces an arrival once, and none for cars that were here at the snapshot', () => {
    expect(board.arrivals).toEqual([]);
    const arrived = { ...coming, presence: 'arrived' as const, arrivedAtMs: nowMs };
    const after = boardReducer(board, { type: 'visit', visit: arrived }, nowMs);
    expect(after.arrivals).toEqual([coming.visitId]);
    const parked = boardReducer(after, { type: 'visit', visit: { ...arrived, presence: 'parked' } }, nowMs);
    expect(parked.arrivals).toEqual([coming.visitId]);
  });

  it('lets a car go and ignores one it never knew', () => {
    const gone = boardReducer(board, { type: 'visit-gone', visitId: coming.visitId }, nowMs);
    expect(gone.visits.has(coming.visitId)).toBe(false);
    expect(boardReducer(gone, { type: 'visit-gone', visitId: coming.visitId }, nowMs)).toBe(gone);
  });

  it('keeps the station’s time when this machine’s clock is wrong', () => {
    const wrongClock = nowMs - 90_000;
    expect(boardReducer(board, { type: 'beat', nowMs }, wrongClock).offsetMs).toBe(90_000);
  });
});
