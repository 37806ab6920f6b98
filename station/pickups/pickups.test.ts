import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { ExpectedCar, SitePreorder } from '../../shared/server-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, krw, refusedFor, TestLot } from '../core/test-lot.ts';
import { passesCheck } from './index.ts';

let lot: TestLot;
const code = codeNumber(7);
const preorder = aPreorder();
const car = aCar({ preorders: [preorder] });
let pickupId = '';
beforeEach(() => {
  lot = new TestLot();
  pickupId = lot.arrival(car, code, 'bay-1').pickup?.pickupId ?? '';
  lot.sendAll();
});
afterEach(() => lot.close());

const handOver = (check: string | null = '3456') =>
  lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check });
const undo = () => lot.core.pickups.undoHandOver(lot.cashier, { ...key(), pickupId });

describe('handing a preorder over', () => {
  it('marks it ready, hands it over, and tells the server in that order', () => {
    const ready = accepted(lot.core.pickups.markReady(lot.cashier, { ...key(), pickupId }));
    expect(ready.pickup).toMatchObject({ state: 'ready', sync: 'waiting' });
    const done = accepted(handOver());
    expect(done.pickup).toMatchObject({ state: 'handed-over', handedOverBy: { displayName: 'Mina' } });
    expect(done.claimedBy?.displayName).toBe('Mina');
    lot.clock.advance(30_000);
    const items = lot.core.outbox.due(lot.clock.nowMs(), 10);
    expect(items.map((i) => i.kind)).toEqual(['preorder-ready']);
    expect(lot.sendAll()).toEqual(['preorder-ready', 'preorder-handed-over']);
    expect(lot.visit().pickup?.sync).toBe('sent');
  });

  it('compares the last plate digits or the number when the code can be copied', () => {
    expect(refusedFor(handOver(null))).toBe('pickup-check-failed');
    expect(refusedFor(handOver('3457'))).toBe('pickup-check-failed');
    expect(refusedFor(handOver('56'))).toBe('pickup-check-failed');
    expect(lot.visit().pickup?.state).toBe('preparing');
    expect(accepted(handOver(' a17 ')).pickup?.state).toBe('handed-over');
  });

  it.each([
    ['plate-digits', '456', true],
    ['plate-digits', '3456', true],
    ['plate-digits', '345', false],
    ['pickup-number', '3456', false],
    ['pickup-number', 'A17', true],
    ['none', null, true],
  ] as const)('check %s with %s: %s', (checkKind, typed, passes) => {
    expect(passesCheck({ checkKind, number: 'A17' }, '12가3456', typed)).toBe(passes);
  });

  const arrives = (about: Partial<ExpectedCar>, order: Partial<SitePreorder>) => {
    const other = aPreorder({ number: 'A18', ...order });
    const known = aCar({ preorders: [other], vehicle: { ...car.vehicle, plate: '34나7890' }, ...about });
    const visit = lot.arrival(known, codeNumber(8), 'pump-1');
    return { known, other, visit };
  };

  it.each([
    ['rotating', 'none'],
    ['rotating', 'pickup-number'],
    ['static', 'pickup-number'],
    ['static', 'plate-digits'],
  ] as const)('a %s code, and the server says %s: that is compared', (codeBehaviour, handoverCheck) => {
    const { visit } = arrives({ codeBehaviour }, { handoverCheck });
    expect(visit.pickup?.check.kind).toBe(handoverCheck);
  });

  it('is compared with something where the server does not say, also where the code rotates', () => {
    expect(arrives({ codeBehaviour: 'rotating' }, {}).visit.pickup?.check.kind).toBe('plate-digits');
  });

  it('follows the server when it says otherwise while the car is here', () => {
    const { known, other, visit } = arrives({ codeBehaviour: 'rotating' }, { handoverCheck: 'none' });
    const asked = { ...other, handoverCheck: 'pickup-number' as const };
    lot.core.news.preorder(known.jackId, asked, { ...known, preorders: [asked] });
    const pickupOfIt = visit.pickup?.pickupId ?? '';
    const hand = (check: string | null) =>
      lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId: pickupOfIt, check });
    expect(refusedFor(hand(null))).toBe('pickup-check-failed');
    expect(accepted(hand('A18')).pickup?.state).toBe('handed-over');
  });

  it('asks for the number of a car that staff keyed in, whatever the server says of its code', () => {
    const order = aPreorder({ number: 'A19', handoverCheck: 'none' });
    const vehicle = { ...car.vehicle, plate: '56다1234' };
    lot.expect({ car: aCar({ codeBehaviour: 'rotating', vehicle, preorders: [order] }), codes: [] });
    const visit = accepted(
      lot.core.visits.checkIn(lot.cashier, {
        ...key(),
        plate: '56다1234',
        laneId: 'bay-1',
        purpose: 'pickup',
        pickupNumber: null,
      }),
    );
    expect(visit.pickup?.check.kind).toBe('pickup-number');
  });

  it('cannot happen twice', () => {
    accepted(handOver());
    expect(refusedFor(handOver())).toBe('pickup-already-handed-over');
  });

  it('is refused for a preorder that the driver cancelled', () => {
    lot.core.news.preorder(car.jackId, { ...preorder, state: 'cancelled', payment: 'voided' }, car);
    expect(refusedFor(handOver())).toBe('pickup-cancelled');
  });

  it('is refused for one that does not exist', () => {
    expect(
      refusedFor(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId: newId(), check: null })),
    ).toBe('no-pickup');
  });
});

