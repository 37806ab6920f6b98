/** What cars do, and what staff and phones say of them. */
import fc from 'fast-check';
import { newId } from '../../../shared/domain/index.ts';
import type { ExpectedCar, SitePreorder } from '../../../shared/server-contract/index.ts';
import { codeNumber } from '../test-lot.ts';
import { cars, type Day, type Step, step } from './day.testing.ts';

export const car = fc.nat(cars - 1);
export const person = fc.nat(3);
const lane = fc.constantFrom('bay-1', 'pump-1', 'pump-2', null);

const presence = step(
  'presence',
  fc.tuple(
    car,
    fc.boolean(),
    fc.constantFrom<'tentative' | 'approaching' | 'arrived' | 'parked' | 'departed'>(
      ...(['tentative', 'approaching', 'arrived', 'arrived', 'parked', 'departed', 'departed'] as const),
    ),
    lane,
  ),
  (day, [n, other, state, laneId]) => {
    day.lot.presence(codeNumber(other ? 100 + n : n), state, { laneId });
  },
);

const visit = step(
  'visit',
  fc.tuple(
    car,
    person,
    fc.constantFrom('claim', 'release', 'close', 'drive-off', 'lane'),
    fc.constantFrom('bay-1', 'pump-1'),
  ),
  async (day, [n, who, what, laneId]) => {
    const visitId = day.visitOf(n)?.visitId ?? newId();
    const actor = day.who(who);
    await day.tap((key, { visits }) => {
      if (what === 'claim') return visits.claim(actor, { ...key, visitId });
      if (what === 'release') return visits.release(actor, { ...key, visitId });
      if (what === 'lane') return visits.setLane(actor, { ...key, visitId, laneId });
      const how = what === 'close' ? 'closed-by-staff' : 'drive-off';
      const answer = visits.close(actor, { ...key, visitId, how, reason: '' });
      if (answer.ok) day.closedByStaff.add(visitId);
      return answer;
    });
  },
);

/** By its plate, with its own order's number, another car's, or none; or a plate that nobody knows. */
const checkIn = step(
  'checkIn',
  fc.tuple(
    fc.nat(cars),
    person,
    fc.constantFrom('bay-1', 'pump-1', null),
    fc.constantFrom('A0', 'A1', 'A3', null),
  ),
  async (day, [n, who, laneId, pickupNumber]) => {
    await day.tap((key, { visits }) =>
      visits.checkIn(day.who(who), {
        ...{ ...key, plate: `12가000${n}`, laneId, pickupNumber },
        purpose: pickupNumber === null ? 'refuel' : 'pickup',
      }),
    );
  },
);

/** The server tells of a car's order: changed, cancelled, a new one, or where its driver is. */
const orders = step(
  'orders',
  fc.tuple(
    car,
    fc.constantFrom('again', 'cancelled', 'new', 'check', 'coming', 'here', 'not-coming'),
    fc.nat(1),
    fc.constantFrom<'none' | 'plate-digits' | 'pickup-number'>('none', 'plate-digits', 'pickup-number'),
  ),
  (day, [n, what, which, handoverCheck]) => {
    const known = day.cars[n];
    if (known === undefined) return;
    const before = known.preorders[which] ?? known.preorders[0];
    const now =
      what === 'new' ? day.order(`N${known.preorders.length}`) : changed(day, before, what, handoverCheck);
    if (now === undefined) return;
    const others = known.preorders.filter((one) => one.preorderId !== now.preorderId);
    const car: ExpectedCar = { ...known, preorders: [...others, now] };
    day.cars[n] = car;
    day.lot.core.news.preorder(car.jackId, now, car);
    const once = day.snapshot();
    day.lot.core.news.preorder(car.jackId, now, car);
    expectSame(day, once);
  },
);

function changed(
  day: Day,
  order: SitePreorder | undefined,
  what: string,
  handoverCheck: NonNullable<SitePreorder['handoverCheck']>,
): SitePreorder | undefined {
  if (order === undefined) return undefined;
  const { onTheWay: _, ...still } = order;
  const saidAtMs = day.nextVersion();
  switch (what) {
    case 'cancelled':
      return { ...still, state: 'cancelled', payment: 'voided' };
    case 'check':
      return { ...order, handoverCheck };
    case 'coming':
      return {
        ...order,
        onTheWay: { kind: 'coming', expectedAtMs: day.lot.clock.nowMs() + 60_000, saidAtMs },
      };
    case 'here':
      return { ...order, onTheWay: { kind: 'here', bay: 1, saidAtMs } };
    case 'not-coming':
      return still;
    default:
      return order;
  }
}

function expectSame(day: Day, before: string): void {
  if (day.snapshot() !== before) throw new Error('news that came twice changed something');
}

const list = step('list', fc.uniqueArray(car, { maxLength: 2 }), (day, without) => day.tellList(without));

const reservation = step(
  'reservation',
  fc.tuple(car, fc.constantFrom<'held' | 'releasing' | 'released'>('held', 'releasing', 'released')),
  (day, [n, state]) => {
    const jackId = day.cars[n]?.jackId ?? '';
    const maximum = { amountMinor: 100_000, currency: 'KRW' };
    day.lot.core.news.reservation(jackId, { paymentRequestId: newId(), maximum, state });
  },
);

const forgotten = step('forgotten', car, (day, n) =>
  day.lot.core.privacy.forget([day.cars[n]?.jackId ?? ''], false),
);

export const carSteps: fc.WeightedArbitrary<Step>[] = [
  { weight: 10, arbitrary: presence },
  { weight: 4, arbitrary: visit },
  { weight: 2, arbitrary: checkIn },
  { weight: 3, arbitrary: orders },
  { weight: 1, arbitrary: list },
  { weight: 1, arbitrary: reservation },
  { weight: 1, arbitrary: forgotten },
];
