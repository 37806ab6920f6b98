/** What a site is told to compare before an order is handed over: in the report, the list and the news of an order. */
import { expect, it } from 'vitest';
import { setSiteRules } from '../../server/sites/index.ts';
import type { ExpectedCar, ExpectedCode } from '../../shared/server-contract/index.ts';
import { type Driver, type Lot, onPostgres, readEvents } from './server-fixture.ts';

type Site = Awaited<ReturnType<Lot['site']>>;

onPostgres('what to check at the handover', (lotNow) => {
  const listOf = async (site: Site) => {
    const lot = lotNow();
    const nowMs = lot.clock.nowMs();
    const path = `/v1/site/expected-codes?fromMs=${nowMs}&toMs=${nowMs + 60_000}`;
    return (await lot.call<{ cars: ExpectedCar[]; codes: ExpectedCode[] }>(site.token, 'GET', path)).body;
  };

  /** As the report of its code says, and as the list says: always the same. */
  const checksOf = async (site: Site, driver: Driver): Promise<unknown[]> => {
    const list = await listOf(site);
    const code = list.codes.find(
      ({ jackId, validFromMs, validToMs }) =>
        jackId === driver.jackId &&
        (validFromMs ?? 0) <= lotNow().clock.nowMs() &&
        (validToMs ?? Number.POSITIVE_INFINITY) > lotNow().clock.nowMs(),
    );
    const { body } = await lotNow().report(site, code?.code ?? '');
    const listed = list.cars.find((car) => car.jackId === driver.jackId);
    expect(body.car.preorders).toEqual(listed?.preorders);
    return body.car.preorders.map((order) => order.handoverCheck);
  };

  const orderBesideJack = async (site: Site, driver: Driver) => {
    const lot = lotNow();
    const possession = await lot.possession(driver.token, driver.key);
    return lot.call(driver.token, 'POST', '/v1/preorders', {
      siteId: site.siteId,
      jackId: driver.jackId,
      paymentMethodId: driver.paymentMethodId,
      promisedAtMs: null,
      possession,
      items: [{ menuItemId: site.latte, quantity: 1, options: [] }],
    });
  };

  it('is the last plate digits where the code is static, and the number where the plate has too few of them', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [usual, foreign] = [await lot.driver(), await lot.driver({ plate: 'B-XY 12' })];
    for (const driver of [usual, foreign]) await lot.preorder(site, driver);
    expect(await checksOf(site, usual)).toEqual(['plate-digits']);
    expect(await checksOf(site, foreign)).toEqual(['pickup-number']);
  });

  it('is nothing where the code rotates, unless the site’s rule or the order asks for it', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ rotating: { exponent: 10 } });
    await orderBesideJack(site, driver);
    await lot.preorder(site, driver);
    const told = (handoverCheck: 'static-codes' | 'orders-without-jack' | 'every-order') =>
      setSiteRules(lot.server.app, site.siteId, { handoverCheck });
    expect(await checksOf(site, driver)).toEqual(['none', 'none']);
    await told('orders-without-jack');
    expect(await checksOf(site, driver)).toEqual(['none', 'pickup-number']);
    await told('every-order');
    expect(await checksOf(site, driver)).toEqual(['pickup-number', 'pickup-number']);
    // Another site has a rule of its own.
    const other = await lot.site();
    await lot.preorder(other, driver);
    expect(await checksOf(other, driver)).toEqual(['none']);
  });

  it('stands in the news of an order, and a site is told to fetch the list when its rule changes', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const events = await readEvents(
      lot.url,
      site.token,
      '/v1/site/events',
      null,
      (all) => all.filter((e) => e.data.type === 'expected-codes-changed').length === 2,
      async () => {
        await lot.preorder(site, driver);
        await setSiteRules(lot.server.app, site.siteId, { handoverCheck: 'every-order' });
      },
    );
    const news = events.flatMap(({ data }) => (data.type === 'preorder' && 'car' in data ? [data] : []));
    expect(news).not.toHaveLength(0);
    for (const { preorder, car } of news) {
      expect(preorder.handoverCheck).toBe('plate-digits');
      expect(car.preorders).toEqual([preorder]);
    }
  });
});
