/**
 * A finger that taps twice, or a wire that breaks and sends again: the same command under the same key, also after
 * a restart. One effect in the journal, one message for the server, and the first answer word for word; and a second
 * finger with a key of its own finds nothing left to do.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, krw, refusedFor, TestLot } from './test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot({ allowSimplePins: true });
});
afterEach(() => lot.close());

type Key = { idempotencyKey: string };
type Answer = { ok: true; value: unknown } | { ok: false; error: { code: string; reason?: string } };

interface Tapped {
  /** What the first tap does, once; told by key so that the same tap can be sent again. */
  tap: (key: Key) => Answer | Promise<Answer>;
  /** Under a key of its own it is refused so; null: allowed, and changes nothing. */
  again: string | null;
  journal: { kind: string };
  outbox: string | null;
}

const paidRequest = (paymentRequestId: string): PaymentRequest => ({
  ...{ paymentRequestId, kind: 'charge', siteId: newId(), siteName: 'S', amount: krw(12_000) },
  ...{ captured: krw(12_000), state: 'paid', reason: null, version: 3, createdAtMs: 0, expiresAtMs: 0 },
  settledAtMs: lot.clock.nowMs(),
});

/** A car with a ready order in bay 1. */
function withOrder() {
  const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), codeNumber(1), 'bay-1');
  if (visit.pickup === null) throw new Error('no pickup');
  return { visitId: visit.visitId, pickupId: visit.pickup.pickupId, items: visit.pickup.items };
}

function paidCharge() {
  const { visitId } = withOrder();
  const asked = lot.core.charges.request(lot.cashier, {
    ...{ ...key(), visitId, amountMinor: 12_000, note: null, verification: 'jack' },
  });
  if (!asked.ok) throw new Error(JSON.stringify(asked.error));
  const { charge } = asked.value;
  lot.sendAll();
  lot.core.news.paymentRequest(paidRequest(charge.paymentRequestId));
  return charge;
}

function cartInUse(): { cartId: string; tripId: string; paymentRequestId: string } {
  const ids = { cartId: newId(), tripId: newId(), paymentRequestId: newId() };
  lot.core.news.fleet([aCartOf(ids, 1, null)]);
  return ids;
}
const aCartOf = (
  { cartId, tripId }: { cartId: string; tripId: string },
  version: number,
  paymentRequestId: string | null,
): Cart => ({
  ...{ cartId, number: 7, version, state: paymentRequestId === null ? 'in-use' : 'checking-out' },
  trip: {
    ...{ tripId, state: paymentRequestId === null ? 'shopping' : 'checking-out', endReason: null, lines: [] },
    ...{ total: krw(12_000), attention: [], startedAtMs: 0, lastActivityAtMs: 0, preorderId: null },
    weight: { expectedGram: 0, toleranceGram: 25, measuredGram: null, verdict: 'waiting' },
    paymentRequestId,
  },
});

function unpaidRefuel(): string {
  const { visitId } = accepted(
    lot.core.visits.checkIn(lot.attendant, {
      ...{ ...key(), plate: '90아1177', laneId: 'pump-1', purpose: 'refuel', pickupNumber: null },
    }),
  );
  const at = { laneId: 'pump-1' };
  const started = accepted(lot.core.refuels.start(lot.attendant, { ...key(), visitId, ...at, digits: null }));
  const refuelId = started.refuel?.refuelId ?? '';
  accepted(
    lot.core.refuels.complete(lot.attendant, {
      ...{ ...key(), refuelId, ...at, gradeId: 'g', volumeMl: null, amountMinor: 50_000 },
      fuelMismatchConfirmed: false,
    }),
  );
  return refuelId;
}

