/**
 * The daily log: pages of visits, what they add up to, and the comparison with the payment server's books.
 *
 *   text ─▶ WordIndex (memory) ─▶ ids found ─┐
 *   business days + filters ─▶ span ─▶ LogStore (SQL) ─┬▶ ids of a page ─▶ views
 *                                                      └▶ facts in slices ─▶ summary
 */
import { businessDayRange, err, ok } from '../../shared/domain/index.ts';
import type {
  CartPaymentView,
  FollowUp,
  HeldReservation,
  LogSummary,
  LogVisit,
  Person,
  Reconciliation,
} from '../../shared/station-contract/index.ts';
import { cartPaymentView } from '../carts/index.ts';
import type { CommandResult, Inputs, ServerFollowUps, StatementLine } from '../core/types.ts';
import type { CartPaymentRecord, Records } from '../records/index.ts';
import { isCartWanted } from './cart-log.ts';
import { FollowUpStore } from './follow-up-store.ts';
import { joinFollowUps } from './follow-ups.ts';
import type { Wanted } from './log-query.ts';
import { LogStore } from './log-store.ts';
import { reconcile } from './reconcile.ts';
import { ReconcileStore } from './reconcile-store.ts';
import type { Span } from './span.ts';
import { reservationsLookBackMs, summarise } from './summary.ts';
import { WordIndex, type Words } from './word-index.ts';

/** A year and what fiscal calendars add. */
const longestRangeMs = 400 * 24 * 3_600_000;
/** From so many hits on, scanning the tables is no slower than naming each of them. */
const mostFound = 20_000;

export class DailyLog {
  readonly #records: Records;
  readonly #store: LogStore;
  readonly #books: ReconcileStore;
  readonly #followUps: FollowUpStore;
  readonly #words: WordIndex;

