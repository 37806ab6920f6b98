/**
 * Listens to the payment server's events for this site, for as long as it is told to.
 *
 *   connecting ──▶ listening ──┬─ event → core, then its id is kept (resume point)
 *       ▲                      ├─ nothing for `quietMs` → the line is dead
 *       └── back-off, jitter ◀─┴─ end or error
 *
 * The id is kept after the effect; all effects are idempotent, so a crash in between costs nothing.
 */
import { getEventMeta } from '@orpc/client';
import { backoffMs, type Clock, throwIllegalValue } from '../../shared/domain/index.ts';
import type { ServerNewsApi } from '../core/types.ts';
import { errorFields, type Log } from '../setup/index.ts';
import type { HeardEvent } from './heard-events.ts';
import { classify, type FailedOutcome } from './outcome.ts';
import { NetworkTrouble, type ServerClient } from './server-client.ts';

export interface SiteNewsDeps {
  client: ServerClient;
  news: ServerNewsApi;
  clock: Clock;
  log: Log;
  random: () => number;
  /** The stream is open: the server is reached. */
  onOpen: () => void;
  onTrouble: (failure: FailedOutcome) => void;
  onExpectedCodesChanged: () => void;
  onSiteChanged?: () => void;
  onMenuChanged?: () => void;
  onJacksForgotten?: (jackIds: readonly string[], erase: boolean) => void;
  /** Something of a kind that we know could not be read: all is to be asked for anew. */
  onUnreadable?: () => void;
  /** Without any event or beat for so long the line counts as dead. */
  quietMs?: number;
}

/** Runs until `signal` aborts. Never rejects. */
export async function listenToSiteNews(deps: SiteNewsDeps, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await listenOnce(deps, signal, () => {
        failures = 0;
      });
      if (signal.aborted) return;
      throw new NetworkTrouble('the event stream ended');
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const failure = classify(error);
      deps.onTrouble(failure);
      const slow = failure.outcome === 'transient' ? 15_000 : 60_000;
      await sleep(deps.clock, backoffMs(failures, { firstMs: 500, maxMs: slow }, deps.random), signal);
    }
  }
}

async function listenOnce(deps: SiteNewsDeps, signal: AbortSignal, onWell: () => void): Promise<void> {
  const quietMs = deps.quietMs ?? 45_000;
  // One controller for this line: the caller's stop and our own impatience end it alike.
  const line = new AbortController();
  const stop = () => line.abort(new NetworkTrouble('told to stop'));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const quiet = () => line.abort(new NetworkTrouble('the event stream fell silent'));
  let cancel = deps.clock.schedule(quietMs, quiet);
  try {
    const lastEventId = deps.news.lastEventId() || undefined;
    const events = await deps.client.site.siteEvents({}, { signal: line.signal, lastEventId });
    deps.onOpen();
    for (;;) {
      const next = await nextOrAbort(events, line.signal);
      if (next.done === true) return;
      cancel();
      cancel = deps.clock.schedule(quietMs, quiet);
      onWell();
      apply(deps, next.value);
      const eventId = getEventMeta(next.value)?.id;
      if (eventId !== undefined) deps.news.keepLastEventId(eventId);
    }
  } catch (error) {
    if (error instanceof StoreTrouble) deps.log('server.news-failed', errorFields(error.cause));
    throw line.signal.aborted ? line.signal.reason : error;
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
    line.abort();
  }
}

/** The next event; rejects as soon as the signal aborts, whether or not the stream notices by itself. */
function nextOrAbort(
  events: AsyncIterator<HeardEvent>,
  signal: AbortSignal,
): Promise<IteratorResult<HeardEvent, unknown>> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      reject(signal.reason);
      events.return?.().catch(() => {});
    };
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    events
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', aborted));
  });
}

/** How many of each name were passed over, by each listener; few names, for a server makes them up as it likes. */
const passedOver = new WeakMap<SiteNewsDeps, Map<string, number>>();
const namesMax = 20;

function notUnderstood(deps: SiteNewsDeps, event: Extract<HeardEvent, { type: 'not-understood' }>): void {
  const counts = passedOver.get(deps) ?? new Map<string, number>();
  passedOver.set(deps, counts);
  const name = event.name !== null && (counts.has(event.name) || counts.size < namesMax) ? event.name : '';
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  // Said of the 1st, 10th, 100th …: one that comes every second fills no log.
  if (/^10*$/.test(String(count))) deps.log('server.news-unknown', { name, count, known: event.known });
  if (event.known) deps.onUnreadable?.();
}

/** The core could not take the news over; the resume point stays before it, so they come again. */
class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
}

function apply(deps: SiteNewsDeps, event: HeardEvent): void {
  const { news } = deps;
  try {
    switch (event.type) {
      case 'preorder':
        news.preorder(event.jackId, event.preorder, event.car);
        return;
      case 'payment-request':
        news.paymentRequest(event.paymentRequest);
        return;
      case 'reservation':
        news.reservation(event.jackId, event.reservation);
        return;
      case 'cart':
        news.cart(event.cart);
        return;
      case 'jacks-forgotten':
        deps.onJacksForgotten?.(event.jackIds, event.erase);
        return;
      case 'menu-changed':
        deps.onMenuChanged?.();
        return;
      case 'site':
        news.site(event.site);
        deps.onSiteChanged?.();
        return;
      case 'expected-codes-changed':
        deps.onExpectedCodesChanged();
        return;
      // The list was said to have changed as well; what became of payments is looked up by itself.
      case 'gap':
        return;
      case 'beat':
        news.serverTime(event.nowMs);
        return;
      case 'not-understood':
        notUnderstood(deps, event);
        return;
      default:
        throwIllegalValue(event);
    }
  } catch (cause) {
    throw new StoreTrouble('news could not be taken over', { cause });
  }
}

function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.schedule(ms, done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
