import { newId, parsePlate, plateTail } from '../../shared/domain/index.ts';
import type { ExpectedCar, SitePreorder } from '../../shared/server-contract/index.ts';
import type { CheckKind, PickupRecord, Tx, VisitRecord } from '../records/index.ts';
import { tellArrival } from './arrivals.ts';

/**
 * The server says what to compare before the order is handed over. Not where staff keyed the car in: no code was heard,
 * so the order's number is asked for. Where the server says nothing (an older one), something is compared.
 */
export function checkKindFor(
  visit: Pick<VisitRecord, 'codeBehaviour' | 'plate'>,
  preorder: SitePreorder,
): CheckKind {
  if (visit.codeBehaviour === null) return 'pickup-number';
  if (preorder.handoverCheck !== undefined) return preorder.handoverCheck;
  return plateTail(visit.plate).length >= 3 ? 'plate-digits' : 'pickup-number';
}

export function newPickup(visit: VisitRecord, preorder: SitePreorder, checkKind: CheckKind): PickupRecord {
  return {
    pickupId: newId(),
    visitId: visit.visitId,
    preorderId: preorder.preorderId,
    number: preorder.number,
    items: preorder.items,
    paid: preorder.paid,
    payment: preorder.payment,
    // Other orders are captured when they are handed over, and then they are open no more.
    paidAsCart: preorder.payment === 'captured',
    state: preorder.state === 'ready' ? 'ready' : 'preparing',
    checkKind,
    handedOverAtMs: null,
    handedOverBy: null,
    undoUntilMs: null,
    handOverOutboxId: null,
    promisedAtMs: preorder.promisedAtMs,
    onTheWay: null,
  };
}

/** Preorders of the car that this visit does not have yet and that were not handed over before. */
export function withPreorders(
  tx: Tx,
  visit: VisitRecord,
  preorders: readonly SitePreorder[],
  checkKind?: CheckKind,
): VisitRecord {
  const added: PickupRecord[] = [];
  for (const preorder of preorders) {
    if (preorder.state !== 'open' && preorder.state !== 'ready') continue;
    if (visit.pickups.some((p) => p.preorderId === preorder.preorderId)) continue;
    const before = tx.records.visits.pickupOfPreorder(preorder.preorderId);
    // What physically happened here is decided here: the server may not have heard of it yet.
    if (before?.state === 'handed-over' || before?.state === 'cancelled') continue;
    const pickup = newPickup(visit, preorder, checkKind ?? checkKindFor(visit, preorder));
    added.push(before?.state === 'ready' ? { ...pickup, state: 'ready' } : pickup);
  }
  return added.length === 0 ? visit : { ...visit, doneAtMs: null, pickups: [...visit.pickups, ...added] };
}

/** A visit before anything happened to it. */
export function emptyVisit(tx: Tx, plate: string, firstHeardAtMs: number): VisitRecord {
  return {
    visitId: newId(),
    openedSequence: tx.records.journal.head.sequence,
    jackId: null,
    plate,
    plateNormal: parsePlate(plate) ?? '',
    model: '',
    color: '',
    fuel: null,
    codeBehaviour: null,
    knownBy: 'jack',
    purpose: null,
    codes: [],
    presence: 'tentative',
    laneId: null,
    laneCandidates: [],
    laneByStaff: false,
    heardLanes: [],
    firstHeardAtMs,
    arrivedAtMs: null,
    lastHeardAtMs: firstHeardAtMs,
    claimedBy: null,
    reservation: null,
    closed: null,
    visible: true,
    doneAtMs: null,
    pickups: [],
    refuel: null,
    charges: [],
  };
}

/**
 * The card of this car, if it has one: by its jack, or by the plate that staff keyed in when nobody knew the car yet. Such
 * a card is the car's from then on.
 */
export function cardOf(tx: Tx, car: ExpectedCar): VisitRecord | null {
  const board = tx.board();
  const own = board.find((visit) => visit.jackId === car.jackId);
  if (own !== undefined) return own;
  const keyedIn = board.filter((visit) => visit.jackId === null && visit.closed === null);
  if (keyedIn.length === 0) return null;
  const plate = parsePlate(car.vehicle.plate);
  const same = keyedIn.find((visit) => visit.plateNormal === plate);
  // Two cars with one plate: which of them it is, its jack will say.
  if (same === undefined || tx.records.expected.byPlate(same.plateNormal)?.jackId !== car.jackId) return null;
  return tx.put(nowKnown(tx, same, car));
}

/** Keyed in by staff and known now: the server hears of it as of any car, for what it pays hangs on its arrival. */
export function nowKnown(tx: Tx, visit: VisitRecord, car: ExpectedCar): VisitRecord {
  if (visit.jackId !== null) return visit;
  const known = withCar(visit, car);
  tellArrival(tx, known);
  return known;
}

/** It had left with something open and is back: the same visit goes on. */
export function reopened(tx: Tx, visit: VisitRecord): VisitRecord {
  tx.journal('visit-reopened', visit.visitId, { before: visit.closed?.how ?? null });
  // What staff saw of where it stood was of the stay before.
  return { ...visit, closed: null, presence: 'approaching', laneByStaff: false, heardLanes: [] };
}

/** What the server knows of the car, onto a visit. */
export function withCar(visit: VisitRecord, car: ExpectedCar): VisitRecord {
  return {
    ...visit,
    jackId: car.jackId,
    plate: car.vehicle.plate,
    plateNormal: parsePlate(car.vehicle.plate) ?? '',
    model: car.vehicle.model,
    color: car.vehicle.color,
    fuel: car.vehicle.fuel,
    reservation: car.reservation ?? visit.reservation,
  };
}
