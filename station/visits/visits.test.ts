import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { ServerAnswer } from '../core/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, refusedFor, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const code = codeNumber(12);

describe('a car that is expected', () => {
  it('becomes a visit with its preorder, its plate masked to the last four digits', () => {
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), code, 'bay-1');
    expect(visit).toMatchObject({
      presence: 'arrived',
      laneId: 'bay-1',
      plateTail: '3456',
      knownBy: 'jack',
      pickup: { number: 'A17', state: 'preparing', check: { kind: 'plate-digits' } },
    });
    expect(JSON.stringify(visit)).not.toContain('12가3456');
  });

  it('keeps the time of its first hearing as its arrival', () => {
    lot.expect({ car: aCar(), codes: [code] });
    const firstHeardAtMs = lot.clock.nowMs();
    lot.presence(code, 'tentative', { firstHeardAtMs });
    lot.clock.advance(40_000);
    lot.presence(code, 'arrived', { firstHeardAtMs });
    expect(lot.visit().arrivedAtMs).toBe(firstHeardAtMs);
  });

  it('shows as tentative at a single hearing, and vanishes without a trace when it only drove by', () => {
    lot.expect({ car: aCar(), codes: [code] });
    const gone: string[] = [];
    lot.core.onVisitGone((id) => gone.push(id));
    lot.presence(code, 'tentative');
    const { visitId } = lot.visit();
    const journalled = lot.core.log.verifyJournal().entries;
    lot.presence(code, 'departed', { rule: 'never-heard-again' });
    expect(lot.core.visits.board()).toEqual([]);
    expect(gone).toEqual([visitId]);
    expect(lot.core.log.verifyJournal().entries).toBe(journalled);
    expect(refusedFor(lot.core.visits.get(visitId))).toBe('visit-not-found');
  });

  it('tells the server that it arrived and that it left, once each', () => {
    const car = aCar();
    lot.arrival(car, code, 'pump-1');
    lot.presence(code, 'arrived', { laneId: 'pump-1' });
    const [arrival] = lot.core.outbox.due(lot.clock.nowMs(), 9);
    expect(arrival).toMatchObject({
      kind: 'arrival',
      payload: { jackId: car.jackId, laneId: 'pump-1', laneKind: 'pump' },
    });
    lot.presence(code, 'departed');
    expect(lot.sendAll()).toEqual(['arrival', 'departure']);
  });

  it('is one visit however often its rotating code changes', () => {
    const car = aCar({ codeBehaviour: 'rotating', preorders: [aPreorder({ handoverCheck: 'none' })] });
    const first = codeNumber(1, 'eddystone-eid');
    const second = codeNumber(2, 'eddystone-eid');
    lot.expect({ car, codes: [first, second] });
    lot.presence(first, 'arrived', { laneId: 'pump-1' });
    const { visitId } = lot.visit();
    lot.clock.advance(60_000);
    lot.presence(second, 'tentative');
    lot.presence(first, 'parked', { lastHeardAtMs: lot.clock.nowMs() - 10_000 });
    expect(lot.visit()).toMatchObject({ visitId, presence: 'arrived', laneId: 'pump-1' });
    expect(lot.visit().pickup?.check.kind).toBe('none');
    lot.presence(first, 'departed', { rule: 'long-timeout', lastHeardAtMs: lot.clock.nowMs() - 10_000 });
    expect(lot.visit().presence).toBe('arrived');
  });

  it('that falls silent after arriving is parked, never departed', () => {
    lot.arrival(aCar(), code, 'pump-1');
    lot.presence(code, 'parked');
    expect(lot.visit().presence).toBe('parked');
    lot.presence(code, 'departed', { rule: 'evicted' });
    expect(lot.visit().presence).toBe('parked');
  });

  it('is still on the board after a restart of the process, with all that was marked', () => {
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), code, 'bay-1');
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId: visit.visitId }));
    const before = lot.visit();
    lot.restart();
    expect(lot.visit()).toEqual({ ...before, rssiDbm: null });
    expect(lot.core.visits.presencesToRestore()).toMatchObject([{ code, state: 'arrived', laneId: 'bay-1' }]);
    lot.presence(code, 'parked', { laneId: 'bay-1' });
    expect(lot.visit()).toMatchObject({ visitId: visit.visitId, presence: 'parked' });
  });

  it('gets a preorder that is made while it is here, and loses one that is cancelled', () => {
    const car = aCar();
    lot.arrival(car, code, 'bay-1');
    const preorder = aPreorder();
    lot.core.news.preorder(car.jackId, preorder, { ...car, preorders: [preorder] });
    lot.core.news.preorder(car.jackId, preorder, { ...car, preorders: [preorder] });
    expect(lot.visit().pickup).toMatchObject({ preorderId: preorder.preorderId, state: 'preparing' });
    lot.core.news.preorder(car.jackId, { ...preorder, state: 'cancelled', payment: 'voided' }, car);
    expect(lot.visit().pickup).toMatchObject({ state: 'cancelled', payment: 'voided' });
  });
});

