import { describe, expect, it } from 'vitest';
import { fakePickup, fakeSite, fakeVisit } from '../dev/fake-lot.ts';
import { boardOrder, etaOf, expectedAtMs } from './index.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);
const s = 1000;
const coming = (
  plateTail: string,
  inMs: number | null,
  more: Parameters<typeof fakeVisit>[1] | object = {},
) =>
  fakeVisit(nowMs, {
    ...{ plateTail, presence: 'approaching', arrivedAtMs: null, nearness: 0, knownBy: 'phone' },
    pickup: fakePickup('A1', inMs === null ? {} : { expectedAtMs: nowMs + inMs }),
    ...more,
  });

describe('how many minutes a driver is away', () => {
  it.each([
    [600 * s, { kind: 'in', minutes: 10 }],
    [125 * s, { kind: 'in', minutes: 2 }],
    [61 * s, { kind: 'in', minutes: 1 }],
    [1 * s, { kind: 'in', minutes: 1 }],
    [0, { kind: 'any-moment' }],
    [-59 * s, { kind: 'any-moment' }],
    [-60 * s, { kind: 'late', minutes: 1 }],
    [-300 * s, { kind: 'late', minutes: 5 }],
  ])('%i ms before the time that was said', (leftMs, eta) => {
    expect(etaOf(nowMs + leftMs, nowMs)).toEqual(eta);
  });

  it('is what the phone said until a receiver knows better than a weak hearing', () => {
    expect(expectedAtMs(coming('1', 60 * s))).toBe(nowMs + 60 * s);
    expect(expectedAtMs(coming('1', 60 * s, { knownBy: 'jack', presence: 'tentative' }))).toBe(
      nowMs + 60 * s,
    );
    expect(expectedAtMs(coming('1', 60 * s, { knownBy: 'jack' }))).toBeNull();
    expect(expectedAtMs(coming('1', null))).toBeNull();
  });

  it('orders those that nobody hears: who is heard first, then who is to be here first', () => {
    const visits = [
      coming('late', 300 * s),
      coming('soon', 60 * s),
      coming('near', null, { knownBy: 'jack', nearness: 0.6 }),
    ];
    const tails = new Map(visits.map((visit) => [visit.visitId, visit.plateTail]));
    expect(boardOrder(visits, fakeSite, nowMs).onTheWay.map((id) => tails.get(id))).toEqual([
      'near',
      'soon',
      'late',
    ]);
  });
});
