/**
 * The X report, and at the close the Z report: what people at this kiosk marked since the shift was opened
 * (the journal knows), and what has become of it by now.
 */
import { plateTail } from '../../shared/domain/index.ts';
import type { ShiftReport } from '../../shared/station-contract/index.ts';
import type { RecordStores } from '../records/index.ts';
import type {
  Deed,
  LeftOpen,
  LeftOver,
  LeftRefund,
  Outcome,
  ShiftRecord,
  ShiftStore,
  StillUndoable,
} from './shift-store.ts';

type SaleKind = ShiftReport['sales'][number]['kind'];
type Tender = ShiftReport['tenders'][number]['tender'];

export function shiftReport(shift: ShiftRecord, store: ShiftStore, records: RecordStores): ShiftReport {
  const sales = new Map<SaleKind, { count: number; amountMinor: number }>();
  const tenders = new Map<Tender, { count: number; amountMinor: number }>();
  const waiting = { count: 0, amountMinor: 0 };
  const givenBack = { count: 0, amountMinor: 0 };
  const notGivenBack = { count: 0, amountMinor: 0 };
  const sale = (kind: SaleKind, tender: Tender, { amountMinor }: Outcome) => {
    count(sales, kind, amountMinor);
    count(tenders, tender, amountMinor);
  };
  const settledHere = new Set<string>();
  const { undone, leftOpen, leftRefunds } = store.leftBefore(shift);
  const subjects = new Map<string, SaleKind>(leftOpen.map(({ subjectId, kind }) => [subjectId, kind]));
  for (const deed of store.deeds(shift)) {
    const sold = leaves[deed.kind];
    if (isRefund(deed)) add(givenBack, goesBackMinor(deed, store, records));
    else if (sold !== null) subjects.set(deed.subjectId, sold);
    else if (deed.kind === 'settled-otherwise') {
      subjects.set(deed.subjectId, 'refuel');
      settledHere.add(deed.subjectId);
    }
  }
  for (const refund of leftRefunds) {
    const amountMinor = goesBackMinor(refund, store, records) - refund.countedMinor;
    if (amountMinor > 0) add(givenBack, amountMinor);
    else add(notGivenBack, -amountMinor);
  }
  for (const [subjectId, kind] of subjects) {
    const outcome = store[kind](subjectId);
    if (outcome === null) continue;
    if (outcome.state === 'handed-over' || outcome.state === 'paid') sale(kind, 'app', outcome);
    else if (outcome.state === 'settled-otherwise') {
      // Settled in another shift: its money lies in that shift's drawer.
      if (settledHere.has(subjectId)) sale(kind, tenderOf(outcome.tender), outcome);
    } else if (['waiting', 'awaiting-approval', 'unknown'].includes(outcome.state)) {
      waiting.count += 1;
      waiting.amountMinor += outcome.amountMinor;
    }
  }
  // It was paid in the app: what is taken off the sales is taken off there, so that both come to the same.
  const off = sumOf(undone);
  const app = tenders.get('app') ?? { count: 0, amountMinor: 0 };
  if (off.count > 0) {
    tenders.set('app', { count: app.count - off.count, amountMinor: app.amountMinor - off.amountMinor });
  }
  const outbox = records.outbox.counts();
  return {
    sales: [...sales].map(([kind, sum]) => ({ kind, ...sum })),
    tenders: [...tenders].map(([tender, sum]) => ({ tender, ...sum })),
    waiting,
    givenBack,
    ...(notGivenBack.count === 0 ? {} : { notGivenBack }),
    ...(off.count === 0 ? {} : { undone: off }),
    expectedCashMinor: shift.floatMinor + (tenders.get('cash')?.amountMinor ?? 0),
    unsent: outbox.waiting,
    needsAttention: outbox.attention,
    liveCars: [...records.visits.live.values()]
      .filter((visit) => visit.closed === null && visit.claimedBy?.staffId === shift.person.staffId)
      .map((visit) => ({
        visitId: visit.visitId,
        plateTail: plateTail(visit.plate),
        laneId: visit.laneId,
      })),
  };
}

/** So long may a driver or a bank still answer for what a Z report left open. */
const leftOpenMs = 31 * 24 * 3_600_000;

/**
 * A Z report never changes. What it counted and what can still be undone is taken off by the shift in which it is undone,
 * and what nobody has paid for yet counts in the shift in which it is paid: the next one of the kiosk, or one after it.
 * So does a refund that goes back after all, and one that was counted and does not is said by the shift in which that is known.
 */
