/** A preorder was made, changed or cancelled at the server. The server decides the money, the site what happened. */
import type { ExpectedCar, SitePreorder } from '../../shared/server-contract/index.ts';
import type { PickupRecord, Tx, VisitRecord } from '../records/index.ts';
import { cardOf, putWithJobs, withPreorders } from '../visits/index.ts';
import { withPickup } from './pickup-commands.ts';

/** Applied to the visit of the car, if there is one; saying it twice changes nothing. */
export function applyPreorder(tx: Tx, preorder: SitePreorder, car: ExpectedCar): void {
  const known = tx.records.visits.pickupOfPreorder(preorder.preorderId);
  if (known !== null) {
    const visit = tx.visit(known.visitId);
    const pickup = visit.pickups.find((p) => p.preorderId === preorder.preorderId);
    if (pickup) mergeInto(tx, visit, pickup, preorder);
    if (visit.visible) return;
  }
  const here = cardOf(tx, car);
  if (here === null) return;
  const next = withPreorders(tx, here, [preorder]);
  if (next === here) return;
  if (here.presence !== 'tentative') tx.journal('pickup-added', here.visitId, { number: preorder.number });
  putWithJobs(tx, next);
}

function mergeInto(tx: Tx, visit: VisitRecord, pickup: PickupRecord, preorder: SitePreorder): void {
  const items = preorder.items.map((item) => {
    const ours = pickup.items.find((i) => i.itemId === item.itemId);
    // Marked unavailable here, and perhaps not yet heard of there.
    return { ...item, available: item.available && (ours?.available ?? true) };
  });
  const cancelled = preorder.state === 'cancelled';
  const next: PickupRecord = {
    ...pickup,
    number: preorder.number,
    items,
    paid: preorder.paid,
    payment: preorder.payment,
    promisedAtMs: preorder.promisedAtMs,
    // As it was decided at the check-in, where staff keyed the car in.
    checkKind: visit.codeBehaviour === null ? pickup.checkKind : (preorder.handoverCheck ?? pickup.checkKind),
    state: cancelled && pickup.state !== 'handed-over' ? 'cancelled' : pickup.state,
  };
  if (JSON.stringify(next) === JSON.stringify(pickup)) return;
  if (cancelled && pickup.state === 'handed-over' && pickup.payment !== preorder.payment) {
    // It was handed over here and cancelled there: neither overwrites the other, a manager sees it.
    conflict(tx, visit, pickup.pickupId, {
      what: 'cancelled-after-hand-over',
      preorderId: preorder.preorderId,
      number: preorder.number,
      payment: preorder.payment,
    });
  }
  if (visit.visible || next.state !== pickup.state) {
    tx.journal(
      cancelled && next.state === 'cancelled' ? 'pickup-cancelled' : 'pickup-changed',
      visit.visitId,
      { number: preorder.number, payment: preorder.payment, paidMinor: preorder.paid.amountMinor },
    );
  }
  putWithJobs(tx, withPickup(visit, next));
}

/** What the server says and what happened here do not agree: stands in the attention list. */
export function conflict(
  tx: Tx,
  visit: VisitRecord,
  subjectId: string,
  payload: Record<string, unknown>,
): void {
  tx.journal('conflict', visit.visitId, payload);
  tx.outbox({ kind: 'conflict', visitId: visit.visitId, subjectId, payload });
}
