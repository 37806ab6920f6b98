import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { ChargeView } from '../../shared/station-contract/index.ts';
import type { Actor, ChargeAnswer } from '../core/index.ts';
import { aCar, codeNumber, key, krw, refusedFor, TestLot } from '../core/test-lot.ts';

let lot: TestLot;
const code = codeNumber(9);
const car = aCar();
let visitId = '';
beforeEach(() => {
  lot = new TestLot({ allowSimplePins: true });
  visitId = lot.arrival(car, code, 'bay-1').visitId;
  lot.sendAll();
});
afterEach(() => lot.close());

function charged(answer: ChargeAnswer): ChargeView {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
  return answer.value.charge;
}
const request = (
  more: Partial<{ visitId: string; amountMinor: number; verification: 'jack' | 'phone'; by: Actor }> = {},
) => {
  const { by, ...rest } = more;
  const input = { ...key(), visitId, amountMinor: 12_000, note: 'Snacks', verification: 'jack' as const };
  return lot.core.charges.request(by ?? lot.cashier, { ...input, ...rest });
};
const news = (
  charge: { paymentRequestId: string },
  state: PaymentRequest['state'],
  version: number,
  refundedMinor = 0,
): PaymentRequest => ({
  paymentRequestId: charge.paymentRequestId,
  kind: 'charge',
  siteId: newId(),
  siteName: 'Test site',
  amount: krw(12_000),
  captured: state === 'paid' ? krw(12_000) : null,
  ...(refundedMinor > 0 ? { refunded: krw(refundedMinor) } : {}),
  state,
  reason: null,
  version,
  createdAtMs: 0,
  expiresAtMs: lot.clock.nowMs() + 120_000,
  settledAtMs: null,
});
const told = (...args: Parameters<typeof news>) => lot.core.news.paymentRequest(news(...args));
const now = (chargeId: string): ChargeView => {
  const found = lot.core.charges.list({ day: null }).charges.find((c) => c.chargeId === chargeId);
  if (found === undefined) throw new Error('not among today’s charges');
  return found;
};
const paid = (): ChargeView => {
  const charge = charged(request());
  lot.sendAll();
  told(charge, 'paid', 3);
  return now(charge.chargeId);
};
const refund = (charge: ChargeView, amountMinor: number, by: Actor = lot.manager, more = {}) =>
  lot.core.charges.refund(by, {
    ...key(),
    chargeId: charge.chargeId,
    amountMinor,
    reason: 'Wrong item',
    managerId: null,
    pin: null,
    ...more,
  });
/** As the sender does it when the server took the refund. */
const refundTaken = (charge: ChargeView, version: number, refundedMinor: number) => {
  const waiting = now(charge.chargeId).refunds.find((r) => r.state === 'waiting');
  lot.core.news.refundAnswer(waiting?.refundId ?? '', news(charge, 'paid', version, refundedMinor));
  lot.sendAll();
};

describe('choosing the car', () => {
  it('shows the full plates of the cars that are here, all of them or those that answer to the digits', () => {
    const plates = (digits: string | null) =>
      lot.core.charges.candidates({ digits }).candidates.map((c) => c.plate);
    expect(plates(null)).toEqual(['12가3456']);
    expect(plates('345')).toEqual(['12가3456']);
    expect(plates('999')).toEqual([]);
    expect(lot.core.charges.candidates({ digits: '3456' }).mayChooseByItself).toBe(true);
    expect(lot.core.charges.candidates({ digits: null }).mayChooseByItself).toBe(false);
  });

  it('refuses a car that is not here, and one that the payment server does not know', () => {
    expect(refusedFor(request({ visitId: newId() }))).toBe('visit-not-found');
    const stranger = lot.core.visits.checkIn(lot.cashier, {
      ...key(),
      plate: '99하1234',
      laneId: null,
      purpose: 'pickup',
      pickupNumber: null,
    });
    if (!stranger.ok) throw new Error('not checked in');
    expect(refusedFor(request({ visitId: stranger.value.visit.visitId }))).toBe('car-not-known');
  });

  it('tells the server first that a car has arrived which the radio was not sure of yet', () => {
    const other = aCar({ vehicle: { ...car.vehicle, plate: '88나7345' } });
    lot.expect({ car, codes: [code] }, { car: other, codes: [codeNumber(10)] });
    lot.presence(codeNumber(10), 'approaching');
    charged(request({ visitId: lot.visit('7345').visitId }));
    expect(lot.sendAll()).toEqual(['arrival', 'charge-requested']);
  });
});

