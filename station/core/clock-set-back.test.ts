/** The station's clock is corrected by an hour: nothing is lost, doubled, held or hurried, and nobody waits longer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { ChargeView, VisitView } from '../../shared/station-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, krw, refusedFor, TestLot } from './test-lot.ts';

const hourMs = 3_600_000;
const preorder = aPreorder();
const car = aCar({ preorders: [preorder] });
let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const arrived = (): VisitView => lot.arrival(car, codeNumber(1), 'bay-1');
const setBack = () => lot.clock.set(lot.clock.nowMs() - hourMs);
const handOver = (pickupId: string, check = '3456') =>
  lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check });
const pickupOf = (visit: VisitView) => {
  if (visit.pickup === null) throw new Error('no pickup');
  return visit.pickup.pickupId;
};

const requestCharge = (visitId: string): ChargeView => {
  const answer = lot.core.charges.request(lot.cashier, {
    ...key(),
    visitId,
    amountMinor: 12_000,
    note: null,
    verification: 'jack',
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.charge;
};
const aRequest = (charge: ChargeView, expiresAtMs: number): PaymentRequest => ({
  paymentRequestId: charge.paymentRequestId,
  kind: 'charge',
  siteId: newId(),
  siteName: 'Test site',
  amount: krw(12_000),
  captured: null,
  state: 'waiting',
  reason: null,
  version: 1,
  createdAtMs: 0,
  expiresAtMs,
  settledAtMs: null,
});

describe.each([
  ['set back by an hour', -hourMs],
  ['set forward by an hour', hourMs],
  ['set back by a day', -24 * hourMs],
])('a clock that is %s', (_, byMs) => {
  const correct = () => lot.clock.set(lot.clock.nowMs() + byMs);
  const shown = (visitId: string): VisitView => {
    const visit = lot.core.visits.board().find((one) => one.visitId === visitId);
    if (visit === undefined) throw new Error('no longer on the board');
    return visit;
  };

  it('leaves each car waiting for as long as it has waited, told to the board with the time of now', () => {
    const { visitId } = arrived();
    lot.clock.advance(130_000);
    const waitedMs = () => lot.clock.nowMs() - (shown(visitId).arrivedAtMs ?? 0);
    const before = waitedMs();
    const told: VisitView[] = [];
    const corrected: number[] = [];
    lot.core.onVisitChanged((visit) => told.push(visit));
    lot.core.onClockCorrected((ms) => corrected.push(ms));
    correct();
    lot.core.followClock();
    expect(waitedMs()).toBe(before);
    expect(lot.clock.nowMs() - (told.at(-1)?.arrivedAtMs ?? 0)).toBe(before);
    expect(corrected).toEqual([byMs]);
    lot.clock.advance(10_000);
    expect(waitedMs()).toBe(before + 10_000);
    expect(corrected).toEqual([byMs]);
    lot.restart();
    expect(waitedMs()).toBe(before + 10_000);
  });

  it('leaves an undo its thirty seconds, and the server hears of the hand-over right after them', () => {
    const pickupId = pickupOf(arrived());
    lot.sendAll();
    accepted(handOver(pickupId));
    lot.clock.advance(5_000);
    correct();
    expect(lot.dueKinds()).toEqual([]);
    expect(lot.core.outbox.nextDueAtMs()).toBe(lot.clock.nowMs() + 25_000);
    lot.clock.advance(24_000);
    expect(lot.dueKinds()).toEqual([]);
    expect(accepted(lot.core.pickups.undoHandOver(lot.cashier, { ...key(), pickupId })).pickup?.state).toBe(
      'ready',
    );
    accepted(handOver(pickupId));
    lot.clock.advance(30_000);
    expect(refusedFor(lot.core.pickups.undoHandOver(lot.cashier, { ...key(), pickupId }))).toBe(
      'undo-too-late',
    );
    expect(lot.sendAll()).toEqual(['preorder-handed-over']);
  });

  it('leaves a driver as long to approve as there was, whatever the server says of it later', () => {
    const visit = arrived();
    const asked = requestCharge(visit.visitId);
    const leftMs = () => {
      const charge = shown(visit.visitId).charges?.find((one) => one.chargeId === asked.chargeId);
      return (charge?.approval.expiresAtMs ?? 0) - lot.clock.nowMs();
    };
    lot.core.news.serverTime(lot.clock.nowMs());
    const request = aRequest(asked, lot.clock.nowMs() + 120_000);
    lot.core.news.paymentRequest(request);
    lot.clock.advance(20_000);
    expect(leftMs()).toBe(100_000);
    correct();
    lot.core.followClock();
    expect(leftMs()).toBe(100_000);
    lot.core.news.paymentRequest({ ...request, state: 'approved', version: 2 });
    expect(leftMs()).toBe(100_000);
  });

  it('keeps a shift whole: what was sold before and after is in its report', () => {
    expect(lot.core.shifts.open(lot.cashier, { ...key(), floatMinor: 0 }).ok).toBe(true);
    accepted(handOver(pickupOf(arrived())));
    lot.clock.advance(60_000);
    correct();
    const other = aPreorder({ number: 'A18' });
    const second = aCar({ preorders: [other], vehicle: { ...car.vehicle, plate: '34나7788' } });
    lot.expect({ car: second, codes: [codeNumber(2)] });
    lot.presence(codeNumber(2), 'approaching');
    accepted(handOver(pickupOf(lot.visit('7788')), '7788'));
    const report = lot.core.shifts.current(lot.cashier).shift?.report;
    expect(report?.sales).toEqual([{ kind: 'pickup', count: 2, amountMinor: 25_800 }]);
  });

  it('keeps who is signed in signed in for the rest of their twelve hours', async () => {
    const added = await lot.core.staff.add(lot.manager, {
      ...key(),
      displayName: 'Hana',
      role: 'cashier',
      pin: '7391',
    });
    if (!added.ok) throw new Error(JSON.stringify(added.error));
    const { staffId } = added.value.person;
    const signedIn = await lot.core.staff.signIn({ staffId, pin: '7391', kioskId: null });
    if (!signedIn.ok) throw new Error('not signed in');
    const leftMs = () => (lot.core.staff.session(signedIn.value.token)?.expiresAtMs ?? 0) - lot.clock.nowMs();
    const before = leftMs();
    correct();
    lot.core.followClock();
    expect(leftMs()).toBe(before);
  });

  it('stands in the journal, which stays whole, and so does the story of a car', () => {
    const visit = arrived();
    correct();
    accepted(handOver(pickupOf(visit)));
    lot.clock.advance(10 * 60_000);
    const answer = lot.core.visits.get(visit.visitId);
    if (!answer.ok) throw new Error('the visit is gone');
    expect(answer.value.story.map((entry) => entry.kind)).toEqual(
      expect.arrayContaining(['visit-opened', 'visit-arrived', 'handed-over']),
    );
    const { entries, unbroken } = lot.core.log.journal({ beforeSequence: null, limit: 50 });
    expect(unbroken).toBe(true);
    expect(entries.filter((entry) => entry.kind === 'clock-corrected').map((one) => one.details)).toEqual([
      { byMs },
    ]);
  });
});

describe('a clock that is set forward by a day', () => {
  it('ends no stay for a silence that nobody heard, whatever looks at the board first', () => {
    const { visitId } = arrived();
    for (const late of [500, 4_200, 700, 900]) {
      lot.clock.advance(late);
      lot.clock.set(lot.clock.nowMs() + 24 * hourMs);
      // All that was due comes at once, as on a machine that had other work.
      lot.clock.skip(5_000);
      lot.clock.advance(1);
    }
    expect(lot.core.visits.board()).toMatchObject([{ visitId, closed: null }]);
  });
});

describe('a station whose clock was set back while it did not run', () => {
  it('begins where its last word was: no car waits 0:00 for an hour, no mark waits for it', () => {
    const visit = arrived();
    accepted(handOver(pickupOf(visit)));
    lot.clock.advance(5_000);
    accepted(lot.core.visits.release(lot.cashier, { ...key(), visitId: visit.visitId }));
    lot.restart(() => setBack());
    const here = lot.core.visits.board().find((one) => one.visitId === visit.visitId);
    expect(lot.clock.nowMs() - (here?.arrivedAtMs ?? 0)).toBe(5_000);
    lot.clock.advance(25_000);
    expect(lot.sendAll()).toEqual(['arrival', 'preorder-handed-over']);
  });
});

describe('an undo of an order whose car left within its thirty seconds', () => {
  /** Handed over, gone, and ten seconds of its window used up. */
  const gone = (): string => {
    const visit = arrived();
    lot.sendAll();
    const pickupId = pickupOf(visit);
    accepted(handOver(pickupId));
    lot.presence(codeNumber(1), 'departed');
    expect(lot.core.visits.board()).toEqual([]);
    lot.sendAll();
    lot.clock.advance(10_000);
    return pickupId;
  };
  const undo = (pickupId: string) => lot.core.pickups.undoHandOver(lot.manager, { ...key(), pickupId });
  const corrections: Array<[string, (byMs: number) => void]> = [
    ['runs', (byMs) => lot.clock.set(lot.clock.nowMs() + byMs)],
    [
      'does not run',
      (byMs) => {
        lot.core.followClock();
        lot.restart(() => lot.clock.set(lot.clock.nowMs() + byMs));
      },
    ],
  ];

  describe.each(corrections)('when the clock is set back while the station %s', (_, correct) => {
    it('is taken to the end of its window', () => {
      const pickupId = gone();
      correct(-hourMs);
      lot.clock.advance(19_000);
      expect(lot.dueKinds()).toEqual([]);
      expect(accepted(undo(pickupId)).pickup?.state).toBe('ready');
    });

    it('is refused when its mark has gone out', () => {
      const pickupId = gone();
      correct(-hourMs);
      lot.clock.advance(31_000);
      expect(refusedFor(undo(pickupId))).toBe('undo-too-late');
      expect(lot.sendAll()).toEqual(['preorder-handed-over']);
    });

    it('shows the same seconds left that its mark waits for', () => {
      const pickupId = gone();
      correct(-hourMs);
      lot.core.followClock();
      const [mine] = lot.core.visits.search('3456');
      expect(mine?.pickup?.pickupId).toBe(pickupId);
      expect(mine?.pickup?.undoUntilMs).toBe(lot.core.outbox.nextDueAtMs());
    });
  });

  it('is taken to the end of its window when the clock is set forward, too', () => {
    const pickupId = gone();
    lot.clock.set(lot.clock.nowMs() + hourMs);
    lot.clock.advance(19_000);
    expect(accepted(undo(pickupId)).pickup?.state).toBe('ready');
  });
});

