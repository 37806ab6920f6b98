import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { LogQuery, LogSummary } from '../../shared/station-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, krw, refusedFor, TestLot } from '../core/test-lot.ts';
import type { StatementLine } from '../core/types.ts';
import { reconcile } from './reconcile.ts';
import type { SiteLine } from './reconcile-store.ts';
import { percentile } from './summary.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const asked = (day: string, more: Partial<LogQuery> = {}): LogQuery => ({
  fromDay: day,
  toDay: day,
  kind: null,
  payment: null,
  staffId: null,
  laneId: null,
  text: '',
  ...more,
});
const rows = (query: LogQuery, more: { asOfMs?: number; offset?: number; limit?: number } = {}) => {
  const answer = lot.core.dailyLog.rows({ ...query, asOfMs: null, offset: 0, limit: 100, ...more });
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
};
const summary = async (query: LogQuery): Promise<LogSummary> => {
  const answer = await lot.core.dailyLog.summary(query);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
};
const checkIn = (plate: string, laneId: string | null = 'bay-1') =>
  accepted(
    lot.core.visits.checkIn(lot.cashier, { ...key(), plate, laneId, purpose: 'pickup', pickupNumber: null }),
  );
const plates = (query: LogQuery) => rows(query).visits.map((visit) => visit.plate);
const at = (iso: string) => lot.clock.skip(Date.parse(iso) - lot.clock.nowMs());

describe('a business day of the log', () => {
  it('goes over midnight to the site’s own hour', () => {
    // Seoul, the day starts at 04:00.
    at('2026-11-21T03:59:59+09:00');
    checkIn('11가1111');
    at('2026-11-21T04:00:00+09:00');
    checkIn('22나2222');
    at('2026-11-22T01:30:00+09:00');
    checkIn('33다3333');
    expect(plates(asked('2026-11-20'))).toEqual(['11가1111']);
    expect(plates(asked('2026-11-21'))).toEqual(['33다3333', '22나2222']);
    expect(plates({ ...asked('2026-11-20'), toDay: '2026-11-21' })).toHaveLength(3);
  });

  it('has 23 and 25 hours where the clocks change, and loses no visit', async () => {
    lot.core.settings.seedSite({ timeZone: 'Europe/Berlin', businessDayStartHour: 0 });
    // The hour from 02:00 comes twice on 25 October 2026.
    at('2026-10-25T02:30:00+02:00');
    checkIn('11가1111');
    at('2026-10-25T02:30:00+01:00');
    checkIn('22나2222');
    at('2026-10-25T23:59:00+01:00');
    checkIn('33다3333');
    at('2026-10-26T00:00:00+01:00');
    checkIn('44라4444');
    const day = await summary(asked('2026-10-25'));
    expect(day.visits).toBe(3);
    expect(day.toMs - day.fromMs).toBe(25 * 3_600_000);
    expect(day.hours).toEqual([
      { hour: 2, pickup: 0, refuel: 0, other: 1 },
      { hour: 2, again: true, pickup: 0, refuel: 0, other: 1 },
      { hour: 23, pickup: 0, refuel: 0, other: 1 },
    ]);
    const spring = await summary(asked('2026-03-29'));
    expect(spring.toMs - spring.fromMs).toBe(23 * 3_600_000);
  });

  it('has its own name also where the clocks skip the hour at which it begins', async () => {
    // In Nuuk 23:00 on 28 March 2026 is 00:00 on the 29th.
    lot.core.settings.seedSite({ timeZone: 'America/Nuuk', businessDayStartHour: 23 });
    at('2026-03-29T00:30:00-01:00');
    checkIn('11가1111');
    expect((await summary(asked('2026-03-28'))).days.map(({ day }) => day)).toEqual(['2026-03-28']);
  });

  it('cannot be asked for more than 400 of them, nor backwards', async () => {
    const long = { ...asked('2024-01-01'), toDay: '2026-01-01' };
    expect(refusedFor(await lot.core.dailyLog.summary(long))).toBe('range-too-long');
    const backwards = { ...asked('2026-11-21'), toDay: '2026-11-20' };
    expect(refusedFor(await lot.core.dailyLog.summary(backwards))).toBe('range-too-long');
  });
});

