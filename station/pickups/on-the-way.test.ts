import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OnTheWay, Preorder } from '../../shared/schemas/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, TestLot } from '../core/test-lot.ts';

const order = aPreorder();
const bare = aCar({ preorders: [order] });
const code = codeNumber(1);
let lot: TestLot;
let saidAtMs = 1;
beforeEach(() => {
  lot = new TestLot();
  lot.expect({ car: bare, codes: [code] });
});
afterEach(() => lot.close());

const coming = (inMs: number): OnTheWay => {
  saidAtMs += 1;
  return { kind: 'coming', expectedAtMs: lot.clock.nowMs() + inMs, saidAtMs };
};
const hereAt = (bay: number | null): OnTheWay => {
  saidAtMs += 1;
  return { kind: 'here', bay, saidAtMs };
};
const carSaying = (onTheWay: OnTheWay | null, more: Partial<Preorder> = {}): ExpectedCar => ({
  ...bare,
  preorders: [{ ...order, ...more, ...(onTheWay === null ? {} : { onTheWay }) }],
});
/** The server's event. */
const told = (onTheWay: OnTheWay | null, more: Partial<Preorder> = {}) => {
  const car = carSaying(onTheWay, more);
  const [preorder] = car.preorders;
  if (preorder) lot.core.news.preorder(car.jackId, preorder, car);
};
const inMs = () => {
  const { pickup } = lot.visit();
  return pickup?.expectedAtMs === undefined ? null : pickup.expectedAtMs - lot.clock.nowMs();
};
const said = () =>
  lot.core.log
    .journal({ beforeSequence: null, limit: 100 })
    .entries.map((entry) => entry.kind)
    .filter((kind) => kind.startsWith('said-'))
    .reverse();

