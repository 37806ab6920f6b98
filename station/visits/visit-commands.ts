/** What staff do with a visit as such: claim, check in by hand, correct the lane, close. */

import { parsePlate, plateTail } from '../../shared/domain/index.ts';
import type { JournalEntry, VisitView } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Inputs, VisitAnswer } from '../core/types.ts';
import { type Records, Refusal, type Tx, type VisitRecord } from '../records/index.ts';
import { tellArrival } from './arrivals.ts';
import { claimed, laneOf, visitToActOn } from './guard.ts';
import { isAwaited } from './is-awaited.ts';
import { isOpenPickup, isUnpaidRefuel } from './jobs.ts';
import { emptyVisit, reopened, withCar, withPreorders } from './new-visit.ts';

const dayMs = 24 * 3_600_000;
const searchLimit = 40;
/** The story of a visit is read this far beyond its end: payments and conflicts come late. */
const afterCloseMs = 31 * dayMs;

export class VisitCommands {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  board(): VisitView[] {
    return [...this.#records.visits.live.values()].flatMap((v) => this.#records.view(v.visitId) ?? []);
  }

  get(visitId: string): CommandResult<{ visit: VisitView; plate: string; story: JournalEntry[] }> {
    const record = this.#records.visits.get(visitId);
    const visit = this.#records.view(visitId);
    if (record === null || visit === null) {
      return { ok: false, error: { code: 'REFUSED', reason: 'visit-not-found' } };
    }
    return {
      ok: true,
      value: { visit, plate: record.plate, story: this.#story(record) },
    };
  }

  #story(visit: VisitRecord): JournalEntry[] {
    const untilMs = visit.closed === null ? null : visit.closed.atMs + afterCloseMs;
    return this.#records.journal.story(visit.visitId, visit.openedSequence, untilMs);
  }

  claim(actor: Actor, input: Inputs['visits']['claim']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'visits.claim', input, (tx) => {
      const visit = visitToActOn(tx, input.visitId);
      if (visit.claimedBy?.staffId === tx.person.staffId) return visit.visitId;
      tx.journal('visit-claimed', visit.visitId, { before: visit.claimedBy?.displayName ?? null });
      return tx.put(claimed(tx, visit)).visitId;
    });
  }

