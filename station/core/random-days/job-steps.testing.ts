/** What staff do for a car, and what becomes of the money. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { newId } from '../../../shared/domain/index.ts';
import type { PaymentRequest } from '../../../shared/server-contract/index.ts';
import { codeNumber } from '../test-lot.ts';
import { handedOver } from './books.testing.ts';
import { car, person } from './car-steps.testing.ts';
import { type Step, step } from './day.testing.ts';

const pickup = step(
  'pickup',
  fc.tuple(
    car,
    person,
    fc.constantFrom('ready', 'hand-over', 'hand-over', 'unavailable'),
    fc.nat(2),
    fc.boolean(),
  ),
  async (day, [n, who, what, which, right]) => {
    const visit = day.visitOf(n);
    const order = visit?.pickups?.[which] ?? visit?.pickup;
    if (!order) return;
    const { pickupId } = order;
    await day.tap((key, { pickups }) => {
      if (what === 'ready') return pickups.markReady(day.who(who), { ...key, pickupId });
      if (what === 'hand-over') {
        return pickups.handOver(day.who(who), { ...key, pickupId, check: right ? order.number : '9' });
      }
      const itemId = order.items[which]?.itemId ?? '';
      return pickups.markItemUnavailable(day.who(who), { ...key, pickupId, itemId });
    });
  },
);

/** By a manager: nobody's claim is in the way, so that within the window only who closed the card has forbidden it. */
const undo = step('undo', fc.nat(20), async (day, n) => {
  const all = handedOver(day);
  const order = all[n % Math.max(1, all.length)];
  if (order === undefined) return;
  const { pickupId, canBeUndone } = order;
  const answer = await day.tap((key, { pickups }) =>
    pickups.undoHandOver(day.lot.manager, { ...key, pickupId }),
  );
  if (canBeUndone) expect(answer).toMatchObject({ ok: true });
});

const refuel = step(
  'refuel',
  fc.tuple(
    car,
    person,
    fc.constantFrom('start', 'start', 'complete', 'complete', 'again', 'settle', 'cancel'),
    fc.constantFrom('pump-1', 'pump-2'),
    fc.integer({ min: 1, max: 120_000 }),
    fc.boolean(),
  ),
  async (day, [n, who, what, laneId, amountMinor, sure]) => {
    const visit = day.visitOf(n);
    if (!visit) return;
    const { visitId } = visit;
    const refuelId = visit.refuel?.refuelId ?? newId();
    const actor = day.who(who);
    const answer = await day.tap((key, { refuels }) => {
      if (what === 'start') return refuels.start(actor, { ...key, visitId, laneId, digits: `000${n}` });
      if (what === 'again') return refuels.askAgain(actor, { ...key, refuelId });
      if (what === 'cancel') return refuels.cancel(actor, { ...key, refuelId, reason: '' });
      if (what === 'settle') {
        return refuels.settleOtherwise(actor, { ...key, refuelId, tender: 'cash', reason: 'x' });
      }
      const quantity = {
        volumeMl: null,
        amountMinor,
        fuelMismatchConfirmed: sure,
        aboveReservationConfirmed: sure,
      };
      return refuels.complete(actor, { ...key, refuelId, laneId, gradeId: 'g', ...quantity });
    });
    if (what === 'settle') day.tookCash(actor, answer);
  },
);

const charge = step(
  'charge',
  fc.tuple(
    car,
    person,
    fc.constantFrom('request', 'request', 'cancel', 'again', 'refund', 'refund'),
    fc.integer({ min: 1, max: 90_000 }),
    fc.constantFrom<'jack' | 'phone'>('jack', 'phone'),
  ),
  async (day, [n, who, what, amountMinor, verification]) => {
    const actor = day.who(who);
    // Money is given back also of cars that left.
    const all = day.lot.core.charges.list({ day: null }).charges;
    const chargeId = all[n % Math.max(1, all.length)]?.chargeId ?? newId();
    const visitId = day.visitOf(n)?.visitId ?? newId();
    await day.tap((key, { charges }) => {
      if (what === 'cancel') return charges.cancel(actor, { ...key, chargeId });
      if (what === 'again') return charges.askAgain(actor, { ...key, chargeId });
      if (what === 'refund') {
        return charges.refund(actor, {
          ...key,
          chargeId,
          amountMinor,
          reason: 'x',
          managerId: null,
          pin: null,
        });
      }
      return charges.request(actor, { ...key, visitId, amountMinor, note: null, verification });
    });
  },
);