describe('how the driver says yes', () => {
  it('is with the jack’s code unless the site says from which amount on', () => {
    expect(refusedFor(request({ verification: 'phone' }))).toBe('jack-code-required');
  });

  it('may be on the phone alone below the site’s amount, never from it on; staff may demand more', () => {
    lot.core.settings.seedSite({ jackRequiredFromMinor: 10_000 });
    expect(refusedFor(request({ amountMinor: 10_000, verification: 'phone' }))).toBe('jack-code-required');
    const small = charged(request({ amountMinor: 9_999, verification: 'phone' }));
    expect(small.verification).toBe('phone');
    told(small, 'declined', 2);
    expect(charged(request({ amountMinor: 9_999, verification: 'jack' })).verification).toBe('jack');
  });

  it('becomes stricter with the site when the driver is asked again', () => {
    lot.core.settings.seedSite({ jackRequiredFromMinor: null });
    const charge = charged(request({ verification: 'phone' }));
    told(charge, 'expired', 2);
    lot.core.settings.seedSite({ jackRequiredFromMinor: 0 });
    const again = charged(lot.core.charges.askAgain(lot.cashier, { ...key(), chargeId: charge.chargeId }));
    expect(again.verification).toBe('jack');
  });
});

describe('a charge', () => {
  it('waits for the driver, and reaches the server once under the id that stands in the journal', () => {
    const charge = charged(request());
    expect([charge.state, charge.approval.asked, charge.sync]).toEqual(['waiting', false, 'waiting']);
    const [item] = lot.core.outbox.due(lot.clock.nowMs(), 10);
    expect(item?.payload).toEqual({
      paymentRequestId: charge.paymentRequestId,
      visitId,
      jackId: car.jackId,
      amount: krw(12_000),
      verification: 'jack',
      description: 'Snacks',
    });
    const story = lot.core.visits.get(visitId);
    const entry = story.ok ? story.value.story.find((e) => e.kind === 'charge-requested') : undefined;
    expect(entry?.details).toMatchObject({ paymentRequestId: charge.paymentRequestId, amountMinor: 12_000 });
  });

  it('sent twice under one key is one charge', () => {
    const input = { ...key(), visitId, amountMinor: 500, note: null, verification: 'jack' as const };
    const first = lot.core.charges.request(lot.cashier, input);
    expect(lot.core.charges.request(lot.cashier, input)).toEqual(first);
    expect(lot.sendAll()).toEqual(['charge-requested']);
  });

  it('is one at a time for a car, so that a second tap cannot double it', () => {
    charged(request());
    expect(refusedFor(request())).toBe('charge-already-open');
  });

  it('may be asked for while somebody else serves the car, for the counter and the pump are two places', () => {
    lot.core.visits.claim(lot.attendant, { ...key(), visitId });
    expect(charged(request()).state).toBe('waiting');
  });

  it('is for cashiers and managers', () => {
    expect(refusedFor(request({ by: lot.attendant }))).toBe('FORBIDDEN');
    expect(charged(request({ by: lot.manager })).requestedBy.role).toBe('manager');
  });

  it('turns into what the server says, newest word only, and shows it on its visit', () => {
    const charge = charged(request());
    told(charge, 'waiting', 1);
    expect(now(charge.chargeId).approval.asked).toBe(true);
    told(charge, 'paid', 3);
    told(charge, 'declined', 2);
    expect(lot.visit().charges?.map((c) => c.state)).toEqual(['paid']);
    expect(lot.core.charges.list({ day: null }).paid).toEqual(krw(12_000));
  });

  it('whose outcome is unknown is looked up before anything else', () => {
    const charge = charged(request());
    told(charge, 'unknown', 2);
    const { chargeId } = charge;
    expect(lot.core.refuels.unknownPaymentRequests()).toEqual([charge.paymentRequestId]);
    expect(refusedFor(lot.core.charges.askAgain(lot.cashier, { ...key(), chargeId }))).toBe(
      'approval-unknown-look-up-first',
    );
    expect(refusedFor(lot.core.charges.cancel(lot.cashier, { ...key(), chargeId }))).toBe(
      'approval-unknown-look-up-first',
    );
    expect(refusedFor(request())).toBe('charge-already-open');
    told(charge, 'declined', 3);
    expect(lot.core.refuels.unknownPaymentRequests()).toEqual([]);
  });

  it('is asked again under a new id after a no, and paid once when the first turns out paid', () => {
    const charge = charged(request());
    lot.sendAll();
    told(charge, 'expired', 2);
    const again = charged(lot.core.charges.askAgain(lot.cashier, { ...key(), chargeId: charge.chargeId }));
    expect(again.paymentRequestId).not.toBe(charge.paymentRequestId);
    told(charge, 'paid', 3);
    expect(now(charge.chargeId)).toMatchObject({
      state: 'paid',
      paymentRequestId: charge.paymentRequestId,
    });
    expect(lot.sendAll()).toEqual(['charge-requested', 'charge-cancelled']);
    told(again, 'paid', 2);
    expect(lot.core.log.attention()).toMatchObject([{ kind: 'conflict', lastError: { code: 'paid-twice' } }]);
  });

  it('that was paid twice is told to a manager once, whatever else becomes of the earlier payment', () => {
    const first = charged(request());
    lot.sendAll();
    told(first, 'declined', 2);
    const again = lot.core.charges.askAgain(lot.cashier, { ...key(), chargeId: first.chargeId });
    told(charged(again), 'paid', 2);
    told(first, 'paid', 3);
    told(first, 'paid', 4, 2_000);
    expect(lot.core.log.attention().map((item) => item.lastError?.code)).toEqual(['paid-twice']);
  });

  it('outlives a restart and its car’s departure', () => {
    const charge = charged(request());
    lot.presence(code, 'departed');
    lot.restart();
    expect(now(charge.chargeId)).toMatchObject(charge);
    told(charge, 'paid', 2);
    expect(now(charge.chargeId).state).toBe('paid');
    const { visits } = lot.core.log.day({ day: '2026-11-21' });
    expect(visits.flatMap((v) => v.charges ?? []).map((c) => c.state)).toEqual(['paid']);
  });

  it('that is paid ends the stay as completed', () => {
    paid();
    lot.presence(code, 'departed');
    const { visits } = lot.core.log.day({ day: '2026-11-21' });
    expect(visits.map((v) => v.closed?.how)).toEqual(['completed']);
  });
});

