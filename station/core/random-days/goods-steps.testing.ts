/** What is sold without a car: a cart that is filled, weighed and paid, and what the menu offers. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { newId } from '../../../shared/domain/index.ts';
import type { Cart } from '../../../shared/schemas/index.ts';
import { krw } from '../test-lot.ts';
import { person } from './car-steps.testing.ts';
import { type Day, type Step, step } from './day.testing.ts';

type Trip = NonNullable<Cart['trip']>;
type Line = Trip['lines'][number];

/** What happens to the cart at its user's hands and at the server; told at once, or with the fleet after a reconnect. */
const cartMoves = step(
  'cartMoves',
  fc.tuple(
    fc.constantFrom('taken', 'taken', 'goods', 'unknown-goods', 'weighed', 'over', 'fleet'),
    fc.nat(9_000),
    fc.constantFrom<Trip['weight']['verdict']>('fits', 'fits', 'too-heavy', 'too-light', 'unknowable'),
    fc.boolean(),
  ),
  (day, [what, amountMinor, verdict, told]) => {
    const { cart } = day;
    const { trip } = cart;
    const shopping = trip !== null && trip.state === 'shopping' ? trip : null;
    if (what === 'taken' && trip === null) changeCart(day, newTrip(day), told);
    if (what === 'over' && trip !== null) changeCart(day, null, told);
    if ((what === 'goods' || what === 'unknown-goods') && shopping !== null) {
      const lines = [...shopping.lines, aLine(amountMinor + 1, what === 'goods')].slice(-20);
      changeCart(day, withLines(shopping, lines, 'waiting'), told);
    }
    if (what === 'weighed' && shopping !== null) {
      changeCart(day, withLines(shopping, shopping.lines, verdict), told);
    }
    if (what === 'fleet') tellFleet(day);
  },
);

/** What staff do with it. The version they looked at may be an older one. */
const cartTaps = step(
  'cartTaps',
  fc.tuple(
    person,
    fc.constantFrom('check-out', 'check-out', 'free', 'acknowledge', 'acknowledge', 'price', 'refund'),
    fc.nat(9_000),
    fc.boolean(),
  ),
  async (day, [who, what, amountMinor, right]) => {
    const { carts } = day.lot.core;
    const actor = day.who(who);
    if (what === 'refund') {
      const [paid] = carts.payments({ day: null }).payments;
      const asked = {
        paymentRequestId: paid?.paymentRequestId ?? newId(),
        amountMinor: amountMinor + 1,
      };
      const money = { ...asked, reason: 'x', managerId: null, pin: null };
      await day.tap((key, { carts }) => carts.refund(actor, { ...key, ...money }));
      return;
    }
    const [known] = carts.list().carts;
    const trip = known?.trip ?? null;
    if (known === undefined || trip === null) return;
    const about = { cartId: known.cartId, tripId: trip.tripId };
    const answer = await day.tap((key, { carts }) => {
      const asked = { ...key, ...about };
      if (what === 'free') return carts.free(actor, { ...asked, reason: '' });
      if (what === 'acknowledge') {
        return carts.acknowledge(actor, { ...asked, version: known.version - (right ? 0 : 1) });
      }
      if (what === 'price') {
        const line = trip.lines.find((one) => one.known !== right);
        const price = {
          lineId: line?.lineId ?? newId(),
          unitAmountMinor: amountMinor + 1,
          name: null,
        };
        return carts.priceItem(actor, { ...asked, ...price });
      }
      return carts.checkOut(actor, { ...asked, asPickup: amountMinor % 2 === 0 });
    });
    if (!answer.ok) return;
    // Nothing that must be looked at is paid, nothing is asked for twice, and only what has no price is priced.
    expect(known.pending).toBe(null);
    if (what === 'check-out') expect([known.state, trip.attention]).toEqual(['in-use', []]);
    if (what === 'acknowledge') expect([known.state, right]).toEqual(['needs-attention', true]);
    if (what === 'price') expect(right).toBe(true);
  },
);

/** The server answers the oldest thing that was asked of it for the cart, as it has the cart by now. */
const cartAnswered = step('cartAnswered', fc.constant(null), (day) => answerCart(day));

