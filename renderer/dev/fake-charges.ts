/** Charges of the fake station: a twin for component tests, with the rules a screen can run into. */
import { implement } from '@orpc/server';
import { mayChooseByItself, newId, parsePlateDigits } from '../../shared/domain/index.ts';
import {
  type ChargeView,
  type Person,
  type RefusalReason,
  type SiteSettings,
  stationContract,
  type VisitView,
} from '../../shared/station-contract/index.ts';
import { requiredVerification } from '../../shared/station-facts/index.ts';

const cashier: Person = { staffId: newId(), displayName: 'Hana L.', role: 'cashier' };
const manager: Person = { staffId: newId(), displayName: 'Jiwoo L.', role: 'manager' };
const krw = (amountMinor: number) => ({ amountMinor, currency: 'KRW' });

export function fakeCharge(nowMs: number, changes: Partial<ChargeView> = {}): ChargeView {
  return {
    chargeId: newId(),
    visitId: newId(),
    state: 'paid',
    amount: krw(12_000),
    note: null,
    verification: 'jack',
    requestedBy: cashier,
    requestedAtMs: nowMs - 600_000,
    paymentRequestId: newId(),
    approval: { state: 'paid', expiresAtMs: nowMs - 480_000, reason: null, asked: true },
    cancelAsked: false,
    refunds: [],
    refundable: krw(12_000),
    sync: 'sent',
    ...changes,
  };
}

/** A lot on which charges have ended in every way. */
export function chargedLot(visits: VisitView[], nowMs: number): VisitView[] {
  const ends: Partial<ChargeView>[] = [
    {
      note: 'Car wash',
      refundable: krw(7_000),
      refunds: [
        {
          refundId: newId(),
          amount: krw(5_000),
          reason: 'Brushes broke down',
          by: cashier,
          allowedBy: manager,
          atMs: nowMs - 300_000,
          state: 'given-back',
        },
      ],
    },
    { state: 'declined', amount: krw(48_500), refundable: krw(0) },
    { state: 'expired', amount: krw(3_900), note: 'Snacks', refundable: krw(0) },
    { state: 'unknown', amount: krw(27_000), refundable: krw(0) },
    { state: 'cancelled', amount: krw(8_000), refundable: krw(0) },
  ];
  return visits.map((visit, n) => {
    const { visitId } = visit;
    const end = ends[n];
    const requestedAtMs = nowMs - (n + 1) * 420_000;
    return end === undefined
      ? visit
      : { ...visit, charges: [fakeCharge(nowMs, { visitId, requestedAtMs, ...end })] };
  });
}

/** The PIN of the fake manager. */
export const fakeManagerPin = '1403';

/** What the fake station gives for it. */
interface LotWithCharges {
  readonly visits: ReadonlyMap<string, VisitView>;
  readonly site: SiteSettings;
  put(visit: VisitView): VisitView;
  once<T>(name: string, idempotencyKey: string, carryOut: () => T): Promise<T>;
}