describe('how a visit ends', () => {
  it('leaves nothing on the board when there was nothing to do', () => {
    const { visitId } = lot.arrival(aCar(), code);
    lot.presence(code, 'departed');
    expect(lot.core.visits.board()).toEqual([]);
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit.closed?.how).toBe('departed');
  });

  it('stays as left without service when the car goes with its preorder, and goes on when it comes back', () => {
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), code, 'bay-1');
    lot.presence(code, 'departed');
    expect(lot.visit()).toMatchObject({ visitId: visit.visitId, closed: { how: 'left-without-service' } });
    lot.clock.advance(60_000);
    lot.presence(code, 'approaching');
    lot.presence(code, 'arrived', { laneId: 'bay-1' });
    expect(lot.visit()).toMatchObject({ visitId: visit.visitId, closed: null, presence: 'arrived' });
  });

  it('stands where the radio says when it comes back, wherever staff had seen it before it left', () => {
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), code, 'bay-1');
    accepted(lot.core.visits.setLane(lot.cashier, { ...key(), visitId: visit.visitId, laneId: 'pump-1' }));
    lot.presence(code, 'departed');
    lot.clock.advance(60_000);
    lot.presence(code, 'approaching');
    lot.presence(code, 'arrived', { laneId: 'pump-2' });
    expect(lot.visit()).toMatchObject({ visitId: visit.visitId, presence: 'arrived', laneId: 'pump-2' });
  });

  it('puts "left without service" away after a while', () => {
    lot.arrival(aCar({ preorders: [aPreorder()] }), code);
    lot.presence(code, 'departed');
    lot.clock.advance(16 * 60_000);
    expect(lot.core.visits.board()).toEqual([]);
  });

  it('that left without its order leaves the board when the order is cancelled', () => {
    const order = aPreorder();
    const car = aCar({ preorders: [order] });
    const { visitId } = lot.arrival(car, code);
    lot.presence(code, 'departed');
    lot.core.news.preorder(car.jackId, { ...order, state: 'cancelled', payment: 'voided' }, car);
    expect(lot.core.visits.board()).toEqual([]);
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit.closed?.how).toBe('left-without-service');
  });

  it('that left and was handed its order all the same is completed, also while a charge waits', () => {
    const { visitId, pickup } = lot.arrival(aCar({ preorders: [aPreorder()] }), code);
    const charge = { visitId, amountMinor: 500, note: null, verification: 'jack' } as const;
    expect(lot.core.charges.request(lot.cashier, { ...key(), ...charge }).ok).toBe(true);
    lot.presence(code, 'departed');
    const handOver = { pickupId: pickup?.pickupId ?? '', check: '3456' };
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), ...handOver }));
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit.closed?.how).toBe('completed');
  });

  it('that was handed its order before the radio was sure of it, and left, is completed; an undo is still possible', () => {
    lot.expect({ car: aCar({ preorders: [aPreorder()] }), codes: [code] });
    lot.presence(code, 'approaching');
    const { visitId, pickup } = lot.visit();
    const order = { pickupId: pickup?.pickupId ?? '' };
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), ...order, check: '3456' }));
    lot.presence(code, 'departed');
    const got = lot.core.visits.get(visitId);
    expect(got.ok && got.value.visit.closed?.how).toBe('completed');
    const undone = accepted(lot.core.pickups.undoHandOver(lot.cashier, { ...key(), ...order }));
    expect(undone.pickup?.state).toBe('ready');
  });

  it('with a new order, learned with a further code, has the whole time to undo the second', async () => {
    const car = aCar({ preorders: [aPreorder()], codeBehaviour: 'rotating' });
    const handOver = (pickupId = '') =>
      accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
    handOver(lot.arrival(car, code).pickup?.pickupId);
    const now = { ...car, preorders: [aPreorder({ number: 'A18' })] };
    lot.core.visits.setResolver({ askServer: () => Promise.resolve({ kind: 'known', car: now }) });
    lot.presence(codeNumber(13), 'arrived');
    await Promise.resolve();
    await Promise.resolve();
    expect(lot.visit().pickup?.number).toBe('A18');
    lot.presence(code, 'parked');
    lot.presence(codeNumber(13), 'parked');
    lot.clock.advance(119_000);
    const second = lot.visit().pickup?.pickupId;
    handOver(second);
    lot.clock.advance(20_000);
    expect(lot.visit().pickups?.at(-1)).toMatchObject({ pickupId: second, state: 'handed-over' });
  });

  it('completes once its jobs are done and the car is silent, and the same stay starts no second visit', () => {
    const preorder = aPreorder();
    const visit = lot.arrival(aCar({ preorders: [preorder] }), code, 'bay-1');
    const { pickup } = visit;
    accepted(
      lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId: pickup?.pickupId ?? '', check: '3456' }),
    );
    lot.presence(code, 'parked');
    lot.clock.advance(130_000);
    expect(lot.core.visits.board()).toEqual([]);
    lot.presence(code, 'arrived', { rule: 'heard-again' });
    expect(lot.core.visits.board()).toEqual([]);
    lot.restart();
    lot.presence(code, 'arrived', { rule: 'heard-again' });
    expect(lot.core.visits.board()).toEqual([]);
    lot.presence(code, 'departed');
    lot.presence(code, 'approaching');
    expect(lot.core.visits.board()).toHaveLength(1);
  });

  it('is closed by the long time-out when nothing is heard of a car checked in by hand', () => {
    accepted(
      lot.core.visits.checkIn(lot.cashier, {
        ...key(),
        plate: '99나0012',
        laneId: 'bay-1',
        purpose: 'pickup',
        pickupNumber: null,
      }),
    );
    lot.clock.advance(6 * 3_600_000 + 120_000);
    expect(lot.core.visits.board()).toEqual([]);
  });
});

