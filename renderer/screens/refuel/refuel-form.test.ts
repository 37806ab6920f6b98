import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountForVolume } from '../../../shared/domain/index.ts';
import { fakeSite } from '../../dev/fake-lot.ts';
import {
  emptyForm,
  gradeFor,
  isMismatch,
  missingOf,
  parseAmount,
  parseVolume,
  sumOf,
  tidy,
} from './refuel-form.ts';

const diesel = fakeSite.grades.find((grade) => grade.gradeId === 'diesel');

describe('what an attendant types', () => {
  it.each([
    ['42.365', 42_365],
    ['42.3', 42_300],
    ['42', 42_000],
    ['42.', 42_000],
    ['0.001', 1],
    ['0', null],
    ['', null],
    ['1.2.3', null],
    ['42.3651', null],
  ])('as volume: %s', (text, ml) => {
    expect(parseVolume(text)).toBe(ml);
  });

  it.each([
    ['64,988', 'KRW', 64_988],
    ['64988', 'KRW', 64_988],
    ['0', 'KRW', null],
    ['12.5', 'KRW', null],
    ['12.5', 'USD', 1_250],
    ['12', 'USD', 1_200],
    ['12.345', 'USD', null],
  ])('as amount: %s in %s', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor);
  });

  it('is tidied while it is typed', () => {
    expect(tidy('64988', 'amount', 'KRW')).toBe('64,988');
    expect(tidy('0064988', 'amount', 'KRW')).toBe('64,988');
    expect(tidy('12.50', 'amount', 'KRW')).toBe('12');
    expect(tidy('1234.567', 'amount', 'USD')).toBe('1,234.56');
    expect(tidy('42.3656', 'volume', 'KRW')).toBe('42.365');
    expect(tidy('.5', 'volume', 'KRW')).toBe('0.5');
    expect(tidy('4a2', 'volume', 'KRW')).toBe('42');
  });

  it('can always be read again after tidying', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (minor) => {
        expect(parseAmount(tidy(String(minor), 'amount', 'KRW'), 'KRW')).toBe(minor);
      }),
    );
  });

  it('never makes the form throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('volume' as const, 'amount' as const), (text, field) => {
        const typed = { ...emptyForm, typed: field, text: tidy(text, field, 'KRW') };
        const sum = sumOf(typed, diesel, 'KRW');
        expect(sum.volumeMl === null || sum.volumeMl >= 0).toBe(true);
      }),
    );
  });
});

describe('volume and amount', () => {
  it('follow from each other by the price', () => {
    const byVolume = sumOf({ ...emptyForm, typed: 'volume', text: '42.365' }, diesel, 'KRW');
    expect(byVolume).toEqual({ volumeMl: 42_365, amountMinor: amountForVolume(1_534_000, 42_365) });
    const byAmount = sumOf({ ...emptyForm, typed: 'amount', text: '64,988' }, diesel, 'KRW');
    expect(byAmount).toEqual({ volumeMl: 42_365, amountMinor: 64_988 });
  });

  it('wait for the grade', () => {
    const sum = sumOf({ ...emptyForm, typed: 'volume', text: '10' }, undefined, 'KRW');
    expect(sum).toEqual({ volumeMl: 10_000, amountMinor: null });
  });
});

describe('what is still missing', () => {
  it('is named in the order of the hand', () => {
    const none = { volumeMl: null, amountMinor: null };
    expect(missingOf(emptyForm, none)).toBe('pump');
    expect(missingOf({ ...emptyForm, laneId: 'pump-4' }, none)).toBe('grade');
    expect(missingOf({ ...emptyForm, laneId: 'pump-4', gradeId: 'diesel' }, none)).toBe('amount');
    expect(
      missingOf({ ...emptyForm, laneId: 'pump-4', gradeId: 'diesel' }, { volumeMl: 1, amountMinor: 1 }),
    ).toBe(null);
  });
});

describe('the grade', () => {
  it('is offered by itself only when the registered fuel leaves one choice', () => {
    expect(gradeFor('diesel', fakeSite)).toBe('diesel');
    expect(gradeFor('lpg', fakeSite)).toBe(null);
    expect(gradeFor(null, fakeSite)).toBe(null);
  });

  it('is called wrong when it would harm the car', () => {
    expect(isMismatch('gasoline', diesel)).toBe(true);
    expect(isMismatch('diesel', diesel)).toBe(false);
    expect(isMismatch(null, diesel)).toBe(false);
  });
});
