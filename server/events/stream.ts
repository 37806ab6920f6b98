/**
 * Event streams: a table of events with a position per stream, read by resuming after the last one
 * seen. Nobody can see position n+1 before n: the stream's row stays locked until its writer commits.
 *
 *   work.emit → event_streams (lock, +1) → events ── commit ──► bus, NOTIFY ──► reader reads the table
 */
import { withEventMeta } from '@orpc/server';
import { and, asc, eq, gt, min, sql } from 'drizzle-orm';
import type { Clock } from '../../shared/domain/index.ts';
import type { PhoneEvent, SiteEvent } from '../../shared/server-contract/index.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import type { EventBus } from './bus.ts';

/** All delays of this file. */
export const streamDelays = {
  /** Between beats on a quiet stream: whoever hears none for a few of these reconnects. */
  beatMs: 15_000,
  /** How long events are kept for those who resume. */
  keptMs: 7 * 24 * 3_600_000,
};
const pageSize = 200;

export const siteStream = (siteId: string) => `site:${siteId}`;
export const driverStream = (driverId: string) => `driver:${driverId}`;

/** What reading needs of the server. */
export interface StreamSource {
  db: Db;
  clock: Clock;
  bus: EventBus;
  closing: AbortSignal;
}

/** Appends within the transaction of the change that it tells of. */
export async function appendEvent(tx: Tx, stream: string, payload: unknown, atMs: number): Promise<void> {
  const [row] = await tx
    .insert(tables.eventStreams)
    .values({ stream, lastPosition: 1 })
    .onConflictDoUpdate({
      target: tables.eventStreams.stream,
      set: { lastPosition: sql`${tables.eventStreams.lastPosition} + 1` },
    })
    .returning();
  if (row === undefined) throw new Error('an upsert returned nothing');
  await tx.insert(tables.events).values({ stream, position: row.lastPosition, atMs, payload });
}

async function headOf(app: StreamSource, stream: string): Promise<number> {
  const [row] = await app.db.select().from(tables.eventStreams).where(eq(tables.eventStreams.stream, stream));
  return row?.lastPosition ?? 0;
}

async function oldestOf(app: StreamSource, stream: string): Promise<number | null> {
  const [row] = await app.db
    .select({ oldest: min(tables.events.position) })
    .from(tables.events)
    .where(eq(tables.events.stream, stream));
  return row?.oldest ?? null;
}

function parsePosition(lastEventId: string | undefined): number | null {
  return lastEventId !== undefined && /^[0-9]{1,15}$/.test(lastEventId) ? Number(lastEventId) : null;
}

/**
 * A stream from after `lastEventId` (from now on where there is none), until the caller goes or the
 * server closes. It begins with a beat, so that even a reader who saw nothing else can resume.
 *
 * @param stillAllowed asked at every wake and beat: a revoked token's stream ends before the next event
 * @param gapEvents what is sent when events after `lastEventId` are no longer kept
 */
export async function* readStream<E extends SiteEvent | PhoneEvent>(
  app: StreamSource,
  stream: string,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
  stillAllowed: () => Promise<boolean>,
  gapEvents: E[] = [],
): AsyncGenerator<E | { type: 'beat'; nowMs: number }, void, void> {
  let wakeUp: () => void = () => {};
  let awake = false;
  const wake = () => {
    awake = true;
    wakeUp();
  };
  const unsubscribe = app.bus.onWake(stream, wake);
  signal?.addEventListener('abort', wake);
  app.closing.addEventListener('abort', wake);
  let beatDue = false;
  let cancelBeat = () => {};
  const planBeat = () => {
    cancelBeat = app.clock.schedule(streamDelays.beatMs, () => {
      beatDue = true;
      wake();
      planBeat();
    });
  };
  planBeat();
  const gone = () => signal?.aborted === true || app.closing.aborted;
  const beat = (at: number) =>
    withEventMeta({ type: 'beat' as const, nowMs: app.clock.nowMs() }, { id: String(at) });
  try {
    const head = await headOf(app, stream);
    const asked = parsePosition(lastEventId);
    // A position from the future is of another database (a restored one): begin anew.
    let position = asked !== null && asked <= head ? asked : head;
    const oldest = await oldestOf(app, stream);
    const lost = asked !== null && (asked > head || (oldest === null ? asked < head : asked < oldest - 1));
    yield beat(position);
    if (lost) for (const event of gapEvents) yield withEventMeta({ ...event }, { id: String(position) });
    while (!gone()) {
      awake = false;
      if (!(await stillAllowed())) return;
      const page = await app.db
        .select()
        .from(tables.events)
        .where(and(eq(tables.events.stream, stream), gt(tables.events.position, position)))
        .orderBy(asc(tables.events.position))
        .limit(pageSize);
      for (const row of page) {
        position = row.position;
        yield withEventMeta(row.payload as E & object, { id: String(position) });
      }
      if (page.length > 0) continue;
      if (beatDue) {
        beatDue = false;
        yield beat(position);
      }
      if (awake || gone()) continue;
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
    }
  } finally {
    cancelBeat();
    unsubscribe();
    signal?.removeEventListener('abort', wake);
    app.closing.removeEventListener('abort', wake);
  }
}