describe('taking a charge back', () => {
  it('is the server’s word: the driver may have been quicker', () => {
    const charge = charged(request());
    lot.sendAll();
    told(charge, 'waiting', 1);
    const { chargeId } = charge;
    const cancelling = charged(lot.core.charges.cancel(lot.cashier, { ...key(), chargeId }));
    expect([cancelling.state, cancelling.cancelAsked]).toEqual(['waiting', true]);
    expect(lot.sendAll()).toEqual(['charge-cancelled']);
    told(charge, 'cancelled', 2);
    expect([now(chargeId).state, now(chargeId).cancelAsked]).toEqual(['cancelled', false]);
  });

  it('is refused once the driver has said yes', () => {
    const charge = charged(request());
    told(charge, 'approved', 2);
    const { chargeId } = charge;
    expect(refusedFor(lot.core.charges.cancel(lot.cashier, { ...key(), chargeId }))).toBe(
      'charge-wrong-state',
    );
  });

  it('needs nobody when the server refused the request, and holds when that is sent again', () => {
    const charge = charged(request());
    const { chargeId } = charge;
    const [item] = lot.core.outbox.due(lot.clock.nowMs(), 1);
    lot.core.outbox.markAttention(item?.outboxId ?? '', { code: 'car-did-not-enter', detail: '' });
    expect(now(chargeId).sync).toBe('attention');
    expect(charged(lot.core.charges.cancel(lot.cashier, { ...key(), chargeId })).state).toBe('cancelled');
    expect(lot.dueKinds()).toEqual([]);
    told(charge, 'waiting', 1);
    expect(now(chargeId)).toMatchObject({ state: 'waiting', cancelAsked: true });
    expect(lot.sendAll()).toEqual(['charge-cancelled']);
  });
});

