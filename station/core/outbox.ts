import type { Records } from '../records/index.ts';
import type { Outbox, OutboxItem } from './types.ts';

/** The outbox as the sender uses it. */
export class CoreOutbox implements Outbox {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  due(nowMs: number, limit: number): OutboxItem[] {
    this.#records.followClock();
    return this.#records.outbox.due(nowMs, limit);
  }

  nextDueAtMs(): number | null {
    this.#records.followClock();
    return this.#records.outbox.nextDueAtMs(this.#records.clock.nowMs());
  }

  markSent(outboxId: string): void {
    this.#mark(outboxId, (nowMs) => {
      if (this.#records.outbox.get(outboxId)?.state === 'waiting') {
        this.#records.outbox.setState(outboxId, 'sent', nowMs);
      }
    });
  }

  markTransient(outboxId: string, error: { code: string; detail: string }, nextAttemptAtMs: number): void {
    this.#mark(outboxId, () => this.#records.outbox.transient(outboxId, error, nextAttemptAtMs));
  }

  markAttention(outboxId: string, error: { code: string; detail: string }): void {
    this.#mark(outboxId, () => this.#records.outbox.attention(outboxId, error));
  }

  counts() {
    return this.#records.outbox.counts();
  }

  onWork(listener: () => void): () => void {
    return this.#records.outboxChanged.add(listener);
  }

  #mark(outboxId: string, change: (nowMs: number) => void): void {
    const visitId = this.#records.outbox.get(outboxId)?.visit_id ?? null;
    this.#records.transact(null, (tx) => {
      change(tx.nowMs);
      // The card shows whether its marks have reached the server.
      if (visitId !== null) tx.touch(visitId);
    });
  }
}
