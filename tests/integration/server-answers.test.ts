/**
 * Every answer that the OpenAPI document promises is given here at least once, and nothing else: the watch
 * between caller and server holds each to the document, and the last test lists what nobody got.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCart, type RunningServer, startServer } from '../../server/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import { cartScene } from '../support/answers/cart-scenes.ts';
import { approvalScene, chargeScene, refuelScene } from '../support/answers/payment-scenes.ts';
import { handOverScene, menuScene, preorderScene } from '../support/answers/preorder-scenes.ts';
import { jackScene, publicScene } from '../support/answers/registry-scenes.ts';
import { answerKey, type DocumentedOperation } from '../support/contract-document.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { exampleFor } from '../support/json-example.ts';
import { folderWithStore, withStore } from '../support/store-template.ts';
import { call, Lot, readEvents } from './server-fixture.ts';

type Tokens = Record<'site' | 'phone' | 'cart', string>;

describe('the documented answers', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-answers-'));
  let lot: Lot;
  let watch: ContractWatch;
  let tokens: Tokens;

  beforeAll(async () => {
    const clock = new ManualClock();
    const server = await startServer({ dataDir: await withStore(folder), clock });
    lot = new Lot(server, clock, async () => server);
    watch = await ContractWatch.open(() => server.url);
    lot.watch = watch;
    const site = await lot.site();
    const cart = await createCart(server.app, { siteId: site.siteId, number: 90 });
    tokens = { site: site.token, phone: (await lot.driver()).token, cart: cart.token };
  });
  afterAll(async () => {
    await lot.server.close();
    rmSync(folder, { recursive: true, force: true });
    await watch.close();
  });

  const operations = () => watch.document.operations;
  const posts = () => operations().filter((o) => o.method === 'POST');
  const tokenOf = ({ tag }: DocumentedOperation) =>
    tag === 'site' || tag === 'phone' || tag === 'cart' ? tokens[tag] : null;
  const pathOf = ({ template }: DocumentedOperation, id: () => string = newId) =>
    template.replace(/\{[^}]+\}/g, id);
  const verb = ({ method }: DocumentedOperation) => (method === 'GET' ? 'GET' : 'POST');
  /** Sends nothing useful: for refusals that are made before anything is looked at. */
  const send = (o: DocumentedOperation, token: string | null, path = pathOf(o), url = watch.url) =>
    call(url, token, verb(o), path, {});

  it('are those of a valid OpenAPI 3.1 document', async () => {
    const document = await (await fetch(`${lot.url}/openapi.json`)).json();
    const validator = new Validator();
    expect((await validator.validate(document)).errors ?? []).toEqual([]);
    expect(validator.version).toBe('3.1');
    const ids = operations().map((o) => o.operationId);
    expect([new Set(ids).size, ids.length > 50]).toEqual([ids.length, true]);
  });

  it.each([
    ['of enrolment, accounts and phones', publicScene],
    ['of jacks and their owners', jackScene],
    ['of menus', menuScene],
    ['of preorders', preorderScene],
    ['of what a site does with orders and codes', handOverScene],
    ['of arrivals and refuels', refuelScene],
    ['of charges and refunds', chargeScene],
    ['of approvals', approvalScene],
    ['of smart carts', cartScene],
  ])('%s are all given', async (_what, scene) => {
    await scene(lot);
  });

  it('of event streams begin with a beat', async () => {
    const isBeat = (all: { data: { type: string } }[]) => all[0]?.data.type === 'beat';
    await readEvents(lot.url, tokens.site, '/v1/site/events', null, isBeat);
    await readEvents(lot.url, tokens.phone, '/v1/phone/events', null, isBeat);
  });

  it('to nobody and to the wrong kind of caller are 401 and 403', async () => {
    for (const operation of operations().filter((o) => o.secured)) {
      expect((await send(operation, null)).body.code).toBe('unauthorized');
      const wrong = operation.tag === 'site' ? tokens.phone : tokens.site;
      expect((await send(operation, wrong)).body.code).toBe('forbidden');
    }
  });

  it('to what is wrongly written are 400, to a body without end 413', async () => {
    for (const operation of operations()) {
      const token = tokenOf(operation);
      if (operation.method === 'GET') {
        const { parameters } = operation;
        if (!parameters.some((p) => p.in === 'path' || p.in === 'query')) continue;
        const path = `${pathOf(operation, () => 'no-id')}?digits=x&fromMs=x&toMs=x`;
        expect((await send(operation, token, path)).body.code).toBe('invalid-request');
        continue;
      }
      const body = 'x'.repeat(300_000);
      const large = await lot.call(token, 'POST', pathOf(operation), { body });
      expect([operation.operationId, large.status, large.body.code]).toEqual([
        operation.operationId,
        413,
        'too-large',
      ]);
      const response = await fetch(`${lot.url}${pathOf(operation)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '[]',
      });
      expect(await response.json()).toMatchObject({ code: 'invalid-request' });
    }
    // What reads well and no store takes.
    for (const name of ['a\0b', 'a\ud83d']) {
      const driver = { name, locale: 'ko', phoneName: 'x' };
      expect((await lot.call(null, 'POST', '/v1/drivers', driver)).body.code).toBe('invalid-request');
    }
    const { token } = await lot.site();
    for (const path of ['statement?fromMs=-5&toMs=5', 'expected-codes?fromMs=0&toMs=1&since=a%00']) {
      expect((await lot.call(token, 'GET', `/v1/site/${path}`)).body.code).toBe('invalid-request');
    }
  });

  it('to a POST without a key, and with the key of another request, are 400 and 422', async () => {
    for (const operation of posts()) {
      const answer = (key: string | null, body: unknown) =>
        lot.call(
          tokenOf(operation),
          'POST',
          pathOf(operation, () => ids),
          body,
          key,
        );
      const ids = newId();
      const body = exampleFor(operation.bodySchema ?? { type: 'object' });
      expect([operation.operationId, (await answer(null, body)).body.code]).toEqual([
        operation.operationId,
        'idempotency-key-missing',
      ]);
      // The key was used by the same caller, for something else.
      const key = newId();
      await keyUsed(operation, key);
      expect([operation.operationId, (await answer(key, body)).body.code]).toEqual([
        operation.operationId,
        'idempotency-key-reused',
      ]);
    }
  });

  async function keyUsed(operation: DocumentedOperation, key: string): Promise<void> {
    if (operation.tag === 'cart') await cartTaken();
    const token = tokenOf(operation);
    const use = {
      site: ['/v1/site/no-show-rule', { rule: null }],
      phone: ['/v1/vehicles', { plate: '12가3456', model: 'x', color: 'x', fuel: null }],
      cart: ['/v1/cart-device/items', { goods: { barcode: '99999' } }],
      public: ['/v1/drivers', { name: 'x', locale: 'en', phoneName: 'another' }],
    } as const;
    const [path, body] = use[operation.tag as keyof typeof use];
    const used = await lot.call(token, 'POST', path, body, key);
    expect([path, used.status]).toEqual([path, 200]);
  }

  let taken: Promise<unknown> | null = null;
  /** The cart whose device asks is in somebody's use. */
  function cartTaken(): Promise<unknown> {
    taken ??= (async () => {
      const site = await lot.site();
      const cart = await createCart(lot.server.app, { siteId: site.siteId, number: 91 });
      const driver = await lot.driver();
      await lot.call(driver.token, 'POST', '/v1/cart', { cartCode: cart.code, jackId: driver.jackId });
      tokens.cart = cart.token;
    })();
    return taken;
  }

  it('to who asks too often are 429, with a time to wait', async () => {
    const slow = { burst: 1, perMinute: 1 };
    const limited = await startServer({
      dataDir: await folderWithStore(),
      limits: { public: slow, phone: slow, site: slow },
    });
    const limitedWatch = await ContractWatch.open(() => limited.url, watch.seen);
    try {
      for (const operation of operations()) {
        const token = operation.secured ? `${operation.tag}_${newId()}` : null;
        await send(operation, token, undefined, limitedWatch.url);
        const second = await send(operation, token, undefined, limitedWatch.url);
        expect([operation.operationId, second.body.code]).toEqual([
          operation.operationId,
          'too-many-requests',
        ]);
      }
    } finally {
      await limited.close();
    }
    await limitedWatch.close();
  });

  it.each([
    ['a fault of ours are 500 and tell nothing of it', new Error('secret inside'), 'internal'],
    [
      'a database that is away are 503',
      Object.assign(new Error('secret inside'), { code: 'ECONNREFUSED' }),
      'unavailable',
    ],
  ])('to %s', async (_what, error, code) => {
    const broken = await startServer({ dataDir: await folderWithStore() });
    const brokenWatch = await ContractWatch.open(() => broken.url, watch.seen);
    const { db } = broken.app;
    try {
      breakStore(broken, error);
      for (const operation of operations()) {
        const token = operation.secured ? `${operation.tag}_${newId()}` : null;
        const path = `${pathOf(operation)}?digits=1234&fromMs=0&toMs=1`;
        const answer = await call(
          brokenWatch.url,
          token,
          verb(operation),
          path,
          exampleFor(operation.bodySchema ?? { type: 'object' }),
        );
        expect([operation.operationId, answer.body.code]).toEqual([operation.operationId, code]);
        expect(JSON.stringify(answer.body)).not.toContain('secret');
      }
    } finally {
      broken.app.db = db;
      await broken.close();
    }
    await brokenWatch.close();
  });

  it('are all of them: none is documented that nobody gets', () => {
    const documented = watch.document.documented().map(answerKey);
    expect(documented.length).toBeGreaterThan(500);
    expect(watch.unseen()).toEqual([]);
    expect([...watch.faults]).toEqual([]);
  });
});

function breakStore(server: RunningServer, error: Error): void {
  server.app.db = new Proxy(server.app.db, {
    get() {
      throw error;
    },
  });
}