describe('giving money back', () => {
  it('is a part, and again, up to the amount', async () => {
    const charge = paid();
    expect(charged(await refund(charge, 5_000)).refundable).toEqual(krw(7_000));
    expect(refusedFor(await refund(charge, 7_001))).toBe('refund-too-much');
    expect(lot.dueKinds()).toEqual(['charge-refunded']);
    refundTaken(charge, 4, 5_000);
    expect(charged(await refund(charge, 7_000)).refundable).toEqual(krw(0));
    refundTaken(charge, 5, 12_000);
    expect(now(charge.chargeId).refunds.map((r) => r.state)).toEqual(['given-back', 'given-back']);
    expect(lot.core.charges.list({ day: null }).givenBack).toEqual(krw(12_000));
  });

  it('needs something paid', async () => {
    expect(refusedFor(await refund(charged(request()), 1))).toBe('charge-wrong-state');
  });

  it('that the card’s bank refuses was not given back, and a manager sees it', async () => {
    const charge = paid();
    charged(await refund(charge, 5_000));
    refundTaken(charge, 4, 5_000);
    told(charge, 'paid', 5, 0);
    expect(now(charge.chargeId)).toMatchObject({
      refunds: [{ state: 'refused' }],
      refundable: krw(12_000),
    });
    expect(lot.core.log.attention()).toMatchObject([
      { kind: 'conflict', lastError: { code: 'refund-refused' } },
    ]);
  });

  it('that the card’s bank refuses is that one, though another of the same charge came later and went back', async () => {
    const charge = paid();
    charged(await refund(charge, 5_000));
    refundTaken(charge, 4, 5_000);
    charged(await refund(charge, 4_000));
    refundTaken(charge, 5, 9_000);
    told(charge, 'paid', 6, 4_000);
    expect(now(charge.chargeId)).toMatchObject({
      refunds: [{ state: 'refused' }, { state: 'given-back' }],
      refundable: krw(8_000),
    });
    expect(lot.core.log.attention()).toHaveLength(1);
  });

  it('that the server refused may yet be sent again, so it counts until a manager sets it aside', async () => {
    const charge = paid();
    charged(await refund(charge, 5_000));
    const [item] = lot.core.outbox.due(lot.clock.nowMs(), 1);
    lot.core.outbox.markAttention(item?.outboxId ?? '', { code: 'amount-mismatch', detail: '' });
    expect(now(charge.chargeId)).toMatchObject({ refunds: [{ state: 'refused' }], refundable: krw(7_000) });
    lot.core.log.resolveAttention(lot.manager, {
      ...key(),
      outboxId: item?.outboxId ?? '',
      how: 'set-aside',
      reason: 'paid in cash',
    });
    expect(now(charge.chargeId)).toMatchObject({
      refunds: [{ state: 'set-aside' }],
      refundable: krw(12_000),
    });
  });

  describe('by a cashier', () => {
    let managerId = '';
    let cashierId = '';
    beforeEach(async () => {
      const people = await lot.core.staff.seed([
        { displayName: 'Soo', role: 'manager', pin: '1403' },
        { displayName: 'Mina', role: 'cashier', pin: '1201' },
      ]);
      managerId = people.find((p) => p.role === 'manager')?.staffId ?? '';
      cashierId = people.find((p) => p.role === 'cashier')?.staffId ?? '';
    });

    it('needs a manager’s PIN, and both names stand in the journal', async () => {
      const charge = paid();
      expect(refusedFor(await refund(charge, 1_000, lot.cashier))).toBe('manager-needed');
      const done = charged(await refund(charge, 1_000, lot.cashier, { managerId, pin: '1403' }));
      expect(done.refunds[0]).toMatchObject({
        by: { displayName: 'Mina' },
        allowedBy: { displayName: 'Soo' },
      });
      const [entry] = lot.core.log.journal({ beforeSequence: null, limit: 1 }).entries;
      expect(entry).toMatchObject({
        kind: 'charge-refunded',
        person: { displayName: 'Mina' },
        details: { allowedBy: { displayName: 'Soo' } },
      });
    });

    it('with another cashier’s PIN is refused', async () => {
      const charge = paid();
      const answer = await refund(charge, 1_000, lot.cashier, { managerId: cashierId, pin: '1201' });
      expect(refusedFor(answer)).toBe('manager-needed');
    });

    it('with a wrong PIN locks the manager as at sign-in, and never gives anything back', async () => {
      const charge = paid();
      const reasons: string[] = [];
      for (let i = 0; i < 6; i++) {
        reasons.push(refusedFor(await refund(charge, 1_000, lot.cashier, { managerId, pin: '9999' })));
        lot.clock.advance(20_000);
      }
      expect(reasons).toEqual([
        'manager-pin-wrong',
        'manager-pin-wrong',
        'manager-pin-wrong',
        'manager-pin-wrong',
        'manager-pin-locked',
        'manager-pin-locked',
      ]);
      const right = await lot.core.staff.signIn({ staffId: managerId, pin: '1403', kioskId: null });
      expect(right.ok ? 'signed in' : right.error.code).toBe('PIN_LOCKED');
      expect(now(charge.chargeId).refunds).toEqual([]);
      const entries = lot.core.log.journal({ beforeSequence: null, limit: 40 }).entries;
      const tried = entries.filter((entry) => entry.kind === 'refund-pin-failed');
      expect(tried).toHaveLength(6);
      expect(tried[0]?.person?.displayName).toBe('Mina');
    });

    it('asked again under its key answers as before, though the manager is locked by now', async () => {
      const charge = paid();
      const more = { ...key(), managerId, pin: '1403' };
      const first = await refund(charge, 1_000, lot.cashier, more);
      for (let i = 0; i < 5; i++) {
        await lot.core.staff.signIn({ staffId: managerId, pin: '9999', kioskId: null });
        lot.clock.advance(20_000);
      }
      expect(await refund(charge, 1_000, lot.cashier, more)).toEqual(first);
      expect(now(charge.chargeId).refunds).toHaveLength(1);
    });
  });
});
