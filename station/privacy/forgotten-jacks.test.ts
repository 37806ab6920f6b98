import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCar, accepted, aPreorder, codeNumber, key, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const plated = (plate: string, more = {}) =>
  aCar({ vehicle: { plate, model: 'Model-Q', color: 'colour-Q', fuel: 'gasoline' }, ...more });
const closed = (visitId: string) =>
  accepted(lot.core.visits.close(lot.manager, { ...key(), visitId, how: 'closed-by-staff', reason: '' }));
const plateOf = (visitId: string) => {
  const found = lot.core.visits.get(visitId);
  return found.ok ? found.value.plate : null;
};
/** What a person with a hex editor finds in the data folder. */
const filesHolding = (texts: readonly string[]) =>
  readdirSync(lot.dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(lot.dir, name)).isFile())
    .flatMap((name) => {
      const bytes = readFileSync(join(lot.dir, name));
      return texts.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`);
    });

describe('a driver who was erased at the payment server', () => {
  it('is in no byte of the station’s records, and off the board, while sums and the journal stay', async () => {
    const car = plated('98호7654', { preorders: [aPreorder()] });
    const paid = lot.arrival(car, codeNumber(1), 'bay-1');
    const handOver = { pickupId: paid.pickup?.pickupId ?? '', check: '7654' };
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), ...handOver }));
    closed(paid.visitId);
    lot.clock.advance(120_000);
    const byHand = { plate: '98호7654', laneId: 'bay-1', purpose: 'pickup' as const, pickupNumber: null };
    const again = accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...byHand }));
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId: again.visitId }));
    const other = plated('11가1111');
    // Not in the list: known because its order was told.
    lot.core.news.preorder(other.jackId, aPreorder(), other);
    lot.sendAll();
    lot.core.privacy.forget([car.jackId], true);
    expect(lot.core.visits.board().map((visit) => visit.plateTail)).toEqual([]);
    expect(lot.core.visits.knowsCode(codeNumber(1), lot.clock.nowMs())).toBe(false);
    await lot.core.privacy.eraseForgotten();
    expect([plateOf(paid.visitId), plateOf(again.visitId)]).toEqual(['', '']);
    expect(filesHolding(['98호7654', codeNumber(1)])).toEqual([]);
    // Who was not erased stays.
    expect(filesHolding(['11가1111']).length).toBeGreaterThan(0);
    const found = lot.core.visits.get(paid.visitId);
    expect(found.ok && found.value.visit).toMatchObject({
      plateTail: '',
      vehicle: { model: '', color: '' },
      pickup: { state: 'handed-over', paid: { amountMinor: 12_900 } },
    });
    expect(lot.core.log.verifyJournal().unbroken).toBe(true);
    // Heard again it is nobody's.
    lot.presence(codeNumber(1), 'approaching');
    lot.presence(codeNumber(1), 'arrived', { laneId: 'bay-1' });
    expect(lot.core.visits.board()).toEqual([]);
  });

  it('stays on the board while fuel is not paid for, is erased when that is done, and not forgotten in between', async () => {
    const car = plated('98호7654');
    const visit = lot.arrival(car, codeNumber(1), 'pump-1');
    const { visitId } = visit;
    const started = lot.core.refuels.start(lot.attendant, {
      ...{ ...key(), visitId, laneId: 'pump-1', digits: '7654' },
    });
    const refuelId = accepted(started).refuel?.refuelId ?? '';
    lot.core.privacy.forget([car.jackId], true);
    await lot.core.privacy.eraseForgotten();
    expect(lot.visit('7654')).toMatchObject({ refuel: { state: 'refueling' } });
    lot.restart();
    expect(lot.visit('7654').visitId).toBe(visitId);
    accepted(lot.core.refuels.cancel(lot.attendant, { ...key(), refuelId, reason: '' }));
    closed(visitId);
    await lot.core.privacy.eraseForgotten();
    expect(plateOf(visitId)).toBe('');
    // Told again, as after a reconnect: nothing more happens.
    lot.core.privacy.forget([car.jackId], true);
    await lot.core.privacy.eraseForgotten();
    expect(filesHolding(['98호7654'])).toEqual([]);
  });

  it('a blocked jack is forgotten, however the site came to know it, and its visits stay what they are', () => {
    const car = plated('98호7654');
    const visit = lot.arrival(car, codeNumber(1), 'bay-1');
    const told = plated('11가1111');
    lot.core.news.preorder(told.jackId, aPreorder({ number: 'Z99' }), told);
    const byNumber = () => {
      const input = { plate: '55마5555', laneId: 'bay-1', purpose: 'pickup' as const, pickupNumber: 'Z99' };
      return accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...input })).pickup;
    };
    lot.core.privacy.forget([car.jackId, told.jackId], false);
    expect(byNumber()).toBeNull();
    expect(lot.core.visits.knowsCode(codeNumber(2), lot.clock.nowMs())).toBe(false);
    expect(plateOf(visit.visitId)).toBe('98호7654');
    expect(lot.visit('7654').visitId).toBe(visit.visitId);
  });

  it('of a car that never came here is not written down', () => {
    const car = plated('98호7654');
    lot.arrival(car, codeNumber(1), 'bay-1');
    const entries = () => lot.core.log.verifyJournal().entries;
    const before = entries();
    lot.core.privacy.forget(['01890a5d-ac96-774b-bcce-b302099a8057'], true);
    expect(entries()).toBe(before);
    expect(lot.core.visits.board()).toHaveLength(1);
  });
});