const taps: Record<string, () => Tapped> = {
  'a refund of a charge': () => {
    const { chargeId } = paidCharge();
    const refund = { chargeId, amountMinor: 12_000, reason: 'wrong size', managerId: null, pin: null };
    return {
      tap: (key) => lot.core.charges.refund(lot.manager, { ...key, ...refund }),
      again: 'refund-too-much',
      journal: { kind: 'charge-refunded' },
      outbox: 'charge-refunded',
    };
  },
  'a refund of a cart': () => {
    const ids = cartInUse();
    lot.core.news.cart(aCartOf(ids, 2, ids.paymentRequestId));
    lot.core.news.paymentRequest(paidRequest(ids.paymentRequestId));
    const { paymentRequestId } = ids;
    const refund = { paymentRequestId, amountMinor: 12_000, reason: 'sour milk', managerId: null, pin: null };
    return {
      tap: (key) => lot.core.carts.refund(lot.manager, { ...key, ...refund }),
      again: 'refund-too-much',
      journal: { kind: 'cart-refunded' },
      outbox: 'charge-refunded',
    };
  },
  'a checkout of a cart': () => {
    const { cartId, tripId } = cartInUse();
    return {
      tap: (key) => lot.core.carts.checkOut(lot.cashier, { ...key, cartId, tripId }),
      again: 'cart-already-asked',
      journal: { kind: 'cart-checked-out' },
      outbox: 'cart-checkout',
    };
  },
  'an undo of a hand-over': () => {
    const { pickupId } = withOrder();
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
    return {
      tap: (key) => lot.core.pickups.undoHandOver(lot.cashier, { ...key, pickupId }),
      again: 'nothing-to-undo',
      journal: { kind: 'hand-over-undone' },
      outbox: null,
    };
  },
  'an item marked unavailable': () => {
    const { pickupId, items } = withOrder();
    const itemId = items[0]?.itemId ?? '';
    return {
      tap: (key) => lot.core.pickups.markItemUnavailable(lot.cashier, { ...key, pickupId, itemId }),
      again: null,
      journal: { kind: 'item-unavailable' },
      outbox: 'item-unavailable',
    };
  },
  'a refuel settled otherwise': () => {
    const refuelId = unpaidRefuel();
    const settle = { refuelId, tender: 'cash', reason: 'phone flat' } as const;
    return {
      tap: (key) => lot.core.refuels.settleOtherwise(lot.attendant, { ...key, ...settle }),
      again: 'refuel-wrong-state',
      journal: { kind: 'settled-otherwise' },
      outbox: null,
    };
  },
  'a close of a shift': () => {
    const opened = lot.core.shifts.open(lot.cashier, { ...key(), floatMinor: 1_000 });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    const { shiftId } = opened.value.shift;
    const close = { shiftId, countedMinor: 1_000, handOverTo: null, note: '' };
    return {
      tap: (key) => lot.core.shifts.close(lot.cashier, { ...key, ...close }),
      again: 'shift-not-open',
      journal: { kind: 'shift-closed' },
      outbox: null,
    };
  },
};

describe('a second tap does nothing:', () => {
  it.each(Object.keys(taps))('%s', async (name) => {
    const { tap, again, journal, outbox } = taps[name]?.() ?? failed(name);
    lot.sendAll();
    const entries = () => lot.core.log.journal({ beforeSequence: null, limit: 200 }).entries;
    const before = entries().length;
    const tapped = key();
    const first = await tap(tapped);
    expect(first).toMatchObject({ ok: true });
    const after = entries();
    expect(after.slice(0, after.length - before).map((one) => one.kind)).toEqual([journal.kind]);
    const due = lot.dueKinds();
    if (outbox !== null) expect(due.filter((kind) => kind === outbox)).toHaveLength(1);

    expect(await tap(tapped)).toEqual(first);
    lot.restart();
    expect(await tap(tapped)).toEqual(first);
    const second = await tap(key());
    if (again === null) expect(second).toMatchObject({ ok: true });
    else expect(refusedFor(second)).toBe(again);

    expect(entries()).toEqual(after);
    expect(lot.dueKinds()).toEqual(due);
  });
});

function failed(name: string): never {
  throw new Error(`no such tap: ${name}`);
}
