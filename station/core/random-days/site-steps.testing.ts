/** What happens to the site as such: the line to the server, time, power, carts, attention, settings. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { newId } from '../../../shared/domain/index.ts';
import type { Cart } from '../../../shared/schemas/index.ts';
import { krw } from '../test-lot.ts';
import { checkBooks } from './books.testing.ts';
import { person } from './car-steps.testing.ts';
import { type Day, type Step, step } from './day.testing.ts';

const hourMs = 3_600_000;

const send = step(
  'send',
  fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom<'sent' | 'answer-lost' | 'lost' | 'attention'>(
      ...(['sent', 'sent', 'sent', 'answer-lost', 'lost', 'attention'] as const),
    ),
  ),
  (day, [count, outcome]) => day.send(count, outcome),
);

const time = step('time', fc.constantFrom(100, 5_000, 31_000, 130_000, 16 * 60_000, 7 * hourMs), (day, ms) =>
  day.lot.clock.advance(ms),
);

const clockCorrected = step(
  'clockCorrected',
  fc.constantFrom(-hourMs, hourMs, 24 * hourMs, -24 * hourMs),
  (day, byMs) => {
    const open = () =>
      day.lot.core.visits
        .board()
        .filter((v) => v.closed === null)
        .map((v) => v.visitId);
    const before = open();
    day.lot.clock.set(day.lot.clock.nowMs() + byMs);
    day.lot.clock.advance(1);
    // A correction ends nobody's stay.
    expect(open()).toEqual(before);
  },
);

const restart = step('restart', fc.constant(null), (day) => day.restart());

/** The clock was set back while the station did not run. */
const restartLater = step('restartLater', fc.constantFrom(-hourMs, 5_000, 10 * 60_000), (day, byMs) =>
  day.lot.restart(() => {
    if (byMs > 0) day.lot.clock.skip(byMs);
    else {
      day.lot.clock.set(day.lot.clock.nowMs() + byMs);
    }
  }),
);

/** A kiosk sends an old tap again. */
const repeat = step('repeat', fc.nat(200), async (day, n) => {
  await day.accepted[n % Math.max(1, day.accepted.length)]?.();
});

const attention = step(
  'attention',
  fc.tuple(fc.nat(5), fc.constantFrom<'send-again' | 'set-aside'>('send-again', 'set-aside')),
  async (day, [n, how]) => {
    const all = day.lot.core.log.attention();
    const outboxId = all[n % Math.max(1, all.length)]?.outboxId ?? newId();
    const resolved = { outboxId, how, reason: '' };
    await day.tap((key, { log }) => log.resolveAttention(day.lot.manager, { ...key, ...resolved }));
  },
);

const siteSettings = step(
  'settings',
  fc.tuple(
    fc.constantFrom<'lanes' | 'prices' | 'undo' | 'day'>('lanes', 'prices', 'undo', 'day'),
    fc.boolean(),
  ),
  async (day, [what, more]) => {
    const { lanes, grades } = day.lot.core.settings.site();
    const changes = {
      lanes: {
        lanes: more
          ? [...lanes.filter((l) => l.laneId !== 'pump-2'), pump2]
          : lanes.filter((l) => l.laneId !== 'pump-2'),
      },
      prices: { grades: grades.map((g) => ({ ...g, unitPriceMilli: more ? 1_600_000 : 1_534_000 })) },
      undo: { undoMs: more ? 60_000 : 30_000 },
      day: { businessDayStartHour: more ? 5 : 0 },
    }[what];
    await day.tap((key, { settings }) => settings.updateSite(day.lot.manager, { ...key, changes }));
  },
);
const pump2 = { laneId: 'pump-2', kind: 'pump', number: 2, name: null } as const;

const cart = step(
  'cart',
  fc.tuple(
    person,
    fc.constantFrom('taken', 'goods', 'check-out', 'check-out', 'free', 'answered', 'over', 'refund'),
    fc.nat(9_000),
  ),
  async (day, [who, what, amountMinor]) => {
    const { carts, news } = day.lot.core;
    const [known] = carts.list().carts;
    const trip = known?.trip ?? null;
    if (what === 'taken' && trip === null) news.cart(aCart(day, newTrip(day, amountMinor)));
    if (what === 'goods' && trip) {
      news.cart(aCart(day, { ...trip, total: krw(amountMinor + 1) }));
    }
    if (what === 'over') news.cart(aCart(day, null));
    if (what === 'answered') cartAnswered(day);
    if (what === 'refund') {
      const [paid] = carts.payments({ day: null }).payments;
      const paymentRequestId = paid?.paymentRequestId ?? newId();
      const money = {
        paymentRequestId,
        amountMinor: amountMinor + 1,
        reason: 'x',
        managerId: null,
        pin: null,
      };
      await day.tap((key, { carts }) => carts.refund(day.who(who), { ...key, ...money }));
    }
    if ((what !== 'check-out' && what !== 'free') || !trip) return;
    const asked = { cartId, tripId: trip.tripId };
    await day.tap((key, { carts }) =>
      what === 'free'
        ? carts.free(day.who(who), { ...key, ...asked, reason: '' })
        : carts.checkOut(day.who(who), { ...key, ...asked, asPickup: amountMinor % 2 === 0 }),
    );
  },
);

const cartId = newId();

/** The server took what was asked for, if it did. */
function cartAnswered(day: Day): void {
  const { carts, news } = day.lot.core;
  const [known] = carts.list().carts;
  if (known?.pending == null || !known.trip) return;
  const { tripId } = known.trip;
  const mark = [...day.atServer.values()].findLast((one) => one.payload.tripId === tripId);
  if (mark?.kind === 'cart-checkout') {
    const paymentRequestId = String(mark.payload.paymentRequestId);
    news.cart(aCart(day, { ...known.trip, state: 'checking-out', paymentRequestId }));
    if (!day.requests.has(paymentRequestId)) {
      day.requests.set(paymentRequestId, day.request(paymentRequestId, 'charge', known.trip.total));
    }
  }
  if (mark !== undefined) news.cartAnswer({ cartId, tripId }, null);
}

type Trip = NonNullable<Cart['trip']>;

const aCart = (day: Day, trip: Trip | null): Cart => ({
  ...{ cartId, number: 7, version: day.nextVersion(), trip },
  state: trip === null ? 'free' : trip.state === 'checking-out' ? 'checking-out' : 'in-use',
});

const newTrip = (day: Day, amountMinor: number): Trip => ({
  ...{
    tripId: newId(),
    state: 'shopping',
    endReason: null,
    lines: [],
    total: krw(amountMinor),
    attention: [],
  },
  weight: { expectedGram: 0, toleranceGram: 25, measuredGram: null, verdict: 'waiting' },
  ...{ startedAtMs: 0, lastActivityAtMs: day.lot.clock.nowMs(), paymentRequestId: null, preorderId: null },
});

const books = step('books', fc.constant(null), (day) => checkBooks(day));

export const siteSteps: fc.WeightedArbitrary<Step>[] = [
  { weight: 7, arbitrary: send },
  { weight: 4, arbitrary: time },
  { weight: 1, arbitrary: clockCorrected },
  { weight: 2, arbitrary: restart },
  { weight: 1, arbitrary: restartLater },
  { weight: 1, arbitrary: repeat },
  { weight: 2, arbitrary: attention },
  { weight: 1, arbitrary: siteSettings },
  { weight: 3, arbitrary: cart },
  { weight: 2, arbitrary: books },
];
