/**
 * What the driver's phone says of the way to a pickup: on the way, here about then; here, at that bay; or nothing more.
 *
 *   coming ─→ the car stands under "On the way", also while no receiver hears it (knownBy: phone)
 *               │ heard by a receiver: from now on the radio's word counts, and it is known by its jack
 *   here ─────→ arrived, known by phone, unless the radio was first
 *   taken back, order closed ─→ the word is forgotten; a car of which nothing else is known leaves the board
 *
 * Nothing needs it: a driver who says nothing is served like everybody.
 */
import type { OnTheWay, Preorder } from '../../shared/schemas/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import type { PickupRecord, Tx, VisitRecord } from '../records/index.ts';
import {
  arrive,
  cardOf,
  depart,
  emptyVisit,
  isAwaited,
  putWithJobs,
  withCar,
  withPreorders,
} from '../visits/index.ts';
import { withPickup } from './pickup-commands.ts';

/** With each preorder as the server tells it, by event or by list. Saying it twice changes nothing. */
export function applyOnTheWay(tx: Tx, preorder: Preorder, car: ExpectedCar): void {
  const isOpen = preorder.state === 'open' || preorder.state === 'ready';
  const word = isOpen ? (preorder.onTheWay ?? null) : null;
  const here = cardOf(tx, car);
  if (word === null) {
    if (here !== null) forgetWord(tx, here, preorder.preorderId, isOpen);
    return;
  }
  // It left without service and stands there for a while yet: it goes on when it is heard.
  if (here !== null && here.closed !== null) return;
  const visit = here ?? awaited(tx, car);
  const pickup = visit.pickups.find((one) => one.preorderId === preorder.preorderId);
  if (pickup === undefined || (pickup.state !== 'preparing' && pickup.state !== 'ready')) return;
  if (pickup.onTheWay?.saidAtMs === word.saidAtMs) return;
  if (here === null) {
    tx.put(visit);
    tx.journal('visit-opened', visit.visitId, {
      knownBy: visit.knownBy,
      preorders: visit.pickups.map((one) => one.number),
    });
  }
  take(tx, visit, pickup, word);
}

/** The list is whole now: who is only awaited, and is no longer on the way by it, is forgotten. */
export function forgetUnsaid(tx: Tx): void {
  for (const visit of tx.board()) {
    if (!isAwaited(visit) || visit.jackId === null) continue;
    const preorders = tx.records.expected.byJack(visit.jackId)?.preorders ?? [];
    for (const { preorderId } of visit.pickups) {
      const said = preorders.find((one) => one.preorderId === preorderId);
      if (said?.onTheWay === undefined) forgetWord(tx, tx.visit(visit.visitId), preorderId, false);
    }
  }
}

function awaited(tx: Tx, car: ExpectedCar): VisitRecord {
  const visit = withCar(emptyVisit(tx, car.vehicle.plate, tx.nowMs), car);
  return withPreorders(
    tx,
    { ...visit, presence: 'approaching', knownBy: 'phone', codeBehaviour: car.codeBehaviour },
    car.preorders,
  );
}

function take(tx: Tx, visit: VisitRecord, pickup: PickupRecord, word: OnTheWay): void {
  const { saidAtMs } = word;
  if (word.kind === 'coming') {
    const expectedAtMs = tx.records.serverTime.toHere(word.expectedAtMs);
    tx.journal('said-on-the-way', visit.visitId, { number: pickup.number, expectedAtMs });
    putWithJobs(tx, withPickup(visit, { ...pickup, onTheWay: { saidAtMs, expectedAtMs } }));
    return;
  }
  tx.journal('said-here', visit.visitId, { number: pickup.number, bay: word.bay });
  const said = withPickup(visit, { ...pickup, onTheWay: { saidAtMs, expectedAtMs: null } });
  const bay = tx.site.lanes.find((lane) => lane.kind === 'bay' && lane.number === word.bay)?.laneId ?? null;
  // Whoever knew first where it stands, staff or radio, knows better.
  const at = { laneId: said.laneId ?? bay, laneCandidates: said.laneId === null ? [] : said.laneCandidates };
  const placed = bay === null ? said : { ...said, ...at };
  if (visit.arrivedAtMs !== null) {
    putWithJobs(tx, placed);
    return;
  }
  const since = visit.codes.length === 0 ? { firstHeardAtMs: tx.nowMs } : {};
  putWithJobs(
    tx,
    arrive(tx, { ...placed, ...since, presence: 'arrived', knownBy: 'phone' }, { rule: 'said-on-phone' }),
  );
}

/** @param isOpen the order is, so that the driver took the word back */
function forgetWord(tx: Tx, visit: VisitRecord, preorderId: string, isOpen: boolean): void {
  const pickup = visit.pickups.find((one) => one.preorderId === preorderId);
  if (pickup === undefined || pickup.onTheWay === null) return;
  if (isOpen) tx.journal('said-not-coming', visit.visitId, { number: pickup.number });
  const next = withPickup(visit, { ...pickup, onTheWay: null });
  const nothingElse = isAwaited(visit) && next.pickups.every((one) => one.onTheWay === null);
  if (nothingElse && visit.closed === null) depart(tx, next, { rule: 'said-on-phone' });
  else putWithJobs(tx, next);
}
