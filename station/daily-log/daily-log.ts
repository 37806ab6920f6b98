/**
 * The daily log: pages of visits, what they add up to, and the comparison with the payment server's books.
 *
 *   business days + filters ─▶ span ─▶ LogStore (SQL) ─┬▶ ids of a page ─▶ views
 *                                                      └▶ facts in slices ─▶ summary
 */
import { businessDayRange, err, ok } from '../../shared/domain/index.ts';
import type { LogSummary, LogVisit, Person, Reconciliation } from '../../shared/station-contract/index.ts';
import type { CommandResult, Inputs, StatementLine } from '../core/types.ts';
import type { Records } from '../records/index.ts';
import { LogStore, type Span } from './log-store.ts';
import { reconcile } from './reconcile.ts';
import { ReconcileStore } from './reconcile-store.ts';
import { summarise } from './summary.ts';

/** A year and what fiscal calendars add. */
const longestRangeMs = 400 * 24 * 3_600_000;

export class DailyLog {
  readonly #records: Records;
  readonly #store: LogStore;
  readonly #books: ReconcileStore;

  constructor(records: Records) {
    this.#records = records;
    this.#store = new LogStore(records.db.sqlite);
    this.#books = new ReconcileStore(records.db.sqlite);
  }

  rows(
    input: Inputs['dailyLog']['rows'],
  ): CommandResult<{ visits: LogVisit[]; total: number; asOfMs: number }> {
    const span = this.#span(input);
    if (span === null) return err({ code: 'REFUSED', reason: 'range-too-long' });
    const asOfMs = input.asOfMs ?? this.#records.clock.nowMs();
    // The moment itself is included: a car that was heard just now is in the first page.
    const until = { fromMs: span.fromMs, toMs: Math.min(span.toMs, asOfMs + 1) };
    const visits = this.#store.page(input, until, input.offset, input.limit).flatMap((visitId) => {
      const visit = this.#records.visits.get(visitId);
      const view = this.#records.view(visitId);
      return visit === null || view === null ? [] : [{ ...view, plate: visit.plate }];
    });
    return ok({ visits, total: this.#store.count(input, until), asOfMs });
  }

  async summary(input: Inputs['dailyLog']['summary']): Promise<CommandResult<LogSummary>> {
    const span = this.#span(input);
    if (span === null) return err({ code: 'REFUSED', reason: 'range-too-long' });
    return ok(await summarise(this.#store, input, span, this.#records.site, this.#records.clock.nowMs()));
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
