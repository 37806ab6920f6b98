/**
 * A shift: one person's time at one kiosk, with the cash drawer.
 *
 *   open(float) ─▶ open ──X report, any time──▶ open ──close(counted, who takes the live cars)──▶ Z report
 *
 * One is open per kiosk. A shift in which nothing was sold can be closed, and so can one with marks that the
 * server has not got: the report says so. Whoever closes counts before the expected sum is theirs to know.
 */
import { businessDayRange, newId } from '../../shared/domain/index.ts';
import type { Person, ShiftView } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Inputs } from '../core/types.ts';
import { type Records, Refusal, type Tx } from '../records/index.ts';
import { leftOver, shiftReport } from './shift-report.ts';
import { type ShiftRecord, ShiftStore } from './shift-store.ts';

export type ShiftAnswer = CommandResult<{ shift: ShiftView }>;

export class Shifts {
  readonly #records: Records;
  readonly #store: ShiftStore;
  /** Who can sign in. */
  readonly #people: () => Person[];

  constructor(records: Records, people: () => Person[]) {
    this.#records = records;
    this.#store = new ShiftStore(records.db.sqlite);
    this.#people = people;
    records.movesWithClock((_tx, byMs) => this.#store.moveOpen(byMs));
  }

  current(actor: Actor): { shift: ShiftView | null; colleagues: Person[] } {
    const shift = this.#store.openAt(actor.kioskId);
    return {
      shift: shift === null ? null : this.#view(shift),
      colleagues: this.#people().filter(
        (person) => person.role !== 'installer' && person.staffId !== shift?.person.staffId,
      ),
    };
  }

  list(input: Inputs['shifts']['list']): { shifts: ShiftView[] } {
    const { timeZone, businessDayStartHour } = this.#records.site;
    const { fromMs, toMs } = businessDayRange(input.day, timeZone, businessDayStartHour);
    return { shifts: this.#store.between(fromMs, toMs).map((shift) => this.#view(shift)) };
  }

  open(actor: Actor, input: Inputs['shifts']['open']): ShiftAnswer {
    return this.#records.run<{ shift: ShiftView }>(actor, 'shifts.open', input, (tx) => {
      const before = this.#store.openAt(actor.kioskId);
      if (before !== null) throw new Refusal('shift-already-open', { by: before.person });
      const shift: ShiftRecord = {
        shiftId: newId(),
        kioskId: actor.kioskId,
        person: tx.person,
        openedAtMs: tx.nowMs,
        openedSequence: this.#records.journal.head.sequence,
        floatMinor: input.floatMinor,
        currency: tx.site.currency,
        closed: null,
      };
      this.#store.add(shift);
      tx.journal('shift-opened', null, {
        shiftId: shift.shiftId,
        floatMinor: shift.floatMinor,
        currency: shift.currency,
      });
      return { shift: this.#view(shift) };
    });
  }

  close(actor: Actor, input: Inputs['shifts']['close']): ShiftAnswer {
    return this.#records.run<{ shift: ShiftView }>(actor, 'shifts.close', input, (tx) => {
      const shift = this.#store.get(input.shiftId);
      if (shift === null || shift.closed !== null) throw new Refusal('shift-not-open');
      const own = shift.person.staffId === tx.person.staffId && shift.kioskId === actor.kioskId;
      if (!own && tx.person.role !== 'manager') throw new Refusal('manager-needed');
      const handedTo = input.handOverTo === null ? null : this.#colleague(input.handOverTo, shift);
      const report = shiftReport(shift, this.#store, this.#records);
      const left = leftOver(shift, this.#store, this.#records, tx.nowMs);
      passOn(tx, shift, handedTo);
      const closed = {
        atMs: tx.nowMs,
        by: tx.person,
        countedMinor: input.countedMinor,
        handedTo,
        note: input.note,
        report,
      };
      this.#store.close(shift.shiftId, closed);
      tx.journal('shift-closed', null, {
        shiftId: shift.shiftId,
        of: shift.person,
        countedMinor: input.countedMinor,
        expectedCashMinor: report.expectedCashMinor,
        currency: shift.currency,
        unsent: report.unsent,
        handedTo,
        note: input.note,
        ...(left.stillUndoable.length === 0 ? {} : { stillUndoable: left.stillUndoable }),
        ...(left.leftOpen.length === 0 ? {} : { leftOpen: left.leftOpen }),
        ...(left.leftRefunds.length === 0 ? {} : { leftRefunds: left.leftRefunds }),
      });
      return { shift: this.#view({ ...shift, closed }) };
    });
  }

  #colleague(staffId: string, shift: ShiftRecord): Person {
    const person = this.#people().find((one) => one.staffId === staffId && one.role !== 'installer');
    if (person === undefined || staffId === shift.person.staffId) throw new Refusal('staff-not-found');
    return person;
  }

  #view(shift: ShiftRecord): ShiftView {
    const { closed } = shift;
    return {
      shiftId: shift.shiftId,
      kioskId: shift.kioskId,
      kioskName: this.#records.kioskNames.get(shift.kioskId) ?? shift.kioskId,
      person: shift.person,
      openedAtMs: shift.openedAtMs,
      float: { amountMinor: shift.floatMinor, currency: shift.currency },
      closed:
        closed === null
          ? null
          : {
              atMs: closed.atMs,
              by: closed.by,
              countedMinor: closed.countedMinor,
              handedTo: closed.handedTo,
              note: closed.note,
            },
      report: closed?.report ?? shiftReport(shift, this.#store, this.#records),
    };
  }
}

/** Live cars are handed over, not lost: to a colleague by name, or free for whoever comes first. */
function passOn(tx: Tx, shift: ShiftRecord, to: Person | null): void {
  for (const visit of tx.board()) {
    if (visit.closed !== null || visit.claimedBy?.staffId !== shift.person.staffId) continue;
    tx.journal('car-passed-on', visit.visitId, { from: shift.person, to });
    tx.put({ ...visit, claimedBy: to === null ? null : { ...to, atMs: tx.nowMs } });
  }
}
