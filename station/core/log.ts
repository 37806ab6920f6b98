import { businessDayRange } from '../../shared/domain/index.ts';
import type { AttentionItem, JournalEntry, VisitView } from '../../shared/station-contract/index.ts';
import { settlePending } from '../carts/index.ts';
import { type Records, Refusal } from '../records/index.ts';
import type { Actor, CommandResult, Inputs, JournalCheck, LogApi } from './types.ts';

/** The journal, the day and what needs a manager's eye. */
export class Log implements LogApi {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  journal(input: Inputs['log']['journal']): { entries: JournalEntry[]; unbroken: boolean } {
    return {
      entries: this.#records.journal.page(input.beforeSequence, input.limit),
      unbroken: this.#records.journal.isUnbroken(this.#records.clock.nowMs()),
    };
  }

  day(input: Inputs['log']['day']): { visits: Array<VisitView & { plate: string }> } {
    const { timeZone, businessDayStartHour } = this.#records.site;
    const { fromMs, toMs } = businessDayRange(input.day, timeZone, businessDayStartHour);
    const visits = this.#records.visits.between(fromMs, toMs).flatMap((v) => {
      const view = this.#records.view(v.visitId);
      return view === null ? [] : [{ ...view, plate: v.plate }];
    });
    return { visits };
  }

  attention(): AttentionItem[] {
    return this.#records.outbox.attentionItems();
  }

  resolveAttention(
    actor: Actor,
    input: Inputs['log']['resolveAttention'],
  ): CommandResult<Record<string, never>> {
    return this.#records.run<Record<string, never>>(actor, 'log.resolveAttention', input, (tx) => {
      const item = this.#records.outbox.get(input.outboxId);
      // A conflict is nothing to send; it can only be set aside.
      const sendable = input.how === 'set-aside' || item?.kind !== 'conflict';
      if (item?.state !== 'attention' || !sendable) throw new Refusal('outbox-item-not-found');
      this.#records.outbox.setState(
        input.outboxId,
        input.how === 'set-aside' ? 'set-aside' : 'waiting',
        tx.nowMs,
      );
      if (input.how === 'set-aside' && item.kind.startsWith('cart-')) {
        settlePending(tx, JSON.parse(item.payload) as { cartId: string; tripId: string }, null);
      }
      tx.journal('attention-resolved', item.visit_id, {
        outboxId: input.outboxId,
        kind: item.kind,
        how: input.how,
        reason: input.reason,
      });
      if (item.visit_id !== null) tx.touch(item.visit_id);
      return {};
    });
  }

  verifyJournal(): JournalCheck {
    return this.#records.journal.verify();
  }
}
