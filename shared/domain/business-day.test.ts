import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessDayOf, businessDayRange } from './business-day.ts';

const hour = 3_600_000;

describe('the business day', () => {
  it('begins at the site’s hour in the site’s time zone', () => {
    // 2026-11-21 18:59:59Z is 03:59:59 on the 22nd in Seoul: still the 21st's business day.
    expect(businessDayOf(Date.UTC(2026, 10, 21, 18, 59, 59), 'Asia/Seoul', 4)).toBe('2026-11-21');
    expect(businessDayOf(Date.UTC(2026, 10, 21, 19, 0, 0), 'Asia/Seoul', 4)).toBe('2026-11-22');
  });

  it('has a range that begins where the day before ended', () => {
    expect(businessDayRange('2026-11-21', 'Asia/Seoul', 4)).toEqual({
      fromMs: Date.UTC(2026, 10, 20, 19),
      toMs: Date.UTC(2026, 10, 21, 19),
    });
  });

  it.each([
    // Clocks go forward at 02:00 on 2026-03-08 and back at 02:00 on 2026-11-01 in New York.
    ['2026-03-07', 4, 23],
    ['2026-03-08', 4, 24],
    ['2026-10-31', 4, 25],
    ['2026-11-01', 4, 24],
    ['2026-03-08', 0, 23],
    ['2026-11-01', 0, 25],
    // The day would start at 02:00, which does not exist on the 8th: it starts at the change, 07:00Z.
    ['2026-03-07', 2, 24],
    ['2026-03-08', 2, 23],
  ])('in New York %s from %i h is %i hours long', (day, startHour, hours) => {
    const { fromMs, toMs } = businessDayRange(day, 'America/New_York', startHour);
    expect((toMs - fromMs) / hour).toBe(hours);
  });

  it('starts at the change of clocks when its hour is skipped', () => {
    expect(businessDayRange('2026-03-08', 'America/New_York', 2).fromMs).toBe(Date.UTC(2026, 2, 8, 7));
  });

  it('does not begin a second time when the clocks go back across its hour', () => {
    // Two hours back at 03:00 on 25 October at Troll: 02:00 comes at 00:00Z, and again at 02:00Z.
    const day = (utc: string) => businessDayOf(Date.parse(utc), 'Antarctica/Troll', 2);
    expect(
      ['2026-10-24T23:59Z', '2026-10-25T00:00Z', '2026-10-25T01:30Z', '2026-10-25T02:00Z'].map(day),
    ).toEqual(['2026-10-24', ...['2026-10-25', '2026-10-25', '2026-10-25']]);
  });

  it('puts every instant into the day whose range holds it', () => {
    const zones = [
      ...[
        'Asia/Seoul',
        'Asia/Kathmandu',
        'America/New_York',
        'Europe/London',
        'Australia/Lord_Howe',
        'Pacific/Apia',
      ],
      // Their clocks change at midnight, at 23:00, and by two hours.
      ...['America/Havana', 'America/Nuuk', 'Antarctica/Troll', 'UTC'],
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 23 }),
        (atMs, zone, startHour) => {
          const { fromMs, toMs } = businessDayRange(businessDayOf(atMs, zone, startHour), zone, startHour);
          expect(atMs).toBeGreaterThanOrEqual(fromMs);
          expect(atMs).toBeLessThan(toMs);
        },
      ),
      { numRuns: 300 },
    );
  });
});
