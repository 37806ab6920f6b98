/**
 * One synchronous transaction per command, and everything in it or nothing:
 *
 *   command → role? → same key before? → BEGIN IMMEDIATE
 *                                          work(tx): rules read and put records   ── Refusal → ROLLBACK
 *                                          visits, pickups, refuels (what differs)
 *                                          journal (hash chain)
 *                                          outbox
 *                                          idempotency record with the answer
 *                                        COMMIT (fsync)                            ── error  → NOT_KEPT
 *           ← answer                     memory follows, listeners hear of it
 *
 * Live visits are kept in memory exactly as committed; a transaction works on copies.
 */
import { hash } from 'node:crypto';
import { uptime } from 'node:os';
import Database from 'better-sqlite3';
import { type Clock, err, ok, systemClock } from '../../shared/domain/index.ts';
import type { SiteSettings, VisitLevel, VisitView } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult } from '../core/types.ts';
import type { StationDatabase } from '../db/index.ts';
import { canonicalJson, Journal } from '../journal/index.ts';
import { type CommandName, mayRole, rolesFor } from '../permissions/index.ts';
import { CartPaymentStore } from './cart-payment-store.ts';
import { ClockWatch } from './clock-watch.ts';
import { CommandStore } from './command-store.ts';
import { ExpectedStore } from './expected-store.ts';
import { Listeners } from './listeners.ts';
import { MetaStore } from './meta-store.ts';
import { movedVisit } from './moved-stamps.ts';
import { OutboxStore } from './outbox-store.ts';
import type { RecordStores } from './record-stores.ts';
import { Refusal } from './refusal.ts';
import { ServerTime } from './server-time.ts';
import { type SeenStanding, Tx } from './tx.ts';
import type { VisitRecord } from './visit-record.ts';
import { VisitStore } from './visit-store.ts';
import { Levels, viewOf } from './visit-view.ts';

/** Work in a transaction is synchronous: a promise would outlive it. The compiler refuses one, and so does the runtime. */
export type NotPromise<T> = T extends PromiseLike<unknown> ? never : T;

export class Records implements RecordStores {
  readonly clock: Clock;
  readonly db: StationDatabase;
  readonly journal: Journal;
  readonly outbox: OutboxStore;
  readonly visits: VisitStore;
  readonly meta: MetaStore;
  readonly expected: ExpectedStore;
  readonly cartPayments: CartPaymentStore;
  readonly commands: CommandStore;
  readonly serverTime: ServerTime;
  /** What is shown but never stored: levels and last hearings. */
  readonly levels = new Levels();
  /** What kiosks are called, removed ones too; `null` is the first kiosk. Kept by station/kiosks. */
  readonly kioskNames = new Map<string | null, string>();

  /** A visit as it is on the disk now. */
  readonly visitKept = new Listeners<VisitRecord>();
  readonly visitChanged = new Listeners<VisitView>();
  readonly visitGone = new Listeners<VisitView>();
  /** A person said where a car stands. */
  readonly seenStanding = new Listeners<SeenStanding>();
  /** Of all cars that are heard; follows no transaction, for levels are kept nowhere. */
  readonly levelsTold = new Listeners<VisitLevel[]>();
  readonly siteChanged = new Listeners<SiteSettings>();
  readonly outboxChanged = new Listeners<void>();
  /** Personal data of closed visits was erased beside the rules. */
  readonly visitsErased = new Listeners<void>();
  /** The machine's clock was corrected by so many milliseconds, and what is going on has moved with it. */
  readonly clockCorrected = new Listeners<number>();
  /** Something the station did by itself could not be kept (disk full). */
  readonly notKept = new Listeners<string>();

  readonly #clockWatch: ClockWatch;
  readonly #movers: Array<(tx: Tx, byMs: number) => void> = [];
  #following = false;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #rollback: Database.Statement;
  #running = false;

  constructor(db: StationDatabase, clock: Clock) {
    this.db = db;
    this.clock = clock;
    this.journal = new Journal(db.sqlite, this.kioskNames);
    this.meta = new MetaStore(db.sqlite);
    this.outbox = new OutboxStore(db.sqlite, this.meta.get('outbox-oldest-open') ?? '');
    this.visits = new VisitStore(db.sqlite);
    this.expected = new ExpectedStore(db.sqlite);
    this.cartPayments = new CartPaymentStore(db.sqlite);
    this.#begin = db.sqlite.prepare('BEGIN IMMEDIATE');
    this.#commit = db.sqlite.prepare('COMMIT');
    this.#rollback = db.sqlite.prepare('ROLLBACK');
    this.commands = new CommandStore(db.sqlite);
    this.serverTime = new ServerTime(clock);
    // Clocks of tests and trainings are nobody's machine: they never sleep.
    const sinceBootMs = clock === systemClock ? () => uptime() * 1000 : () => clock.monotonicMs();
    this.#clockWatch = new ClockWatch(clock, sinceBootMs);
  }

  get site(): SiteSettings {
    return this.meta.site;
  }

  /** Asked now, as it is committed. */
  view(visitId: string): VisitView | null {
    const visit = this.visits.get(visitId);
    return visit === null ? null : viewOf(visit, this);
  }

