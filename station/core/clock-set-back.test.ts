/** The station's clock is set back by an hour while it runs: nothing is lost, doubled, or held for an hour. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VisitView } from '../../shared/station-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, refusedFor, TestLot } from './test-lot.ts';

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
const handOver = (pickupId: string) =>
  lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' });
const pickupOf = (visit: VisitView) => {
  if (visit.pickup === null) throw new Error('no pickup');
  return visit.pickup.pickupId;
};

describe('a clock that is set back by an hour', () => {
  it('keeps no hand-over from the server for that hour, and offers no undo the server could contradict', () => {
    const pickupId = pickupOf(arrived());
    lot.sendAll();
    accepted(handOver(pickupId));
    lot.clock.advance(5_000);
    setBack();
    expect(lot.dueKinds()).toEqual(['preorder-handed-over']);
    expect(refusedFor(lot.core.pickups.undoHandOver(lot.cashier, { ...key(), pickupId }))).toBe(
      'undo-too-late',
    );
    expect(lot.sendAll()).toEqual(['preorder-handed-over']);
  });

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

  it('ends no back-off later than its longest', () => {
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
    expect(lot.dueKinds()).toEqual(['arrival']);
    expect(lot.core.outbox.nextDueAtMs()).toBeLessThanOrEqual(lot.clock.nowMs());
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
  it('waits the delay once more and not an hour, and gains nothing by it', async () => {
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
