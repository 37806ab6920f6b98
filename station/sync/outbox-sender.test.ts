import { describe, expect, it } from 'vitest';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { Outbox, OutboxItem, ServerNewsApi } from '../core/types.ts';
import { silentLog } from '../setup/index.ts';
import { OutboxSender } from './outbox-sender.ts';
import type { FailedOutcome } from './outcome.ts';
import { createServerClient } from './server-client.ts';

type Kept = OutboxItem & {
  state: 'waiting' | 'sent' | 'attention';
  dueAtMs: number;
  lastError: string | null;
};

/** The outbox of station/core as a list in memory: same promises, no disk. */
class ListOutbox implements Outbox {
  readonly items: Kept[] = [];
  #wake: () => void = () => {};

  add(visitId: string | null, departedAtMs: number): string {
    const outboxId = newId();
    const payload = { visitId: visitId ?? newId(), jackId: newId(), departedAtMs };
    this.items.push({
      outboxId,
      kind: 'departure',
      payload,
      visitId,
      createdAtMs: 0,
      attempts: 0,
      state: 'waiting',
      dueAtMs: 0,
      lastError: null,
    });
    this.#wake();
    return outboxId;
  }
  get(outboxId: string): Kept {
    const item = this.items.find((i) => i.outboxId === outboxId);
    if (!item) throw new Error('no such item');
    return item;
  }
  due(nowMs: number, limit: number): OutboxItem[] {
    const held = new Set<string>();
    const due: Kept[] = [];
    for (const item of this.items) {
      if (item.state !== 'waiting') continue;
      if (item.visitId !== null && held.has(item.visitId)) continue;
      if (item.dueAtMs <= nowMs) due.push(item);
      else if (item.visitId !== null) held.add(item.visitId);
    }
    return due.slice(0, limit);
  }
  nextDueAtMs(): number | null {
    const seen = new Set<string | null>();
    const waiting = this.items.filter((item) => {
      if (item.state !== 'waiting' || seen.has(item.visitId)) return false;
      if (item.visitId !== null) seen.add(item.visitId);
      return true;
    });
    return waiting.length === 0 ? null : Math.min(...waiting.map((i) => i.dueAtMs));
  }
  markSent(outboxId: string): void {
    this.get(outboxId).state = 'sent';
  }
  markTransient(outboxId: string, error: { code: string }, nextAttemptAtMs: number): void {
    const item = this.get(outboxId);
    item.attempts += 1;
    item.lastError = error.code;
    item.dueAtMs = nextAttemptAtMs;
  }
  markAttention(outboxId: string, error: { code: string }): void {
    const item = this.get(outboxId);
    item.state = 'attention';
    item.lastError = error.code;
  }
  counts() {
    return { waiting: 0, attention: 0, oldestWaitingAtMs: null };
  }
  onWork(listener: () => void): () => void {
    this.#wake = listener;
    return () => {
      this.#wake = () => {};
    };
  }
}

const noNews = {} as ServerNewsApi;
const ok = () => Response.json({ ok: true });
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: '', title: code, status, code }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });

function world() {
  const clock = new ManualClock();
  const outbox = new ListOutbox();
  const calls: { key: string; at: number; visitId: string }[] = [];
  const troubles: FailedOutcome[] = [];
  const state: { answer: (visitId: string) => Response | null } = { answer: ok };
  const sender = new OutboxSender({
    outbox,
    news: noNews,
    clock,
    log: silentLog,
    random: () => 1,
    onReached: () => {},
    onTrouble: (failure) => troubles.push(failure),
  });
  const client = createServerClient({
    serverUrl: 'http://server.test',
    credential: 'site_test',
    clock,
    fetch: async (input, init) => {
      const request = input as Request;
      const body = (await request.json()) as { visitId: string; departedAtMs: number };
      calls.push({
        key: request.headers.get('idempotency-key') ?? '',
        at: body.departedAtMs,
        visitId: body.visitId,
      });
      const answer = state.answer(body.visitId);
      if (answer !== null) return answer;
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    },
  });
  return { clock, outbox, calls, troubles, state, sender, start: () => sender.use(client) };
}