describe('undo', () => {
  it('within the window takes the hand-over back before the server ever hears of it', () => {
    accepted(handOver());
    lot.clock.advance(29_999);
    expect(lot.dueKinds()).toEqual([]);
    expect(accepted(undo()).pickup).toMatchObject({ state: 'ready', handedOverAtMs: null, sync: 'sent' });
    lot.clock.advance(60_000);
    expect(lot.dueKinds()).toEqual([]);
    const story = lot.core.visits.get(lot.visit().visitId);
    expect(story.ok && story.value.story.map((e) => e.kind)).toEqual(
      expect.arrayContaining(['handed-over', 'hand-over-undone']),
    );
  });

  it('is refused at the end of the window, when the server may already know', () => {
    accepted(handOver());
    lot.clock.advance(30_000);
    expect(refusedFor(undo())).toBe('undo-too-late');
    expect(lot.dueKinds()).toEqual(['preorder-handed-over']);
  });

  it('brings the card back when the car has left within the window, as one that left without its order', () => {
    accepted(handOver());
    lot.presence(code, 'departed');
    expect(lot.core.visits.board()).toEqual([]);
    expect(accepted(undo())).toMatchObject({
      closed: { how: 'left-without-service' },
      pickup: { state: 'ready' },
    });
    expect(lot.visit().pickup?.pickupId).toBe(pickupId);
    lot.presence(code, 'arrived');
    expect(lot.visit()).toMatchObject({ closed: null, pickup: { pickupId, state: 'ready' } });
  });

  it('takes back what was handed over at the card of a car that had left', () => {
    lot.presence(code, 'departed');
    accepted(handOver());
    accepted(undo());
    expect(lot.visit().closed?.how).toBe('left-without-service');
    lot.clock.advance(60_000);
    expect(lot.dueKinds()).toEqual(['departure']);
  });

  it('gives the order to the new card of a car that left and is back within the window', () => {
    accepted(handOver());
    lot.presence(code, 'departed');
    lot.presence(code, 'arrived');
    const back = lot.visit();
    expect(back.pickup).toBe(null);
    accepted(undo());
    expect(lot.visit()).toMatchObject({
      visitId: back.visitId,
      pickup: { preorderId: preorder.preorderId, state: 'ready' },
    });
    const again = lot.visit().pickup?.pickupId ?? '';
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId: again, check: '3456' }));
    lot.clock.advance(60_000);
    expect(lot.sendAll().filter((kind) => kind === 'preorder-handed-over')).toHaveLength(1);
  });

  it('gives it also to a card that staff keyed in because nobody knew the car any more', () => {
    accepted(handOver());
    lot.presence(code, 'departed');
    lot.core.privacy.forget([car.jackId], false);
    const keyedIn = {
      plate: car.vehicle.plate,
      laneId: 'bay-1',
      purpose: 'pickup',
      pickupNumber: null,
    } as const;
    const { visitId } = accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...keyedIn }));
    accepted(undo());
    expect(lot.visit()).toMatchObject({ visitId, pickup: { state: 'ready' } });
  });

  it('is not for a card that a person has closed since', () => {
    accepted(handOver());
    const closing = { visitId: lot.visit().visitId, how: 'closed-by-staff', reason: 'done' } as const;
    accepted(lot.core.visits.close(lot.manager, { ...key(), ...closing }));
    expect(refusedFor(undo())).toBe('visit-closed');
  });

  it('of an order that was cancelled meanwhile leaves a cancelled order, and nothing to hand over', () => {
    accepted(handOver());
    lot.core.news.preorder(car.jackId, { ...preorder, state: 'cancelled', payment: 'voided' }, car);
    expect(accepted(undo()).pickup?.state).toBe('cancelled');
    expect(refusedFor(handOver())).toBe('pickup-cancelled');
  });

  it('needs something to undo', () => {
    expect(refusedFor(undo())).toBe('nothing-to-undo');
  });

  it('survives a restart in the middle of the window', () => {
    accepted(handOver());
    lot.clock.advance(10_000);
    lot.restart();
    expect(accepted(undo()).pickup?.state).toBe('ready');
    lot.restart();
    lot.clock.advance(60_000);
    expect(lot.dueKinds()).toEqual([]);
  });
});

