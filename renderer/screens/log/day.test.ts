import { describe, expect, it } from 'vitest';
import { fakeCharge } from '../../dev/fake-charges.ts';
import { fakePickup, fakeRefuel, fakeSite, fakeVisit, minji } from '../../dev/fake-lot.ts';
import { businessDayOf, shiftDay } from './business-day.ts';
import { amountOf, servedBy, waitMsOf } from './day-figures.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);

describe('a business day', () => {
  it('begins at the site’s own hour in the site’s time zone', () => {
    const seoul = { timeZone: 'Asia/Seoul', businessDayStartHour: 5 };
    // 04:59 and 05:00 in Seoul on the 21st.
    expect(businessDayOf(Date.UTC(2026, 10, 20, 19, 59), seoul)).toBe('2026-11-20');
    expect(businessDayOf(Date.UTC(2026, 10, 20, 20, 0), seoul)).toBe('2026-11-21');
  });

  it.each([
    // The clocks go forward on 8 March in New York and on 29 March in Berlin, back on 1 November and 25 October.
    ['America/New_York', '2026-03-08T04:30:00-04:00', '2026-03-08'],
    ['America/New_York', '2026-03-08T03:30:00-04:00', '2026-03-07'],
    ['America/New_York', '2026-11-01T03:30:00-05:00', '2026-10-31'],
    ['America/New_York', '2026-11-01T04:30:00-05:00', '2026-11-01'],
    ['Europe/Berlin', '2026-03-29T04:10:00+02:00', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25T03:50:00+01:00', '2026-10-24'],
  ])('in %s, begun at 4, holds %s when the clocks change', (timeZone, at, day) => {
    expect(businessDayOf(Date.parse(at), { timeZone, businessDayStartHour: 4 })).toBe(day);
  });

  it('has a next and a previous one across months', () => {
    expect(shiftDay('2026-11-30', 1)).toBe('2026-12-01');
    expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
  });
});

describe('a visit of the log', () => {
  it('waits from its arrival to its first service', () => {
    const visit = fakeVisit(nowMs, {
      plateTail: '1',
      arrivedAtMs: nowMs - 90_000,
      pickup: fakePickup('A1', { state: 'handed-over', handedOverAtMs: nowMs, handedOverBy: minji }),
    });
    expect(waitMsOf(visit)).toBe(90_000);
    expect(servedBy(visit)?.displayName).toBe(minji.displayName);
  });

  it('comes to all its jobs together', () => {
    const amount = { amountMinor: 50_000, currency: fakeSite.currency };
    const visit = fakeVisit(nowMs, {
      plateTail: '2',
      pickup: fakePickup('A1'),
      refuel: fakeRefuel(nowMs, { state: 'paid', amount }),
      charges: [fakeCharge(nowMs)],
    });
    expect(amountOf(visit)?.amountMinor).toBe(50_000 + 12_000 + (visit.pickup?.paid.amountMinor ?? 0));
    expect(amountOf(fakeVisit(nowMs, { plateTail: '3' }))).toBeNull();
  });
});
