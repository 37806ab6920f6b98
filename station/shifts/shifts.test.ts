import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { ShiftView } from '../../shared/station-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, krw, refusedFor, TestLot } from '../core/test-lot.ts';
import { closeShift, openShift, shiftClosing } from './shifts.testing.ts';

let lot: TestLot;
beforeEach(async () => {
  lot = new TestLot({ allowSimplePins: true });
  await lot.core.staff.seed([
    { displayName: 'Next', role: 'cashier', pin: '7301' },
    { displayName: 'Fixer', role: 'installer', pin: '7302' },
  ]);
});
afterEach(() => lot.close());

const next = () => {
  const person = lot.core.staff.people().find((one) => one.displayName === 'Next');
  if (person === undefined) throw new Error('nobody to take over');
  return person;
};
const opened = (actor = lot.cashier, floatMinor = 100_000) => openShift(lot, actor, floatMinor);
const closed = (shift: ShiftView, more: Parameters<typeof shiftClosing>[1] = {}, actor = lot.cashier) =>
  closeShift(lot, actor, shift, more);
const handOverCoffee = (actor = lot.cashier) => {
  const car = aCar({ preorders: [aPreorder()] });
  const visit = lot.arrival(car, codeNumber(1), 'bay-1');
  const pickupId = visit.pickup?.pickupId ?? '';
  const answer = lot.core.pickups.handOver(actor, { ...key(), pickupId, check: '3456' });
  return accepted(answer);
};
const refuelPaidInCash = () => {
  // Not known to the server: nobody can be asked, it is settled at the counter.
  const visit = accepted(
    lot.core.visits.checkIn(lot.attendant, {
      ...key(),
      plate: '90아1177',
      laneId: 'pump-1',
      purpose: 'refuel',
      pickupNumber: null,
    }),
  );
  const started = accepted(
    lot.core.refuels.start(lot.attendant, {
      ...key(),
      visitId: visit.visitId,
      laneId: 'pump-1',
      digits: null,
    }),
  );
  const refuelId = started.refuel?.refuelId ?? '';
  accepted(
    lot.core.refuels.complete(lot.attendant, {
      ...key(),
      refuelId,
      laneId: 'pump-1',
      gradeId: 'g',
      volumeMl: null,
      amountMinor: 50_000,
      fuelMismatchConfirmed: false,
    }),
  );
  return accepted(
    lot.core.refuels.settleOtherwise(lot.attendant, {
      ...key(),
      refuelId,
      tender: 'cash',
      reason: 'phone flat',
    }),
  );
};