describe('the visits of the log', () => {
  it('are found by plate digits, order number, model and in any case', () => {
    lot.arrival(aCar({ preorders: [aPreorder({ number: 'A17' })] }), codeNumber(1), 'bay-1');
    checkIn('0012');
    const day = '2026-11-21';
    expect(plates(asked(day, { text: '3456' }))).toEqual(['12가3456']);
    expect(plates(asked(day, { text: '12가 34' }))).toEqual(['12가3456']);
    expect(plates(asked(day, { text: '#a17' }))).toEqual(['12가3456']);
    expect(plates(asked(day, { text: 'ioniq' }))).toEqual(['12가3456']);
    expect(plates(asked(day, { text: '0012' }))).toEqual(['0012']);
    expect(plates(asked(day, { text: '%' }))).toEqual([]);
    expect(plates(asked(day, { text: "' OR 1=1 --" }))).toEqual([]);
  });

  it('are found the same whether the tables are scanned or the words are in memory', async () => {
    const car = aCar({ preorders: [aPreorder({ number: 'A17' })] });
    lot.arrival(car, codeNumber(1), 'bay-1');
    checkIn('0012');
    const day = '2026-11-21';
    const texts = ['34', '3456', '가', '12가 34', '#a17', 'IONIQ', '0012', '%', '"', ' ', '12'];
    const found = (more: Partial<LogQuery>) =>
      texts.map((text) => [rows(asked(day, { text, ...more })).total, plates(asked(day, { text, ...more }))]);
    const filters = [{}, { laneId: 'bay-1' }, { kind: 'none' as const }];
    const scanned = filters.map(found);
    await lot.core.dailyLog.readWords();
    expect(filters.map(found)).toEqual(scanned);
    // What comes after the words were read is found as well, and so is what has changed.
    checkIn('77사7777');
    expect(plates(asked(day, { text: '7777' }))).toEqual(['77사7777']);
    const { jackId } = car;
    lot.core.news.preorder(jackId, aPreorder({ number: 'B88' }), car);
    expect(plates(asked(day, { text: 'b88' }))).toEqual(['12가3456']);
    expect((await summary(asked(day, { text: '7777' }))).visits).toBe(1);
    expect((await summary(asked(day, { text: 'nothing' }))).visits).toBe(0);
  });

  it('are kept apart by kind, state, person and lane', async () => {
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), codeNumber(1), 'bay-1');
    lot.core.pickups.handOver(lot.attendant, {
      ...key(),
      pickupId: visit.pickup?.pickupId ?? '',
      check: '3456',
    });
    checkIn('90아1177', 'pump-1');
    const day = '2026-11-21';
    const only = (more: Partial<LogQuery>) => plates(asked(day, more));
    expect(only({ kind: 'pickup' })).toEqual(['12가3456']);
    expect(only({ kind: 'none' })).toEqual(['90아1177']);
    expect(only({ payment: 'settled' })).toEqual(['12가3456']);
    expect(only({ payment: 'unknown' })).toEqual([]);
    expect(only({ staffId: lot.attendant.person.staffId })).toEqual(['12가3456']);
    expect(only({ staffId: newId() })).toEqual([]);
    expect(only({ laneId: 'pump-1' })).toEqual(['90아1177']);
    const ofJun = await summary(asked(day, { staffId: lot.attendant.person.staffId }));
    expect(ofJun).toMatchObject({ visits: 1, settledMinor: 12_900 });
  });

  it('do not slip from page to page while cars arrive', () => {
    for (const plate of ['11가1111', '22나2222', '33다3333']) {
      lot.clock.advance(1000);
      checkIn(plate);
    }
    const day = asked('2026-11-21');
    const first = rows(day, { limit: 2 });
    lot.clock.advance(1000);
    checkIn('44라4444');
    const second = rows(day, { asOfMs: first.asOfMs, offset: 2, limit: 2 });
    expect([...first.visits, ...second.visits].map((v) => v.plate)).toEqual([
      '33다3333',
      '22나2222',
      '11가1111',
    ]);
    expect(second.total).toBe(3);
  });
});

