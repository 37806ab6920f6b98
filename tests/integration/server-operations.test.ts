/** What those who run the server see: logs without anybody in them, figures that Prometheus reads; and refunds raced. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { movedMoney, type RunningServer, startServer } from '../../server/index.ts';
import { serverLog } from '../../server/log.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { Problem } from '../../shared/server-contract/index.ts';
import { approvalScene, chargeScene, refuelScene } from '../support/answers/payment-scenes.ts';
import { preorderScene } from '../support/answers/preorder-scenes.ts';
import { jackScene, publicScene } from '../support/answers/registry-scenes.ts';
import { chargeOf, done } from '../support/answers/scene.ts';
import { folderWithStore } from '../support/store-template.ts';
import { type Answer, call, Lot } from './server-fixture.ts';

const secretNames =
  /^(plate|name|code|pairingCode|credential|token|invitation|processorToken|authCode|authenticationKey|identityKey|cartCode|description)$/;

/** Remembers everything that was sent or answered and must stand in no log. */
class SecretLot extends Lot {
  readonly secrets = new Set<string>();

  #remember(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inside] of Object.entries(value)) {
      if (typeof inside === 'string' && secretNames.test(name) && inside.length > 5) this.secrets.add(inside);
      else this.#remember(inside);
    }
  }

  override async call<T>(
    token: string | null,
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    key?: string | null,
  ): Promise<Answer<T & Problem>> {
    // A name that is nobody's word: the lot's own drivers are called as a route is.
    const named = path === '/v1/drivers' ? { ...(body as object), name: 'Hong Gildong' } : body;
    const answer = await call<T>(this.url, token, method, path, named, key);
    this.#remember(named);
    if (answer.status === 200) this.#remember(answer.body);
    return answer;
  }
}

