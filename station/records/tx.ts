import type { VisitView } from '../../shared/station-contract/index.ts';
import type { Actor } from '../core/types.ts';
import { withoutPlates } from '../journal/index.ts';
import type { NewOutboxItem } from './outbox-store.ts';
import type { RecordStores } from './record-stores.ts';
import { Refusal } from './refusal.ts';
import type { VisitRecord } from './visit-record.ts';
import { viewOf } from './visit-view.ts';

/** Where a person sees a car stand. */
export interface SeenStanding {
  visitId: string;
  laneId: string;
}

/** What the rules see of a running transaction. Dead once it has ended. */
export class Tx {
  readonly records: RecordStores;
  /** null: the station itself. */
  readonly actor: Actor | null;
  readonly nowMs: number;
  readonly #staged = new Map<string, VisitRecord>();
  readonly #views = new Map<string, VisitView>();
  readonly #seen: SeenStanding[] = [];
  #journalled = new Set<string>();
  #ended = false;

  constructor(records: RecordStores, actor: Actor | null) {
    this.records = records;
    this.actor = actor;
    this.nowMs = records.clock.nowMs();
  }

  /** The person who does it. Only for commands. */
  get person() {
    if (this.actor === null) throw new Error('the station itself did this: there is no person');
    return this.actor.person;
  }

  get site() {
    return this.records.site;
  }

  /** @throws Refusal visit-not-found */
  visit(visitId: string): VisitRecord {
    this.#mustLive();
    const visit = this.#staged.get(visitId) ?? this.records.visits.get(visitId);
    if (visit === null) throw new Refusal('visit-not-found');
    return visit;
  }

  /** Everything on the board, with what this transaction changed so far. */
  board(): VisitRecord[] {
    const visits: VisitRecord[] = [];
    for (const [id, visit] of this.records.visits.live) {
      const now = this.#staged.get(id) ?? visit;
      if (now.visible) visits.push(now);
    }
    for (const [id, visit] of this.#staged) {
      if (visit.visible && !this.records.visits.live.has(id)) visits.push(visit);
    }
    return visits;
  }

  put(visit: VisitRecord): VisitRecord {
    this.#mustLive();
    this.#staged.set(visit.visitId, visit);
    this.#views.delete(visit.visitId);
    return visit;
  }

  /** A person sees this visit's car stand in this lane: told to whoever wants to know once it is committed. */
  seenStanding(visitId: string, laneId: string): void {
    this.#mustLive();
    this.#seen.push({ visitId, laneId });
  }

  /** The card must be told anew though its record is the same (its marks' way to the server changed). */
  touch(visitId: string): void {
    const visit = this.records.visits.live.get(visitId);
    if (visit && !this.#staged.has(visitId)) this.#staged.set(visitId, visit);
  }

  journal(kind: string, visitId: string | null, details: Record<string, unknown> = {}): void {
    this.#mustLive();
    if (visitId !== null) this.#journalled.add(visitId);
    const plate = visitId === null ? null : (this.#staged.get(visitId)?.plateNormal ?? null);
    const known =
      visitId === null ? null : (plate ?? this.records.visits.live.get(visitId)?.plateNormal ?? null);
    this.records.journal.append({
      atMs: this.nowMs,
      kind,
      visitId,
      person: this.actor?.person ?? null,
      kioskId: this.actor?.kioskId ?? null,
      // Never erased, so it never holds what must be.
      details: withoutPlates(details, known),
    });
  }

  /** @returns the item's id. */
  outbox(item: NewOutboxItem): string {
    this.#mustLive();
    return this.records.outbox.add(item, this.nowMs);
  }

  view(visitId: string): VisitView {
    const known = this.#views.get(visitId);
    if (known) return known;
    const view = viewOf(this.visit(visitId), this.records);
    this.#views.set(visitId, view);
    return view;
  }

  /** Writes what was put. */
  flush(): void {
    for (const visit of this.#staged.values()) {
      if (this.#mustStore(visit)) this.records.visits.save(visit);
    }
  }

  /** A tentative car that nobody touched leaves no trace on the disk: most of them only drive by. */
  #mustStore(visit: VisitRecord): boolean {
    return (
      this.records.visits.isStored(visit.visitId) ||
      (visit.presence !== 'tentative' && visit.visible) ||
      this.#journalled.has(visit.visitId)
    );
  }

  /** After commit: memory follows. @returns what to tell. */
  settle(): {
    kept: VisitRecord[];
    changed: VisitView[];
    gone: VisitView[];
    seen: readonly SeenStanding[];
  } {
    const kept: VisitRecord[] = [];
    const changed: VisitView[] = [];
    const gone: VisitView[] = [];
    for (const visit of this.#staged.values()) {
      const { live } = this.records.visits;
      const wasLive = live.has(visit.visitId);
      const stored = this.#mustStore(visit);
      const view = this.#views.get(visit.visitId) ?? viewOf(visit, this.records);
      this.records.visits.settle(visit, stored);
      if (stored) kept.push(visit);
      if (wasLive || visit.visible) changed.push(view);
      if (wasLive && !visit.visible) {
        gone.push(view);
        this.records.levels.forget(visit.visitId);
      }
    }
    return { kept, changed, gone, seen: this.#seen };
  }

  end(): void {
    this.#ended = true;
  }

  #mustLive(): void {
    if (this.#ended) throw new Error('this transaction has ended');
  }
}
