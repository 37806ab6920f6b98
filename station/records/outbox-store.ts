/**
 * What the site still has to tell the server. Rows are never deleted:
 *
 *            withdraw (undo)
 *   waiting ────────────────→ withdrawn
 *     │ ↖ send again
 *     ├──→ sent        ↖
 *     └──→ attention ───┴──→ set-aside
 */
import type Database from 'better-sqlite3';
import { idOf } from '../../shared/domain/index.ts';
import type { AttentionItem } from '../../shared/station-contract/index.ts';
import { longestUndoMs } from '../../shared/station-facts/index.ts';
import type { OutboxItem, OutboxKind } from '../core/types.ts';

/**
 * Longer than any undo window and any back-off: an item that waits longer was put off by a clock that was set
 * back while the station did not run (while it runs what waits moves with the clock, see {@link OutboxStore.move}).
 */
const longestWaitMs = longestUndoMs;

const isDue = (atMs: number, nowMs: number): boolean => atMs <= nowMs || atMs - nowMs > longestWaitMs;

export interface NewOutboxItem {
  kind: OutboxKind;
  payload: Record<string, unknown>;
  visitId: string | null;
  /** The pickup or refuel whose mark this is; its card shows whether it has reached the server. */
  subjectId: string | null;
  /** Not sent before (the end of an undo window); default: at once. */
  notBeforeMs?: number;
}

interface OpenItem {
  outboxId: string;
  subjectId: string | null;
  visitId: string | null;
  state: 'waiting' | 'attention';
  createdAtMs: number;
  notBeforeMs: number;
  nextAttemptAtMs: number;
}

interface Row {
  outbox_id: string;
  kind: OutboxKind;
  payload: string;
  visit_id: string | null;
  subject_id: string | null;
  created_at_ms: number;
  attempts: number;
  last_error: string | null;
}

export class OutboxStore {
  /**
   * Items not yet settled, oldest first (ids rise, a Map keeps its order). Who may be sent next and
   * where a card's marks stand is asked all the time and answered from here; payloads stay on disk.
   */
  #open = new Map<string, OpenItem>();
  #bySubject = new Map<string, { waiting: number; attention: number }>();
  #total = { waiting: 0, attention: 0 };
  /** Did the running transaction change anything here? */
  #dirty = false;
  #from: string;
  /** Of the newest id: ids rise here even when the clock is set back, for they are the order of sending. */
  #lastIdMs: number;
  #lastIdSequence = 0;
  readonly #insert: Database.Statement;
  readonly #setState: Database.Statement;
  readonly #transient: Database.Statement;
  readonly #attention: Database.Statement;
  readonly #move: Database.Statement;
  readonly #row: Database.Statement;
  readonly #reload: Database.Statement;