describe('the server as it is run', { timeout: 120_000 }, () => {
  const lines: string[] = [];
  const clock = new ManualClock();
  let server: RunningServer;
  let lot: SecretLot;
  beforeAll(async () => {
    const log = serverLog('trace', { write: (line) => void lines.push(line) });
    server = await startServer({ dataDir: await folderWithStore(), clock, log });
    lot = new SecretLot(server, clock, async () => server);
  });
  afterAll(() => server.close());

  it('logs what happened as lines of JSON, and nobody’s plate, name, code, token or card in any of them', async () => {
    for (const scene of [publicScene, jackScene, preorderScene, refuelScene, chargeScene, approvalScene]) {
      await scene(lot);
    }
    // Also where it breaks in the middle, with a value of somebody's in the error's words.
    const [secret = ''] = lot.secrets;
    const { db } = server.app;
    server.app.db = new Proxy(db, {
      get() {
        throw new Error(`duplicate key: ${[...lot.secrets].join()}`);
      },
    });
    await lot.call(`phone_${newId()}`, 'GET', '/v1/account');
    server.app.db = db;
    const events = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(events.filter((event) => event === 'request').length).toBeGreaterThan(100);
    const failed = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.msg === 'request-failed');
    expect(failed).toMatchObject([{ route: 'phone.account', status: 500, errorName: 'Error', level: 50 }]);
    expect([lot.secrets.size > 50, secret.length > 5]).toEqual([true, true]);
    const text = lines.join('');
    for (const value of lot.secrets) expect([value, text.includes(value)]).toEqual([value, false]);
    expect(text).not.toMatch(/[0-9]{2,3}[가-힣][0-9]{4}|eddystone|(site|phone|cart)_[\w-]{10}|tok_/);
  });

  it('says at its usual level that it starts, ends, and loses its database, and nothing of single requests', async () => {
    const said: Record<string, unknown>[] = [];
    const log = serverLog('info', { write: (line) => void said.push(JSON.parse(line)) });
    const other = new ManualClock();
    const short = await startServer({ memory: true, clock: other, log });
    const events = () => said.map(({ msg }) => msg);
    expect(events()).toEqual(['starting', 'migrations-run', 'started']);
    expect(said[1]).toMatchObject({ count: expect.any(Number), last: expect.stringMatching(/[.]sql$/) });
    expect(said[2]).toMatchObject({ port: short.port, store: 'pglite', part: 'payment-server' });
    expect((await call(short.url, null, 'GET', '/health')).status).toBe(200);

    const { db } = short.app;
    short.app.db = new Proxy(db, {
      get() {
        throw Object.assign(new Error('connect 10.0.0.7'), { code: 'ECONNREFUSED' });
      },
    });
    const until = async (event: string) => {
      for (let n = 0; n < 200 && !events().includes(event); n++) {
        other.advance(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await until('store-lost');
    expect((await call(short.url, null, 'GET', '/health')).status).toBe(503);
    short.app.db = db;
    await until('store-found');
    await short.close();
    const [lost, refused, found, ...ending] = said.slice(3);
    expect(lost).toMatchObject({ msg: 'store-lost', errorCode: 'ECONNREFUSED' });
    expect(refused).toMatchObject({ msg: 'request-failed', route: 'public.health', status: 503 });
    expect(found).toMatchObject({ msg: 'store-found', awayMs: expect.any(Number) });
    expect(ending.map(({ msg }) => msg)).toEqual(['stopping', 'stopped']);
    expect(JSON.stringify(said)).not.toContain('10.0.0.7');
  });

  it('shows its figures to this machine alone, or to who has the token where one is set', async () => {
    const metricsToken = 'figures-for-prometheus';
    const guarded = await startServer({ dataDir: await folderWithStore(), metricsToken });
    const ask = async (url: string, headers: Record<string, string>) => {
      const response = await fetch(`${url}/metrics`, { headers });
      const text = await response.text();
      return [response.status, text.includes('cigar_') ? 'figures' : (JSON.parse(text) as Problem).code];
    };
    expect(await ask(guarded.url, {})).toEqual([401, 'unauthorized']);
    expect(await ask(guarded.url, { authorization: 'Bearer figures-for-everybody' })).toEqual([
      401,
      'unauthorized',
    ]);
    const right = { authorization: `Bearer ${metricsToken}`, 'x-forwarded-for': '203.0.113.9' };
    expect(await ask(guarded.url, right)).toEqual([200, 'figures']);
    await guarded.close();
    expect(await ask(server.url, {})).toEqual([200, 'figures']);
    expect(await ask(server.url, { 'x-forwarded-for': '127.0.0.1' })).toEqual([403, 'forbidden']);
  });

  it('shows figures in the exposition format: every sample under its type, every histogram adding up', async () => {
    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text.endsWith('\n')).toBe(true);
    const types = new Map<string, string>();
    const samples = new Map<string, number>();
    for (const line of text.trimEnd().split('\n')) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
      if (type?.[1] !== undefined && type[2] !== undefined) {
        expect([line, types.has(type[1])]).toEqual([line, false]);
        types.set(type[1], type[2]);
        continue;
      }
      if (/^# HELP \S+ .+$/.test(line)) continue;
      const sample =
        /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*",?)*\})? (-?[0-9.e+-]+|\+Inf|NaN)$/.exec(line);
      const name = sample?.[1] ?? '';
      const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
      expect([line, types.has(family), samples.has(`${name}${sample?.[2] ?? ''}`)]).toEqual([
        line,
        true,
        false,
      ]);
      samples.set(`${name}${sample?.[2] ?? ''}`, Number(sample?.[3]));
    }
    let histograms = 0;
    for (const [key, count] of samples) {
      const route = /^cigar_request_seconds_count\{route="([^"]+)"\}$/.exec(key)?.[1];
      if (route === undefined) continue;
      histograms++;
      const buckets = [...samples].filter(([k]) =>
        k.startsWith(`cigar_request_seconds_bucket{route="${route}",`),
      );
      const values = buckets.map(([, value]) => value);
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect([route, values.at(-1)]).toEqual([route, count]);
    }
    expect(histograms).toBeGreaterThan(10);
  });

  it('a body without end is refused in words, also where its length was not said', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(64 * 1024));
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent++ < 8) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${server.url}/v1/drivers`, init as RequestInit);
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([413, 'too-large']);
  });

  it('however refunds race, together they never give back more than was taken, and each counts once', async () => {
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    const sizes = fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), async (amounts, cancelled) => {
        const before = await movedMoney(server.app.db, driver.processorToken);
        const { paymentRequest } = await done(chargeOf(lot, site, driver, visitId));
        const id = paymentRequest.paymentRequestId;
        const path = `/v1/site/payment-requests/${id}`;
        const [answered] = await Promise.all([
          lot.answer(driver, id, lot.approval(driver, paymentRequest)),
          cancelled ? lot.call(site.token, 'POST', `${path}/cancel`, { reason: 'x' }) : null,
        ]);
        const refunds = await Promise.all(
          amounts.flatMap((amountMinor) => {
            const refund = { refundId: newId(), amount: { amountMinor, currency: 'KRW' }, reason: 'x' };
            return [1, 2].map(() => lot.call(site.token, 'POST', `${path}/refunds`, refund));
          }),
        );
        const given = amounts.reduce((n, amount, i) => n + (refunds[i * 2]?.status === 200 ? amount : 0), 0);
        const now = await lot.request(site, id);
        const after = await movedMoney(server.app.db, driver.processorToken);
        const taken = now.state === 'paid' ? 9_000 : 0;
        expect([now.state, answered.status]).toEqual(taken > 0 ? ['paid', 200] : ['cancelled', 409]);
        expect(after.captured - before.captured).toBe(taken);
        expect(after.refunded - before.refunded).toBe(given);
        expect(given).toBeLessThanOrEqual(taken);
        expect(now.refunded?.amountMinor ?? 0).toBe(given);
      }),
      { numRuns: 12, seed: 20261121, endOnFailure: true },
    );
  });
});