export function leftOver(
  shift: ShiftRecord,
  store: ShiftStore,
  records: RecordStores,
  nowMs: number,
): LeftOver {
  const before = store.leftBefore(shift);
  const undoable = new Map(before.stillUndoable.map((one) => [one.preorderId, one.amountMinor]));
  const open = new Map(before.leftOpen.map((one) => [one.subjectId, one]));
  const refunds = new Map(before.leftRefunds.map((one) => [one.refundId, one]));
  for (const deed of store.deeds(shift)) {
    const { kind, subjectId } = deed;
    const sold = leaves[kind];
    if (isRefund(deed)) refunds.set(deed.refundId, { ...deed, countedMinor: 0, sinceMs: nowMs });
    if (sold === 'pickup') {
      const outcome = store.pickup(subjectId);
      if (outcome !== null) undoable.set(subjectId, outcome.amountMinor);
    } else if (sold !== null && !open.has(subjectId)) {
      open.set(subjectId, { kind: sold, subjectId, sinceMs: nowMs });
    }
  }
  return {
    stillUndoable: [...undoable]
      .map(([preorderId, amountMinor]) => ({ preorderId, amountMinor }))
      .filter(({ preorderId }) => records.outbox.isHeldBack(store.handOverMark(preorderId) ?? '', nowMs)),
    leftOpen: [...open.values()].filter((one) => nowMs - one.sinceMs <= leftOpenMs && !isSettled(one, store)),
    leftRefunds: [...refunds.values()]
      .filter((one) => nowMs - one.sinceMs <= leftOpenMs && !isDecided(one, store))
      .map((one) => ({ ...one, countedMinor: goesBackMinor(one, store, records) })),
  };
}

const leaves: Record<Deed['kind'], SaleKind | null> = {
  'handed-over': 'pickup',
  'refuel-completed': 'refuel',
  'charge-requested': 'charge',
  'cart-checked-out': 'cart',
  'settled-otherwise': null,
  'charge-refunded': null,
  'cart-refunded': null,
};

/** Counted, or it never will be. A yes that comes late counts, also of a charge that was cancelled. */
function isSettled({ kind, subjectId }: LeftOpen, store: ShiftStore): boolean {
  const state = store[kind](subjectId)?.state ?? '';
  return state === 'paid' || (kind === 'refuel' && ['settled-otherwise', 'cancelled'].includes(state));
}

function sumOf(all: readonly StillUndoable[]): { count: number; amountMinor: number } {
  return { count: all.length, amountMinor: all.reduce((sum, one) => sum + one.amountMinor, 0) };
}

/** A refund that was marked, in this shift or before it. */
type Refund = Pick<LeftRefund, 'kind' | 'subjectId' | 'refundId'>;

function isRefund(deed: Deed): deed is Deed & Refund {
  return (deed.kind === 'charge-refunded' || deed.kind === 'cart-refunded') && deed.refundId !== null;
}

function refundOf({ kind, subjectId, refundId }: Refund, store: ShiftStore): Outcome | null {
  return kind === 'cart-refunded' ? store.cartRefund(subjectId, refundId) : store.refund(subjectId, refundId);
}

/** What is refused stays so. What was given back may still be refused: the card's bank is asked last (charge-news.ts). */
function isDecided(refund: Refund, store: ShiftStore): boolean {
  return (refundOf(refund, store)?.state ?? 'refused') === 'refused';
}

/** What has gone back or is on its way; nothing of what the server refused or a manager set aside. */
function goesBackMinor(refund: Refund, store: ShiftStore, records: RecordStores): number {
  const outcome = refundOf(refund, store);
  if (outcome === null || outcome.state === 'refused') return 0;
  const goes = outcome.state === 'given-back' || records.outbox.syncOf(refund.refundId) === 'waiting';
  return goes ? outcome.amountMinor : 0;
}

/** Nothing is no refund. */
function add(sum: { count: number; amountMinor: number }, amountMinor: number): void {
  if (amountMinor === 0) return;
  sum.count += 1;
  sum.amountMinor += amountMinor;
}

function count<K>(sums: Map<K, { count: number; amountMinor: number }>, key: K, amountMinor: number): void {
  const known = sums.get(key) ?? { count: 0, amountMinor: 0 };
  sums.set(key, { count: known.count + 1, amountMinor: known.amountMinor + amountMinor });
}

function tenderOf(tender: string | null): Tender {
  return tender === 'cash' || tender === 'card-terminal' ? tender : 'other';
}
