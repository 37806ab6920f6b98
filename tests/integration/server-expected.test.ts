import { expect, it } from 'vitest';
import {
  type ExpectedListAnswer,
  verifyExpectedList,
  withExpectedChanges,
} from '../../shared/auth-code/index.ts';
import { onBothStores } from './server-fixture.ts';

const sorted = (list: ExpectedListAnswer | null) =>
  list && {
    cars: list.cars.map((c) => JSON.stringify(c)).sort(),
    codes: list.codes.map((c) => JSON.stringify(c)).sort(),
  };

onBothStores('the expected list', (lotNow) => {
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

  it('is signed for one site: nothing of it can be changed, and no other site’s list passes', async () => {
    const lot = lotNow();
    const [site, other] = [await lot.site(), await lot.site()];
    await lot.arrive(site, await lot.driver());
    const list = await fetchList(site.token);
    expect(verifyExpectedList(site.token, site.siteId, list)).toBe(true);
    expect(verifyExpectedList(other.token, site.siteId, list)).toBe(false);
    expect(verifyExpectedList(site.token, other.siteId, list)).toBe(false);
    const [car] = list.cars;
    if (car === undefined) throw new Error('no car');
    const bent: ExpectedListAnswer[] = [
      { ...list, toMs: list.toMs + 1 },
      { ...list, cars: [] },
      { ...list, cars: [{ ...car, vehicle: { ...car.vehicle, plate: '11가1111' } }] },
      { ...list, codes: list.codes.slice(1) },
      { ...list, signature: undefined },
    ];
    for (const other of bent) expect(verifyExpectedList(site.token, site.siteId, other)).toBe(false);
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
      expect(verifyExpectedList(site.token, site.siteId, delta)).toBe(true);
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