describe('a shift', () => {
  it('is open once per kiosk, whoever asks', () => {
    opened();
    const second = lot.core.shifts.open(lot.manager, { ...key(), floatMinor: 0 });
    expect(refusedFor(second)).toBe('shift-already-open');
    const elsewhere = { ...lot.manager, kioskId: 'kiosk-2' };
    expect(opened(elsewhere).kioskId).toBe('kiosk-2');
  });

  it('is one for all kiosks without a name', () => {
    opened({ ...lot.cashier, kioskId: null });
    const second = lot.core.shifts.open({ ...lot.manager, kioskId: null }, { ...key(), floatMinor: 0 });
    expect(refusedFor(second)).toBe('shift-already-open');
  });

  it('is opened and closed once, however often the tap is sent', () => {
    const opening = { ...key(), floatMinor: 5_000 };
    const first = lot.core.shifts.open(lot.cashier, opening);
    expect(lot.core.shifts.open(lot.cashier, opening)).toEqual(first);
    if (!first.ok) throw new Error('refused');
    const close = shiftClosing(first.value.shift);
    const z = lot.core.shifts.close(lot.cashier, close);
    expect(lot.core.shifts.close(lot.cashier, close)).toEqual(z);
    expect(refusedFor(lot.core.shifts.close(lot.cashier, shiftClosing(first.value.shift)))).toBe(
      'shift-not-open',
    );
    expect(lot.core.shifts.current(lot.cashier).shift).toBeNull();
  });

  it('can be closed with nothing sold, and expects the float in the drawer', () => {
    const z = closed(opened(), { countedMinor: 99_000 });
    expect(z.report.sales).toEqual([]);
    expect(z.report.expectedCashMinor).toBe(100_000);
    expect(z.closed?.countedMinor).toBe(99_000);
  });

  it('adds up what was marked at its kiosk since it was opened, and nothing from before', () => {
    handOverCoffee();
    const shift = opened();
    expect(shift.report.sales).toEqual([]);
    refuelPaidInCash();
    const x = lot.core.shifts.current(lot.cashier).shift?.report;
    expect(x?.sales).toEqual([{ kind: 'refuel', count: 1, amountMinor: 50_000 }]);
    expect(x?.tenders).toEqual([{ tender: 'cash', count: 1, amountMinor: 50_000 }]);
    expect(x?.expectedCashMinor).toBe(150_000);
  });

  describe('with carts', () => {
    const requestId = newId();
    let cartVersion = 0;
    const nextVersion = () => {
      cartVersion += 1;
      return cartVersion;
    };
    const cart = (state: Cart['state'], paymentRequestId: string | null): Cart => ({
      ...{ cartId, number: 7, version: nextVersion(), state },
      trip: {
        ...{ tripId, state: paymentRequestId === null ? 'shopping' : 'checking-out', endReason: null },
        ...{ lines: [], total: krw(5_800), attention: [], startedAtMs: 0, preorderId: null },
        weight: { expectedGram: 0, toleranceGram: 25, measuredGram: null, verdict: 'waiting' },
        ...{ lastActivityAtMs: lot.clock.nowMs(), paymentRequestId, asPickup: true },
      },
    });
    const told = (state: PaymentRequest['state'], version: number, id = requestId) =>
      lot.core.news.paymentRequest({
        ...{ paymentRequestId: id, kind: 'charge', siteId: newId(), siteName: 'S', amount: krw(5_800) },
        captured: state === 'paid' ? krw(5_800) : null,
        ...{ state, reason: null, version, createdAtMs: 0, expiresAtMs: 0, settledAtMs: lot.clock.nowMs() },
      });
    const cartId = newId();
    const tripId = newId();
    /** The kiosk asks, the server takes it. @returns the payment's id */
    const checkedOut = (actor = lot.cashier): string => {
      lot.core.news.fleet([cart('in-use', null)]);
      expect(lot.core.carts.checkOut(actor, { ...key(), cartId, tripId, asPickup: true }).ok).toBe(true);
      const [item] = lot.core.outbox
        .due(lot.clock.nowMs(), 100)
        .filter((one) => one.kind === 'cart-checkout');
      const id = String(item?.payload.paymentRequestId);
      lot.sendAll();
      lot.core.news.cartAnswer({ cartId, tripId }, null);
      lot.core.news.cart(cart('checking-out', id));
      return id;
    };
    const report = () => lot.core.shifts.current(lot.cashier).shift?.report;

    it('counts a cart that was checked out at its kiosk when it is paid, and what was given back of it', async () => {
      const shift = opened();
      const id = checkedOut();
      expect(report()).toMatchObject({ sales: [], waiting: { count: 1, amountMinor: 5_800 } });
      told('paid', 3, id);
      expect(report()).toMatchObject({
        sales: [{ kind: 'cart', count: 1, amountMinor: 5_800 }],
        tenders: [{ tender: 'app', count: 1, amountMinor: 5_800 }],
        waiting: { count: 0, amountMinor: 0 },
        expectedCashMinor: 100_000,
      });
      const refund = { ...key(), paymentRequestId: id, amountMinor: 900, reason: 'sour milk' };
      await lot.core.carts.refund(lot.manager, { ...refund, managerId: null, pin: null });
      expect(report()?.givenBack).toEqual({ count: 1, amountMinor: 900 });
      lot.restart();
      expect(closed(shift).report).toMatchObject({
        sales: [{ kind: 'cart', count: 1, amountMinor: 5_800 }],
        givenBack: { count: 1, amountMinor: 900 },
      });
    });

    it('counts none that was checked out elsewhere, by its user alone, or declined', () => {
      opened();
      lot.core.news.cart(cart('checking-out', requestId));
      told('paid', 3);
      const elsewhere = checkedOut({ ...lot.cashier, kioskId: 'kiosk-2' });
      told('paid', 3, elsewhere);
      told('declined', 3, checkedOut());
      expect(report()).toMatchObject({ sales: [], waiting: { count: 0, amountMinor: 0 } });
    });

    it('counts one that became a pickup once: as the cart that was paid', () => {
      opened();
      told('paid', 3, checkedOut());
      const bags = aPreorder({ state: 'ready', payment: 'captured', paid: krw(5_800) });
      const visit = lot.arrival(aCar({ preorders: [bags] }), codeNumber(1), 'bay-1');
      const pickupId = visit.pickup?.pickupId ?? '';
      accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
      expect(report()?.sales).toEqual([{ kind: 'cart', count: 1, amountMinor: 5_800 }]);
    });
  });

  it('forgets a hand-over that was undone', () => {
    opened();
    const visit = handOverCoffee();
    expect(lot.core.shifts.current(lot.cashier).shift?.report.sales).toEqual([
      { kind: 'pickup', count: 1, amountMinor: 12_900 },
    ]);
    lot.core.pickups.undoHandOver(lot.cashier, { ...key(), pickupId: visit.pickup?.pickupId ?? '' });
    expect(lot.core.shifts.current(lot.cashier).shift?.report.sales).toEqual([]);
  });

  it('leaves the sale to the kiosk that handed over what was taken back here', () => {
    const other = { ...lot.manager, kioskId: 'kiosk-2' };
    opened();
    opened(other);
    const pickupId = handOverCoffee().pickup?.pickupId ?? '';
    accepted(lot.core.pickups.undoHandOver(lot.cashier, { ...key(), pickupId }));
    accepted(lot.core.pickups.handOver(other, { ...key(), pickupId, check: '3456' }));
    const sales = (actor = lot.cashier) => lot.core.shifts.current(actor).shift?.report.sales;
    expect(sales()).toEqual([]);
    expect(sales(other)).toEqual([{ kind: 'pickup', count: 1, amountMinor: 12_900 }]);
  });

  describe('whose Z report counted a hand-over that is undone after it', () => {
    const coffee = { count: 1, amountMinor: 12_900 };
    const undo = (pickupId: string, actor = lot.manager) =>
      accepted(lot.core.pickups.undoHandOver(actor, { ...key(), pickupId }));
    const again = (pickupId: string, actor = lot.cashier) =>
      accepted(lot.core.pickups.handOver(actor, { ...key(), pickupId, check: '3456' }));
    const report = (actor = lot.cashier) => lot.core.shifts.current(actor).shift?.report;
    /** Handed over, and right after it the shift is closed. @returns the pickup */
    const counted = (): string => {
      const shift = opened();
      const pickupId = handOverCoffee().pickup?.pickupId ?? '';
      expect(closed(shift).report.sales).toEqual([{ kind: 'pickup', ...coffee }]);
      return pickupId;
    };

    it('is followed by one that takes it off: handed over again, both together count it once', () => {
      const pickupId = counted();
      const shift = opened();
      undo(pickupId);
      const back = { tender: 'app', count: -coffee.count, amountMinor: -coffee.amountMinor };
      expect(report()).toMatchObject({ sales: [], undone: coffee, tenders: [back] });
      again(pickupId);
      lot.restart();
      const z = closed(shift).report;
      expect(z.sales).toEqual([{ kind: 'pickup', ...coffee }]);
      expect(z.undone).toEqual(coffee);
      expect(z.tenders).toEqual([{ tender: 'app', count: 0, amountMinor: 0 }]);
      lot.clock.advance(60_000);
      expect(opened().report.undone).toBe(undefined);
    });

    it('is followed by one that takes it off, also when it was undone before that one was opened', () => {
      undo(counted());
      expect(opened().report).toMatchObject({ sales: [], undone: coffee });
    });

    it('leaves what is handed over at another kiosk to that one, and takes it off here', () => {
      const other = { ...lot.manager, kioskId: 'kiosk-2' };
      opened(other);
      const pickupId = counted();
      opened();
      undo(pickupId, other);
      again(pickupId, other);
      expect(report()).toMatchObject({ sales: [], undone: coffee });
      expect(report(other)?.sales).toEqual([{ kind: 'pickup', ...coffee }]);
      expect(report(other)?.undone).toBe(undefined);
    });

    it('is corrected by the shift in which it is undone, however short those between them were', () => {
      const pickupId = counted();
      expect(closed(opened()).report.undone).toBe(undefined);
      const third = opened();
      undo(pickupId);
      expect(closed(third).report.undone).toEqual(coffee);
      expect(opened().report.undone).toBe(undefined);
    });

    it('is corrected by what it had counted, whatever the order has come to since', () => {
      const order = aPreorder();
      const car = aCar({ preorders: [order] });
      const first = opened();
      const pickupId = lot.arrival(car, codeNumber(1), 'bay-1').pickup?.pickupId ?? '';
      again(pickupId);
      closed(first);
      opened();
      const less = { ...order, paid: krw(9_000) };
      lot.core.news.preorder(car.jackId, less, { ...car, preorders: [less] });
      undo(pickupId);
      again(pickupId);
      expect(report()).toMatchObject({
        sales: [{ kind: 'pickup', count: 1, amountMinor: 9_000 }],
        undone: coffee,
      });
    });

    it('is not corrected where the undo came too late', () => {
      const pickupId = counted();
      opened();
      lot.clock.advance(31_000);
      expect(refusedFor(lot.core.pickups.undoHandOver(lot.manager, { ...key(), pickupId }))).toBe(
        'undo-too-late',
      );
      expect(report()?.undone).toBe(undefined);
    });
  });

  describe('whose Z report left an outcome open', () => {
    const charged = () => {
      const { visitId } = lot.arrival(aCar(), codeNumber(1), 'bay-1');
      const asked = lot.core.charges.request(lot.cashier, {
        ...{ ...key(), visitId, amountMinor: 500, note: null, verification: 'jack' },
      });
      if (!asked.ok) throw new Error(JSON.stringify(asked.error));
      lot.sendAll();
      return asked.value.charge;
    };
    let version = 1;
    const told = (paymentRequestId: string, state: PaymentRequest['state']) => {
      version += 1;
      lot.core.news.paymentRequest({
        ...{ paymentRequestId, kind: 'charge', siteId: newId(), siteName: 'S', amount: krw(500) },
        ...{ captured: state === 'paid' ? krw(500) : null, state, reason: null, version },
        ...{ createdAtMs: 0, expiresAtMs: 0, settledAtMs: null },
      });
    };
    const sales = (actor = lot.cashier) => lot.core.shifts.current(actor).shift?.report.sales;
    const sold = [{ kind: 'charge', count: 1, amountMinor: 500 }];

    it('is followed by one that counts it once it is paid', () => {
      const shift = opened();
      opened({ ...lot.manager, kioskId: 'kiosk-2' });
      const { paymentRequestId } = charged();
      expect(closed(shift).report).toMatchObject({ sales: [], waiting: { count: 1, amountMinor: 500 } });
      const second = opened();
      expect(second.report).toMatchObject({ sales: [], waiting: { count: 1, amountMinor: 500 } });
      told(paymentRequestId, 'paid');
      lot.restart();
      expect(closed(second).report.sales).toEqual(sold);
      expect(opened().report).toMatchObject({ sales: [], waiting: { count: 0, amountMinor: 0 } });
      expect(sales({ ...lot.manager, kioskId: 'kiosk-2' })).toEqual([]);
    });

    it('is followed by one that counts it when the driver was asked again, however many shifts later', () => {
      const shift = opened();
      const { chargeId, paymentRequestId } = charged();
      told(paymentRequestId, 'declined');
      closed(shift);
      closed(opened());
      opened();
      const again = lot.core.charges.askAgain({ ...lot.cashier, kioskId: 'kiosk-2' }, { ...key(), chargeId });
      if (!again.ok) throw new Error(JSON.stringify(again.error));
      told(again.value.charge.paymentRequestId, 'paid');
      expect(sales()).toEqual(sold);
    });

    it('is the only one that is read: the first shift of a kiosk looks through no records of years', () => {
      // Whoever reads as far as here is told so by the database.
      const db = new Database(`${lot.dir}/station.sqlite`);
      db.exec("INSERT INTO journal VALUES (0, 0, 'shift-closed', NULL, NULL, NULL, 'no JSON', '')");
      db.close();
      const other = { ...lot.manager, kioskId: 'kiosk-2' };
      expect(opened(other).report.sales).toEqual([]);
      closed(opened());
      expect(opened().report.sales).toEqual([]);
    });

    it('is followed by one that forgets it after a month', () => {
      const shift = opened();
      told(charged().paymentRequestId, 'declined');
      closed(shift);
      const second = opened();
      lot.clock.skip(32 * 24 * 3_600_000);
      closed(second);
      const details = () =>
        lot.core.log
          .journal({ beforeSequence: null, limit: 50 })
          .entries.filter((entry) => entry.kind === 'shift-closed')
          .map((entry) => Object.keys(entry.details).includes('leftOpen'));
      expect(details()).toEqual([false, true]);
    });
  });

  it('says at its close how much the server has not got', () => {
    const shift = opened();
    handOverCoffee();
    expect(closed(shift).report.unsent).toBeGreaterThan(0);
  });

  it('hands its live cars to the next person, and the journal has both names', () => {
    const shift = opened();
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), codeNumber(1), 'bay-1');
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId: visit.visitId }));
    const z = closed(shift, { handOverTo: next().staffId });
    expect(z.report.liveCars.map((car) => car.plateTail)).toEqual(['3456']);
    expect(lot.visit().claimedBy?.displayName).toBe('Next');
    const { entries } = lot.core.log.journal({ beforeSequence: null, limit: 50 });
    const passed = entries.find((entry) => entry.kind === 'car-passed-on');
    expect(passed?.details).toMatchObject({ from: { displayName: 'Mina' }, to: { displayName: 'Next' } });
  });

  it('leaves its live cars free for anybody when nobody follows', () => {
    const shift = opened();
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), codeNumber(1), 'bay-1');
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId: visit.visitId }));
    closed(shift);
    expect(lot.visit().claimedBy).toBeNull();
  });

  it('is closed by its own person or by a manager, and handed to somebody who serves cars', () => {
    const shift = opened();
    expect(refusedFor(lot.core.shifts.close(lot.attendant, shiftClosing(shift)))).toBe('manager-needed');
    const fixer = lot.core.staff.people().find((one) => one.role === 'installer');
    const wrong = lot.core.shifts.close(
      lot.cashier,
      shiftClosing(shift, { handOverTo: fixer?.staffId ?? '' }),
    );
    expect(refusedFor(wrong)).toBe('staff-not-found');
    expect(closed(shift, {}, lot.manager).closed?.by.displayName).toBe('Soo');
  });

  it('goes on over midnight and the change of the business day, and its Z report has both sides of it', () => {
    // Seoul, the day starts at 04:00.
    lot.clock.skip(Date.parse('2026-11-21T23:30:00+09:00') - lot.clock.nowMs());
    const shift = opened();
    handOverCoffee();
    lot.clock.skip(Date.parse('2026-11-22T04:30:00+09:00') - lot.clock.nowMs());
    refuelPaidInCash();
    const z = closed(shift, { countedMinor: 150_000 });
    expect(z.openedAtMs).toBe(Date.parse('2026-11-21T23:30:00+09:00'));
    expect(z.report.expectedCashMinor).toBe(150_000);
    expect(JSON.stringify(z.report)).toContain('12900');
    const listed = (day: string) => lot.core.shifts.list({ day }).shifts.map(({ shiftId }) => shiftId);
    expect([...listed('2026-11-21'), ...listed('2026-11-22')]).toContain(shift.shiftId);
  });

  it('survives a restart, and its Z report stays as it was', () => {
    const shift = opened();
    lot.restart();
    expect(lot.core.shifts.current(lot.cashier).shift?.shiftId).toBe(shift.shiftId);
    const z = closed(shift);
    handOverCoffee();
    lot.restart();
    expect(lot.core.shifts.list({ day: '2026-11-21' }).shifts[0]?.report).toEqual(z.report);
  });
});
