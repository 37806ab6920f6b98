/**
 * The X report, and at the close the Z report: what people at this kiosk marked since the shift was opened
 * (the journal knows), and what has become of it by now.
 */
import { plateTail } from '../../shared/domain/index.ts';
import type { ShiftReport } from '../../shared/station-contract/index.ts';
import type { RecordStores } from '../records/index.ts';
import type { Deed, Outcome, ShiftRecord, ShiftStore, StillUndoable } from './shift-store.ts';

type SaleKind = ShiftReport['sales'][number]['kind'];
type Tender = ShiftReport['tenders'][number]['tender'];

export function shiftReport(shift: ShiftRecord, store: ShiftStore, records: RecordStores): ShiftReport {
  const sales = new Map<SaleKind, { count: number; amountMinor: number }>();
  const tenders = new Map<Tender, { count: number; amountMinor: number }>();
  const waiting = { count: 0, amountMinor: 0 };
  const givenBack = { count: 0, amountMinor: 0 };
  const sale = (kind: SaleKind, tender: Tender, { amountMinor }: Outcome) => {
    count(sales, kind, amountMinor);
    count(tenders, tender, amountMinor);
  };
  const settledHere = new Set<string>();
  const subjects = new Map<string, SaleKind>();
  for (const deed of store.deeds(shift)) {
    if (deed.kind === 'handed-over') subjects.set(deed.subjectId, 'pickup');
    else if (deed.kind === 'charge-requested') subjects.set(deed.subjectId, 'charge');
    else if (deed.kind === 'cart-checked-out') subjects.set(deed.subjectId, 'cart');
    else if (deed.kind === 'charge-refunded' || deed.kind === 'cart-refunded') {
      const refund = refundOf(deed, store);
      // Refused by the server, or set aside by a manager: it does not go back.
      const goesBack =
        refund?.state === 'given-back' || records.outbox.syncOf(deed.refundId ?? '') === 'waiting';
      if (refund !== null && refund.state !== 'refused' && goesBack) {
        givenBack.count += 1;
        givenBack.amountMinor += refund.amountMinor;
      }
    } else {
      subjects.set(deed.subjectId, 'refuel');
      if (deed.kind === 'settled-otherwise') settledHere.add(deed.subjectId);
    }
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
  const outbox = records.outbox.counts();
  const { undone } = store.leftToUndo(shift);
  return {
    sales: [...sales].map(([kind, sum]) => ({ kind, ...sum })),
    tenders: [...tenders].map(([tender, sum]) => ({ tender, ...sum })),
    waiting,
    givenBack,
    ...(undone.length === 0 ? {} : { undone: sumOf(undone) }),
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

/**
 * What a Z report of now counts and what can still be undone after it, by this shift or, unseen by the one between, by
 * the one before. A Z report never changes: the shift in which it is undone takes it off.
 */
export function stillUndoable(
  shift: ShiftRecord,
  store: ShiftStore,
  records: RecordStores,
  nowMs: number,
): StillUndoable[] {
  const here = new Set<string>();
  for (const { kind, subjectId } of store.deeds(shift)) if (kind === 'handed-over') here.add(subjectId);
  const counted = [...here].flatMap((preorderId) => {
    const outcome = store.pickup(preorderId);
    return outcome === null ? [] : [{ preorderId, amountMinor: outcome.amountMinor }];
  });
  return [...store.leftToUndo(shift).still, ...counted].filter(({ preorderId }) =>
    records.outbox.isHeldBack(store.handOverMark(preorderId) ?? '', nowMs),
  );
}

function sumOf(all: readonly StillUndoable[]): { count: number; amountMinor: number } {
  return { count: all.length, amountMinor: all.reduce((sum, one) => sum + one.amountMinor, 0) };
}

function refundOf({ kind, subjectId, refundId }: Deed, store: ShiftStore): Outcome | null {
  if (refundId === null) return null;
  return kind === 'cart-refunded' ? store.cartRefund(subjectId, refundId) : store.refund(subjectId, refundId);
}

function count<K>(sums: Map<K, { count: number; amountMinor: number }>, key: K, amountMinor: number): void {
  const known = sums.get(key) ?? { count: 0, amountMinor: 0 };
  sums.set(key, { count: known.count + 1, amountMinor: known.amountMinor + amountMinor });
}

function tenderOf(tender: string | null): Tender {
  return tender === 'cash' || tender === 'card-terminal' ? tender : 'other';
}