export function fakeCharges(
  station: LotWithCharges,
  me: () => Person,
  refused: (refusal: { data: { reason: RefusalReason } }) => Error,
) {
  const os = implement(stationContract).charges;
  const refuse = (reason: RefusalReason): Error => refused({ data: { reason } });
  const money = (amountMinor: number) => ({ amountMinor, currency: station.site.currency });
  const all = () =>
    [...station.visits.values()].flatMap((visit) =>
      (visit.charges ?? []).map((charge) => ({ visit, charge })),
    );
  const find = (chargeId: string) => {
    const found = all().find(({ charge }) => charge.chargeId === chargeId);
    if (found === undefined) throw refuse('charge-not-found');
    return found;
  };
  const keep = (visit: VisitView, charge: ChargeView) => {
    const others = (visit.charges ?? []).filter((other) => other.chargeId !== charge.chargeId);
    station.put({ ...visit, charges: [...others, charge] });
    return { charge };
  };
  const asked = (nowMs: number) =>
    ({
      state: 'waiting',
      cancelAsked: false,
      paymentRequestId: newId(),
      approval: { state: 'waiting', expiresAtMs: nowMs + 120_000, reason: null, asked: true },
    }) as const;
  return {
    candidates: os.candidates.handler(({ input }) => {
      const found = [...station.visits.values()].filter(
        (visit) =>
          visit.closed === null &&
          (visit.presence === 'arrived' || visit.presence === 'parked') &&
          visit.plateTail.includes(input.digits ?? ''),
      );
      const digits = input.digits === null ? null : parsePlateDigits(input.digits);
      return {
        candidates: found.map((visit) => ({
          visitId: visit.visitId,
          plate: `34나${visit.plateTail}`,
          model: visit.vehicle.model,
          color: visit.vehicle.color,
          presence: visit.presence,
          laneId: visit.laneId,
          arrivedAtMs: visit.arrivedAtMs,
          jackKnown: visit.codeBehaviour !== null,
        })),
        mayChooseByItself: digits !== null && mayChooseByItself(digits, found.length),
      };
    }),
    request: os.request.handler(({ input }) =>
      station.once('chargeRequest', input.idempotencyKey, () => {
        const visit = station.visits.get(input.visitId);
        if (visit === undefined) throw refuse('visit-not-found');
        const required = requiredVerification(station.site, input.amountMinor);
        if (required === 'jack' && input.verification === 'phone') throw refuse('jack-code-required');
        return keep(visit, {
          chargeId: newId(),
          visitId: visit.visitId,
          amount: money(input.amountMinor),
          note: input.note,
          verification: input.verification,
          requestedBy: me(),
          requestedAtMs: Date.now(),
          refunds: [],
          refundable: money(0),
          sync: 'sent',
          ...asked(Date.now()),
        });
      }),
    ),
    cancel: os.cancel.handler(({ input }) =>
      station.once('chargeCancel', input.idempotencyKey, () => {
        const { visit, charge } = find(input.chargeId);
        if (charge.state !== 'waiting') throw refuse('charge-wrong-state');
        return keep(visit, { ...charge, cancelAsked: true });
      }),
    ),
    askAgain: os.askAgain.handler(({ input }) =>
      station.once('chargeAskAgain', input.idempotencyKey, () => {
        const { visit, charge } = find(input.chargeId);
        return keep(visit, { ...charge, ...asked(Date.now()) });
      }),
    ),
    refund: os.refund.handler(({ input }) =>
      station.once('chargeRefund', input.idempotencyKey, () => {
        const { visit, charge } = find(input.chargeId);
        if (me().role !== 'manager') {
          if (input.pin === null) throw refuse('manager-needed');
          if (input.pin !== fakeManagerPin) throw refuse('manager-pin-wrong');
        }
        if (input.amountMinor > charge.refundable.amountMinor) throw refuse('refund-too-much');
        const manager: Person = {
          staffId: input.managerId ?? newId(),
          displayName: 'Jiwoo L.',
          role: 'manager',
        };
        return keep(visit, {
          ...charge,
          refundable: money(charge.refundable.amountMinor - input.amountMinor),
          refunds: [
            ...charge.refunds,
            {
              refundId: newId(),
              amount: money(input.amountMinor),
              reason: input.reason,
              by: me(),
              allowedBy: input.pin === null ? me() : manager,
              atMs: Date.now(),
              state: 'given-back',
            },
          ],
        });
      }),
    ),
    list: os.list.handler(() => {
      const paid = all().filter(({ charge }) => charge.state === 'paid');
      const sum = (of: (charge: ChargeView) => number) =>
        money(paid.reduce((total, { charge }) => total + of(charge), 0));
      return {
        charges: all()
          .map(({ visit, charge }) => ({
            ...charge,
            plate: `34나${visit.plateTail}`,
            plateTail: visit.plateTail,
            laneId: visit.laneId,
          }))
          .sort((a, b) => b.requestedAtMs - a.requestedAtMs),
        paid: sum((charge) => charge.amount.amountMinor),
        givenBack: sum((charge) => charge.refunds.reduce((total, r) => total + r.amount.amountMinor, 0)),
      };
    }),
  };
}
