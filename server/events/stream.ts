/**
 * Event streams: a table of events with a position per stream, read by resuming after the last one
 * seen. Nobody can see position n+1 before n: the stream's row stays locked until its writer commits.
 *
 *   work.emit → event_streams (lock, +1) → events ── commit ──► bus, NOTIFY ──► reader reads the table
 *                                                  missed? ──► the head is looked at once a second ─┘
 */
import { withEventMeta } from '@orpc/server';
import { and, asc, eq, gt, min } from 'drizzle-orm';
import type { Clock } from '../../shared/domain/index.ts';
import type { PhoneEvent, SiteEvent } from '../../shared/server-contract/index.ts';
import { anyOf, type Db, sendIn, type Tx, tables } from '../db/index.ts';
import type { Log } from '../log.ts';
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
  log: Log;
}

/**
 * The last part of a statement with a query `told (stream, payload, n)` among its `WITH`: appends all of it. Each
 * stream's row is locked once, in the streams' order.
 *
 * @param atMs the parameter that holds the time
 */
export const appendingTold = (atMs: `$${number}`) => `
  counts AS (
    SELECT stream, COUNT(*) AS count FROM told GROUP BY stream
  ), heads AS (
    INSERT INTO event_streams (stream, last_position) SELECT stream, count FROM counts ORDER BY stream
    ON CONFLICT (stream) DO UPDATE SET last_position = event_streams.last_position + excluded.last_position
    RETURNING stream, last_position
  ), appended AS (
    INSERT INTO events (stream, position, at_ms, payload)
    SELECT t.stream, h.last_position - c.count + ROW_NUMBER() OVER (PARTITION BY t.stream ORDER BY t.n),
      ${atMs}::bigint, t.payload
    FROM told t JOIN counts c ON c.stream = t.stream JOIN heads h ON h.stream = t.stream
  )`;

/** One statement for all events of a transaction. */
const append = `
  WITH told AS (
    SELECT stream, payload::jsonb AS payload, n
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (stream, payload, n)
  ), ${appendingTold('$3')}
  SELECT`;

/** Appends within the transaction of the changes that they tell of, last of all: streams' locks are short. */
export async function appendEvents(
  tx: Tx,
  told: readonly { stream: string; event: unknown }[],
  atMs: number,
): Promise<void> {
  const streams = told.map(({ stream }) => stream);
  const payloads = told.map(({ event }) => JSON.stringify(event));
  await sendIn(tx, append, [streams, payloads, atMs]);
}

/** Appends one. */
export function appendEvent(tx: Tx, stream: string, payload: unknown, atMs: number): Promise<void> {
  return appendEvents(tx, [{ stream, event: payload }], atMs);
}

/**
 * Wakes whoever is behind: a server that dies after its commit wakes nobody, and nobody hears while the line to
 * the database is down. Cheap: one question for all streams that are waited for, answered from their heads.
 */
export async function wakeWhoIsBehind(app: StreamSource): Promise<void> {
  const waiting = app.bus.waiting();
  if (waiting.length === 0) return;
  const { eventStreams } = tables;
  const heads = await app.db
    .select()
    .from(eventStreams)
    .where(
      anyOf(
        eventStreams.stream,
        waiting.map(({ stream }) => stream),
      ),
    );
  const headOfStream = new Map(heads.map((row) => [row.stream, row.lastPosition]));
  for (const { stream, position } of waiting) {
    if ((headOfStream.get(stream) ?? 0) > position) app.bus.wake(stream);
  }
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

/** Of zod, as far as it is used here. */
interface EventSchema<E> {
  safeParse(
    payload: unknown,
  ): { success: true; data: E } | { success: false; error: { issues: { path: PropertyKey[] }[] } };
}

/** What is told in place of events that are kept no more. */
interface Gaps<E> {
  missed?: () => AsyncGenerator<E>;
  after: E[];
}

/**
 * A stream from after `lastEventId` (from now on where there is none), until the caller goes or the
 * server closes. It begins with a beat, so that even a reader who saw nothing else can resume. Only what `gaps.missed`
 * says comes before it, without an id: who is cut off within it hears all of it again.
 *
 * @param stillAllowed asked at every wake and beat: a revoked token's stream ends before the next event
 * @param schema what an event of this stream is: one that is not (written by another version) would end the stream
 *   for everybody who comes to it, for as long as it is kept. In its place stands a `gap`
 * @param gaps what a reader is told of whom events after `lastEventId` are no longer kept (`missed`, and `after` the `gap`)
 */
export async function* readStream<E extends SiteEvent | PhoneEvent>(
  app: StreamSource,
  stream: string,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
  stillAllowed: () => Promise<boolean>,
  schema: EventSchema<E>,
  gaps: Gaps<E> = { after: [] },
): AsyncGenerator<E | { type: 'beat'; nowMs: number } | { type: 'gap' }, void, void> {
  let wakeUp: () => void = () => {};
  let awake = false;
  const wake = () => {
    awake = true;
    wakeUp();
  };
  // Known once the first beat was sent: until then nobody is behind.
  let position = Number.POSITIVE_INFINITY;
  const unsubscribe = app.bus.onWake(stream, wake, () => position);
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
  const gap = function* (at: number) {
    yield withEventMeta({ type: 'gap' as const }, { id: String(at) });
    for (const event of gaps.after) yield withEventMeta({ ...event }, { id: String(at) });
  };
  try {
    const head = await headOf(app, stream);
    const asked = parsePosition(lastEventId);
    // A position from the future is of another database (a restored one): begin anew.
    position = asked !== null && asked <= head ? asked : head;
    const oldest = await oldestOf(app, stream);
    // What is no place of ours says that there was one: what came since is not known either.
    const isForeign = asked === null && lastEventId !== undefined && lastEventId !== '';
    const isPast = asked !== null && (oldest === null ? asked < head : asked < oldest - 1);
    const lost = isForeign || isPast || (asked !== null && asked > head);
    // On from the first that is still kept: who resumes from the gap's own place is not told of it again.
    if (isPast && asked <= head) position = oldest === null ? head : oldest - 1;
    let missed = gaps.missed;
    if (lost && missed !== undefined) {
      yield* missed();
      missed = undefined;
    }
    yield beat(position);
    if (lost) yield* gap(position);
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
        const read = schema.safeParse(row.payload);
        if (read.success) {
          yield withEventMeta(read.data as E & object, { id: String(position) });
        } else {
          const where = read.error.issues.map((issue) => issue.path.join('.')).join(' ');
          app.log.error('event-unfit', read.error, { stream, position, where });
          // It may have said just that.
          if (missed !== undefined) yield* missed();
          missed = undefined;
          yield* gap(position);
        }
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