describe('the sums of the log', () => {
  it('tell the wait from the first hearing to the first service, and who served under two minutes', async () => {
    const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), codeNumber(1), 'bay-1');
    lot.clock.advance(90_000);
    lot.core.pickups.handOver(lot.cashier, {
      ...key(),
      pickupId: visit.pickup?.pickupId ?? '',
      check: '3456',
    });
    const day = await summary(asked('2026-11-21'));
    expect(day.waits).toEqual({ served: 1, medianMs: 90_000, p90Ms: 90_000, underTwoMinutes: 1 });
    expect(day.kinds).toEqual([{ kind: 'pickup', count: 1, amountMinor: 12_900 }]);
    expect(day.payments).toEqual([{ payment: 'settled', count: 1, amountMinor: 12_900 }]);
    expect(day.staff).toMatchObject([{ person: { displayName: 'Mina' }, count: 1, amountMinor: 12_900 }]);
    expect(day.lanes).toEqual([{ laneId: 'bay-1', count: 1, amountMinor: 12_900 }]);
  });

  it('count a car checked in by hand as missed only when its jack is registered', async () => {
    lot.expect({ car: aCar(), codes: [codeNumber(1)] });
    checkIn('12가3456');
    checkIn('99하9999');
    const day = await summary(asked('2026-11-21'));
    expect(day.knownBy.staff).toBe(2);
    expect(day.missed).toBe(1);
  });

  it('tell day by day how arrivals became known, which came late, and which lanes staff corrected', async () => {
    const moved = lot.arrival(aCar(), codeNumber(1), 'pump-1');
    accepted(lot.core.visits.setLane(lot.cashier, { ...key(), visitId: moved.visitId, laneId: 'pump-2' }));
    const late = aCar({ vehicle: { ...aCar().vehicle, plate: '77사7777' } });
    const silent = aCar({ vehicle: { ...aCar().vehicle, plate: '88아8888' } });
    lot.expect({ car: late, codes: [codeNumber(2)] }, { car: silent, codes: [codeNumber(3)] });
    checkIn('77사7777');
    lot.presence(codeNumber(2), 'arrived', { laneId: 'bay-1' });
    checkIn('88아8888');
    at('2026-11-22T12:00:00+09:00');
    checkIn('99자9999');
    const sums = await summary({ ...asked('2026-11-21'), toDay: '2026-11-22' });
    expect(sums.days).toEqual([
      { day: '2026-11-21', jack: 1, phone: 0, staff: 2, late: 1, missed: 1, corrected: 1 },
      { day: '2026-11-22', jack: 0, phone: 0, staff: 1, late: 0, missed: 0, corrected: 0 },
    ]);
    expect(sums.missed).toBe(1);
  });

  it('count no car as an arrival that only drove by', async () => {
    lot.expect({ car: aCar(), codes: [codeNumber(1)] });
    lot.presence(codeNumber(1), 'approaching');
    lot.presence(codeNumber(1), 'departed');
    const nobody = await summary(asked('2026-11-21'));
    expect(nobody).toMatchObject({
      visits: 1,
      knownBy: { jack: 0, phone: 0, staff: 0 },
      days: [],
      hours: [],
    });
    lot.arrival(aCar({ vehicle: { ...aCar().vehicle, plate: '22나2222' } }), codeNumber(2), 'bay-1');
    // Its driver got the order before the radio was sure of the car.
    const preorders = [aPreorder()];
    const served = aCar({ preorders, vehicle: { ...aCar().vehicle, plate: '33다3333' } });
    lot.expect({ car: served, codes: [codeNumber(3)] });
    lot.presence(codeNumber(3), 'approaching');
    const pickupId = lot.visit('3333').pickup?.pickupId ?? '';
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3333' }));
    const came = await summary(asked('2026-11-21'));
    expect(came.knownBy.jack).toBe(2);
    expect(came.hours).toMatchObject([{ pickup: 1, other: 1 }]);
  });

  it('count a lane as corrected only where the radio had named another one', async () => {
    const setLane = (visitId: string, laneId: string) =>
      accepted(lot.core.visits.setLane(lot.cashier, { ...key(), visitId, laneId }));
    const corrected = async () => (await summary(asked('2026-11-21'))).days.map((day) => day.corrected);
    const carOf = (plate: string) => aCar({ vehicle: { ...aCar().vehicle, plate } });

    // The refuel is begun where the radio said: that is no correction.
    const heardRight = lot.arrival(carOf('11가1111'), codeNumber(1), 'pump-1');
    accepted(
      lot.core.refuels.start(lot.cashier, {
        ...key(),
        visitId: heardRight.visitId,
        laneId: 'pump-1',
        digits: '1111',
      }),
    );
    // Nor is it where the radio could not tell, or had not said anything yet.
    const eitherPump = carOf('22나2222');
    lot.expect({ car: eitherPump, codes: [codeNumber(2)] });
    lot.presence(codeNumber(2), 'arrived', { laneId: null, laneCandidates: ['pump-1', 'pump-2'] });
    setLane(lot.visit('2222').visitId, 'pump-2');
    const onItsWay = carOf('33다3333');
    lot.expect({ car: onItsWay, codes: [codeNumber(3)] });
    lot.presence(codeNumber(3), 'approaching');
    setLane(lot.visit('3333').visitId, 'bay-1');
    expect(await corrected()).toEqual([0]);

    // A tap on the wrong lane is taken back.
    setLane(heardRight.visitId, 'bay-1');
    expect(await corrected()).toEqual([1]);
    setLane(heardRight.visitId, 'pump-1');
    expect(await corrected()).toEqual([0]);
    setLane(lot.visit('2222').visitId, 'bay-1');
    expect(await corrected()).toEqual([1]);
  });

  it('claim nothing for a day on which nobody came', async () => {
    const day = await summary(asked('2026-11-21'));
    expect(day).toMatchObject({ visits: 0, settledMinor: 0, hours: [], kinds: [] });
    expect(day.waits).toEqual({ served: 0, medianMs: null, p90Ms: null, underTwoMinutes: null });
  });

  it('take a percentile between its neighbours', () => {
    expect(percentile([10, 20, 30], 0.5)).toBe(20);
    expect(percentile([10, 20], 0.5)).toBe(15);
    expect(percentile([0, 100], 0.9)).toBeCloseTo(90);
  });
});