function answerCart(day: Day): void {
  const { news } = day.lot.core;
  const mark = [...day.atServer.values()].find(
    (one) => one.kind.startsWith('cart-') && !day.cartAnswered.has(one.outboxId),
  );
  if (mark === undefined) return;
  day.cartAnswered.add(mark.outboxId);
  const asked = { cartId: String(mark.payload.cartId), tripId: String(mark.payload.tripId) };
  const { trip } = day.cart;
  if (trip === null || trip.tripId !== asked.tripId || trip.state !== 'shopping') {
    news.cartAnswer(asked, 'cart-not-in-use');
    tellFleet(day);
    return;
  }
  const code = carryOut(day, trip, mark.kind, mark.payload);
  news.cartAnswer(asked, code);
  if (code !== null) tellFleet(day);
}

function carryOut(day: Day, trip: Trip, kind: string, payload: Record<string, unknown>): string | null {
  switch (kind) {
    case 'cart-freed':
      changeCart(day, null, true);
      return null;
    case 'cart-acknowledged':
      if (payload.version !== day.cart.version) return 'conflict';
      changeCart(day, { ...trip, attention: [] }, true);
      return null;
    case 'cart-item-priced': {
      const line = trip.lines.find((one) => one.lineId === payload.lineId);
      if (line === undefined || line.known) return 'item-not-found';
      const unitAmountMinor = Number(payload.unitAmountMinor);
      const priced = { ...line, unitAmountMinor, amountMinor: unitAmountMinor, known: true };
      const lines = trip.lines.map((one) => (one === line ? priced : one));
      changeCart(day, withLines(trip, lines, trip.weight.verdict), true);
      return null;
    }
    default: {
      if (trip.attention.length > 0) return 'cart-needs-attention';
      const paymentRequestId = String(payload.paymentRequestId);
      if (!day.requests.has(paymentRequestId)) {
        day.requests.set(paymentRequestId, day.request(paymentRequestId, 'charge', trip.total));
      }
      changeCart(day, { ...trip, state: 'checking-out', paymentRequestId }, true);
      return null;
    }
  }
}

function changeCart(day: Day, trip: Trip | null, told: boolean): void {
  const state =
    trip === null
      ? 'free'
      : trip.state === 'checking-out'
        ? 'checking-out'
        : trip.attention.length > 0
          ? 'needs-attention'
          : 'in-use';
  const before = day.cart;
  day.cart = { ...before, version: day.nextVersion(), state, trip };
  if (!told) return;
  day.lot.core.news.cart(day.cart);
  // Late or twice it says nothing.
  const once = day.snapshot();
  day.lot.core.news.cart(before);
  day.lot.core.news.cart(day.cart);
  expect(day.snapshot()).toBe(once);
  day.cartTold = day.cart;
}

function tellFleet(day: Day): void {
  day.lot.core.news.fleet([day.cart]);
  day.cartTold = day.cart;
}

const newTrip = (day: Day): Trip => ({
  ...{ tripId: newId(), state: 'shopping', endReason: null, lines: [], total: krw(0), attention: [] },
  weight: { expectedGram: 0, toleranceGram: 25, measuredGram: null, verdict: 'waiting' },
  ...{ startedAtMs: 0, lastActivityAtMs: day.lot.clock.nowMs(), paymentRequestId: null, preorderId: null },
});

const aLine = (amountMinor: number, known: boolean): Line => ({
  ...{ lineId: newId(), name: 'Goods', nameKo: null, barcode: '8801234567890' },
  ...{ soldBy: 'piece', quantity: 1, weightGram: null },
  ...{ unitAmountMinor: known ? amountMinor : 0, amountMinor: known ? amountMinor : 0, known },
});

function withLines(trip: Trip, lines: Line[], verdict: Trip['weight']['verdict']): Trip {
  const attention: Trip['attention'] = [];
  if (lines.some((line) => !line.known)) attention.push('unknown-item');
  if (verdict === 'too-heavy' || verdict === 'too-light') attention.push('weight');
  const expectedGram = lines.length * 100;
  const measuredGram = { waiting: null, unknowable: 70, fits: expectedGram }[String(verdict)] ?? 9_000;
  return {
    ...trip,
    ...{ lines, attention, total: krw(lines.reduce((sum, line) => sum + line.amountMinor, 0)) },
    weight: { expectedGram, toleranceGram: 25, measuredGram, verdict },
  };
}

