import { expect, it } from 'vitest';
import { rotateSigningKey } from '../../server/sites/index.ts';
import {
  type EndorsedKey,
  type ExpectedListAnswer,
  newSigningKey,
  type SigningKey,
  trustedKey,
  verifyExpectedList,
  withExpectedChanges,
} from '../../shared/auth-code/index.ts';
import { onPostgres } from './server-fixture.ts';

const sorted = (list: ExpectedListAnswer | null) =>
  list && {
    cars: list.cars.map((c) => JSON.stringify(c)).sort(),
    codes: list.codes.map((c) => JSON.stringify(c)).sort(),
  };

onPostgres('the expected list', (lotNow) => {
  const fetchList = async (token: string, since?: string) => {
    const nowMs = lotNow().clock.nowMs();
    const path = `/v1/site/expected-codes?fromMs=${nowMs}&toMs=${nowMs + 4 * 3_600_000}`;
    const answer = await lotNow().call<ExpectedListAnswer & Record<string, never>>(
      token,
      'GET',
      since === undefined ? path : `${path}&since=${since}`,
    );
    expect(answer.status).toBe(200);
    return answer.body as unknown as ExpectedListAnswer;
  };

  const keysOf = async (token: string) =>
    (await lotNow().call<{ keys: EndorsedKey[] }>(token, 'GET', '/v1/site/signing-keys')).body.keys;
  const keyOf = async (token: string): Promise<SigningKey> => {
    const newest = (await keysOf(token)).at(-1);
    if (newest === undefined) throw new Error('the server has no signing key');
    return newest;
  };

  it('is signed for one site: nothing of it can be changed, and no other site’s list passes', async () => {
    const lot = lotNow();
    const [site, other] = [await lot.site(), await lot.site()];
    const driver = await lot.driver();
    await lot.arrive(site, driver);
    await lot.preorder(site, driver);
    const list = await fetchList(site.token);
    const key = await keyOf(site.token);
    expect(verifyExpectedList(key, site.siteId, list)).toBe(true);
    const foreign = { generation: key.generation, publicKey: newSigningKey().publicKey };
    expect(verifyExpectedList(foreign, site.siteId, list)).toBe(false);
    expect(verifyExpectedList(key, other.siteId, list)).toBe(false);
    const [car] = list.cars;
    if (car === undefined) throw new Error('no car');
    const bent: ExpectedListAnswer[] = [
      { ...list, toMs: list.toMs + 1 },
      { ...list, cars: [] },
      { ...list, cars: [{ ...car, vehicle: { ...car.vehicle, plate: '11가1111' } }] },
      { ...list, cars: [{ ...car, preorders: car.preorders.map((p) => ({ ...p, handoverCheck: 'none' })) }] },
      { ...list, codes: list.codes.slice(1) },
      { ...list, signature: undefined },
      { ...list, signature: 'x' },
      { ...list, signedBy: key.generation + 1 },
      { ...list, since: 'f'.repeat(32) },
    ];
    for (const other of bent) expect(verifyExpectedList(key, site.siteId, other)).toBe(false);
  });

  it('is signed by a new key after a rotation, and the one before vouches for it', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const pinned = await keyOf(site.token);
    const generation = await rotateSigningKey(lot.server.app);
    await rotateSigningKey(lot.server.app);
    expect(generation).toBe(pinned.generation + 1);
    const list = await fetchList(site.token);
    expect(verifyExpectedList(pinned, site.siteId, list)).toBe(false);
    const keys = await keysOf(site.token);
    const trusted = trustedKey(pinned, keys, list.signedBy ?? 0);
    if (trusted === null) throw new Error('no way to the new key');
    expect(verifyExpectedList(trusted, site.siteId, list)).toBe(true);
    // A key that was slipped in, a link that is missing, and one that was given up: none is trusted.
    const slipped = keys.map((key) => ({ ...key, publicKey: newSigningKey().publicKey }));
    expect(trustedKey(pinned, slipped, generation)).toBeNull();
    expect(
      trustedKey(
        pinned,
        keys.filter((key) => key.generation !== generation),
        generation + 1,
      ),
    ).toBeNull();
    expect(trustedKey(trusted, keys, pinned.generation)).toBeNull();
    expect(JSON.stringify(keys)).not.toContain('private');
  });

  it('laid over the kept list, the changes since a version give the whole list again, however it changed', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [stays, goes, orders, turns] = [
      await lot.driver(),
      await lot.driver(),
      await lot.driver(),
      await lot.driver({ rotating: { exponent: 9 } }),
    ];
    for (const driver of [stays, goes, orders, turns]) await lot.arrive(site, driver);
    let kept = await fetchList(site.token);
    expect(kept.cars).toHaveLength(4);
    const changes: (() => Promise<unknown>)[] = [
      async () => {},
      () => lot.preorder(site, orders),
      () => lot.call(goes.token, 'POST', `/v1/jacks/${goes.jackId}/block`),
      async () => lot.clock.advance(3_600_000),
      async () => lot.arrive(site, await lot.driver({ rotating: { exponent: 12 } })),
    ];
    for (const [index, change] of changes.entries()) {
      await change();
      const delta = await fetchList(site.token, kept.version);
      expect(verifyExpectedList(await keyOf(site.token), site.siteId, delta)).toBe(true);
      expect(delta.since).toBe(kept.version);
      // Only the windows at the edge of the span that was covered may come twice.
      if (index === 0) expect([delta.cars, delta.removed, delta.codes.length <= 3]).toEqual([[], [], true]);
      if (index === 1) expect(delta.cars.map((c) => c.jackId)).toEqual([orders.jackId]);
      if (index === 2) expect(delta.removed).toEqual([goes.jackId]);
      // The static code of a car that is the same is not sent again.
      expect(JSON.stringify(delta.codes)).not.toContain(stays.code);
      const whole = await fetchList(site.token);
      const merged = withExpectedChanges(kept, delta);
      expect(sorted(merged)).toEqual(sorted(whole));
      if (merged === null) throw new Error('changes of another version');
      expect(merged.version).toBe(whole.version);
      expect(withExpectedChanges({ ...kept, version: 'other' }, delta)).toBeNull();
      kept = merged;
    }
  });

  it('is sent whole to who has a version that is not known, and only a few versions are kept', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const list = await fetchList(site.token, 'f'.repeat(32));
    expect(list.since).toBeUndefined();
    const { tables } = await import('../../server/db/index.ts');
    for (let i = 0; i < 12; i++) {
      await lot.arrive(site, await lot.driver());
      lot.clock.advance(1);
      await fetchList(site.token);
    }
    const all = await lot.server.app.db.select().from(tables.expectedLists);
    expect(all.filter((row) => row.siteId === site.siteId)).toHaveLength(8);
  });
});
