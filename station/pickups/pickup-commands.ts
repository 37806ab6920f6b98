/**
 * Handing a preorder over.
 *
 *   preparing ──markReady──→ ready ──handOver──→ handed-over ──(undo window ends)──→ told to the server
 *       └────────────────────handOver────────────↗   │
 *                                                    └─undoHandOver─→ ready   (within the window)
 *   any but handed-over ──(the server says so)──→ cancelled
 */
import { newId, plateTail } from '../../shared/domain/index.ts';
import type { Actor, Inputs, VisitAnswer } from '../core/types.ts';
import { type PickupRecord, type Records, Refusal, type Tx, type VisitRecord } from '../records/index.ts';
import { claimed, isOpenPickup, putWithJobs, visitToActOn } from '../visits/index.ts';

export class PickupCommands {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  markReady(actor: Actor, input: Inputs['pickups']['markReady']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'pickups.markReady', input, (tx) => {
      const { visit, pickup } = openPickup(tx, input.pickupId);
      if (pickup.state === 'ready') return visit.visitId;
      tx.journal('pickup-ready', visit.visitId, { number: pickup.number, preorderId: pickup.preorderId });
      tx.outbox({
        kind: 'preorder-ready',
        visitId: visit.visitId,
        subjectId: pickup.pickupId,
        payload: { preorderId: pickup.preorderId, atMs: tx.nowMs },
      });
      return tx.put(withPickup(visit, { ...pickup, state: 'ready' })).visitId;
    });
  }

  /** The part for this item is refunded by the server; the amount paid changes when it says so. */
  markItemUnavailable(actor: Actor, input: Inputs['pickups']['markItemUnavailable']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'pickups.markItemUnavailable', input, (tx) => {
      const { visit, pickup } = openPickup(tx, input.pickupId);
      const item = pickup.items.find((i) => i.itemId === input.itemId);
      if (item === undefined) throw new Refusal('item-not-found');
      if (!item.available) return visit.visitId;
      tx.journal('item-unavailable', visit.visitId, { number: pickup.number, item: item.name });
      tx.outbox({
        kind: 'item-unavailable',
        visitId: visit.visitId,
        subjectId: pickup.pickupId,
        payload: { preorderId: pickup.preorderId, itemId: item.itemId, atMs: tx.nowMs },
      });
      const items = pickup.items.map((i) => (i === item ? { ...i, available: false } : i));
      return tx.put(withPickup(visit, { ...pickup, items })).visitId;
    });
  }

  handOver(actor: Actor, input: Inputs['pickups']['handOver']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'pickups.handOver', input, (tx) => {
      const { visit, pickup } = openPickup(tx, input.pickupId);
      if (!passesCheck(pickup, visit.plate, input.check)) throw new Refusal('pickup-check-failed');
      const undoUntilMs = tx.nowMs + tx.site.undoMs;
      // The server captures the money when it hears of it, so it hears of it after the undo window.
      const handOverOutboxId = tx.outbox({
        kind: 'preorder-handed-over',
        visitId: visit.visitId,
        subjectId: pickup.pickupId,
        notBeforeMs: undoUntilMs,
        payload: {
          preorderId: pickup.preorderId,
          visitId: visit.visitId,
          handedOverAtMs: tx.nowMs,
          staffName: tx.person.displayName,
        },
      });
      tx.journal('handed-over', visit.visitId, {
        number: pickup.number,
        preorderId: pickup.preorderId,
        check: pickup.checkKind,
        // A cart that became a pickup: its money was taken at its checkout, and no shift counts it twice.
        ...(pickup.paidAsCart ? { alreadyPaid: true } : {}),
      });
      const next: PickupRecord = {
        ...pickup,
        state: 'handed-over',
        handedOverAtMs: tx.nowMs,
        handedOverBy: tx.person,
        undoUntilMs,
        handOverOutboxId,
        // Where the driver was is nobody's business any more.
        onTheWay: null,
      };
      return putWithJobs(tx, withPickup(claimed(tx, visit), next)).visitId;
    });
  }

  /** Nothing is deleted: the mark for the server is withdrawn, and the journal says both. */
  undoHandOver(actor: Actor, input: Inputs['pickups']['undoHandOver']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'pickups.undoHandOver', input, (tx) => {
      const { visit, pickup } = pickupToUndo(tx, input.pickupId);
      if (pickup.state !== 'handed-over' || pickup.handOverOutboxId === null) {
        throw new Refusal('nothing-to-undo');
      }
      // As long as the mark waits, so long it can be withdrawn: one moment decides both.
      if (!tx.records.outbox.isHeldBack(pickup.handOverOutboxId, tx.nowMs)) {
        throw new Refusal('undo-too-late');
      }
      tx.records.outbox.setState(pickup.handOverOutboxId, 'withdrawn', tx.nowMs);
      tx.journal('hand-over-undone', visit.visitId, { number: pickup.number, preorderId: pickup.preorderId });
      const next: PickupRecord = {
        ...pickup,
        // Cancelled at the server while it counted as handed over here: now it is cancelled here, too.
        state: isGivenUp(tx, visit, pickup) ? 'cancelled' : 'ready',
        handedOverAtMs: null,
        handedOverBy: null,
        undoUntilMs: null,
        handOverOutboxId: null,
      };
      return putUndone(tx, withPickup(visit, next)).visitId;
    });
  }
}

