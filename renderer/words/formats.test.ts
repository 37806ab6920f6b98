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

  it('say the day of what was not today, on the site’s calendar', () => {
    const nowMs = Date.UTC(2026, 10, 21, 5, 32);
    const format = formatsFor('en', 'Asia/Kathmandu');
    expect(format.when(nowMs - 60_000, nowMs)).toBe('11:16');
    // 23:50 of the day before on the site's wall is still the same day in UTC.
    expect(format.when(Date.UTC(2026, 10, 20, 18, 5), nowMs)).toBe('Fri 20 Nov 23:50');
    expect(format.when(Date.UTC(2026, 10, 20, 18, 15), nowMs)).toBe('00:00');
    expect(formatsFor('ko', 'Asia/Seoul').when(Date.UTC(2026, 10, 22, 0, 0), nowMs)).toBe(
      '11월 22일 (일) 09:00',
    );
  });

  it.each([
    // Each pair is an hour apart, or half an hour on Lord Howe Island: the wall shows the same.
    ['America/New_York', '2026-11-01T05:30Z', ['01:30 GMT-4', '01:30 GMT-5']],
    ['Europe/London', '2026-10-25T00:10Z', ['01:10 BST', '01:10 GMT']],
  ] as const)(
    'in %s tell the two hours of the same name apart when the clocks go back',
    (zone, first, read) => {
      const atMs = Date.parse(first);
      const { clock } = formatsFor('en', zone);
      expect([clock(atMs), clock(atMs + 3_600_000)]).toEqual(read);
      // The hours beside them come once.
      expect([clock(atMs - 3_600_000), clock(atMs + 2 * 3_600_000)].join()).not.toMatch(/GMT|BST/);
    },
  );

  it('fall back to UTC, and say so, where the browser does not know the site’s time zone', () => {
    const { clock, when, day } = formatsFor('en', 'Nowhere/New_Town');
    const atMs = Date.parse('2026-11-21T05:30Z');
    expect([clock(atMs), when(atMs, atMs), day(atMs)]).toEqual(['05:30 UTC', '05:30 UTC', 'Sat 21 Nov']);
  });

  it('name no zone where the clocks go forward, and tell half hours of the same name apart too', () => {
    const { clock } = formatsFor('en', 'America/New_York');
    expect([clock(Date.parse('2026-03-08T06:59Z')), clock(Date.parse('2026-03-08T07:00Z'))]).toEqual([
      '01:59',
      '03:00',
    ]);
    const lordHowe = formatsFor('en', 'Australia/Lord_Howe').clock;
    const twice = Date.parse('2026-04-04T14:45Z');
    expect([lordHowe(twice), lordHowe(twice + 1_800_000)]).toEqual(['01:45 GMT+11', '01:45 GMT+10:30']);
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
