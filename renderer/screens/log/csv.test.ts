import { describe, expect, it } from 'vitest';
import { fakePickup, fakeRefuel, fakeSite, fakeVisit, minji } from '../../dev/fake-lot.ts';
import { en } from '../../words/en.ts';
import { formatsFor } from '../../words/formats.ts';
import { ko } from '../../words/ko.ts';
import { csvOf } from './csv.ts';
import { logCsv } from './log-csv.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);
const spoken = (locale: 'en' | 'ko') => ({
  locale,
  w: locale === 'ko' ? ko : en,
  format: formatsFor(locale, fakeSite.timeZone),
});

describe('the file for a spreadsheet', () => {
  it('begins with the mark by which Excel knows that Korean is Korean, once', () => {
    const csv = logCsv({ spoken: spoken('ko'), site: fakeSite, laneOf: () => '1번 주유기' });
    const bytes = new TextEncoder().encode(csv.head);
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(csv.lines([])).toBe('');
  });

  it('says states and kinds in the chosen language', () => {
    const visit = {
      ...fakeVisit(nowMs, {
        plateTail: '3456',
        arrivedAtMs: nowMs - 90_000,
        pickup: fakePickup('A1', { state: 'handed-over', handedOverAtMs: nowMs, handedOverBy: minji }),
        refuel: fakeRefuel(nowMs, { state: 'settled-otherwise' }),
      }),
      plate: '12가3456',
    };
    const english = logCsv({ spoken: spoken('en'), site: fakeSite, laneOf: () => '' }).lines([visit]);
    const korean = logCsv({ spoken: spoken('ko'), site: fakeSite, laneOf: () => '' }).lines([visit]);
    expect(english).toContain('Pickup + Refuel');
    expect(english).toContain('Handed over + Settled otherwise');
    expect(korean).toContain(`${ko.logKinds.pickup} + ${ko.logKinds.refuel}`);
    expect(korean).toContain(`${ko.card.handedOver} + ${ko.card.settledOtherwise}`);
    expect(korean).not.toMatch(/handed-over|settled-otherwise/);
    expect(korean.startsWith('2026-11-21 13:58:30,')).toBe(true);
  });

  it('tells the hour that comes twice apart by its time zone, on any machine', () => {
    const site = { ...fakeSite, timeZone: 'America/New_York' };
    const csv = logCsv({ spoken: spoken('en'), site, laneOf: () => '' });
    const visits = ['2026-11-01T05:30Z', '2026-11-01T06:30Z'].map((utc) => ({
      ...fakeVisit(Date.parse(utc), { plateTail: '3456', arrivedAtMs: Date.parse(utc) }),
      plate: '12가3456',
    }));
    const cells = csv
      .lines(visits)
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(cells.map((row) => [row[0], row.at(-1)])).toEqual([
      ['2026-11-01 01:30:00', 'UTC-04:00'],
      ['2026-11-01 01:30:00', 'UTC-05:00'],
    ]);
    expect(csv.head.split(',')).toHaveLength(cells[0]?.length ?? 0);
  });

  it('quotes what would break a cell, and ends every line with CR LF', () => {
    expect(csvOf([['a,b', 'say "hi"', 'two\nlines', null, 12]])).toBe(
      '"a,b","say ""hi""","two\nlines",,12\r\n',
    );
  });

  it('lets no text become a formula, and keeps a negative number a number', () => {
    expect(csvOf([['=1+1', '+82', '-x', '@SUM(A1)', ' =1', '\t=1', '＝1', -5]])).toBe(
      "'=1+1,'+82,'-x,'@SUM(A1),' =1,'\t=1,'＝1,-5\r\n",
    );
  });

  it('keeps a plate or an order number of digits as it is: no zero is eaten, none becomes a day or a power', () => {
    expect(csvOf([['0012', '1E10', '3-4', '1/2', '123456789012', '42', '12가3456']])).toBe(
      '"=""0012""","=""1E10""","=""3-4""","=""1/2""","=""123456789012""",42,12가3456\r\n',
    );
  });
});