describe('codes that nobody told us of', () => {
  it('are asked for at the server from approaching on, and become a visit when it knows them', async () => {
    const asked: string[] = [];
    const car = aCar();
    lot.core.visits.setResolver({
      askServer: async (c): Promise<ServerAnswer> => {
        asked.push(c);
        return { kind: 'known', car };
      },
    });
    lot.presence(code, 'tentative');
    expect(asked).toEqual([]);
    lot.presence(code, 'approaching');
    await Promise.resolve().then(() => {});
    await Promise.resolve();
    expect(asked).toEqual([code]);
    expect(lot.visit()).toMatchObject({ presence: 'approaching', plateTail: '3456' });
  });

  it('are forgotten when the server does not know them: nothing of them is in the file', async () => {
    let asked = 0;
    lot.core.visits.setResolver({
      askServer: async (): Promise<ServerAnswer> => {
        asked++;
        return { kind: 'unknown' };
      },
    });
    for (let i = 0; i < 5; i++) {
      lot.presence(code, 'approaching');
      await new Promise(setImmediate);
    }
    expect(asked).toBe(1);
    lot.clock.advance(61_000);
    lot.presence(code, 'approaching');
    await new Promise(setImmediate);
    expect(asked).toBe(2);
    expect(lot.core.visits.board()).toEqual([]);
    lot.core.close();
    const { readFileSync, readdirSync } = await import('node:fs');
    for (const file of readdirSync(lot.dir)) {
      expect(readFileSync(`${lot.dir}/${file}`).includes(code.slice(-12))).toBe(false);
    }
    lot.restart();
  });

  it('fill no memory: of 100,000 strangers a bounded number is remembered, and each is asked about politely', async () => {
    let asking = 0;
    let most = 0;
    lot.core.visits.setResolver({
      askServer: async (): Promise<ServerAnswer> => {
        most = Math.max(most, ++asking);
        await new Promise(setImmediate);
        asking--;
        return { kind: 'unreachable' };
      },
    });
    for (let i = 0; i < 100_000; i++) lot.presence(codeNumber(1000 + i), 'approaching');
    await new Promise(setImmediate);
    expect(most).toBeLessThanOrEqual(8);
    lot.clock.advance(5_000);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('become a visit when the expected list arrives later', () => {
    lot.presence(code, 'approaching');
    expect(lot.core.visits.board()).toEqual([]);
    lot.expect({ car: aCar(), codes: [code] });
    expect(lot.visit().presence).toBe('approaching');
  });
});

describe('one visit, one owner', () => {
  it('refuses another person’s tap with the owner’s name, and lets a manager take over', () => {
    const { visitId } = lot.arrival(aCar(), code);
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId }));
    const other = lot.core.visits.claim(lot.attendant, { ...key(), visitId });
    expect(other).toMatchObject({
      ok: false,
      error: { reason: 'claimed-by-other', by: { displayName: 'Mina' } },
    });
    expect(accepted(lot.core.visits.claim(lot.manager, { ...key(), visitId })).claimedBy?.displayName).toBe(
      'Soo',
    );
    expect(refusedFor(lot.core.visits.release(lot.cashier, { ...key(), visitId }))).toBe('claimed-by-other');
    expect(accepted(lot.core.visits.release(lot.manager, { ...key(), visitId })).claimedBy).toBe(null);
  });

  it('refuses roles that may not', () => {
    const { visitId } = lot.arrival(aCar(), code);
    expect(lot.core.visits.claim(lot.installer, { ...key(), visitId })).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN', needs: ['cashier', 'attendant', 'manager'] },
    });
  });
});