describe('an item that is not there', () => {
  it('is marked, told to the server once, and stays marked when older news arrive', () => {
    const itemId = preorder.items[0]?.itemId ?? '';
    const mark = () => lot.core.pickups.markItemUnavailable(lot.cashier, { ...key(), pickupId, itemId });
    expect(accepted(mark()).pickup?.items[0]?.available).toBe(false);
    accepted(mark());
    expect(lot.dueKinds()).toEqual(['item-unavailable']);
    lot.core.news.preorder(car.jackId, { ...preorder, paid: krw(3_900) }, car);
    expect(lot.visit().pickup).toMatchObject({
      paid: krw(3_900),
      items: [{ available: false }, { available: true }],
    });
  });

  it('must be an item of the order', () => {
    const answer = lot.core.pickups.markItemUnavailable(lot.cashier, { ...key(), pickupId, itemId: newId() });
    expect(refusedFor(answer)).toBe('item-not-found');
  });
});

describe('the site and the server', () => {
  it('show a manager a preorder that was cancelled there after it was handed over here', () => {
    accepted(handOver());
    lot.core.news.preorder(car.jackId, { ...preorder, state: 'cancelled', payment: 'voided' }, car);
    expect(lot.visit().pickup).toMatchObject({ state: 'handed-over', payment: 'voided', sync: 'attention' });
    const [item] = lot.core.log.attention();
    expect(item).toMatchObject({
      kind: 'conflict',
      lastError: { code: 'cancelled-after-hand-over' },
    });
    const outboxId = item?.outboxId ?? '';
    expect(
      refusedFor(
        lot.core.log.resolveAttention(lot.manager, { ...key(), outboxId, how: 'send-again', reason: '' }),
      ),
    ).toBe('outbox-item-not-found');
    expect(
      lot.core.log.resolveAttention(lot.manager, {
        ...key(),
        outboxId,
        how: 'set-aside',
        reason: 'talked to them',
      }).ok,
    ).toBe(true);
    expect(lot.core.log.attention()).toEqual([]);
  });

  it('shows every order of a car that has several, the oldest open one to act on', () => {
    const next = aPreorder({ number: 'B20' });
    lot.core.news.preorder(car.jackId, next, car);
    expect(lot.visit().pickups?.map((one) => one.number)).toEqual(['A17', 'B20']);
    expect(lot.visit().pickup?.number).toBe('A17');
    accepted(handOver());
    expect(lot.visit().pickup?.number).toBe('B20');
    expect(lot.visit().pickups?.[0]).toMatchObject({ number: 'A17', state: 'handed-over' });
  });

  it('does not bring a handed-over order back when the car comes again before the server has heard', () => {
    accepted(handOver());
    lot.presence(code, 'departed');
    lot.presence(code, 'approaching');
    lot.presence(code, 'arrived');
    expect(lot.visit().pickup).toBe(null);
  });
});
