/**
 * Plates and what else tells who a driver was are erased after the time that the manager sets (product.md, rule 5).
 *
 *   every hour, once a business day ─▶ visits put away before then, 100 at a time ─▶ outbox, answers, expected cars
 *     ─▶ journal: how many ─▶ the write-ahead log is emptied (else: again in an hour)
 *
 * Visits of a driver who was erased at the payment server are erased as soon as they are put away (forgotten-jacks.ts).
 *
 * What is overwritten is zeroed in the file (secure_delete, db/open.ts). The journal never holds a plate
 * (journal/without-plates.ts), so its chain stays whole; the search index is in memory. Backups of before keep theirs.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { businessDayOf, ok } from '../../shared/domain/index.ts';
import type { PrivacyState } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Inputs } from '../core/types.ts';
import type { Records } from '../records/index.ts';
import { eraseDrivers, forgetInList, jacksToErase, keepJacksToErase } from './forgotten-jacks.ts';
import { PersonalStore } from './personal-store.ts';

const dayMs = 24 * 3_600_000;
/** Until the manager says otherwise. */
const defaultDays = 90;
/** Visits erased at a stretch: some milliseconds. */
const sliceVisits = 100;
const key = 'privacy';

const kept = z.object({
  retentionDays: z.number().int().min(1),
  /** Everything that was put away before is erased; null: nothing was erased yet. */
  erasedBeforeMs: z.number().nullable(),
  erasedAtMs: z.number().nullable(),
  /** The business day on which the job was last done, with the log emptied. */
  doneOn: z.string().nullable(),
});
type Kept = z.infer<typeof kept>;

export class Privacy {
  readonly #records: Records;
  readonly #store: PersonalStore;
  #running: Promise<void> = Promise.resolve();

  constructor(records: Records) {
    this.#records = records;
    this.#store = new PersonalStore(records.db.sqlite);
    records.visitGone.add(() => void this.eraseForgotten());
  }

  /** The payment server says to forget these jacks; `erase`: and who their driver was. Durable when this returns. */
  forget(jackIds: readonly string[], erase: boolean): void {
    // A site that was away for long is told of all there are, mostly of cars that never came here.
    const known = erase ? this.#store.visitedAmong(jackIds) : [];
    this.#records.transact(null, (tx) => {
      forgetInList(tx, jackIds);
      if (known.length > 0) eraseDrivers(tx, known);
    });
    if (known.length > 0) void this.eraseForgotten();
  }

  /** Erases the visits of erased drivers that are put away. One after the other with all other erasing. */
  eraseForgotten(): Promise<void> {
    if (jacksToErase(this.#records).length === 0) return this.#running;
    this.#running = this.#running.then(() => this.#eraseForgotten());
    return this.#running;
  }

  async #eraseForgotten(): Promise<void> {
    let visits = 0;
    for (const jackId of this.#open ? jacksToErase(this.#records) : []) {
      let erased = sliceVisits;
      while (this.#open && erased === sliceVisits) {
        // Not kept: in an hour it is tried again.
        erased = 0;
        this.#records.byItself(() => {
          erased = this.#records.transact<number>(null, () => this.#store.eraseVisitsOf(jackId, sliceVisits));
        });
        visits += erased;
        await nextTurn();
      }
    }
    if (!this.#open) return;
    this.#records.byItself(() => {
      this.#records.transact(null, (tx) => {
        const waiting = jacksToErase(this.#records);
        const left = waiting.filter((jackId) => this.#store.visitsOf(jackId) > 0);
        if (left.length < waiting.length) keepJacksToErase(this.#records, left);
        if (visits > 0) tx.journal('personal-data-erased', null, { visits });
      });
    });
    if (visits === 0) return;
    this.#records.visitsErased.tell();
    this.#store.emptyLog();
  }

  get #open(): boolean {
    return this.#records.db.sqlite.open;
  }

  /** Backups are the neighbours' matter: the api adds them. */
  state(): Omit<PrivacyState, 'olderBackups'> {
    const { retentionDays, erasedBeforeMs, erasedAtMs } = this.#kept();
    return {
      retentionDays,
      erasedBeforeMs,
      erasedAtMs,
      visitsWithPlate: this.#store.visitsWithPlate(),
      openMarks: this.#store.openMarks(this.#beforeMs()),
      keepsSinceMs: this.#beforeMs(),
    };
  }

  /** A shorter time takes effect at once: the erasure is begun, and the answer does not wait for it. */
  set(actor: Actor, input: Inputs['privacy']['set']): CommandResult<Record<string, never>> {
    const result = this.#records.run<Record<string, never>>(actor, 'privacy.set', input, (tx) => {
      const before = this.#kept();
      if (before.retentionDays === input.retentionDays) return {};
      this.#keep({ ...before, retentionDays: input.retentionDays, doneOn: null });
      tx.journal('retention-changed', null, { from: before.retentionDays, to: input.retentionDays });
      return {};
    });
    if (result.ok) void this.eraseDue();
    return result.ok ? ok({}) : result;
  }

  /** Erases what is due unless this business day's erasure is done. One after the other. */
  eraseDue(): Promise<void> {
    this.#running = this.#running.then(() => this.#eraseForgotten()).then(() => this.#erase());
    return this.#running;
  }

  async #erase(): Promise<void> {
    if (!this.#records.db.sqlite.open) return;
    const { timeZone, businessDayStartHour } = this.#records.site;
    const today = businessDayOf(this.#records.clock.nowMs(), timeZone, businessDayStartHour);
    if (this.#kept().doneOn === today) return;
    const beforeMs = this.#beforeMs();
    let visits = 0;
    for (;;) {
      if (!this.#records.db.sqlite.open) return;
      let erased = 0;
      this.#records.byItself(() => {
        erased = this.#records.transact<number>(null, () => this.#store.eraseVisits(beforeMs, sliceVisits));
      });
      visits += erased;
      if (erased < sliceVisits) break;
      await nextTurn();
    }
    if (!this.#records.db.sqlite.open) return;
    if (visits > 0) this.#records.visitsErased.tell();
    this.#records.byItself(() => {
      this.#records.transact(null, (tx) => {
        this.#store.eraseBeside(beforeMs);
        if (visits > 0) tx.journal('personal-data-erased', null, { visits, beforeMs });
        this.#keep({ ...this.#kept(), erasedBeforeMs: beforeMs, erasedAtMs: tx.nowMs });
      });
      // Not done before the log is empty: in an hour it is tried again.
      if (this.#store.emptyLog()) this.#keep({ ...this.#kept(), doneOn: today });
    });
  }

  #beforeMs(): number {
    return this.#records.clock.nowMs() - this.#kept().retentionDays * dayMs;
  }

  #kept(): Kept {
    const value = this.#records.meta.get(key);
    if (value === null) {
      return { retentionDays: defaultDays, erasedBeforeMs: null, erasedAtMs: null, doneOn: null };
    }
    return kept.parse(JSON.parse(value));
  }

  #keep(value: Kept): void {
    this.#records.meta.set(key, JSON.stringify(value));
  }
}