  constructor(records: Records) {
    this.#records = records;
    this.#store = new LogStore(records.db.sqlite);
    this.#books = new ReconcileStore(records.db.sqlite);
    this.#followUps = new FollowUpStore(records.db.sqlite);
    this.#words = new WordIndex(records.db.sqlite);
    records.visitKept.add((visit) => {
      const words = [visit.model, ...visit.pickups.map((p) => p.number), ...visit.charges.map((c) => c.note)];
      this.#words.put({
        visitId: visit.visitId,
        firstHeardAtMs: visit.firstHeardAtMs,
        plate: visit.plateNormal,
        words: words
          .filter((word) => word !== null)
          .join('\n')
          .toLowerCase(),
      });
    });
    records.visitsErased.add(() => this.#words.clear());
  }

  /** Reads what visits are searched by. By itself at the first search, which is answered from the tables. */
  readWords(): Promise<void> {
    return this.#words.read();
  }

  rows(
    input: Inputs['dailyLog']['rows'],
  ): CommandResult<{ visits: LogVisit[]; total: number; asOfMs: number }> {
    const span = this.#span(input);
    if (span === null) return err({ code: 'REFUSED', reason: 'range-too-long' });
    const asOfMs = input.asOfMs ?? this.#records.clock.nowMs();
    // The moment itself is included: a car that was heard just now is in the first page.
    const until = { fromMs: span.fromMs, toMs: Math.min(span.toMs, asOfMs + 1) };
    const words = this.#wordsFound(input.text, until);
    const onlyText = [input.kind, input.payment, input.staffId, input.laneId].every((one) => one === null);
    const found = idsOf(words);
    // Where nothing but words is asked for, they say it all.
    const ids =
      words !== null && onlyText
        ? words.slice(input.offset, input.offset + input.limit).map(({ visitId }) => visitId)
        : this.#store.page(input, until, input.offset, input.limit, found);
    const total = words !== null && onlyText ? words.length : this.#store.count(input, until, found);
    const visits = ids.flatMap((visitId) => {
      const visit = this.#records.visits.get(visitId);
      const view = this.#records.view(visitId);
      return visit === null || view === null ? [] : [{ ...view, plate: visit.plate }];
    });
    return ok({ visits, total, asOfMs });
  }

  /** What matches a text, newest first; null: nothing is looked for, or the index is not there yet. */
  #wordsFound(text: string, span: Span): Words[] | null {
    if (text.trim() === '') return null;
    if (this.#words.complete) return this.#words.find(text, span);
    void this.#words.read();
    return null;
  }

  async summary(input: Inputs['dailyLog']['summary']): Promise<CommandResult<LogSummary>> {
    const span = this.#span(input);
    if (span === null) return err({ code: 'REFUSED', reason: 'range-too-long' });
    const found = this.#wordsFound(input.text, span);
    const carts = this.#cartsWanted(input, span);
    const { site, clock } = this.#records;
    return ok(await summarise(this.#store, input, { span, found, carts }, site, clock.nowMs()));
  }

  /** Money of drivers that is still held although nothing is left to pay from it, the oldest first. */
  reservations(): HeldReservation[] {
    return this.#store.reservations(this.#records.clock.nowMs() - reservationsLookBackMs);
  }

  /** The same and cars that left unpaid, joined with what the server told of them. */
  followUps(told: ServerFollowUps | null): FollowUp[] {
    const nowMs = this.#records.clock.nowMs();
    return joinFollowUps({
      nowMs,
      held: this.reservations(),
      driveOffs: this.#followUps.driveOffs(nowMs - longestRangeMs),
      books: this.#followUps,
      told,
      onItsWay: (subjectId) => this.#records.outbox.syncOf(subjectId) === 'waiting',
    });
  }

  /** Checkouts of carts; `total` counts those beyond the limit too. */
  carts(input: Inputs['dailyLog']['carts']): CommandResult<{ payments: CartPaymentView[]; total: number }> {
    const span = this.#span(input);
    if (span === null) return err({ code: 'REFUSED', reason: 'range-too-long' });
    const wanted = this.#cartsWanted(input, span);
    const payments = wanted.slice(0, input.limit).map((payment) => cartPaymentView(payment, this.#records));
    return ok({ payments, total: wanted.length });
  }

  #cartsWanted(wanted: Wanted, { fromMs, toMs }: Span): CartPaymentRecord[] {
    return this.#records.cartPayments
      .between(fromMs, toMs)
      .filter((payment) => isCartWanted(payment, wanted));
  }

  people(): Person[] {
    return this.#store.people();
  }

  /** The business day's span in which the server is asked: it books a little later than things happen here. */
  statementSpan(day: string): Span {
    const { timeZone, businessDayStartHour } = this.#records.site;
    const { fromMs, toMs } = businessDayRange(day, timeZone, businessDayStartHour);
    const spareMs = 12 * 3_600_000;
    return { fromMs: fromMs - spareMs, toMs: toMs + spareMs };
  }

  reconcile(day: string, statement: readonly StatementLine[]): Reconciliation {
    const { timeZone, businessDayStartHour, currency } = this.#records.site;
    const span = businessDayRange(day, timeZone, businessDayStartHour);
    return reconcile({
      span,
      currency,
      statement,
      books: this.#books,
      onItsWay: (subjectId) => this.#records.outbox.syncOf(subjectId) === 'waiting',
    });
  }

  #span({ fromDay, toDay }: { fromDay: string; toDay: string }): Span | null {
    const { timeZone, businessDayStartHour } = this.#records.site;
    const { fromMs } = businessDayRange(fromDay, timeZone, businessDayStartHour);
    const { toMs } = businessDayRange(toDay, timeZone, businessDayStartHour);
    return toMs > fromMs && toMs - fromMs <= longestRangeMs ? { fromMs, toMs } : null;
  }
}

function idsOf(words: readonly Words[] | null): readonly string[] | null {
  return words === null || words.length > mostFound ? null : words.map(({ visitId }) => visitId);
}
