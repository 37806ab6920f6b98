import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VisitView } from '../../shared/station-contract/index.ts';
import { crowd, fakePickup, fakeRefuel, fakeSite, fakeVisit, minji } from '../dev/fake-lot.ts';
import { boardOrder, isOnBoard, isSilent, primaryAction, waitTone } from './attention.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);
const s = 1000;
const car = (plateTail: string, changes: Partial<VisitView>) => fakeVisit(nowMs, { plateTail, ...changes });
const waiting = (plateTail: string, waitedMs: number) =>
  car(plateTail, { arrivedAtMs: nowMs - waitedMs, pickup: fakePickup('A1') });

const tails = (visits: VisitView[]) => {
  const byId = new Map(visits.map((visit) => [visit.visitId, visit.plateTail]));
  const order = boardOrder(visits, fakeSite, nowMs);
  return { here: order.here.map((id) => byId.get(id)), onTheWay: order.onTheWay.map((id) => byId.get(id)) };
};

describe('a car on its way that is heard no more', () => {
  it('is said to be silent, not gone, after some seconds; one that arrived is quiet in its own way', () => {
    const coming = car('comg', { presence: 'approaching', arrivedAtMs: null, lastHeardAtMs: nowMs });
    expect(isSilent(coming, nowMs + 5 * s)).toBe(false);
    expect(isSilent(coming, nowMs + 15 * s)).toBe(true);
    expect(isSilent({ ...coming, presence: 'parked' }, nowMs + 15 * s)).toBe(false);
  });
});

describe('who needs attention first', () => {
  it('is trouble, then red, amber and fresh waiting, then cars being served, then those that are done', () => {
    const visits = [
      car('done', { pickup: fakePickup('A9', { state: 'handed-over' }), arrivedAtMs: nowMs - 600 * s }),
      car('serv', { presence: 'parked', refuel: fakeRefuel(nowMs), arrivedAtMs: nowMs - 500 * s }),
      car('appr', {
        refuel: fakeRefuel(nowMs, { state: 'awaiting-approval' }),
        arrivedAtMs: nowMs - 550 * s,
      }),
      waiting('new', 10 * s),
      waiting('ambr', 130 * s),
      waiting('red', 200 * s),
      car('decl', { refuel: fakeRefuel(nowMs, { state: 'declined' }), arrivedAtMs: nowMs - 20 * s }),
    ];
    expect(tails(visits).here).toEqual(['decl', 'red', 'ambr', 'new', 'serv', 'appr', 'done']);
  });

  it('puts who came first before who came later, and stays the same for the same cars', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(crowd(nowMs, 30), { minLength: 2 }), (visits) => {
        const order = boardOrder(visits, fakeSite, nowMs);
        expect(boardOrder([...visits].reverse(), fakeSite, nowMs)).toEqual(order);
        expect(new Set([...order.here, ...order.onTheWay]).size).toBe(visits.length);
      }),
      { numRuns: 50 },
    );
    expect(tails([waiting('late', 190 * s), waiting('erly', 250 * s)]).here).toEqual(['erly', 'late']);
  });

  it('lists the nearest car on its way first and an unsure one last', () => {
    const visits = [
      car('far', { presence: 'approaching', arrivedAtMs: null, nearness: 0.2 }),
      car('sure', { presence: 'tentative', arrivedAtMs: null, nearness: 0.9 }),
      car('near', { presence: 'approaching', arrivedAtMs: null, nearness: 0.8 }),
    ];
    expect(tails(visits).onTheWay).toEqual(['near', 'far', 'sure']);
  });

  it('does not let the list on the way dance with every decibel', () => {
    const a = car('a', { presence: 'approaching', arrivedAtMs: null, nearness: 0.51, firstHeardAtMs: 1 });
    const b = car('b', { presence: 'approaching', arrivedAtMs: null, nearness: 0.53, firstHeardAtMs: 2 });
    expect(tails([b, a]).onTheWay).toEqual(['a', 'b']);
  });
});

describe('the colour of a waiting time', () => {
  it.each([
    [10 * s, 'fresh'],
    [60 * s, 'calm'],
    [119 * s, 'calm'],
    [120 * s, 'amber'],
    [180 * s, 'red'],
  ])('after %i ms is %s', (waitedMs, tone) => {
    expect(waitTone(waiting('1', waitedMs), fakeSite, nowMs)).toBe(tone);
  });

  it('stays calm while the engine is off and the car is being refueled, however long', () => {
    const parked = car('1', { presence: 'parked', refuel: fakeRefuel(nowMs), arrivedAtMs: nowMs - 999 * s });
    expect(waitTone(parked, fakeSite, nowMs)).toBe('parked');
  });

  it('still warns for a parked car whose order nobody has brought', () => {
    const parked = { ...waiting('1', 200 * s), presence: 'parked' as const };
    expect(waitTone(parked, fakeSite, nowMs)).toBe('red');
  });
});

describe('the one strong action', () => {
  it.each<[string, Partial<VisitView>, string]>([
    ['a ready preorder', { pickup: fakePickup('A1') }, 'hand-over'],
    ['a preorder in the making', { pickup: fakePickup('A1', { state: 'preparing' }) }, 'mark-ready'],
    ['a car that comes to refuel', { mayRefuel: true }, 'refuel'],
    ['a car at the nozzle', { refuel: fakeRefuel(nowMs) }, 'complete'],
    ['a driver who declined', { refuel: fakeRefuel(nowMs, { state: 'declined' }) }, 'ask-again'],
    ['an unknown outcome: never to ask again', { refuel: fakeRefuel(nowMs, { state: 'unknown' }) }, 'look'],
    ['a paid refuel', { refuel: fakeRefuel(nowMs, { state: 'paid' }) }, 'none'],
    [
      'coffee ready for a car at the nozzle',
      { refuel: fakeRefuel(nowMs), pickup: fakePickup('A1') },
      'hand-over',
    ],
    ['a closed visit', { pickup: fakePickup('A1'), closed: { atMs: nowMs, how: 'completed' } }, 'none'],
  ])('for %s', (_, changes, action) => {
    expect(primaryAction(car('1', changes))).toBe(action);
  });
});

describe('a closed visit', () => {
  const closed = (
    how: 'completed' | 'drive-off' | 'left-without-service',
    changes: Partial<VisitView> = {},
  ) => car('1', { closed: { atMs: nowMs, how }, ...changes });

  it('fades from the board after a while', () => {
    expect(isOnBoard(closed('completed'), nowMs + 5 * s)).toBe(true);
    expect(isOnBoard(closed('completed'), nowMs + 11 * s)).toBe(false);
  });

  it('stays as long as its hand-over can be undone', () => {
    const pickup = fakePickup('A1', {
      state: 'handed-over',
      handedOverBy: minji,
      undoUntilMs: nowMs + 30 * s,
    });
    expect(isOnBoard(closed('completed', { pickup }), nowMs + 29 * s)).toBe(true);
    expect(isOnBoard(closed('completed', { pickup }), nowMs + 31 * s)).toBe(false);
  });

  it('stays when the car drove off without paying', () => {
    expect(isOnBoard(closed('drive-off'), nowMs + 3600 * s)).toBe(true);
  });
});
