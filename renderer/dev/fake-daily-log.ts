/** The fake station's daily log and shifts: a twin for component tests and the component page. */
import { implement } from '@orpc/server';
import { newId } from '../../shared/domain/index.ts';
import {
  type CartPaymentView,
  type LogSummary,
  type LogVisit,
  type Person,
  type ShiftReport,
  type ShiftView,
  type SiteSettings,
  stationContract,
  type VisitView,
} from '../../shared/station-contract/index.ts';
import { fakeFollowUps, type Told } from './fake-follow-ups.ts';
import { summaryOf } from './fake-past-visits.ts';

/** What the twin's daily log needs of the fake station. */
interface Lot {
  readonly visits: ReadonlyMap<string, VisitView>;
  /** Who was here earlier today and has left, newest first. */
  readonly past: readonly VisitView[];
  readonly site: SiteSettings;
  readonly followUpsTold: Told;
  readonly shiftReport: Partial<ShiftReport>;
  readonly summary: Partial<LogSummary>;
  once<T>(name: string, idempotencyKey: string, carryOut: () => T): Promise<T>;
}

const noSales: ShiftReport = {
  sales: [],
  tenders: [],
  waiting: { count: 0, amountMinor: 0 },
  givenBack: { count: 0, amountMinor: 0 },
  expectedCashMinor: 0,
  unsent: 0,
  needsAttention: 0,
  liveCars: [],
};

export function fakeDailyLog(station: Lot, me: () => Person, people: () => Person[]) {
  const os = implement(stationContract);
  let open: ShiftView | null = null;
  const closed: ShiftView[] = [];
  const all = (): LogVisit[] =>
    [...station.visits.values(), ...station.past].map((visit) => ({
      ...visit,
      plate: `34나${visit.plateTail}`,
    }));
  const troubled = (visit: LogVisit, payment: string) =>
    payment === 'unknown'
      ? visit.refuel?.state === 'unknown'
      : payment === 'unpaid'
        ? ['declined', 'expired', 'drive-off'].includes(visit.refuel?.state ?? '')
        : true;
  return {
    dailyLog: {
      rows: os.dailyLog.rows.handler(({ input }) => {
        const { payment, text, kind } = input;
        const found = all().filter(
          (visit) =>
            visit.plate.includes(text) &&
            (payment === null || troubled(visit, payment)) &&
            (kind !== 'pickup' || visit.pickup !== null) &&
            (kind !== 'refuel' || visit.refuel !== null),
        );
        return {
          visits: found.slice(input.offset, input.offset + input.limit),
          total: found.length,
          asOfMs: Date.now(),
        };
      }),
      summary: os.dailyLog.summary.handler(({ input }) => ({
        ...summaryOf(all(), station.site, input.toDay),
        ...station.summary,
      })),
      people: os.dailyLog.people.handler(() => ({ people: people() })),
      carts: os.dailyLog.carts.handler(({ input }) => {
        const payments = input.kind === null || input.kind === 'cart' ? fakeCartPayments() : [];
        return { payments: payments.slice(0, input.limit), total: payments.length };
      }),
      followUps: os.dailyLog.followUps.handler(() => fakeFollowUps(all(), station.followUpsTold)),
      reconcile: os.dailyLog.reconcile.handler(() => ({
        fromMs: 0,
        toMs: 1,
        currency: 'KRW',
        hereMinor: 31_400,
        thereMinor: 18_500,
        lines: [
          {
            lineId: newId(),
            kind: 'pickup' as const,
            state: 'missing-there' as const,
            visitId: all()[0]?.visitId ?? null,
            plateTail: '3456',
            number: 'A17',
            atMs: Date.now(),
            hereMinor: 12_900,
            thereMinor: null,
            onItsWay: true,
          },
          {
            lineId: newId(),
            kind: 'charge' as const,
            state: 'matched' as const,
            visitId: null,
            plateTail: null,
            number: null,
            atMs: Date.now(),
            hereMinor: 18_500,
            thereMinor: 18_500,
            onItsWay: false,
          },
        ],
      })),
    },
    shifts: {
      current: os.shifts.current.handler(() => ({
        shift: open,
        colleagues: people().filter((person) => person.staffId !== open?.person.staffId),
      })),
      open: os.shifts.open.handler(({ input }) =>
        station.once('openShift', input.idempotencyKey, () => {
          const mine = all().filter((visit) => visit.claimedBy !== null);
          open = {
            shiftId: newId(),
            kioskId: null,
            person: me(),
            openedAtMs: Date.now(),
            float: { amountMinor: input.floatMinor, currency: 'KRW' },
            closed: null,
            report: {
              ...noSales,
              ...station.shiftReport,
              expectedCashMinor: input.floatMinor,
              unsent: 2,
              liveCars: mine.map(({ visitId, plateTail, laneId }) => ({ visitId, plateTail, laneId })),
            },
          };
          return { shift: open };
        }),
      ),
      close: os.shifts.close.handler(({ input }) =>
        station.once('closeShift', input.idempotencyKey, () => {
          if (open === null) throw new Error('no shift is open');
          const to = people().find((person) => person.staffId === input.handOverTo) ?? null;
          const shift: ShiftView = {
            ...open,
            closed: {
              atMs: Date.now(),
              by: me(),
              countedMinor: input.countedMinor,
              handedTo: to,
              note: input.note,
            },
          };
          open = null;
          closed.unshift(shift);
          return { shift };
        }),
      ),
      list: os.shifts.list.handler(() => ({ shifts: open === null ? closed : [open, ...closed] })),
    },
  };
}

function fakeCartPayments(): CartPaymentView[] {
  const line = (name: string, nameKo: string, amountMinor: number) => ({
    lineId: newId(),
    name,
    nameKo,
    barcode: null,
    soldBy: 'piece' as const,
    quantity: 1,
    weightGram: null,
    unitAmountMinor: amountMinor,
    amountMinor,
    known: true,
  });
  return [
    {
      cartNumber: 3,
      state: 'paid' as const,
      lines: [line('Milk', '우유', 3_200), line('Eggs', '달걀', 8_900)],
    },
    { cartNumber: 5, state: 'declined' as const, lines: [line('Bread', '식빵', 4_100)] },
  ].map(({ lines, ...payment }, i) => {
    const amount = { amountMinor: lines.reduce((sum, one) => sum + one.amountMinor, 0), currency: 'KRW' };
    return {
      ...payment,
      lines,
      amount,
      paymentRequestId: newId(),
      tripId: newId(),
      cartId: newId(),
      asPickup: false,
      askedAtMs: Date.now() - (i + 1) * 1_800_000,
      settledAtMs: null,
      refunds: [],
      refundable: payment.state === 'paid' ? amount : { ...amount, amountMinor: 0 },
    };
  });
}
