/**
 * What every capability stands on: the store, the clock, the processor, and one way to change
 * anything: a unit of work (one transaction, its events, and what follows its commit).
 */
import type { Clock } from '../shared/domain/index.ts';
import type { PhoneEvent, SiteEvent } from '../shared/server-contract/index.ts';
import { batched, type Db, notifyStreams, type SecretBox, type Store, type Tx } from './db/index.ts';
import type { OperationRow, PaymentRequestRow } from './db/schema.ts';
import { appendEvents, driverStream, type EventBus, siteStream } from './events/index.ts';
import type { Log } from './log.ts';
import type { PaymentProcessor } from './processor/index.ts';

export interface App {
  db: Db;
  store: Store;
  clock: Clock;
  bus: EventBus;
  processor: PaymentProcessor;
  secrets: SecretBox;
  log: Log;
  /** Aborted when the server closes: streams end. */
  closing: AbortSignal;
  /** In the demo every jack is a regular of this site: it is expected there. */
  demoSiteId: string | null;
  /** What follows from the processor's answer, in the transaction that keeps it. */
  applyOutcome(work: Work, operation: OperationRow): Promise<void>;
  /** What follows from a payment request's new state, in the transaction of the change. */
  requestChanged(work: Work, request: PaymentRequestRow): Promise<void>;
}

/** One transaction. Nothing outside the database is asked while it is open. */
export interface Work {
  app: App;
  tx: Tx;
  nowMs: number;
  tellSite(siteId: string, event: SiteEvent): void;
  tellDriver(driverId: string, event: PhoneEvent): void;
  /**
   * A statement of this transaction whose rows nobody needs: it is on its way, and done before the commit is. When
   * it fails nothing of the transaction stays.
   */
  send(statement: Promise<unknown>): void;
  /** Runs when the transaction has committed; not at all when it has not. */
  afterCommit(action: () => void): void;
}

/** serialization_failure and deadlock_detected: the database asks to try the same again. */
const transientCodes = new Set(['40001', '40P01']);
const attemptsMax = 6;

function isTransient(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && transientCodes.has(cause.code)) return true;
  }
  return false;
}

const notifiers = new WeakMap<App, (stream: string) => Promise<void>>();

/**
 * Wakes other servers, after the commit and for many commits at once: PostgreSQL lets transactions that notify
 * commit only one after the other. Who is not reached (we die just now) looks once a second (events/stream.ts).
 */
function tellOthers(app: App, streams: readonly string[]): void {
  let notify = notifiers.get(app);
  if (notify === undefined) {
    notify = batched(
      async (grown: string[]) => {
        await notifyStreams(app.db, [...new Set(grown)]);
        return grown.map(() => undefined);
      },
      { most: 500, atOnce: 1 },
    );
    notifiers.set(app, notify);
  }
  for (const stream of streams) notify(stream).catch(() => {});
}

/** Wakes whoever reads these streams, here and at other servers. Their events are committed. */
export function wakeReaders(app: App, streams: Iterable<string>): void {
  const grown = [...new Set(streams)];
  for (const stream of grown) app.bus.wake(stream);
  if (grown.length > 0 && app.store.listen !== null) tellOthers(app, grown);
}

/** Wakes both sides of these requests: the phone that was asked and the site that asks. */
export function wakeBothSides(app: App, rows: readonly { driverId: string; siteId: string }[]): void {
  wakeReaders(
    app,
    rows.flatMap((row) => [driverStream(row.driverId), siteStream(row.siteId)]),
  );
}

/** Runs `body` in one transaction, again where the database says it met another; then tells who waits. */
export async function inWork<T>(app: App, body: (work: Work) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const told: { stream: string; event: SiteEvent | PhoneEvent }[] = [];
    const after: (() => void)[] = [];
    const sent: Promise<unknown>[] = [];
    const send = (statement: Promise<unknown>) => {
      // Heard of below, at the latest; until then it must not end the process.
      statement.catch(() => {});
      sent.push(statement);
    };
    try {
      const result = await app.db.transaction(async (tx) => {
        const work: Work = {
          app,
          tx,
          nowMs: app.clock.nowMs(),
          tellSite: (siteId, event) => told.push({ stream: siteStream(siteId), event }),
          tellDriver: (driverId, event) => told.push({ stream: driverStream(driverId), event }),
          send,
          afterCommit: (action) => after.push(action),
        };
        const value = await body(work);
        // In one order for everybody, last of all: streams' locks are short and never cross.
        if (told.length > 0) send(appendEvents(tx, told, work.nowMs));
        // A real database gets the COMMIT with them and rolls back by itself when one has failed.
        if (app.store.kind === 'pglite') await Promise.all(sent);
        return value;
      });
      await Promise.all(sent);
      wakeReaders(
        app,
        told.map(({ stream }) => stream),
      );
      for (const action of after) action();
      return result;
    } catch (error) {
      // What one of them says is the cause; that the commit was refused only follows from it.
      const causes = (await Promise.allSettled(sent)).filter((s) => s.status === 'rejected');
      const cause: unknown = causes[0]?.reason ?? error;
      if (attempt >= attemptsMax || !isTransient(cause)) throw cause;
    }
  }
}