describe('a server whose clock is an hour off ours', () => {
  it.each([-hourMs, hourMs])('counts down what is left by its own clock (%i ms)', (aheadMs) => {
    const { visitId } = arrived();
    const asked = requestCharge(visitId);
    lot.core.news.serverTime(lot.clock.nowMs() + aheadMs);
    lot.clock.advance(3_000);
    lot.core.news.paymentRequest(aRequest(asked, lot.clock.nowMs() + aheadMs + 120_000));
    const charge = lot.core.visits.board().find((one) => one.visitId === visitId)?.charges?.[0];
    expect((charge?.approval.expiresAtMs ?? 0) - lot.clock.nowMs()).toBe(120_000);
  });
});

describe('a clock that is set back by an hour', () => {
  it('by a few seconds leaves the window as it is', () => {
    const pickupId = pickupOf(arrived());
    lot.sendAll();
    accepted(handOver(pickupId));
    lot.clock.set(lot.clock.nowMs() - 8_000);
    expect(lot.dueKinds()).toEqual([]);
    expect(accepted(lot.core.pickups.undoHandOver(lot.cashier, { ...key(), pickupId })).pickup?.state).toBe(
      'ready',
    );
  });

  it('ends a back-off neither sooner nor later', () => {
    arrived();
    const [item] = lot.core.outbox.due(lot.clock.nowMs(), 1);
    if (item === undefined) throw new Error('nothing to tell');
    lot.core.outbox.markTransient(
      item.outboxId,
      { code: 'offline', detail: '' },
      lot.clock.nowMs() + 300_000,
    );
    expect(lot.dueKinds()).toEqual([]);
    setBack();
    expect(lot.dueKinds()).toEqual([]);
    expect(lot.core.outbox.nextDueAtMs()).toBe(lot.clock.nowMs() + 300_000);
    lot.clock.advance(300_000);
    expect(lot.dueKinds()).toEqual(['arrival']);
  });

  it('keeps the order of the journal and of what the server is told', () => {
    const visit = arrived();
    const pickupId = pickupOf(visit);
    accepted(lot.core.pickups.markReady(lot.cashier, { ...key(), pickupId }));
    setBack();
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId: visit.visitId }));
    lot.restart();
    accepted(handOver(pickupId));
    lot.clock.advance(31_000);
    expect(lot.sendAll()).toEqual(['arrival', 'preorder-ready', 'preorder-handed-over']);
    const answer = lot.core.visits.get(visit.visitId);
    if (!answer.ok) throw new Error('the visit is gone');
    const kinds = answer.value.story.map((entry) => entry.kind);
    const order = ['visit-arrived', 'pickup-ready', 'visit-claimed', 'handed-over'];
    expect(order.map((kind) => kinds.indexOf(kind))).toEqual(
      order.map((kind) => kinds.indexOf(kind)).sort((a, b) => a - b),
    );
    expect(order.filter((kind) => !kinds.includes(kind))).toEqual([]);
    expect(lot.core.log.journal({ beforeSequence: null, limit: 50 }).unbroken).toBe(true);
  });
});

describe('a person who is locked out after wrong PINs, when the clock is set back by an hour,', () => {
  it('waits for what was left of the delay and not an hour, and gains nothing by it', async () => {
    const added = await lot.core.staff.add(lot.manager, {
      ...key(),
      displayName: 'Hana',
      role: 'cashier',
      pin: '7391',
    });
    if (!added.ok) throw new Error(JSON.stringify(added.error));
    const { staffId } = added.value.person;
    const tries = (pin: string) => lot.core.staff.signIn({ staffId, pin, kioskId: null });
    for (let i = 0; i < 5; i += 1) {
      await tries('0001');
      lot.clock.advance(20_000);
    }
    setBack();
    const untilMs = lot.clock.nowMs() + 60_000;
    expect(await tries('7391')).toEqual({ ok: false, error: { code: 'PIN_LOCKED', untilMs } });
    expect(lot.core.staff.list().find((one) => one.staffId === staffId)?.lockedUntilMs).toBe(untilMs);
    lot.restart();
    lot.clock.advance(59_999);
    expect((await tries('7391')).ok).toBe(false);
    lot.clock.advance(1);
    expect((await tries('7391')).ok).toBe(true);
  });
});
