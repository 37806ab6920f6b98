/**
 * What every capability stands on: the store, the clock, the processor, and one way to change
 * anything: a unit of work (one transaction, its events, and what follows its commit).
 */
import type { Clock } from '../shared/domain/index.ts';
import type { PhoneEvent, SiteEvent } from '../shared/server-contract/index.ts';
import type { Db, SecretBox, Store, Tx } from './db/index.ts';
import { notifyStream } from './db/open.ts';
import type { OperationRow, PaymentRequestRow } from './db/schema.ts';
import { appendEvent, driverStream, type EventBus, siteStream } from './events/index.ts';
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

/** Runs `body` in one transaction, again where the database says it met another; then tells who waits. */
export async function inWork<T>(app: App, body: (work: Work) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const told: { stream: string; event: SiteEvent | PhoneEvent }[] = [];
    const after: (() => void)[] = [];
    try {
      const result = await app.db.transaction(async (tx) => {
        const work: Work = {
          app,
          tx,
          nowMs: app.clock.nowMs(),
          tellSite: (siteId, event) => told.push({ stream: siteStream(siteId), event }),
          tellDriver: (driverId, event) => told.push({ stream: driverStream(driverId), event }),
          afterCommit: (action) => after.push(action),
        };
        const value = await body(work);
        // In one order for everybody, last of all: streams' locks are short and never cross.
        const streams = [...new Set(told.map((t) => t.stream))].sort();
        for (const stream of streams) {
          for (const t of told) if (t.stream === stream) await appendEvent(tx, stream, t.event, work.nowMs);
          if (app.store.listen !== null) await notifyStream(tx, stream);
        }
        return value;
      });
      for (const stream of new Set(told.map((t) => t.stream))) app.bus.wake(stream);
      for (const action of after) action();
      return result;
    } catch (error) {
      if (attempt >= attemptsMax || !isTransient(error)) throw error;
    }
  }
}
