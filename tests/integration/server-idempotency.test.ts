/**
 * Every POST of the contract, as its document lists them, sent twice at once under one key: once in effect, one
 * answer for both, the same answer for seven days, and none after. A new route that forgets it fails here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { startServer } from '../../server/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { Problem } from '../../shared/server-contract/index.ts';
import { cartScene } from '../support/answers/cart-scenes.ts';
import { approvalScene, chargeScene, refuelScene } from '../support/answers/payment-scenes.ts';
import { handOverScene, menuScene, preorderScene } from '../support/answers/preorder-scenes.ts';
import { jackScene, publicScene } from '../support/answers/registry-scenes.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { withStore } from '../support/store-template.ts';
import { type Answer, call, Lot } from './server-fixture.ts';

interface Sent {
  token: string | null;
  path: string;
  body: unknown;
  key: string;
  answer: unknown;
}

/** A lot where every POST that succeeds is sent twice in the same moment. */
class EchoLot extends Lot {
  /** The last that succeeded, by route. */
  readonly sent = new Map<string, Sent>();
  readonly unequal: string[] = [];

  override async call<T>(
    token: string | null,
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    key?: string | null,
  ): Promise<Answer<T & Problem>> {
    if (method === 'GET' || key === null) return call<T>(this.url, token, method, path, body, key);
    const same = key ?? newId();
    const [first, second] = await Promise.all([
      call<T>(this.url, token, method, path, body, same),
      call<T>(this.url, token, method, path, body, same),
    ]);
    const operation = this.watch?.document.operationOf(method, path);
    const route = operation?.operationId ?? path;
    if (JSON.stringify(first) !== JSON.stringify(second)) {
      this.unequal.push(`${route}: ${JSON.stringify(first.body)} / ${JSON.stringify(second.body)}`);
    }
    // A stranger's code leaves no trace, not even its key.
    const traceless = 'known' in first.body && first.body.known === false;
    if (first.status === 200 && !traceless)
      this.sent.set(route, { token, path, body, key: same, answer: first.body });
    return first;
  }
}

describe('a POST under one key', { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-keys-'));
  const clock = new ManualClock();
  let lot: EchoLot;
  let watch: ContractWatch;

  beforeAll(async () => {
    const server = await startServer({ dataDir: await withStore(folder), clock });
    lot = new EchoLot(server, clock, async () => server);
    watch = await ContractWatch.open(() => server.url);
    lot.watch = watch;
  });
  afterAll(async () => {
    await lot.server.close();
    rmSync(folder, { recursive: true, force: true });
    await watch.close();
  });
  const repeated = ({ token, path, body, key }: Sent) => call(lot.url, token, 'POST', path, body, key);

  it('has one effect and one answer, route by route, also twice at once', async () => {
    const scenes = [publicScene, menuScene, handOverScene, refuelScene, chargeScene, approvalScene];
    // The scenes themselves fail where something happened twice: an amount, a state, a next number.
    for (const scene of [...scenes, preorderScene, cartScene, jackScene]) await scene(lot);
    expect(lot.unequal).toEqual([]);
    const posts = watch.document.operations.filter((o) => o.method === 'POST').map((o) => o.operationId);
    expect(posts.length).toBeGreaterThan(35);
    expect(posts.filter((route) => !lot.sent.has(route))).toEqual([]);
  });

  it('is refused with another body, route by route', async () => {
    for (const [route, sent] of lot.sent) {
      const { key, token, path } = sent;
      // The fingerprint is of the whole request: the same body on another path is another request, too.
      const other = route === 'phone.addVehicle' ? '/v1/payment-methods' : path;
      const body = other === path ? changed(sent.body) : { processorToken: 'tok_ok', label: 'x' };
      if (body === null) continue;
      const answer = await call(lot.url, token, 'POST', other, body, key);
      expect([route, answer.body.code]).toEqual([route, 'idempotency-key-reused']);
    }
  });

  it('gets its answer again for seven days, whatever has happened since', async () => {
    clock.advance(7 * 24 * 3_600_000 - 3_600_000);
    await lot.server.tick();
    for (const [route, sent] of lot.sent) {
      const again = await repeated(sent);
      expect([route, again.status, again.body]).toEqual([route, 200, sent.answer]);
    }
  });

  it('is forgotten after seven days: the key is free, and nothing is kept of the answer', async () => {
    clock.advance(3_600_000 + 60_000);
    await lot.server.tick();
    clock.advance(61_000);
    await lot.server.tick();
    expect(await lot.server.app.db.$count(tables.idempotencyKeys)).toBe(0);
    const vehicle = lot.sent.get('phone.addVehicle');
    if (vehicle === undefined) throw new Error('no vehicle was made');
    const again = await repeated(vehicle);
    expect(again.status).toBe(200);
    expect(again.body).not.toEqual(vehicle.answer);
  });
});

/** The body with another number or text in it, still well formed; null where it has neither. */
function changed(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return null;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'staffName' || name === 'reason' || name === 'stationName' || name === 'phoneName') {
      return { ...body, [name]: `${value}y` };
    }
    if (name === 'atMs' || name.endsWith('AtMs')) {
      if (typeof value === 'number') return { ...body, [name]: value + 1 };
    }
    if (name === 'asPickup') return { ...body, [name]: value !== true };
  }
  return null;
}
