import { describe, expect, it } from 'vitest';
import { formatDuration, formatsFor } from './formats.ts';

describe('a waiting time', () => {
  it.each([
    [0, '0:00'],
    [20_000, '0:20'],
    [192_999, '3:12'],
    [3_599_000, '59:59'],
    [3_792_000, '1:03:12'],
    [-5_000, '0:00'],
  ])('%i ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('numbers and times', () => {
  it('are made once for all cards of a board', () => {
    expect(formatsFor('ko', 'Asia/Seoul')).toBe(formatsFor('ko', 'Asia/Seoul'));
    expect(formatsFor('ko', 'Asia/Seoul')).not.toBe(formatsFor('ko', 'Europe/Berlin'));
  });

  it('follow the site’s time zone, not the machine’s', () => {
    const atMs = Date.UTC(2026, 10, 21, 5, 32);
    expect(formatsFor('en', 'Asia/Seoul').clock(atMs)).toBe('14:32');
    expect(formatsFor('ko', 'Asia/Seoul').clock(atMs)).toBe('14:32');
    expect(formatsFor('en', 'America/New_York').clock(atMs)).toBe('00:32');
  });

  it('say how long ago it was, and nothing like "0 minutes"', () => {
    const [en, ko] = [formatsFor('en', null), formatsFor('ko', null)];
    expect([en.ago(-5_000), en.ago(59_999), en.ago(60_000)]).toEqual([
      'just now',
      'just now',
      '1 minute ago',
    ]);
    expect([ko.ago(0), ko.ago(2_400_000), ko.ago(3 * 3_600_000)]).toEqual([
      '방금',
      '40분 전에',
      '3시간 전에',
    ]);
  });

  it('show won without decimals and dollars with two', () => {
    const format = formatsFor('en', 'Asia/Seoul');
    expect(format.money({ amountMinor: 64_988, currency: 'KRW' })).toBe('₩64,988');
    expect(format.money({ amountMinor: 1_250, currency: 'USD' })).toBe('$12.50');
  });

  it('say whole minutes in Korean as people do', () => {
    expect(formatsFor('ko', null).limit(180_000)).toBe('3분');
    expect(formatsFor('ko', null).limit(150_000)).toBe('2:30');
    expect(formatsFor('en', null).limit(180_000)).toBe('3:00');
  });
});
