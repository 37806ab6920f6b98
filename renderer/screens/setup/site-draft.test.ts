import { describe, expect, it } from 'vitest';
import { fakeSite } from '../../dev/fake-lot.ts';
import {
  gradeDrafts,
  laneDrafts,
  limitsDraft,
  newLane,
  parseGrades,
  parseLanes,
  parseLimits,
  parsePrice,
} from './site-draft.ts';

describe('the forms of the site', () => {
  it('give back what was there when nobody typed anything', () => {
    const { changes, faults } = parseLimits(limitsDraft(fakeSite));
    expect(faults).toEqual([]);
    // A site that never said so means: always.
    expect({ ...fakeSite, ...changes }).toEqual({ ...fakeSite, jackRequiredFromMinor: 0 });
    expect(parseLanes(laneDrafts(fakeSite.lanes))).toEqual({ faults: {}, lanes: fakeSite.lanes });
    const grades = gradeDrafts(fakeSite.grades, 'KRW');
    expect(grades.map(({ price }) => price)).toEqual(['1689', '1948', '1534']);
    expect(parseGrades(grades, 'KRW')).toEqual({ faults: {}, grades: fakeSite.grades });
  });

  it('name every wrong limit at once', () => {
    const draft = { ...limitsDraft(fakeSite), name: ' ', amber: '0', red: 'x', undo: '601', lock: '9' };
    expect(parseLimits(draft).faults).toEqual(['name', 'amber', 'red', 'undo', 'lock']);
    expect(parseLimits({ ...limitsDraft(fakeSite), amber: '180' }).faults).toEqual(['red']);
    expect(parseLimits({ ...limitsDraft(fakeSite), jackFrom: '10.5' }).faults).toEqual(['jackFrom']);
  });

  it('know from which amount on the jack must sign: always, never, or from this', () => {
    const jackFrom = (text: string, currency = 'KRW') =>
      parseLimits({ ...limitsDraft(fakeSite), jackFrom: text, currency }).changes.jackRequiredFromMinor;
    expect([jackFrom('0'), jackFrom(''), jackFrom('50000'), jackFrom('12.5', 'USD')]).toEqual([
      0,
      null,
      50_000,
      1250,
    ]);
    expect(limitsDraft({ ...fakeSite, jackRequiredFromMinor: null }).jackFrom).toBe('');
    expect(limitsDraft({ ...fakeSite, currency: 'USD', jackRequiredFromMinor: 1250 }).jackFrom).toBe('12.50');
  });

  it('number a new lane after the last of its kind and never reuse the id of one that was there', () => {
    const drafts = laneDrafts(fakeSite.lanes).filter((lane) => lane.laneId !== 'bay-3');
    expect(newLane(drafts, 'bay', fakeSite.lanes)).toMatchObject({ laneId: 'bay-4', number: '3' });
    const twice = [...drafts, { laneId: 'bay-9', kind: 'bay' as const, number: '1', name: '' }];
    expect(parseLanes(twice).faults).toEqual({ 'bay-9': 'twice' });
    expect(parseLanes([{ laneId: 'a', kind: 'bay', number: '100', name: '' }]).faults).toEqual({
      a: 'number',
    });
  });

  it('read a price digit by digit, finer than the smallest coin', () => {
    expect(parsePrice('1534', 'KRW')).toBe(1_534_000);
    expect(parsePrice('1534.5', 'KRW')).toBe(1_534_500);
    expect(parsePrice('1.659', 'EUR')).toBe(165_900);
    expect(parsePrice('1,659', 'EUR')).toBe(165_900);
    expect(['', '0', '-1', '1e3', '1.2345', '1.234567'].map((text) => parsePrice(text, 'KRW'))).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    const [euro] = gradeDrafts([{ ...fakeSite.grades[0], unitPriceMilli: 5_900 } as never], 'EUR');
    expect(euro?.price).toBe('0.059');
  });
});
