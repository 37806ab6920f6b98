import { describe, expect, it } from 'vitest';
import type { ChargeView } from '../../../shared/station-contract/index.ts';
import { chargedLot, fakeCharge } from '../../dev/fake-charges.ts';
import { fakePickup, fakeRefuel, fakeSite, fakeVisit, minji } from '../../dev/fake-lot.ts';
import { businessDayOf, shiftDay } from './business-day.ts';
import { dayFigures } from './day-figures.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);

describe('a business day', () => {
  it('begins at the site’s own hour in the site’s time zone', () => {
    const seoul = { timeZone: 'Asia/Seoul', businessDayStartHour: 5 };
    // 04:59 and 05:00 in Seoul on the 21st.
    expect(businessDayOf(Date.UTC(2026, 10, 20, 19, 59), seoul)).toBe('2026-11-20');
    expect(businessDayOf(Date.UTC(2026, 10, 20, 20, 0), seoul)).toBe('2026-11-21');
  });

  it('has a next and a previous one across months', () => {
    expect(shiftDay('2026-11-30', 1)).toBe('2026-12-01');
    expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
  });
});

describe('a day’s figures', () => {
  const handedOver = (waitedMs: number) =>
    fakeVisit(nowMs, {
      plateTail: '1',
      arrivedAtMs: nowMs - waitedMs,
      pickup: fakePickup('A1', { state: 'handed-over', handedOverAtMs: nowMs, handedOverBy: minji }),
    });

  it('add up what was settled and leave out what was not', () => {
    const amount = { amountMinor: 50_000, currency: fakeSite.currency };
    const figures = dayFigures([
      handedOver(60_000),
      fakeVisit(nowMs, { plateTail: '2', refuel: fakeRefuel(nowMs, { state: 'paid', amount }) }),
      fakeVisit(nowMs, { plateTail: '3', refuel: fakeRefuel(nowMs, { state: 'declined', amount }) }),
    ]);
    expect(figures).toMatchObject({ settledMinor: 68_500, visits: 3, byJack: 3, trouble: 1 });
  });

  it('count a paid charge less what was given back, and no other', () => {
    const charge = (changes: Partial<ChargeView>) => fakeCharge(nowMs, changes);
    const [withRefund] = chargedLot([fakeVisit(nowMs, { plateTail: '1' })], nowMs);
    if (withRefund === undefined) throw new Error('no visit was charged');
    const visits = [
      // ₩12,000, of which ₩5,000 went back.
      withRefund,
      fakeVisit(nowMs, { plateTail: '2', charges: [charge({ state: 'declined' }), charge({})] }),
      fakeVisit(nowMs, { plateTail: '3', charges: [charge({ state: 'unknown' })] }),
    ];
    expect(dayFigures(visits)).toMatchObject({ settledMinor: 19_000, trouble: 1 });
  });

  it('tell the median wait and the part served within two minutes', () => {
    const figures = dayFigures([handedOver(30_000), handedOver(90_000), handedOver(300_000)]);
    expect(figures.medianWaitMs).toBe(90_000);
    expect(figures.underTwoMinutes).toBeCloseTo(2 / 3);
  });

  it('claim nothing for a day on which nobody was served', () => {
    expect(dayFigures([])).toMatchObject({ medianWaitMs: null, underTwoMinutes: null, settledMinor: 0 });
  });
});
