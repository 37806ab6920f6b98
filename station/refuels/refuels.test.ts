import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { VisitView } from '../../shared/station-contract/index.ts';
import { aCar, accepted, codeNumber, key, krw, refusedFor, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
const code = codeNumber(9);
const car = aCar();
let visitId = '';
beforeEach(() => {
  lot = new TestLot();
  visitId = lot.arrival(car, code, 'pump-1').visitId;
  lot.sendAll();
});
afterEach(() => lot.close());

const start = (more: { laneId?: string; digits?: string | null } = {}) =>
  lot.core.refuels.start(lot.attendant, { ...key(), visitId, laneId: 'pump-1', digits: '3456', ...more });
const complete = (
  refuelId: string,
  more: {
    volumeMl?: number | null;
    amountMinor?: number | null;
    gradeId?: string;
    fuelMismatchConfirmed?: boolean;
    aboveReservationConfirmed?: boolean;
    laneId?: string;
  } = {},
) =>
  lot.core.refuels.complete(lot.attendant, {
    ...key(),
    refuelId,
    laneId: 'pump-1',
    gradeId: 'g',
    volumeMl: null,
    amountMinor: 50_000,
    fuelMismatchConfirmed: false,
    ...more,
  });
const refuelOf = (visit: VisitView) => {
  if (visit.refuel === null) throw new Error('no refuel');
  return visit.refuel;
};
const completed = () => refuelOf(accepted(complete(refuelOf(accepted(start())).refuelId)));
const news = (paymentRequestId: string | null, state: PaymentRequest['state'], version: number) =>
  lot.core.news.paymentRequest({
    paymentRequestId: paymentRequestId ?? '',
    kind: 'refuel',
    siteId: newId(),
    siteName: 'Test site',
    amount: krw(50_000),
    captured: null,
    state,
    reason: null,
    version,
    createdAtMs: 0,
    expiresAtMs: lot.clock.nowMs() + 120_000,
    settledAtMs: null,
  });

describe('finding the car by its plate digits', () => {
  it('shows the full plate of the cars that are here, the one at that pump first', () => {
    const other = aCar({ vehicle: { ...car.vehicle, plate: '88나7345' } });
    lot.expect({ car, codes: [code] }, { car: other, codes: [codeNumber(10)] });
    lot.presence(codeNumber(10), 'arrived', { laneId: 'pump-2' });
    const plates = (laneId: string | null) =>
      lot.core.refuels.candidates({ digits: '345', laneId }).candidates.map((c) => c.plate);
    expect(plates(null)).toEqual(['12가3456', '88나7345']);
    expect(plates('pump-2')).toEqual(['88나7345', '12가3456']);
    expect(lot.core.refuels.candidates({ digits: '999' }).candidates).toEqual([]);
  });

  it('chooses by itself only at four digits and one match', () => {
    expect(lot.core.refuels.candidates({ digits: '3456' }).mayChooseByItself).toBe(true);
    expect(lot.core.refuels.candidates({ digits: '456' }).mayChooseByItself).toBe(false);
  });

  it('leaves out a car that was heard but once', () => {
    const other = aCar({ vehicle: { ...car.vehicle, plate: '88나9999' } });
    lot.expect({ car, codes: [code] }, { car: other, codes: [codeNumber(10)] });
    lot.presence(codeNumber(10), 'tentative');
    expect(lot.core.refuels.candidates({ digits: '9999' }).candidates).toEqual([]);
  });
});

describe('starting', () => {
  it('puts the car at the pump and claims it for who tapped', () => {
    const visit = accepted(start({ laneId: 'pump-2' }));
    expect(visit).toMatchObject({
      laneId: 'pump-2',
      claimedBy: { displayName: 'Jun' },
      refuel: { state: 'refueling' },
    });
  });

  it.each([
    [{ digits: '9999' }, 'digits-do-not-match'],
    [{ laneId: 'bay-1' }, 'lane-not-a-pump'],
    [{ laneId: 'nowhere' }, 'lane-not-found'],
  ])('with %o is refused: %s', (more, reason) => {
    expect(refusedFor(start(more))).toBe(reason);
    expect(lot.visit().refuel).toBe(null);
  });

  it('is refused while another is open, and at a pump in use', () => {
    accepted(start());
    expect(refusedFor(start())).toBe('refuel-already-open');
    const other = accepted(
      lot.core.visits.checkIn(lot.cashier, {
        ...key(),
        plate: '9999',
        laneId: null,
        purpose: 'refuel',
        pickupNumber: null,
      }),
    );
    expect(
      lot.core.refuels.start(lot.cashier, {
        ...key(),
        visitId: other.visitId,
        laneId: 'pump-1',
        digits: null,
      }),
    ).toMatchObject({ error: { reason: 'pump-in-use', by: { displayName: 'Jun' } } });
  });

  it('is refused for a car that has gone', () => {
    lot.presence(code, 'departed');
    expect(refusedFor(start())).toBe('visit-closed');
  });
});

describe('completing', () => {
  it('derives what is missing from the price, and asks the driver under an id of its own', () => {
    const refuel = completed();
    expect(refuel).toMatchObject({
      state: 'awaiting-approval',
      volumeMl: 32_595,
      amount: krw(50_000),
      unitPriceMilli: 1_534_000,
      approval: { state: 'waiting', asked: false },
      sync: 'waiting',
    });
    const [item] = lot.core.outbox.due(lot.clock.nowMs(), 5);
    expect(item).toMatchObject({
      kind: 'refuel-completed',
      payload: {
        jackId: car.jackId,
        paymentRequestId: refuel.paymentRequestId,
        pumpNumber: 1,
        fuel: 'gasoline',
      },
    });
  });

  it.each([
    [{ volumeMl: 30_000, amountMinor: 46_020 }, null],
    [{ volumeMl: 30_000, amountMinor: 50_000 }, 'amount-and-volume-disagree'],
    [{ volumeMl: null, amountMinor: null }, 'amount-or-volume-needed'],
    [{ gradeId: 'x' }, 'grade-not-found'],
    [{ gradeId: 'd' }, 'fuel-mismatch-not-confirmed'],
    [{ gradeId: 'd', fuelMismatchConfirmed: true }, null],
    [{ laneId: 'bay-1' }, 'lane-not-a-pump'],
  ])('with %o: %s', (more, reason) => {
    const answer = complete(refuelOf(accepted(start())).refuelId, more);
    if (reason === null) expect(accepted(answer).refuel?.state).toBe('awaiting-approval');
    else expect(refusedFor(answer)).toBe(reason);
  });

  it('never takes more than what was reserved at arrival', () => {
    lot.core.news.reservation(car.jackId, { paymentRequestId: newId(), maximum: krw(40_000), state: 'held' });
    const { refuelId } = refuelOf(accepted(start()));
    expect(refusedFor(complete(refuelId))).toBe('above-reservation');
    expect(accepted(complete(refuelId, { amountMinor: 40_000 })).refuel?.state).toBe('awaiting-approval');
  });

  it('asks for the exact amount when more than the reserved was pumped all the same', () => {
    lot.core.news.reservation(car.jackId, { paymentRequestId: newId(), maximum: krw(40_000), state: 'held' });
    const { refuelId } = refuelOf(accepted(start()));
    expect(accepted(complete(refuelId, { aboveReservationConfirmed: true })).refuel).toMatchObject({
      state: 'awaiting-approval',
      amount: krw(50_000),
    });
  });

  it('of a car the server does not know is settled at the counter', () => {
    lot.presence(code, 'departed');
    const visit = accepted(
      lot.core.visits.checkIn(lot.cashier, {
        ...key(),
        plate: '9999',
        laneId: 'pump-1',
        purpose: 'refuel',
        pickupNumber: null,
      }),
    );
    visitId = visit.visitId;
    const { refuelId } = refuelOf(accepted(start({ digits: null })));
    const refuel = refuelOf(accepted(complete(refuelId)));
    expect(refuel).toMatchObject({ state: 'declined', approval: { reason: 'car-unknown' } });
    const settled = lot.core.refuels.settleOtherwise(lot.attendant, {
      ...key(),
      refuelId,
      tender: 'cash',
      reason: 'no jack',
    });
    expect(accepted(settled).refuel?.state).toBe('settled-otherwise');
  });
});

describe('what the server says about the money', () => {
  it.each([
    ['paid', 'paid'],
    ['declined', 'declined'],
    ['expired', 'expired'],
    ['cancelled', 'expired'],
    ['unknown', 'unknown'],
    ['approved', 'awaiting-approval'],
  ] as const)('%s makes the refuel %s', (state, expected) => {
    const { paymentRequestId } = completed();
    news(paymentRequestId, state, 2);
    expect(lot.visit().refuel).toMatchObject({ state: expected, approval: { state, asked: true } });
  });

  it('counts by its version: late and repeated news change nothing', () => {
    const { paymentRequestId } = completed();
    news(paymentRequestId, 'paid', 3);
    const entries = lot.core.log.verifyJournal().entries;
    news(paymentRequestId, 'waiting', 1);
    news(paymentRequestId, 'paid', 3);
    expect(lot.visit().refuel?.state).toBe('paid');
    expect(lot.core.log.verifyJournal().entries).toBe(entries);
  });

  it('that says unknown forbids every new try until it was looked up', () => {
    const { paymentRequestId, refuelId } = completed();
    news(paymentRequestId, 'unknown', 2);
    expect(lot.core.refuels.unknownPaymentRequests()).toEqual([paymentRequestId]);
    expect(refusedFor(lot.core.refuels.askAgain(lot.attendant, { ...key(), refuelId }))).toBe(
      'approval-unknown-look-up-first',
    );
    expect(
      refusedFor(
        lot.core.refuels.settleOtherwise(lot.attendant, { ...key(), refuelId, tender: 'cash', reason: 'x' }),
      ),
    ).toBe('approval-unknown-look-up-first');
    news(paymentRequestId, 'declined', 3);
    expect(lot.core.refuels.unknownPaymentRequests()).toEqual([]);
    const again = refuelOf(accepted(lot.core.refuels.askAgain(lot.attendant, { ...key(), refuelId })));
    expect(again.state).toBe('awaiting-approval');
    expect(again.paymentRequestId).not.toBe(paymentRequestId);
  });

  it('by an earlier request than the one that waits pays the refuel and withdraws the second', () => {
    const { paymentRequestId, refuelId } = completed();
    news(paymentRequestId, 'expired', 2);
    accepted(lot.core.refuels.askAgain(lot.attendant, { ...key(), refuelId }));
    news(paymentRequestId, 'paid', 3);
    expect(lot.visit().refuel?.state).toBe('paid');
    expect(lot.sendAll()).toContain('cancel-payment-request');
  });

  it('after it was settled in cash is a conflict that a manager sees', () => {
    const { paymentRequestId, refuelId } = completed();
    accepted(
      lot.core.refuels.settleOtherwise(lot.attendant, {
        ...key(),
        refuelId,
        tender: 'cash',
        reason: 'phone off',
      }),
    );
    news(paymentRequestId, 'paid', 2);
    expect(lot.visit().refuel).toMatchObject({ state: 'settled-otherwise', sync: 'attention' });
    const paidTwice = [{ kind: 'conflict', lastError: { code: 'paid-twice' } }];
    expect(lot.core.log.attention()).toMatchObject(paidTwice);
    news(paymentRequestId, 'paid', 3);
    expect(lot.core.log.attention()).toMatchObject(paidTwice);
  });

  it('of a refuel that was settled in cash pays none that the same car began after it', () => {
    const first = completed();
    const settling = { refuelId: first.refuelId, tender: 'cash', reason: 'phone off' } as const;
    accepted(lot.core.refuels.settleOtherwise(lot.attendant, { ...key(), ...settling }));
    const second = refuelOf(accepted(start()));
    news(first.paymentRequestId, 'paid', 2);
    expect(lot.visit().refuel).toMatchObject({ refuelId: second.refuelId, state: 'refueling' });
    const [item, ...others] = lot.core.log.attention();
    expect([item?.lastError?.code, others]).toEqual(['paid-twice', []]);
  });
});

describe('a drive-off', () => {
  it('stays on the board until the money comes after all', () => {
    const { paymentRequestId } = completed();
    lot.presence(code, 'departed');
    expect(lot.visit()).toMatchObject({
      closed: { how: 'drive-off' },
      refuel: { state: 'awaiting-approval' },
    });
    lot.clock.advance(24 * 3_600_000);
    lot.restart();
    expect(lot.visit().closed?.how).toBe('drive-off');
    const followedUp = {
      kind: 'drive-off',
      here: 'unpaid',
      state: 'not-compared',
      visitId,
      paymentRequestId,
    };
    expect(lot.core.dailyLog.followUps(null)).toMatchObject([followedUp]);
    news(paymentRequestId, 'paid', 5);
    expect(lot.core.dailyLog.followUps(null)).toEqual([]);
    expect(lot.core.visits.board()).toEqual([]);
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit).toMatchObject({
      closed: { how: 'completed' },
      refuel: { state: 'paid' },
    });
  });

  it('can be closed as such, and only as such, and is still paid when the money comes', () => {
    const { paymentRequestId } = completed();
    lot.presence(code, 'departed');
    const close = (how: 'closed-by-staff' | 'drive-off') =>
      lot.core.visits.close(lot.manager, { ...key(), visitId, how, reason: 'gone' });
    expect(refusedFor(close('closed-by-staff'))).toBe('refuel-wrong-state');
    expect(accepted(close('drive-off')).refuel?.state).toBe('drive-off');
    expect(lot.core.visits.board()).toEqual([]);
    expect(lot.core.dailyLog.followUps(null)).toMatchObject([{ kind: 'drive-off', here: 'unpaid', visitId }]);
    news(paymentRequestId, 'paid', 5);
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit).toMatchObject({
      closed: { how: 'completed' },
      refuel: { state: 'paid' },
    });
  });

  it('that was closed as such is one again when its payment was unknown and then declined', () => {
    const { paymentRequestId } = completed();
    lot.presence(code, 'departed');
    accepted(lot.core.visits.close(lot.manager, { ...key(), visitId, how: 'drive-off', reason: 'gone' }));
    news(paymentRequestId, 'unknown', 5);
    news(paymentRequestId, 'declined', 6);
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit.refuel?.state).toBe('drive-off');
  });

  it('is none, and leaves the board, when its refuel is cancelled because nothing was filled', () => {
    const { refuelId } = refuelOf(accepted(start()));
    lot.presence(code, 'departed');
    expect(lot.visit().closed?.how).toBe('drive-off');
    accepted(lot.core.refuels.cancel(lot.attendant, { ...key(), refuelId, reason: 'hung up unused' }));
    expect(lot.core.visits.board()).toEqual([]);
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit.closed?.how).toBe('departed');
  });

  it('that comes back keeps nobody from completing at the pump that it had left', () => {
    accepted(start());
    lot.presence(code, 'departed');
    const other = aCar({ vehicle: { plate: '34나7777', model: 'Ray', color: 'red', fuel: 'gasoline' } });
    const atPump = lot.arrival(other, codeNumber(10), 'pump-1');
    const begun = lot.core.refuels.start(lot.attendant, {
      ...key(),
      visitId: atPump.visitId,
      laneId: 'pump-1',
      digits: '7777',
    });
    lot.expect({ car, codes: [code] });
    lot.presence(code, 'arrived', { laneId: 'pump-2' });
    expect(lot.visit('3456').refuel?.state).toBe('refueling');
    expect(refuelOf(accepted(complete(refuelOf(accepted(begun)).refuelId))).state).toBe('awaiting-approval');
  });
});

describe('cancelling', () => {
  it('frees the pump and is possible only before completion', () => {
    const { refuelId } = refuelOf(accepted(start()));
    accepted(lot.core.refuels.cancel(lot.attendant, { ...key(), refuelId, reason: 'wrong car' }));
    const again = completed();
    expect(
      refusedFor(lot.core.refuels.cancel(lot.attendant, { ...key(), refuelId: again.refuelId, reason: '' })),
    ).toBe('refuel-wrong-state');
    expect(refusedFor(lot.core.refuels.cancel(lot.attendant, { ...key(), refuelId, reason: '' }))).toBe(
      'refuel-wrong-state',
    );
    expect(
      refusedFor(lot.core.refuels.cancel(lot.attendant, { ...key(), refuelId: newId(), reason: '' })),
    ).toBe('refuel-not-found');
  });
});
