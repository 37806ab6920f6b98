/**
 * Ids carry the time at which they were made. Where the clock was an hour ahead and the station is started again, ids
 * made before sort after those made since: they are no order. Here older ids are made to lie ahead, as such a clock leaves them.
 */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, refusedFor, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

/** The station ends, the id of this row lies ahead of all that are made from now on, and it starts again. */
function restartWithLaterId(table: 'pickups' | 'refuels' | 'charges' | 'visits', id: string): void {
  const column = { pickups: 'pickup_id', refuels: 'refuel_id', charges: 'charge_id', visits: 'visit_id' };
  lot.restart(() => {
    const db = new Database(`${lot.dir}/station.sqlite`);
    db.pragma('foreign_keys = OFF');
    const later = id.replace(/^./, 'f');
    expect(later > id).toBe(true);
    for (const { name } of db.pragma('table_list') as Array<{ name: string }>) {
      const columns = db.pragma(`table_info(${name})`) as Array<{ name: string }>;
      if (name === 'journal' || !columns.some((one) => one.name === column[table])) continue;
      db.prepare(`UPDATE ${name} SET ${column[table]} = ? WHERE ${column[table]} = ?`).run(later, id);
    }
    db.close();
  });
}

describe('after a start with a clock that had been ahead', () => {
  const first = aPreorder();
  const second = aPreorder({ number: 'A18' });

  it('the oldest order of a car is the one to act on', () => {
    const visit = lot.arrival(aCar({ preorders: [first, second] }), codeNumber(1), 'bay-1');
    restartWithLaterId('pickups', visit.pickup?.pickupId ?? '');
    expect(lot.visit().pickups?.map((one) => one.number)).toEqual(['A17', 'A18']);
    expect(lot.visit().pickup?.number).toBe('A17');
  });

  it('an order that was handed over at its car’s last visit is not put on the board again', () => {
    const car = aCar({ preorders: [first] });
    const before = lot.arrival(car, codeNumber(1), 'bay-1');
    const { visitId } = before;
    const close = { visitId, how: 'left-without-service', reason: '' } as const;
    accepted(lot.core.visits.close(lot.manager, { ...key(), ...close }));
    lot.presence(codeNumber(1), 'departed');
    lot.clock.advance(60_000);
    const pickupId = lot.arrival(car, codeNumber(1), 'bay-1').pickup?.pickupId ?? '';
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
    lot.presence(codeNumber(1), 'departed');
    lot.clock.advance(60_000);
    restartWithLaterId('pickups', before.pickup?.pickupId ?? '');
    const keyedIn = {
      plate: car.vehicle.plate,
      laneId: 'bay-1',
      purpose: 'refuel',
      pickupNumber: null,
    } as const;
    expect(accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...keyedIn })).pickup).toBe(null);
  });

  it('the refuel that was begun last is the one shown, and can be completed', () => {
    const { visitId } = lot.arrival(aCar(), codeNumber(1), 'pump-1');
    const start = () =>
      accepted(lot.core.refuels.start(lot.manager, { ...key(), visitId, laneId: 'pump-1', digits: null }))
        .refuel?.refuelId ?? '';
    const refuelId = start();
    accepted(lot.core.refuels.cancel(lot.manager, { ...key(), refuelId, reason: '' }));
    const now = start();
    restartWithLaterId('refuels', refuelId);
    expect(lot.visit().refuel).toMatchObject({ refuelId: now, state: 'refueling' });
    const again = { visitId, laneId: 'pump-1', digits: null };
    expect(refusedFor(lot.core.refuels.start(lot.manager, { ...key(), ...again }))).toBe(
      'refuel-already-open',
    );
  });

  it('charges of a car stand as they were asked for', () => {
    const { visitId } = lot.arrival(aCar(), codeNumber(1), 'bay-1');
    const asked = [500, 700].map((amountMinor) => {
      const request = { visitId, amountMinor, note: null, verification: 'jack' } as const;
      const answer = lot.core.charges.request(lot.manager, { ...key(), ...request });
      if (!answer.ok) throw new Error(JSON.stringify(answer.error));
      const { chargeId, paymentRequestId, amount } = answer.value.charge;
      lot.sendAll();
      lot.core.news.paymentRequest({
        ...{ paymentRequestId, kind: 'charge', siteId: newId(), siteName: 'S', amount, captured: amount },
        ...{ state: 'paid', reason: null, version: 2, createdAtMs: 0, expiresAtMs: 0, settledAtMs: 1 },
      });
      return chargeId;
    });
    restartWithLaterId('charges', asked[0] ?? '');
    expect(lot.visit().charges?.map((one) => one.amount.amountMinor)).toEqual([500, 700]);
    expect(lot.core.charges.list({ day: null }).charges.map((one) => one.amount.amountMinor)).toEqual([
      700, 500,
    ]);
  });

  it('cars stand on the board as they came', () => {
    const cars = [1, 2].map((n) =>
      aCar({ vehicle: { plate: `12가000${n}`, model: 'Ray', color: 'red', fuel: 'gasoline' } }),
    );
    lot.expect(...cars.map((car, n) => ({ car, codes: [codeNumber(n)] })));
    for (const n of [0, 1]) lot.presence(codeNumber(n), 'arrived', { laneId: 'bay-1' });
    restartWithLaterId('visits', lot.visit('0001').visitId);
    expect(lot.core.visits.board().map((one) => one.plateTail)).toEqual(['0001', '0002']);
  });

  it('which order of two rows came last survives that the file is written anew', () => {
    const visit = lot.arrival(aCar({ preorders: [first, second] }), codeNumber(1), 'bay-1');
    restartWithLaterId('pickups', visit.pickup?.pickupId ?? '');
    lot.restart(() => {
      const db = new Database(`${lot.dir}/station.sqlite`);
      db.exec('VACUUM');
      db.close();
    });
    expect(lot.visit().pickups?.map((one) => one.number)).toEqual(['A17', 'A18']);
  });
});