/** The operator changes the menu; the site fetches it, now or later. */
const menuChanges = step(
  'menuChanges',
  fc.tuple(
    fc.nat(2),
    fc.constantFrom('gone', 'back', 'dearer', 'sold-out', 'on-sale', 'fetched'),
    fc.boolean(),
  ),
  (day, [n, what, fetched]) => {
    const item = day.menuItem(n);
    const { soldOutUntilMs: _, ...onSale } = item;
    if (what === 'gone') day.menu.delete(item.menuItemId);
    if (what === 'back') day.menu.set(item.menuItemId, onSale);
    if (day.menu.has(item.menuItemId)) {
      if (what === 'dearer') {
        day.menu.set(item.menuItemId, { ...item, unitAmountMinor: item.unitAmountMinor + 100 });
      }
      if (what === 'on-sale') day.menu.set(item.menuItemId, onSale);
      if (what === 'sold-out') {
        const soldOutUntilMs = day.lot.clock.nowMs() + 3_600_000;
        day.menu.set(item.menuItemId, { ...item, soldOutUntilMs });
      }
    }
    if (what === 'fetched' || fetched) day.lot.core.news.menu([...day.menu.values()]);
  },
);

const soldOut = step('soldOut', fc.tuple(fc.nat(2), person, fc.boolean()), async (day, [n, who, is]) => {
  const { menuItemId } = day.menuItem(n);
  const before = day.lot.core.menu.list().items.find((one) => one.menuItemId === menuItemId);
  const answer = await day.tap((key, { menu }) =>
    menu.setSoldOut(day.who(who), { ...key, menuItemId, soldOut: is }),
  );
  if (!answer.ok) return;
  // It is shown at once, and waits for the server where it changed something.
  const shown = day.lot.core.menu.list().items.find((one) => one.menuItemId === menuItemId);
  expect(shown).toEqual(answer.value.item);
  expect(shown?.soldOutUntilMs !== null).toBe(is);
  if (shown?.soldOutUntilMs !== before?.soldOutUntilMs) expect(shown?.sync).toBe('waiting');
});

/** When all is told and answered, and the menu is fetched, the site shows what the server has. */
export function checkGoods(day: Day): void {
  const { core } = day.lot;
  for (let i = 0; i < 60 && core.outbox.counts().waiting > 0; i += 1) {
    day.send(100, 'sent');
    day.lot.clock.advance(5_000);
  }
  expect(core.outbox.counts().waiting).toBe(0);
  while ([...day.atServer.values()].some((one) => isUnanswered(day, one))) answerCart(day);
  core.news.menu([...day.menu.values()]);
  tellFleet(day);
  const waits = new Set(core.log.attention().map((one) => one.kind));
  const nowMs = day.lot.clock.nowMs();
  const offered = [...day.menu.values()].map(({ menuItemId, unitAmountMinor, soldOutUntilMs }) => {
    const untilMs = soldOutUntilMs !== undefined && soldOutUntilMs > nowMs ? soldOutUntilMs : null;
    return [menuItemId, unitAmountMinor, untilMs];
  });
  const shown = core.menu
    .list()
    .items.map(({ menuItemId, unitAmountMinor, soldOutUntilMs }) => [
      menuItemId,
      unitAmountMinor,
      soldOutUntilMs,
    ]);
  if (!waits.has('menu-sold-out')) expect(shown).toEqual(offered);
  day.checkCart();
  // Nothing is asked for any more that was answered.
  if (![...waits].some((kind) => kind.startsWith('cart-'))) {
    expect(core.carts.list().carts.map((one) => one.pending)).toEqual([null]);
  }
}

const isUnanswered = (day: Day, { kind, outboxId }: { kind: string; outboxId: string }) =>
  kind.startsWith('cart-') && !day.cartAnswered.has(outboxId);

export const goodsSteps: fc.WeightedArbitrary<Step>[] = [
  { weight: 4, arbitrary: cartMoves },
  { weight: 3, arbitrary: cartTaps },
  { weight: 2, arbitrary: cartAnswered },
  { weight: 1, arbitrary: menuChanges },
  { weight: 2, arbitrary: soldOut },
];