  /**
   * @param oldestOpenId everything before it is settled (see {@link oldestOpenId}), '' when not known:
   *   it spares the start a look at every mark ever made, and every tap an index for that.
   */
  constructor(sqlite: Database.Database, oldestOpenId: string) {
    this.#from = oldestOpenId;
    const newest = sqlite.prepare('SELECT max(outbox_id) FROM outbox').pluck().get() as string | null;
    const after = newest !== null && newest > oldestOpenId ? newest : oldestOpenId;
    this.#lastIdMs = after === '' ? 0 : Number.parseInt(after.replaceAll('-', '').slice(0, 12), 16) + 1;
    this.#insert = sqlite.prepare('INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)');
    this.#setState = sqlite.prepare(
      'UPDATE outbox SET state = ?, next_attempt_at_ms = max(?, not_before_ms) WHERE outbox_id = ?',
    );
    this.#transient = sqlite.prepare(
      `UPDATE outbox SET attempts = attempts + 1, last_error = ?, next_attempt_at_ms = ?
       WHERE outbox_id = ? AND state = 'waiting'`,
    );
    this.#attention = sqlite.prepare(
      `UPDATE outbox SET state = 'attention', attempts = attempts + 1, last_error = ?
       WHERE outbox_id = ? AND state = 'waiting'`,
    );
    this.#move = sqlite.prepare(
      `UPDATE outbox SET created_at_ms = created_at_ms + $byMs, not_before_ms = not_before_ms + $byMs,
         next_attempt_at_ms = next_attempt_at_ms + $byMs
       WHERE outbox_id >= $from AND state IN ('waiting', 'attention')`,
    );
    this.#row = sqlite.prepare('SELECT * FROM outbox WHERE outbox_id = ?');
    this.#reload = sqlite.prepare(
      `SELECT outbox_id AS outboxId, subject_id AS subjectId, visit_id AS visitId, state,
              created_at_ms AS createdAtMs, not_before_ms AS notBeforeMs, next_attempt_at_ms AS nextAttemptAtMs
       FROM outbox WHERE outbox_id >= ? AND state IN ('waiting', 'attention') ORDER BY outbox_id`,
    );
    this.#load();
  }

  #load(): void {
    this.#open = new Map();
    this.#bySubject = new Map();
    this.#total = { waiting: 0, attention: 0 };
    for (const item of this.#reload.all(this.#from) as OpenItem[]) this.#put(item);
  }

  #put(item: OpenItem): void {
    this.#remove(item.outboxId);
    this.#open.set(item.outboxId, item);
    this.#count(item, 1);
  }

  #remove(outboxId: string): OpenItem | null {
    const item = this.#open.get(outboxId);
    if (!item) return null;
    this.#open.delete(outboxId);
    this.#count(item, -1);
    return item;
  }

  #count(item: OpenItem, by: 1 | -1): void {
    this.#dirty = true;
    this.#total[item.state] += by;
    if (item.subjectId === null) return;
    const counts = this.#bySubject.get(item.subjectId) ?? { waiting: 0, attention: 0 };
    counts[item.state] += by;
    if (counts.waiting + counts.attention === 0) this.#bySubject.delete(item.subjectId);
    else this.#bySubject.set(item.subjectId, counts);
  }

  /** At the start of a transaction. */
  begin(): void {
    this.#dirty = false;
  }

  /** After a rollback memory follows the database. */
  rollback(): void {
    if (this.#dirty) this.#load();
  }

  /** Did the transaction change anything here? */
  get changed(): boolean {
    return this.#dirty;
  }

  /** Greater than every id before, UUIDv7. */
  nextId(nowMs: number): string {
    if (nowMs > this.#lastIdMs) {
      this.#lastIdMs = nowMs;
      this.#lastIdSequence = 0;
    } else this.#lastIdSequence++;
    return idOf(this.#lastIdMs, this.#lastIdSequence);
  }

  /** Inside a transaction only. @returns its id. */
  add(item: NewOutboxItem, nowMs: number): string {
    const outboxId = this.nextId(nowMs);
    const state = item.kind === 'conflict' ? 'attention' : 'waiting';
    const notBeforeMs = item.notBeforeMs ?? nowMs;
    // What is in conflict is all that a manager is told of it.
    const { what = 'conflict' } = item.payload;
    const error = item.kind === 'conflict' ? JSON.stringify({ code: what, detail: '' }) : null;
    this.#insert.run(
      outboxId,
      item.kind,
      JSON.stringify(item.payload),
      item.visitId,
      item.subjectId,
      nowMs,
      notBeforeMs,
      notBeforeMs,
      state,
      error,
    );
    this.#put({
      outboxId,
      subjectId: item.subjectId,
      visitId: item.visitId,
      state,
      createdAtMs: nowMs,
      notBeforeMs,
      nextAttemptAtMs: notBeforeMs,
    });
    return outboxId;
  }

  /** Sendable items in order; of those that follow one another only the first sendable one (see {@link Outbox.due}). */
  *#sendable(nowMs: number): Iterable<OpenItem> {
    const held = new Set<string>();
    for (const item of this.#open.values()) {
      // An undo window that is still open holds nothing else back.
      if (item.state !== 'waiting' || !isDue(item.notBeforeMs, nowMs)) continue;
      const line = item.visitId ?? item.subjectId;
      if (line !== null) {
        if (held.has(line)) continue;
        held.add(line);
      }
      yield item;
    }
  }

  due(nowMs: number, limit: number): OutboxItem[] {
    const items: OutboxItem[] = [];
    for (const open of this.#sendable(nowMs)) {
      if (items.length >= limit) break;
      if (!isDue(open.nextAttemptAtMs, nowMs)) continue;
      const row = this.get(open.outboxId);
      if (row === null) continue;
      items.push({
        outboxId: row.outbox_id,
        kind: row.kind,
        payload: JSON.parse(row.payload),
        visitId: row.visit_id,
        createdAtMs: row.created_at_ms,
        attempts: row.attempts,
      });
    }
    return items;
  }

  nextDueAtMs(nowMs: number): number | null {
    let next: number | null = null;
    const consider = (atMs: number) => {
      if (next === null || atMs < next) next = atMs;
    };
    for (const item of this.#sendable(nowMs)) {
      consider(
        isDue(item.nextAttemptAtMs, nowMs) ? Math.min(item.nextAttemptAtMs, nowMs) : item.nextAttemptAtMs,
      );
    }
    for (const item of this.#open.values()) {
      if (item.state === 'waiting' && !isDue(item.notBeforeMs, nowMs)) consider(item.notBeforeMs);
    }
    return next;
  }

  /** Has the undo window of this mark not ended yet? It is the one that says so: it moves with the clock. */
  isHeldBack(outboxId: string, nowMs: number): boolean {
    const item = this.#open.get(outboxId);
    return item?.state === 'waiting' && !isDue(item.notBeforeMs, nowMs);
  }

  /** The visits of marks whose undo window has not ended yet. */
  visitsHeldBack(nowMs: number): Set<string> {
    const visitIds = new Set<string>();
    for (const { outboxId, visitId } of this.#open.values()) {
      if (visitId !== null && this.isHeldBack(outboxId, nowMs)) visitIds.add(visitId);
    }
    return visitIds;
  }

  get(outboxId: string): (Row & { state: string }) | null {
    return (this.#row.get(outboxId) as (Row & { state: string }) | undefined) ?? null;
  }

  /** Inside a transaction only. */
  setState(outboxId: string, state: 'sent' | 'withdrawn' | 'set-aside' | 'waiting', nowMs: number): void {
    this.#setState.run(state, nowMs, outboxId);
    const open = this.#remove(outboxId);
    // Ids rise, so an item that is sent again keeps its place only by a fresh load.
    if (state === 'waiting' && open) this.#load();
  }

  /** Inside a transaction only: the wall clock was corrected, and what waits goes on waiting as long as it had to. */
  move(byMs: number): void {
    this.#move.run({ byMs, from: this.#from });
    this.#dirty = true;
    for (const item of this.#open.values()) {
      item.createdAtMs += byMs;
      item.notBeforeMs += byMs;
      item.nextAttemptAtMs += byMs;
    }
  }

  /** Inside a transaction only. */
  transient(outboxId: string, error: { code: string; detail: string }, nextAttemptAtMs: number): void {
    this.#transient.run(JSON.stringify(error), nextAttemptAtMs, outboxId);
    const open = this.#open.get(outboxId);
    if (open) open.nextAttemptAtMs = nextAttemptAtMs;
    this.#dirty = true;
  }

  /** Inside a transaction only. */
  attention(outboxId: string, error: { code: string; detail: string }): void {
    this.#attention.run(JSON.stringify(error), outboxId);
    const open = this.#open.get(outboxId);
    if (!open) return;
    this.#count(open, -1);
    open.state = 'attention';
    this.#count(open, 1);
  }

  /** Where this pickup's or refuel's marks stand. */
  syncOf(subjectId: string): 'waiting' | 'sent' | 'attention' {
    const counts = this.#bySubject.get(subjectId);
    if (counts === undefined) return 'sent';
    return counts.attention > 0 ? 'attention' : 'waiting';
  }

  /** The refused marks of this subject, oldest first. */
  attentionOf(subjectId: string): string[] {
    return [...this.#open.values()]
      .filter((item) => item.subjectId === subjectId && item.state === 'attention')
      .map((item) => item.outboxId);
  }

  counts(): { waiting: number; attention: number; oldestWaitingAtMs: number | null } {
    let oldestWaitingAtMs: number | null = null;
    for (const item of this.#open.values()) {
      if (item.state !== 'waiting') continue;
      oldestWaitingAtMs = item.createdAtMs;
      break;
    }
    return { ...this.#total, oldestWaitingAtMs };
  }

  /** Everything before it is settled for good; null = nothing is open. A conflict may stand long. */
  oldestOpenId(): string | null {
    for (const outboxId of this.#open.keys()) return outboxId;
    return null;
  }

  attentionItems(): AttentionItem[] {
    const items: AttentionItem[] = [];
    for (const open of this.#open.values()) {
      const row = open.state === 'attention' ? this.get(open.outboxId) : null;
      if (row === null) continue;
      items.push({
        outboxId: row.outbox_id,
        kind: row.kind,
        visitId: row.visit_id,
        createdAtMs: row.created_at_ms,
        attempts: row.attempts,
        lastError: row.last_error === null ? null : JSON.parse(row.last_error),
      });
    }
    return items;
  }
}