/** Lets everything that is ready run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
const networkDown = () => {
  throw Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
  });
};

describe('the outbox sender', () => {
  it("sends each item once, under the item's own id", async () => {
    const { outbox, calls, start } = world();
    const ids = [outbox.add('v1', 1), outbox.add(null, 2)];
    start();
    await settle();
    expect(calls.map((call) => call.key).sort()).toEqual([...ids].sort());
    expect(outbox.items.map((item) => item.state)).toEqual(['sent', 'sent']);
  });

  it('wakes when something is added', async () => {
    const { outbox, calls, start } = world();
    start();
    await settle();
    outbox.add('v1', 1);
    await settle();
    expect(calls).toHaveLength(1);
  });

  it('keeps the order within a visit, and a refused item blocks neither its visit nor others', async () => {
    const { outbox, calls, start, state } = world();
    const bad = outbox.add('v1', 1);
    const later = outbox.add('v1', 2);
    const other = outbox.add('v2', 3);
    let first = true;
    state.answer = (visitId) => {
      if (visitId === 'v1' && first) {
        first = false;
        return problem(409, 'conflict');
      }
      return ok();
    };
    start();
    await settle();
    expect(calls.filter((call) => call.visitId === 'v1').map((call) => call.at)).toEqual([1, 2]);
    expect(outbox.get(bad)).toMatchObject({ state: 'attention', lastError: 'conflict' });
    expect(outbox.get(later).state).toBe('sent');
    expect(outbox.get(other).state).toBe('sent');
  });

  it('holds a visit back while an earlier item of it is put off, and sends both in order later', async () => {
    const { outbox, calls, start, state, clock } = world();
    outbox.add('v1', 1);
    outbox.add('v1', 2);
    outbox.add('v2', 3);
    let broken = true;
    state.answer = (visitId) => (visitId === 'v1' && broken ? problem(500, 'internal') : ok());
    start();
    await settle();
    expect(calls.map((call) => call.at).sort()).toEqual([1, 3]);
    broken = false;
    clock.advance(2_000);
    await settle();
    expect(calls.map((call) => call.at).slice(2)).toEqual([1, 2]);
    expect(outbox.items.every((item) => item.state === 'sent')).toBe(true);
  });

  it('never drops what the server cannot take for days: it waits ever longer, up to five minutes', async () => {
    const { outbox, calls, start, state, clock } = world();
    const id = outbox.add('v1', 1);
    state.answer = () => problem(503, 'internal');
    start();
    await settle();
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      waits.push(outbox.get(id).dueAtMs - clock.nowMs());
      clock.advance(outbox.get(id).dueAtMs - clock.nowMs());
      await settle();
    }
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(waits.at(-1)).toBe(300_000);
    expect(outbox.get(id)).toMatchObject({ state: 'waiting', attempts: 13 });
    expect(calls).toHaveLength(13);
  });

  it('follows Retry-After', async () => {
    const { outbox, start, state, clock } = world();
    const id = outbox.add('v1', 1);
    state.answer = () => problem(429, 'too-many-requests', { 'retry-after': '17' });
    start();
    await settle();
    expect(outbox.get(id).dueAtMs - clock.nowMs()).toBe(17_000);
  });

  it('puts off only what noticed a dead line, and sends everything within seconds of its return', async () => {
    const { outbox, calls, start, state, clock, troubles } = world();
    for (let i = 0; i < 10; i++) outbox.add(`v${i}`, i);
    state.answer = networkDown;
    start();
    await settle();
    expect(calls.length).toBeLessThanOrEqual(4);
    expect(troubles[0]).toMatchObject({ outcome: 'transient', because: 'network' });
    for (let i = 0; i < 20; i++) {
      clock.advance(5_000);
      await settle();
    }
    state.answer = ok;
    clock.advance(5_000);
    await settle();
    expect(outbox.items.every((item) => item.state === 'sent')).toBe(true);
  });

  it('keeps everything while the server refuses the credential of this site', async () => {
    const { outbox, start, state, troubles, clock } = world();
    const id = outbox.add('v1', 1);
    state.answer = () => problem(401, 'unauthorized');
    start();
    await settle();
    expect(troubles.map((failure) => failure.outcome)).toEqual(['refused']);
    expect(outbox.get(id).state).toBe('waiting');
    state.answer = ok;
    clock.advance(30_000);
    await settle();
    expect(outbox.get(id).state).toBe('sent');
  });

  it('treats an answer that is not understood as unknown, never as done or refused', async () => {
    const { outbox, start, state } = world();
    const id = outbox.add('v1', 1);
    state.answer = () =>
      new Response('<html>Welcome to the café Wi-Fi</html>', { headers: { 'content-type': 'text/html' } });
    start();
    await settle();
    // A captive portal answers 200 with a page.
    expect(outbox.get(id).state).toBe('waiting');
  });

  it('gives up on a call without an answer and tries again under the same key', async () => {
    const { outbox, calls, start, state, clock } = world();
    const id = outbox.add('v1', 1);
    let hang = true;
    state.answer = () => (hang ? null : ok());
    start();
    await settle();
    clock.advance(10_000);
    await settle();
    hang = false;
    clock.advance(5_000);
    await settle();
    expect(calls.map((call) => call.key)).toEqual([id, id]);
    expect(outbox.get(id).state).toBe('sent');
  });
});