  /**
   * A command of a person: role, idempotency, transaction. `work` may throw {@link Refusal}.
   * A refusal is not remembered under its key: nothing was done, so asking again is a new question.
   */
  run<T>(
    actor: Actor,
    name: CommandName,
    input: { idempotencyKey: string },
    work: (tx: Tx) => NotPromise<T>,
  ): CommandResult<T> {
    if (!mayRole(actor.person.role, name)) return err({ code: 'FORBIDDEN', needs: rolesFor(name) });
    const print = fingerprint(actor, name, input);
    try {
      const prior = this.commands.get(input.idempotencyKey);
      if (prior !== null) {
        if (prior.fingerprint !== print) return err({ code: 'REFUSED', reason: 'idempotency-key-reused' });
        return ok(JSON.parse(prior.answer) as T);
      }
      const value = this.transact(actor, work, (answer) => {
        this.commands.add({
          idempotencyKey: input.idempotencyKey,
          atMs: this.clock.nowMs(),
          fingerprint: print,
          answer: JSON.stringify(answer),
          journalSequence: this.journal.head.sequence,
        });
      });
      this.commands.settle(input.idempotencyKey);
      return ok(value);
    } catch (error) {
      if (error instanceof Refusal) {
        return err({
          code: 'REFUSED',
          reason: error.reason,
          ...(error.by === null ? {} : { by: error.by }),
          ...(error.detail === null ? {} : { detail: error.detail }),
        });
      }
      if (error instanceof Database.SqliteError) {
        return err({ code: 'NOT_KEPT', detail: `${error.code}: ${error.message}` });
      }
      throw error;
    }
  }

  /** A command that answers with its visit, as the contract's commands do. */
  runOnVisit(
    actor: Actor,
    name: CommandName,
    input: { idempotencyKey: string },
    work: (tx: Tx) => string,
  ): CommandResult<{ visit: VisitView }> {
    return this.run<{ visit: VisitView }>(actor, name, input, (tx) => ({ visit: tx.view(work(tx)) }));
  }

  /**
   * What the station does by itself (presence, server news), and the inside of {@link run}.
   *
   * @throws what `work` throws, and SqliteError; nothing was changed then.
   */
  transact<T>(
    actor: Actor | null,
    work: (tx: Tx) => NotPromise<T>,
    beforeCommit?: (answer: NotPromise<T>) => void,
  ): NotPromise<T> {
    if (this.#running) throw new Error('a transaction was begun inside a transaction');
    this.followClock();
    this.#running = true;
    const head = this.journal.head;
    this.outbox.begin();
    this.meta.begin();
    const tx = new Tx(this, actor);
    let answer: NotPromise<T>;
    try {
      this.#begin.run();
      answer = work(tx);
      if (isThenable(answer)) throw new Error('asynchronous work in a transaction: it was rolled back');
      tx.flush();
      beforeCommit?.(answer);
      this.#commit.run();
    } catch (error) {
      tx.end();
      if (this.db.sqlite.inTransaction) this.#rollback.run();
      this.journal.rewind(head);
      this.outbox.rollback();
      this.meta.rollback();
      this.#running = false;
      throw error;
    }
    tx.end();
    this.#running = false;
    const { kept, changed, gone, seen } = tx.settle();
    const outboxChanged = this.outbox.changed;
    const siteChanged = this.meta.siteChanged;
    for (const visit of kept) this.visitKept.tell(visit);
    for (const view of changed) this.visitChanged.tell(view);
    for (const view of gone) this.visitGone.tell(view);
    for (const one of seen) this.seenStanding.tell(one);
    if (siteChanged) this.siteChanged.tell(this.site);
    if (outboxChanged) this.outboxChanged.tell();
    return answer;
  }

  /** Where else a moment is kept that durations are counted from: it moves in the same transaction. */
  movesWithClock(move: (tx: Tx, byMs: number) => void): void {
    this.#movers.push(move);
  }

  /**
   * Was the machine's clock corrected? Then everything that is going on moves with it, before anybody reads or
   * writes another moment: asked before every transaction, and whenever the time is told to somebody.
   *
   * @throws SqliteError; it is tried again at the next occasion
   */
  followClock(): void {
    if (this.#following || this.#running) return;
    const byMs = this.#clockWatch.correctionMs();
    if (byMs !== 0) this.correctClock(byMs);
  }

  /** The clock was corrected by so much. */
  correctClock(byMs: number): void {
    this.#following = true;
    try {
      this.transact(null, (tx) => {
        tx.journal('clock-corrected', null, { byMs });
        for (const visit of this.#goingOn(tx.nowMs - byMs)) tx.put(movedVisit(visit, byMs));
        this.levels.move(byMs);
        this.outbox.move(byMs);
        for (const move of this.#movers) move(tx, byMs);
      });
      this.#clockWatch.seen();
    } finally {
      this.#following = false;
    }
    this.clockCorrected.tell(byMs);
  }

  /** What is on the board, and what has left it but can still come back by an undo. */
  #goingOn(nowMs: number): VisitRecord[] {
    const { live } = this.visits;
    const off = [...this.outbox.visitsHeldBack(nowMs)].filter((visitId) => !live.has(visitId));
    return [...live.values(), ...off.flatMap((visitId) => this.visits.load(visitId) ?? [])];
  }

  /**
   * What the station does by itself has nobody to answer to: when the disk will not keep it, the
   * listeners of `notKept` hear of it, the change is lost with the transaction and tried again at the
   * next occasion. The station goes on hearing cars.
   */
  byItself(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      this.notKept.tell(`${error.code}: ${error.message}`);
    }
  }

  /** Now and then, so that the next start need not look at settled marks. Late is harmless. */
  rememberOldestOpen(): void {
    const oldest = this.outbox.oldestOpenId() ?? this.outbox.nextId(this.clock.nowMs());
    if (oldest !== this.meta.get('outbox-oldest-open')) this.meta.set('outbox-oldest-open', oldest);
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** A PIN never gets into the fingerprint: four digits are found by trying. */
function fingerprint(actor: Actor, name: CommandName, input: object): string {
  const { pin: _pin, idempotencyKey: _key, ...rest } = input as Record<string, unknown>;
  return hash('sha256', `${name}\n${actor.person.staffId}\n${canonicalJson(rest)}`, 'base64url');
}
