/** Where the clocks go back an hour comes twice: its arrivals are two hours' arrivals. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { aCar, codeNumber, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

async function hoursOf(timeZone: string, startHour: number, days: [string, string], arrivals: string[]) {
  lot.core.settings.seedSite({ timeZone, businessDayStartHour: startHour });
  for (const [n, at] of arrivals.entries()) {
    lot.clock.skip(Date.parse(at) - lot.clock.nowMs());
    const vehicle = { plate: `12가000${n}`, model: 'Ray', color: 'red', fuel: 'gasoline' } as const;
    lot.arrival(aCar({ jackId: newId(), vehicle }), codeNumber(n), 'bay-1');
  }
  const [fromDay, toDay] = days;
  const filters = { text: '', kind: null, payment: null, staffId: null, laneId: null };
  const answer = await lot.core.dailyLog.summary({ fromDay, toDay, ...filters });
  if (!answer.ok) throw new Error('no sums');
  return answer.value.hours.map(({ hour, again, other }) => [hour, again === true, other]);
}

it('counts the hour that comes twice as two, one after the other', async () => {
  const arrivals = [
    ...['2027-11-07T04:30Z', '2027-11-07T05:30Z', '2027-11-07T05:40Z', '2027-11-07T06:30Z'],
    '2027-11-07T07:30Z',
  ];
  const day: [string, string] = ['2027-11-07', '2027-11-07'];
  expect(await hoursOf('America/New_York', 0, day, arrivals)).toEqual([
    [0, false, 1],
    [1, false, 2],
    [1, true, 1],
    [2, false, 1],
  ]);
});

it('tells half an hour that comes twice apart, too, and the same hour of other days not', async () => {
  const arrivals = ['2027-04-03T14:10Z', '2027-04-03T14:40Z', '2027-04-03T15:10Z', '2027-04-04T15:10Z'];
  const days: [string, string] = ['2027-04-03', '2027-04-05'];
  expect(await hoursOf('Australia/Lord_Howe', 4, days, arrivals)).toEqual([
    [1, false, 3],
    [1, true, 1],
  ]);
});