function aCartBeingPaid(number: number, amountMinor: number, paymentRequestId: string, atMs: number): Cart {
  return {
    cartId: newId(),
    number,
    version: 1,
    state: 'checking-out',
    trip: {
      tripId: newId(),
      state: 'checking-out',
      endReason: null,
      lines: [
        {
          lineId: newId(),
          name: 'Milk',
          nameKo: '우유',
          barcode: '8801234567890',
          soldBy: 'piece',
          quantity: 1,
          weightGram: null,
          unitAmountMinor: amountMinor,
          amountMinor,
          known: true,
        },
      ],
      total: krw(amountMinor),
      weight: { expectedGram: 0, toleranceGram: 0, measuredGram: null, verdict: 'waiting' },
      attention: [],
      startedAtMs: atMs,
      lastActivityAtMs: atMs,
      paymentRequestId,
      preorderId: null,
    },
  };
}

describe('carts in the log', () => {
  const checkout = (cartNumber: number, amountMinor: number) => {
    const paymentRequestId = newId();
    const cart = aCartBeingPaid(cartNumber, amountMinor, paymentRequestId, lot.clock.nowMs());
    lot.core.news.cart(cart);
    return paymentRequestId;
  };

  it('are a kind of their own in filters and sums, and belong to no lane and no person', async () => {
    checkIn('12가3456');
    checkout(3, 8_900);
    checkout(4, 4_100);
    const day = '2026-11-21';
    const carts = (more: Partial<LogQuery> = {}) => {
      const answer = lot.core.dailyLog.carts({ ...asked(day, more), limit: 1 });
      if (!answer.ok) throw new Error(answer.error.code);
      return { total: answer.value.total, numbers: answer.value.payments.map((p) => p.cartNumber) };
    };
    expect(carts()).toMatchObject({ total: 2 });
    expect(carts({ kind: 'cart', text: '3' })).toEqual({ total: 1, numbers: [3] });
    expect(carts({ text: 'milk' }).total).toBe(2);
    expect(carts({ payment: 'settled' }).total).toBe(0);
    expect(carts({ kind: 'pickup' }).total).toBe(0);
    expect(carts({ laneId: 'bay-1' }).total).toBe(0);
    expect(carts({ staffId: lot.cashier.person.staffId }).total).toBe(0);
    expect(plates(asked(day, { kind: 'cart' }))).toEqual([]);
    const sums = await summary(asked(day));
    expect(sums.visits).toBe(1);
    expect(sums.kinds).toContainEqual({ kind: 'cart', count: 2, amountMinor: 0 });
    expect(sums.payments).toContainEqual({ payment: 'waiting', count: 2, amountMinor: 13_000 });
  });

  it('that became an order at the car are added up once, as carts', async () => {
    const paymentRequestId = checkout(3, 8_900);
    lot.core.news.paymentRequest({
      ...{ paymentRequestId, kind: 'charge', siteId: newId(), siteName: 'S', amount: krw(8_900) },
      ...{ captured: krw(8_900), state: 'paid', reason: null, version: 2 },
      ...{ createdAtMs: 0, expiresAtMs: 0, settledAtMs: lot.clock.nowMs() },
    });
    const bags = aPreorder({ state: 'ready', payment: 'captured', paid: krw(8_900) });
    const { pickup } = lot.arrival(aCar({ preorders: [bags] }), codeNumber(1), 'bay-1');
    const handOver = { pickupId: pickup?.pickupId ?? '', check: '3456' };
    const sums = () => summary(asked('2026-11-21'));
    expect((await sums()).payments).toContainEqual({ payment: 'waiting', count: 1, amountMinor: 0 });
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), ...handOver }));
    lot.restart();
    expect(await sums()).toMatchObject({
      settledMinor: 8_900,
      kinds: [
        { kind: 'cart', count: 1, amountMinor: 8_900 },
        { kind: 'pickup', count: 1, amountMinor: 0 },
      ],
    });
  });
});

