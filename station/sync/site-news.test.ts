import { describe, expect, it } from 'vitest';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { ServerNewsApi } from '../core/types.ts';
import type { LogEventId } from '../setup/index.ts';
import { createServerClient } from './server-client.ts';
import { listenToSiteNews } from './site-news.ts';

function request(version: number): PaymentRequest {
  return {
    paymentRequestId: newId(),
    kind: 'refuel',
    siteId: newId(),
    siteName: 'Seoul-ro',
    amount: { amountMinor: 64_988, currency: 'KRW' },
    captured: null,
    state: 'paid',
    reason: null,
    version,
    createdAtMs: 1,
    expiresAtMs: 2,
    settledAtMs: null,
  };
}

/** A server that streams what the test says. */
function world() {
  const clock = new ManualClock();
  const asked: (string | null)[] = [];
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const state: { refuse: Response | null; kept: string | null; broken: boolean; serverNowMs: number | null } =
    {
      refuse: null,
      kept: null,
      broken: false,
      serverNowMs: null,
    };
  const applied: number[] = [];
  const logged: LogEventId[] = [];
  const troubles: string[] = [];
  let opened = 0;
  let fetchedAgain = 0;
  const news = {
    paymentRequest(paymentRequest: PaymentRequest) {
      if (state.broken) throw new Error('disk full');
      applied.push(paymentRequest.version);
    },
    serverTime: (nowMs: number) => {
      state.serverNowMs = nowMs;
    },
    lastEventId: () => state.kept,
    keepLastEventId: (eventId: string) => {
      state.kept = eventId;
    },
  } as unknown as ServerNewsApi;
  const client = createServerClient({
    serverUrl: 'http://server.test',
    credential: 'site_test',
    clock,
    fetch: async (input, init) => {
      asked.push((input as Request).headers.get('last-event-id'));
      if (state.refuse !== null) return state.refuse.clone();
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          streams.push(controller);
          init?.signal?.addEventListener('abort', () => {
            try {
              controller.error(init.signal?.reason);
            } catch {
              // Closed by the test before.
            }
          });
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    },
  });
  const stop = new AbortController();
  const done = listenToSiteNews(
    {
      client,
      news,
      clock,
      log: (event) => logged.push(event),
      random: () => 1,
      onOpen: () => {
        opened += 1;
      },
      onTrouble: (failure) => troubles.push(failure.outcome),
      onExpectedCodesChanged: () => {},
      onUnreadable: () => {
        fetchedAgain += 1;
      },
    },
    stop.signal,
  );
  const say = (id: string, version: number) => {
    const data = JSON.stringify({ type: 'payment-request', paymentRequest: request(version) });
    streams.at(-1)?.enqueue(new TextEncoder().encode(`event: message\nid: ${id}\ndata: ${data}\n\n`));
  };
  /** As a server of another version might. */
  const sayAnything = (id: string, event: unknown) =>
    streams
      .at(-1)
      ?.enqueue(new TextEncoder().encode(`event: message\nid: ${id}\ndata: ${JSON.stringify(event)}\n\n`));
  const beat = () =>
    streams.at(-1)?.enqueue(new TextEncoder().encode('event: message\ndata: {"type":"beat","nowMs":1}\n\n'));
  return {
    clock,
    asked,
    streams,
    state,
    applied,
    logged,
    troubles,
    stop,
    done,
    say,
    sayAnything,
    beat,
    fetchedAgain: () => fetchedAgain,
    opened: () => opened,
  };
}
async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('news of the payment server', () => {
  it('are applied, and their place in the stream is kept; a broken line goes on from there', async () => {
    const { say, streams, applied, state, asked, clock, stop, done, troubles } = world();
    await settle();
    say('7', 1);
    say('8', 2);
    await settle();
    expect(applied).toEqual([1, 2]);
    expect(state.kept).toBe('8');
    streams[0]?.close();
    await settle();
    expect(troubles).toEqual(['transient']);
    clock.advance(1_000);
    await settle();
    expect(asked).toEqual([null, '8']);
    say('9', 3);
    await settle();
    expect(applied).toEqual([1, 2, 3]);
    stop.abort();
    await done;
  });

  it('of a kind that this version does not know are counted and passed over; the line and its place go on', async () => {
    const { say, sayAnything, applied, state, asked, logged, troubles, stop, done, fetchedAgain } = world();
    await settle();
    say('7', 1);
    sayAnything('8', { type: 'car-washed', jackId: newId() });
    sayAnything('9', { type: 'car-washed' });
    sayAnything('10', 'not even an object');
    say('11', 2);
    await settle();
    expect(applied).toEqual([1, 2]);
    expect(troubles).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(state.kept).toBe('11');
    expect(logged.filter((id) => id === 'server.news-unknown')).toHaveLength(2);
    // Of these it knows nothing, so there is nothing to ask for.
    expect(fetchedAgain()).toBe(0);
    stop.abort();
    await done;
  });

  it('of a known kind in a shape that cannot be read are passed over, and all is asked for anew', async () => {
    const { say, sayAnything, applied, state, asked, logged, stop, done, fetchedAgain } = world();
    await settle();
    sayAnything('8', { type: 'payment-request', paymentRequest: { ...request(1), state: 'half-paid' } });
    await settle();
    expect(state.kept).toBe('8');
    expect(fetchedAgain()).toBe(1);
    say('9', 2);
    await settle();
    expect(applied).toEqual([2]);
    expect(asked).toHaveLength(1);
    expect(logged).toEqual(['server.news-unknown']);
    stop.abort();
    await done;
  });

  it('that could not be kept come again', async () => {
    const { say, applied, state, asked, clock, stop, done, logged } = world();
    await settle();
    say('7', 1);
    await settle();
    state.broken = true;
    say('8', 2);
    await settle();
    expect(state.kept).toBe('7');
    expect(logged).toContain('server.news-failed');
    state.broken = false;
    clock.advance(1_000);
    await settle();
    expect(asked.at(-1)).toBe('7');
    say('8', 2);
    await settle();
    expect(applied).toEqual([1, 2]);
    stop.abort();
    await done;
  });

  it('that stop without a word are noticed: the line is made anew', async () => {
    const { asked, clock, stop, done, beat, troubles, state } = world();
    await settle();
    for (let i = 0; i < 5; i++) {
      clock.advance(30_000);
      beat();
      await settle();
    }
    expect(state.serverNowMs).toBe(1);
    expect(asked).toHaveLength(1);
    clock.advance(45_000);
    await settle();
    expect(troubles).toEqual(['transient']);
    clock.advance(1_000);
    await settle();
    expect(asked).toHaveLength(2);
    stop.abort();
    await done;
  });

  it('are asked for ever more rarely from a server that refuses this site', async () => {
    const { state, asked, clock, stop, done, troubles, streams } = world();
    state.refuse = new Response('{"code":"unauthorized"}', {
      status: 401,
      headers: { 'content-type': 'application/problem+json' },
    });
    await settle();
    streams[0]?.close();
    await settle();
    for (let i = 0; i < 300; i++) {
      clock.advance(1_000);
      await settle();
    }
    expect(troubles).toContain('refused');
    expect(asked.length).toBeLessThan(15);
    stop.abort();
    await done;
  }, 30_000);

  it('end at once when the station stops, although the line says nothing', async () => {
    const { stop, done, clock } = world();
    await settle();
    stop.abort();
    await done;
    expect(clock.plannedCount).toBe(0);
  });
});