describe('checking in by hand', () => {
  it('finds the preorder of a car that the radio missed, and later becomes one with its jack', () => {
    const car = aCar({ preorders: [aPreorder()] });
    lot.expect({ car, codes: [code] });
    const visit = accepted(
      lot.core.visits.checkIn(lot.cashier, {
        ...key(),
        plate: '12 가 3456',
        laneId: 'bay-1',
        purpose: 'pickup',
        pickupNumber: 'a17',
      }),
    );
    expect(visit).toMatchObject({
      knownBy: 'staff',
      presence: 'arrived',
      pickup: { number: 'A17', check: { kind: 'none' } },
    });
    expect(lot.dueKinds()).toEqual(['arrival']);
    lot.presence(code, 'arrived', { laneId: 'pump-1' });
    expect(lot.visit()).toMatchObject({ visitId: visit.visitId, knownBy: 'staff', laneId: 'bay-1' });
    expect(lot.sendAll()).toEqual(['arrival']);
  });

  it('goes on with the visit of a car that had left without its order, and hands that order over', () => {
    const left = lot.arrival(aCar({ preorders: [aPreorder()] }), code, 'bay-1');
    lot.presence(code, 'departed');
    expect(lot.visit().closed?.how).toBe('left-without-service');
    lot.clock.advance(60_000);
    const checkIn = { plate: '12가3456', laneId: 'pump-1', purpose: 'pickup', pickupNumber: null } as const;
    const back = accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...checkIn }));
    expect(back).toMatchObject({
      visitId: left.visitId,
      closed: null,
      presence: 'arrived',
      laneId: 'pump-1',
      arrivedAtMs: left.arrivedAtMs,
    });
    expect(lot.core.visits.board()).toHaveLength(1);
    const { pickupId = '' } = back.pickup ?? {};
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
    expect(lot.visit().pickup?.state).toBe('handed-over');
  });

  it('goes on with a drive-off that comes back days later, and does not close it for its old silence', () => {
    const visit = lot.arrival(aCar(), code, 'pump-1');
    const { visitId } = visit;
    const refuel = accepted(
      lot.core.refuels.start(lot.attendant, { ...key(), visitId, laneId: 'pump-1', digits: '3456' }),
    ).refuel;
    expect(refuel?.state).toBe('refueling');
    lot.presence(code, 'departed');
    expect(lot.visit().closed?.how).toBe('drive-off');
    lot.clock.advance(3 * 24 * 3_600_000);
    const checkIn = { plate: '12가3456', laneId: 'pump-1', purpose: 'refuel', pickupNumber: null } as const;
    accepted(lot.core.visits.checkIn(lot.attendant, { ...key(), ...checkIn }));
    lot.clock.advance(60_000);
    expect(lot.visit()).toMatchObject({ visitId, closed: null, presence: 'arrived' });
  });

  it('of a car that nobody knew yet has one card, which gets the order that the list or an event brings', () => {
    const order = aPreorder();
    const car = aCar({ preorders: [order] });
    const checkIn = { plate: '12가3456', laneId: 'bay-1', purpose: 'pickup', pickupNumber: null } as const;
    const { visitId } = accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...checkIn }));
    expect(lot.dueKinds()).toEqual([]);
    lot.expect({ car, codes: [code] });
    expect(lot.visit()).toMatchObject({
      visitId,
      pickup: { number: 'A17', check: { kind: 'pickup-number' } },
    });
    const more = aPreorder({ number: 'A18' });
    lot.core.news.preorder(car.jackId, more, car);
    expect(lot.visit().pickups).toMatchObject([{ number: 'A17' }, { number: 'A18' }]);
    // The server hears of its stay: without it no payment could be asked for.
    expect(lot.sendAll()).toEqual(['arrival']);
    lot.presence(code, 'arrived');
    expect([lot.visit().visitId, lot.sendAll()]).toEqual([visitId, []]);
  });

  it('of a car that its jack makes known tells the server that it has arrived', () => {
    const checkIn = { plate: '12가3456', laneId: 'bay-1', purpose: 'refuel', pickupNumber: null } as const;
    const { visitId } = accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...checkIn }));
    const other = aCar();
    // Two cars of one plate: the list alone does not say which of them stands here.
    lot.expect({ car: other, codes: [codeNumber(13)] }, { car: aCar(), codes: [code] });
    expect(lot.dueKinds()).toEqual([]);
    lot.presence(code, 'arrived');
    expect([lot.visit().visitId, lot.sendAll()]).toEqual([visitId, ['arrival']]);
  });

  it('keeps the plate "0012" as it was typed', () => {
    accepted(
      lot.core.visits.checkIn(lot.cashier, {
        ...key(),
        plate: '0012',
        laneId: null,
        purpose: 'refuel',
        pickupNumber: null,
      }),
    );
    lot.restart();
    expect(lot.visit().plateTail).toBe('0012');
  });

  it('refuses a lane that does not exist', () => {
    const answer = lot.core.visits.checkIn(lot.cashier, {
      ...key(),
      plate: '0012',
      laneId: 'nowhere',
      purpose: 'refuel',
      pickupNumber: null,
    });
    expect(refusedFor(answer)).toBe('lane-not-found');
    expect(lot.core.visits.board()).toEqual([]);
  });
});