describe('money that is still held', () => {
  it('is listed until the bank has confirmed its release, also when the car and its card are long gone', () => {
    const car = aCar();
    const visit = lot.arrival(car, codeNumber(1), 'pump-1');
    const held = { paymentRequestId: newId(), maximum: krw(100_000) };
    lot.core.news.reservation(car.jackId, { ...held, state: 'held' });
    expect(lot.core.dailyLog.reservations()).toEqual([]);
    accepted(
      lot.core.visits.close(lot.manager, {
        ...key(),
        visitId: visit.visitId,
        how: 'closed-by-staff',
        reason: '',
      }),
    );
    expect(lot.core.dailyLog.reservations()).toMatchObject([
      { visitId: visit.visitId, plateTail: '3456', state: 'held', closedAtMs: lot.clock.nowMs(), ...held },
    ]);
    lot.core.news.reservation(car.jackId, { ...held, state: 'releasing' });
    lot.restart();
    expect(lot.core.dailyLog.reservations()).toMatchObject([{ state: 'releasing' }]);
    lot.core.news.reservation(car.jackId, { ...held, state: 'released' });
    expect(lot.core.dailyLog.reservations()).toEqual([]);
    // The card stays away.
    expect(lot.core.visits.board()).toEqual([]);
  });
});

describe('the reconciliation', () => {
  const span = { fromMs: 1_000, toMs: 2_000 };
  const site = (subjectId: string, netMinor: number, more: Partial<SiteLine> = {}): SiteLine => ({
    kind: 'pickup',
    subjectId,
    visitId: newId(),
    plateTail: '3456',
    number: null,
    atMs: 1_500,
    currency: 'KRW',
    netMinor,
    ...more,
  });
  const line = (preorderId: string, amountMinor: number, more: Partial<StatementLine> = {}) => ({
    lineId: newId(),
    kind: 'preorder' as const,
    preorderId,
    paymentRequestId: null,
    refuelId: null,
    movement: 'taken' as const,
    amount: { amountMinor, currency: 'KRW' },
    atMs: 1_600,
    ...more,
  });
  const compare = (here: SiteLine[], statement: StatementLine[], onItsWay: string[] = [], known = here) =>
    reconcile({
      span,
      currency: 'KRW',
      statement,
      onItsWay: (subjectId) => onItsWay.includes(subjectId),
      books: {
        between: (kind) => here.filter((one) => one.kind === kind),
        pickup: (preorderId) => known.find((one) => one.subjectId === preorderId) ?? null,
        refuel: () => null,
        byRequest: () => null,
      },
    });
  const states = (of: ReturnType<typeof compare>) => of.lines.map((one) => one.state);

  it('matches what is equal here and there, also after a part was given back', () => {
    const result = compare(
      [site('a', 8_000)],
      [line('a', 12_000), line('a', 4_000, { movement: 'given-back' })],
    );
    expect(states(result)).toEqual(['matched']);
    expect(result).toMatchObject({ hereMinor: 8_000, thereMinor: 8_000 });
  });

  it('shows what is different, and what only one of the two knows, before what matches', () => {
    const result = compare(
      [site('same', 100), site('less', 100), site('only-here', 100)],
      [line('same', 100), line('less', 90), line('only-there', 50)],
    );
    expect(states(result).slice(0, 3).sort()).toEqual(['different', 'missing-here', 'missing-there']);
    expect(states(result)[3]).toBe('matched');
  });

  it('says of a mark that has not been sent yet that it is on its way', () => {
    const [only] = compare([site('a', 100)], [], ['a']).lines;
    expect(only).toMatchObject({ state: 'missing-there', onItsWay: true });
  });

  it('shows money that the server took for something that is unpaid here', () => {
    const unpaid = site('a', 0, { kind: 'refuel' });
    const result = compare([], [line('a', 700)], [], [unpaid]);
    expect(result.lines).toMatchObject([{ state: 'different', hereMinor: 0, thereMinor: 700 }]);
  });

  it('leaves lines of the neighbouring days to those days', () => {
    const yesterday = site('a', 100, { atMs: 500 });
    const result = compare([], [line('a', 100), line('b', 100, { atMs: 2_500 })], [], [yesterday]);
    expect(result.lines).toEqual([]);
  });

  it('finds what was handed over at this site in the server’s statement', () => {
    const car = aCar({ preorders: [aPreorder()] });
    const visit = lot.arrival(car, codeNumber(1), 'bay-1');
    lot.core.pickups.handOver(lot.cashier, {
      ...key(),
      pickupId: visit.pickup?.pickupId ?? '',
      check: '3456',
    });
    const preorderId = visit.pickup?.preorderId ?? '';
    const here = lot.core.dailyLog.reconcile('2026-11-21', []);
    expect(here.lines).toMatchObject([{ state: 'missing-there', onItsWay: true, hereMinor: 12_900 }]);
    const both = lot.core.dailyLog.reconcile('2026-11-21', [
      line(preorderId, 12_900, { atMs: lot.clock.nowMs() }),
    ]);
    expect(both.lines).toMatchObject([{ state: 'matched', plateTail: '3456', number: 'A17' }]);
  });
});