function isGivenUp(tx: Tx, visit: VisitRecord, { preorderId, payment }: PickupRecord): boolean {
  if (payment === 'voided' || payment === 'refunded') return true;
  const car = visit.jackId === null ? null : tx.records.expected.byJack(visit.jackId);
  return car?.preorders.find((one) => one.preorderId === preorderId)?.state === 'cancelled';
}

/** Its car may have gone within the window, and the card with it: then it is back as one that left without its order. */
function putUndone(tx: Tx, visit: VisitRecord): VisitRecord {
  if (visit.visible || visit.closed === null || !visit.pickups.some(isOpenPickup))
    return putWithJobs(tx, visit);
  const closed = { ...visit.closed, how: 'left-without-service' as const };
  const again = cardNow(tx, visit);
  if (again === null) return putWithJobs(tx, { ...visit, closed, visible: true });
  // It is back already with a card of its own: that one has the order to hand over.
  const pickups = visit.pickups.filter(isOpenPickup).map((one) => ({
    ...one,
    pickupId: newId(),
    visitId: again.visitId,
  }));
  tx.put({ ...visit, closed, doneAtMs: null });
  return putWithJobs(tx, { ...again, pickups: [...again.pickups, ...pickups] });
}

/** By its jack, or by the plate where either card was keyed in by staff. */
function cardNow(tx: Tx, { jackId, plateNormal }: VisitRecord): VisitRecord | null {
  const same = tx.board().filter((one) => one.plateNormal === plateNormal || one.jackId === jackId);
  return (
    same.find((one) => jackId !== null && one.jackId === jackId) ??
    same.find((one) => one.plateNormal === plateNormal && (jackId === null || one.jackId === null)) ??
    null
  );
}

export function withPickup(visit: VisitRecord, pickup: PickupRecord): VisitRecord {
  return {
    ...visit,
    pickups: visit.pickups.map((p) => (p.pickupId === pickup.pickupId ? pickup : p)),
  };
}

function pickupToActOn(tx: Tx, pickupId: string): { visit: VisitRecord; pickup: PickupRecord } {
  const visitId = tx.records.visits.visitIdOfPickup(pickupId);
  if (visitId === null) throw new Refusal('no-pickup');
  const visit = visitToActOn(tx, visitId);
  const pickup = visit.pickups.find((p) => p.pickupId === pickupId);
  if (pickup === undefined) throw new Refusal('no-pickup');
  return { visit, pickup };
}

/** Also of a car that has gone since: its card was complete and is off the board. */
function pickupToUndo(tx: Tx, pickupId: string): { visit: VisitRecord; pickup: PickupRecord } {
  const visitId = tx.records.visits.visitIdOfPickup(pickupId);
  const visit = visitId === null ? null : tx.visit(visitId);
  const pickup = visit?.pickups.find((p) => p.pickupId === pickupId);
  if (visit === null || pickup === undefined || visit.visible || visit.closed?.how !== 'completed') {
    return pickupToActOn(tx, pickupId);
  }
  return { visit, pickup };
}

function openPickup(tx: Tx, pickupId: string): { visit: VisitRecord; pickup: PickupRecord } {
  const found = pickupToActOn(tx, pickupId);
  switch (found.pickup.state) {
    case 'preparing':
    case 'ready':
      return found;
    case 'handed-over':
      throw new Refusal('pickup-already-handed-over', { by: found.pickup.handedOverBy });
    case 'cancelled':
      throw new Refusal('pickup-cancelled');
  }
}

/** At least three of the last plate digits, to their end, or the pickup's number. */
export function passesCheck(
  pickup: Pick<PickupRecord, 'checkKind' | 'number'>,
  plate: string,
  typed: string | null,
): boolean {
  if (pickup.checkKind === 'none') return true;
  const text = (typed ?? '').trim();
  if (text === '') return false;
  if (text.toUpperCase() === pickup.number.toUpperCase()) return true;
  if (pickup.checkKind !== 'plate-digits') return false;
  const tail = plateTail(plate);
  return /^[0-9]+$/.test(text) && text.length >= Math.min(3, tail.length) && tail.endsWith(text);
}