describe('finding a visit', () => {
  it('answers to plate digits and to the order number, on the board or gone today', () => {
    const { visitId } = lot.arrival(aCar({ preorders: [aPreorder({ number: 'B42' })] }), code);
    for (const text of ['3456', '45', 'b42', '12가3456']) {
      expect(
        lot.core.visits.search(text).map((v) => v.visitId),
        text,
      ).toEqual([visitId]);
    }
    expect(lot.core.visits.search('99')).toEqual([]);
    accepted(
      lot.core.visits.close(lot.manager, { ...key(), visitId, how: 'left-without-service', reason: '' }),
    );
    expect(lot.core.visits.board()).toEqual([]);
    expect(lot.core.visits.search('b42')).toHaveLength(1);
  });

  it('says so when there is no such visit', () => {
    expect(refusedFor(lot.core.visits.get(newId()))).toBe('visit-not-found');
    expect(refusedFor(lot.core.visits.claim(lot.cashier, { ...key(), visitId: newId() }))).toBe(
      'visit-not-found',
    );
  });
});

describe('levels', () => {
  it('of all cars are told in one word at most once a second, none is lost and never written to the disk', () => {
    lot.arrival(aCar(), code);
    const otherCode = codeNumber(77);
    lot.expect({ car: aCar(), codes: [otherCode] });
    lot.presence(otherCode, 'arrived');
    const told: number[][] = [];
    lot.core.onLevels((levels) => told.push(levels.map(({ rssiDbm }) => rssiDbm ?? 0)));
    const cards: string[] = [];
    lot.core.onVisitChanged(({ visitId }) => cards.push(visitId));
    for (let i = 0; i < 30; i++) {
      lot.clock.advance(100);
      lot.core.visits.heard(code, -50 - i, lot.clock.nowMs());
      lot.core.visits.heard(otherCode, -20 - i, lot.clock.nowMs());
    }
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.length).toBeLessThanOrEqual(4);
    expect(cards).toEqual([]);
    lot.clock.advance(1_000);
    expect(told.at(-1)).toEqual([-79, -49]);
    expect(lot.core.visits.board()[0]?.rssiDbm).toBe(-79);
  });
});