  release(actor: Actor, input: Inputs['visits']['release']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'visits.release', input, (tx) => {
      const visit = visitToActOn(tx, input.visitId);
      if (visit.claimedBy === null) return visit.visitId;
      tx.journal('visit-released', visit.visitId, { before: visit.claimedBy.displayName });
      return tx.put({ ...visit, claimedBy: null }).visitId;
    });
  }

  checkIn(actor: Actor, input: Inputs['visits']['checkIn']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'visits.checkIn', input, (tx) => {
      if (input.laneId !== null) laneOf(tx, input.laneId);
      const plateNormal = parsePlate(input.plate);
      if (plateNormal === null) throw new Refusal('digits-do-not-match', { detail: 'not a plate' });
      const cards = tx.board().filter((v) => v.plateNormal === plateNormal);
      const here = cards.find((v) => v.closed === null);
      const back = here ?? cards[0];
      const known = back === undefined ? this.#checkedIn(tx, input, plateNormal) : this.#goesOn(tx, back);
      // Only its phone had spoken of it: staff were the first who saw it.
      const visit = isAwaited(known)
        ? { ...known, knownBy: 'staff' as const, firstHeardAtMs: tx.nowMs }
        : known;
      const laneId = input.laneId ?? visit.laneId;
      const isNew = visit.arrivedAtMs === null;
      const next: VisitRecord = {
        ...visit,
        presence: 'arrived',
        laneId,
        laneByStaff: input.laneId !== null || visit.laneByStaff,
        laneCandidates: laneId === null ? visit.laneCandidates : [],
        arrivedAtMs: visit.arrivedAtMs ?? visit.firstHeardAtMs,
        purpose: visit.purpose ?? input.purpose,
      };
      tx.journal('checked-in', next.visitId, {
        laneId,
        purpose: input.purpose,
        pickupNumber: input.pickupNumber,
        alreadyHere: here !== undefined,
      });
      if (isNew) tellArrival(tx, next);
      if (input.laneId !== null) tx.seenStanding(next.visitId, input.laneId);
      return tx.put(next).visitId;
    });
  }

  /** A car that left with something open and is back goes on with the same visit, as when its jack is heard again. */
  #goesOn(tx: Tx, visit: VisitRecord): VisitRecord {
    if (visit.closed === null) return visit;
    const car = tx.records.expected.byPlate(visit.plateNormal);
    const preorders = car !== null && car.jackId === visit.jackId ? car.preorders : [];
    return withPreorders(tx, { ...reopened(tx, visit), lastHeardAtMs: tx.nowMs }, preorders);
  }

  #checkedIn(tx: Tx, input: Inputs['visits']['checkIn'], plateNormal: string): VisitRecord {
    const visit: VisitRecord = { ...emptyVisit(tx, input.plate, tx.nowMs), knownBy: 'staff' };
    const { expected } = tx.records;
    const byNumber = input.pickupNumber === null ? null : expected.byPickupNumber(input.pickupNumber);
    const car = expected.byPlate(plateNormal) ?? byNumber;
    // A car of which another visit is on the board is that visit, found by its jack when it is heard.
    if (car === null || tx.board().some((v) => v.jackId === car.jackId)) return visit;
    // The driver named the number of the order: that is the check.
    const checkKind = byNumber?.jackId === car.jackId ? 'none' : 'pickup-number';
    return withPreorders(tx, withCar(visit, car), car.preorders, checkKind);
  }

  setLane(actor: Actor, input: Inputs['visits']['setLane']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'visits.setLane', input, (tx) => {
      const visit = visitToActOn(tx, input.visitId);
      laneOf(tx, input.laneId);
      const isHere = visit.presence === 'arrived' || visit.presence === 'parked';
      const next: VisitRecord = {
        ...visit,
        laneId: input.laneId,
        laneCandidates: [],
        laneByStaff: true,
        // Somebody saw it stand there: nothing the radio says is stronger.
        presence: isHere || visit.closed !== null ? visit.presence : 'arrived',
        arrivedAtMs: visit.closed !== null ? visit.arrivedAtMs : (visit.arrivedAtMs ?? visit.firstHeardAtMs),
      };
      tx.journal('lane-set', visit.visitId, { from: visit.laneId, to: input.laneId });
      if (visit.arrivedAtMs === null) tellArrival(tx, next);
      if (visit.closed === null) tx.seenStanding(visit.visitId, input.laneId);
      return tx.put(next).visitId;
    });
  }

  /**
   * Takes a visit off the board. An unpaid refuel can only be closed as a drive-off: otherwise it is
   * settled or cancelled first.
   */
  close(actor: Actor, input: Inputs['visits']['close']): VisitAnswer {
    return this.#records.runOnVisit(actor, 'visits.close', input, (tx) => {
      const visit = visitToActOn(tx, input.visitId);
      const unpaid = isUnpaidRefuel(visit.refuel);
      if (unpaid !== (input.how === 'drive-off')) throw new Refusal('refuel-wrong-state');
      if (input.how === 'left-without-service' && !visit.pickups.some(isOpenPickup)) {
        throw new Refusal('no-pickup');
      }
      tx.journal('visit-closed', visit.visitId, { how: input.how, reason: input.reason, byStaff: true });
      if (visit.jackId !== null && visit.arrivedAtMs !== null && visit.closed === null) {
        tx.outbox({
          kind: 'departure',
          visitId: visit.visitId,
          subjectId: null,
          payload: { visitId: visit.visitId, jackId: visit.jackId, departedAtMs: tx.nowMs },
        });
      }
      const refuel =
        unpaid && visit.refuel !== null ? { ...visit.refuel, state: 'drive-off' as const } : visit.refuel;
      return tx.put({
        ...visit,
        refuel,
        closed: { atMs: visit.closed?.atMs ?? tx.nowMs, how: input.how },
        visible: false,
        claimedBy: null,
      }).visitId;
    });
  }

  search(text: string): VisitView[] {
    const wanted = text.trim().toUpperCase();
    const digits = wanted.replace(/[^0-9]/g, '');
    if (wanted.length < 2) return [];
    const matches = (visit: VisitRecord) =>
      (digits.length >= 2 && digits.length <= 4 && plateTail(visit.plate).includes(digits)) ||
      (parsePlate(wanted) !== null && visit.plateNormal === parsePlate(wanted)) ||
      visit.pickups.some((p) => p.number.toUpperCase() === wanted);
    const nowMs = this.#records.clock.nowMs();
    const live = [...this.#records.visits.live.values()].filter(matches);
    const past = this.#records.visits
      .between(nowMs - dayMs, nowMs + 1)
      .filter((v) => !v.visible && matches(v));
    return [...live, ...past].slice(0, searchLimit).flatMap((v) => this.#records.view(v.visitId) ?? []);
  }
}