/** A driver, a bank or the time decides; the site may hear of it now, late, twice, or of an older state after a newer. */
const decision = step(
  'decision',
  fc.tuple(
    fc.nat(30),
    fc.constantFrom<PaymentRequest['state']>(
      ...(['paid', 'paid', 'declined', 'expired', 'unknown', 'cancelled', 'approved'] as const),
    ),
    fc.constantFrom('told', 'told', 'told-twice', 'not-told', 'old-after-new'),
  ),
  (day, [n, state, how]) => {
    const all = [...day.requests.values()];
    const before = all[n % Math.max(1, all.length)];
    if (before === undefined) return;
    const open = ['waiting', 'approved', 'unknown'].includes(before.state);
    // A yes that came late counts after all: money is where the bank says.
    const late = state === 'paid' && before.state !== 'paid';
    const now = open || late ? day.become(before, state) : before;
    day.requests.set(now.paymentRequestId, now);
    const { news } = day.lot.core;
    if (how === 'not-told') return;
    news.paymentRequest(now);
    const once = day.snapshot();
    if (how === 'told-twice') news.paymentRequest(now);
    if (how === 'old-after-new') news.paymentRequest(before);
    expect(day.snapshot()).toBe(once);
  },
);

/** What mostly happens, in one step, so that a random day gets far: a car is filled, and that ends in one way or another. */
const filled = step(
  'filled',
  fc.tuple(
    fc.nat(1),
    fc.constantFrom<'cash' | 'left' | PaymentRequest['state']>('cash', 'cash', 'left', 'paid', 'unknown'),
    fc.boolean(),
  ),
  async (day, [n, how, leaves]) => {
    day.lot.presence(codeNumber(n), 'arrived', { laneId: 'pump-1' });
    const visitId = day.visitOf(n)?.visitId ?? '';
    const by = day.lot.manager;
    const pump = { laneId: 'pump-1', digits: null };
    await day.tap((key, { refuels }) => refuels.start(by, { ...key, visitId, ...pump }));
    const refuelId = day.visitOf(n)?.refuel?.refuelId ?? '';
    const quantity = { gradeId: 'g', volumeMl: null, amountMinor: 50_000, fuelMismatchConfirmed: true };
    await day.tap((key, { refuels }) =>
      refuels.complete(by, {
        ...key,
        refuelId,
        laneId: 'pump-1',
        ...quantity,
        aboveReservationConfirmed: true,
      }),
    );
    const asking = day.visitOf(n)?.refuel?.paymentRequestId ?? '';
    day.send(5, 'sent');
    if (leaves) day.lot.presence(codeNumber(n), 'departed');
    if (how === 'left') {
      day.closedByStaff.add(visitId);
      await day.tap((key, { visits }) => visits.close(by, { ...key, visitId, how: 'drive-off', reason: '' }));
    }
    if (how === 'cash') {
      const answer = await day.tap((key, { refuels }) =>
        refuels.settleOtherwise(by, { ...key, refuelId, tender: 'cash', reason: 'x' }),
      );
      day.tookCash(by, answer);
    } else {
      const asked = day.requests.get(asking);
      // Where nothing could be filled, it is the request of what was filled before: what is paid stays paid.
      if (asked === undefined || asked.state === 'paid') return;
      const now = day.become(asked, how === 'left' ? 'unknown' : how);
      day.requests.set(now.paymentRequestId, now);
      day.lot.core.news.paymentRequest(now);
    }
  },
);

/** An order is handed over, here or at the other kiosk, and what may come within its thirty seconds. */
const served = step(
  'served',
  fc.tuple(
    car,
    fc.boolean(),
    fc.subarray<'cancelled' | 'left' | 'undone' | 'told'>(['cancelled', 'left', 'undone', 'told']),
  ),
  async (day, [n, elsewhere, then]) => {
    day.lot.presence(codeNumber(n), 'arrived', { laneId: 'bay-1' });
    const order = day.visitOf(n)?.pickup;
    const known = day.cars[n];
    if (!order || !known) return;
    const { pickupId, number, preorderId } = order;
    const by = elsewhere ? day.atKiosk2 : day.lot.manager;
    await day.tap((key, { pickups }) => pickups.handOver(by, { ...key, pickupId, check: number }));
    if (then.includes('cancelled')) {
      const cancelled = { state: 'cancelled', payment: 'voided' } as const;
      const preorders = known.preorders.map((p) =>
        p.preorderId === preorderId ? { ...p, ...cancelled } : p,
      );
      const now = preorders.find((p) => p.preorderId === preorderId);
      day.cars[n] = { ...known, preorders };
      if (now !== undefined) day.lot.core.news.preorder(known.jackId, now, { ...known, preorders });
    }
    if (then.includes('left')) day.lot.presence(codeNumber(n), 'departed');
    if (then.includes('undone')) {
      await day.tap((key, { pickups }) => pickups.undoHandOver(day.lot.manager, { ...key, pickupId }));
    }
    if (!then.includes('told')) return;
    day.lot.clock.advance(61_000);
    day.send(5, 'sent');
  },
);

export const jobSteps: fc.WeightedArbitrary<Step>[] = [
  { weight: 4, arbitrary: filled },
  { weight: 4, arbitrary: served },
  { weight: 6, arbitrary: pickup },
  { weight: 3, arbitrary: undo },
  { weight: 7, arbitrary: refuel },
  { weight: 5, arbitrary: charge },
  { weight: 5, arbitrary: decision },
];