describe('a driver who says to be on the way', () => {
  it('is on the board before any receiver hears the car, with the time that the last word names', () => {
    expect(lot.core.visits.board()).toEqual([]);
    told(coming(300_000));
    expect(lot.visit()).toMatchObject({
      ...{ presence: 'approaching', knownBy: 'phone', arrivedAtMs: null, plateTail: '3456', rssiDbm: null },
      pickup: { number: order.number, state: 'preparing' },
    });
    expect(inMs()).toBe(300_000);
    lot.clock.advance(60_000);
    expect(inMs()).toBe(240_000);
    const later = coming(600_000);
    told(later);
    told(later);
    expect(inMs()).toBe(600_000);
    expect(said()).toEqual(['said-on-the-way', 'said-on-the-way']);
    lot.restart();
    expect(inMs()).toBe(600_000);
  });

  it('is learned from the list by a station that was offline, and forgotten by it', () => {
    lot.expect({ car: carSaying(coming(120_000)), codes: [code] });
    expect(inMs()).toBe(120_000);
    lot.expect({ car: carSaying(null), codes: [code] });
    expect(lot.core.visits.board()).toEqual([]);
  });

  it('leaves the board when the word is taken back or the order is cancelled, and tells the server of no stay', () => {
    told(coming(120_000));
    told(null);
    expect(lot.core.visits.board()).toEqual([]);
    told(coming(120_000));
    told(null, { state: 'cancelled', payment: 'voided' });
    expect(lot.core.visits.board()).toEqual([]);
    expect(said()).toEqual(['said-on-the-way', 'said-not-coming', 'said-on-the-way']);
    expect(lot.dueKinds()).toEqual([]);
  });

  it('counts by our clock where the server’s is another, and goes on when ours is corrected', () => {
    lot.core.news.serverTime(lot.clock.nowMs() - 3_600_000);
    saidAtMs += 1;
    told({ kind: 'coming', expectedAtMs: lot.clock.nowMs() - 3_600_000 + 90_000, saidAtMs });
    expect(inMs()).toBe(90_000);
    lot.clock.set(lot.clock.nowMs() - 3_600_000);
    lot.core.followClock();
    expect(inMs()).toBe(90_000);
  });

  it('is one visit with the car that is heard then: known by its jack, waiting since it was heard', () => {
    told(coming(120_000));
    const { visitId } = lot.visit();
    lot.clock.advance(100_000);
    lot.presence(code, 'tentative');
    expect(lot.visit()).toMatchObject({ visitId, presence: 'tentative', knownBy: 'jack' });
    const heardAtMs = lot.clock.nowMs();
    lot.clock.advance(8_000);
    lot.presence(code, 'arrived', { laneId: 'bay-1', firstHeardAtMs: heardAtMs });
    expect(lot.visit()).toMatchObject({
      ...{ visitId, presence: 'arrived', knownBy: 'jack', laneId: 'bay-1', arrivedAtMs: heardAtMs },
    });
    expect(lot.dueKinds()).toEqual(['arrival']);
  });

  it('is still on the way when a weak hearing comes to nothing', () => {
    told(coming(120_000));
    lot.presence(code, 'tentative');
    lot.presence(code, 'departed');
    expect(lot.visit()).toMatchObject({ presence: 'approaching', knownBy: 'phone' });
    expect(inMs()).toBe(120_000);
  });

  it('is the car that staff keyed in when nobody knew it yet, and no second card', () => {
    const checkIn = { plate: '34나7777', laneId: 'bay-1', purpose: 'pickup', pickupNumber: null } as const;
    const { visitId } = accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...checkIn }));
    const late = aCar({ vehicle: { ...bare.vehicle, plate: '34나7777' } });
    const preorder = aPreorder({ number: 'A18' });
    lot.core.news.preorder(late.jackId, { ...preorder, onTheWay: hereAt(1) }, late);
    expect(lot.visit('7777')).toMatchObject({ visitId, knownBy: 'staff', pickup: { number: 'A18' } });
  });

  it('counts as checked in by staff where they saw the car first, and waits from then on', () => {
    told(coming(60_000));
    lot.clock.advance(45_000);
    const input = {
      ...key(),
      plate: '12가3456',
      laneId: 'bay-1',
      purpose: 'pickup',
      pickupNumber: null,
    } as const;
    expect(accepted(lot.core.visits.checkIn(lot.cashier, input))).toMatchObject({
      ...{ presence: 'arrived', knownBy: 'staff', arrivedAtMs: lot.clock.nowMs() },
    });
  });
});

describe('a driver who says “I’m here”', () => {
  it('has arrived, known by phone, at the bay that was named, and the server hears of it once', () => {
    told(coming(120_000));
    lot.clock.advance(110_000);
    const word = hereAt(1);
    told(word);
    told(word);
    expect(lot.visit()).toMatchObject({
      ...{ presence: 'arrived', knownBy: 'phone', laneId: 'bay-1', arrivedAtMs: lot.clock.nowMs() },
    });
    expect(said()).toEqual(['said-on-the-way', 'said-here']);
    expect(lot.dueKinds()).toEqual(['arrival']);
  });

  it('is believed without a word before, and without a bay', () => {
    told(hereAt(null));
    expect(lot.visit()).toMatchObject({ presence: 'arrived', knownBy: 'phone', laneId: null });
  });

  it('does not move a car that receivers or staff have placed, nor make it known by phone', () => {
    lot.presence(code, 'approaching');
    lot.presence(code, 'arrived', { laneId: 'pump-1' });
    told(hereAt(1));
    expect(lot.visit()).toMatchObject({ laneId: 'pump-1', knownBy: 'jack' });
    expect(lot.dueKinds()).toEqual(['arrival']);
  });

  it('is handed the order, after which nothing of the way is kept', () => {
    told(hereAt(1));
    const pickupId = lot.visit().pickup?.pickupId ?? '';
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
    told(null, { state: 'handed-over', payment: 'captured' });
    expect(lot.visit()).toMatchObject({ pickup: { state: 'handed-over' }, closed: null });
    lot.clock.advance(10 * 60_000);
    expect(lot.core.visits.board()).toEqual([]);
    expect(said()).toEqual(['said-here']);
  });
});
