/** Cars that were served and left earlier today, and what a day's visits add up to: the twin's daily log. */
import { zoneShown } from '../../shared/domain/index.ts';
import type {
  LogSummary,
  LogVisit,
  PaymentGroup,
  SiteSettings,
  VisitView,
} from '../../shared/station-contract/index.ts';
import { servedBy, waitMsOf } from '../screens/log/day-figures.ts';
import { fakePickup, fakeRefuel, fakeVisit, minji, seojun } from './fake-lot.ts';

const minuteMs = 60_000;
const cars = [
  { model: 'Sonata', color: 'grey', fuel: 'diesel' },
  { model: 'Kona', color: 'white', fuel: 'gasoline' },
  { model: 'Porter', color: 'blue', fuel: 'diesel' },
] as const;

/** Newest first, one every 24 minutes: pickups and refuels by turns, each settled. */
export function pastVisits(nowMs: number): VisitView[] {
  return Array.from({ length: 16 }, (_, i) => {
    const arrivedAtMs = nowMs - (20 + 24 * i) * minuteMs;
    // From under a minute to a little over two.
    const servedAtMs = arrivedAtMs + 45_000 + ((i * 37) % 90) * 1000;
    const refuels = i % 2 === 1;
    const lane = `${refuels ? 'pump' : 'bay'}-${(i % 3) + 1}`;
    return fakeVisit(arrivedAtMs, {
      plateTail: String(2310 + i * 457),
      presence: 'departed',
      laneId: lane,
      arrivedAtMs,
      knownBy: i === 6 ? 'staff' : 'jack',
      vehicle: cars[i % cars.length] ?? cars[0],
      pickup: refuels
        ? null
        : fakePickup(`A${16 - i / 2}`, {
            state: 'handed-over',
            payment: 'captured',
            handedOverAtMs: servedAtMs,
            handedOverBy: minji,
          }),
      refuel: refuels
        ? fakeRefuel(arrivedAtMs, {
            state: 'paid',
            laneId: lane,
            gradeId: 'diesel',
            volumeMl: 20_000 + i * 1_000,
            amount: { amountMinor: 30_680 + i * 1_534, currency: 'KRW' },
            unitPriceMilli: 1_534_000,
            startedBy: seojun,
            startedAtMs: servedAtMs,
            completedAtMs: servedAtMs + 4 * minuteMs,
          })
        : null,
      closed: { atMs: servedAtMs + 5 * minuteMs, how: 'completed' },
    });
  });
}

/** Each job of a visit with what it comes to, as the station counts it. */
function jobsOf(visit: VisitView) {
  const money = (amountMinor: number | undefined) => amountMinor ?? 0;
  const groups: Record<string, PaymentGroup> = {
    'handed-over': 'settled',
    paid: 'settled',
    'settled-otherwise': 'settled',
    unknown: 'unknown',
    declined: 'unpaid',
    expired: 'unpaid',
    'drive-off': 'unpaid',
    cancelled: 'cancelled',
  };
  const job = (kind: 'pickup' | 'refuel' | 'charge', state: string, amountMinor: number) => ({
    kind,
    payment: groups[state] ?? ('waiting' as const),
    amountMinor,
  });
  return [
    ...(visit.pickup ? [job('pickup', visit.pickup.state, visit.pickup.paid.amountMinor)] : []),
    ...(visit.refuel ? [job('refuel', visit.refuel.state, money(visit.refuel.amount?.amountMinor))] : []),
    ...(visit.charges ?? []).map((charge) => job('charge', charge.state, charge.amount.amountMinor)),
  ];
}

/** As `station/daily-log/summary.ts` adds up, from the visits of the twin. */
export function summaryOf(visits: readonly LogVisit[], site: SiteSettings, day: string): LogSummary {
  const jobs = visits.flatMap(jobsOf);
  const settled = jobs.filter(({ payment }) => payment === 'settled');
  const minorOf = (some: readonly { amountMinor: number }[]) =>
    some.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const waits = visits
    .map(waitMsOf)
    .filter((wait) => wait !== null)
    .sort((a, b) => a - b);
  const at = (part: number) => waits[Math.round((waits.length - 1) * part)] ?? null;
  const jack = visits.filter(({ knownBy }) => knownBy === 'jack').length;
  const phone = visits.filter(({ knownBy }) => knownBy === 'phone').length;
  const arrivals = { jack, phone, staff: visits.length - jack - phone };
  const kinds = (['pickup', 'refuel', 'charge'] as const)
    .map((kind) => ({ kind, of: jobs.filter((one) => one.kind === kind) }))
    .filter(({ of }) => of.length > 0);
  const groups = [...Map.groupBy(jobs, ({ payment }) => payment)];
  const lanes = [...Map.groupBy(visits, ({ laneId }) => laneId)];
  const paidFor = (visit: VisitView) => jobsOf(visit).filter(({ payment }) => payment === 'settled');
  const staff = [minji, seojun].map((person) => ({
    person,
    of: visits.filter(
      (visit) => paidFor(visit).length > 0 && servedBy(visit)?.displayName === person.displayName,
    ),
  }));
  return {
    fromMs: 0,
    toMs: 1,
    currency: site.currency,
    visits: visits.length,
    settledMinor: minorOf(settled),
    givenBackMinor: 0,
    kinds: kinds.map(({ kind, of }) => ({
      kind,
      count: of.length,
      amountMinor: minorOf(of.filter(({ payment }) => payment === 'settled')),
    })),
    payments: groups.map(([payment, of]) => ({ payment, count: of.length, amountMinor: minorOf(of) })),
    staff: staff
      .filter(({ of }) => of.length > 0)
      .map(({ person, of }) => ({ person, count: of.length, amountMinor: minorOf(of.flatMap(paidFor)) })),
    lanes: lanes
      .map(([laneId, of]) => ({ laneId, count: of.length, amountMinor: minorOf(of.flatMap(paidFor)) }))
      .sort((a, b) => b.count - a.count),
    waits: {
      served: waits.length,
      medianMs: at(0.5),
      p90Ms: at(0.9),
      underTwoMinutes:
        waits.length === 0 ? null : waits.filter((wait) => wait < 2 * minuteMs).length / waits.length,
    },
    hours: hoursOf(visits, site),
    knownBy: arrivals,
    missed: 1,
    days: [{ day, ...arrivals, late: 0, missed: 1, corrected: 0 }],
    reservationsToRelease: 2,
  };
}

function hoursOf(visits: readonly LogVisit[], site: SiteSettings): LogSummary['hours'] {
  const hourOf = new Intl.DateTimeFormat('en', {
    timeZone: zoneShown(site.timeZone),
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const place = (hour: number) => (hour - site.businessDayStartHour + 24) % 24;
  return [...Map.groupBy(visits, (visit) => Number(hourOf.format(visit.arrivedAtMs ?? visit.firstHeardAtMs)))]
    .map(([hour, of]) => {
      const pickup = of.filter((visit) => visit.pickup !== null).length;
      const refuel = of.filter((visit) => visit.pickup === null && visit.refuel !== null).length;
      return { hour, pickup, refuel, other: of.length - pickup - refuel };
    })
    .sort((a, b) => place(a.hour) - place(b.hour));
}
