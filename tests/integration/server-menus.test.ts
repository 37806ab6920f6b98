import { expect, it } from 'vitest';
import { movedMoney } from '../../server/index.ts';
import { balances } from '../../server/ledger/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { Preorder } from '../../shared/schemas/index.ts';
import { type Driver, onPostgres } from './server-fixture.ts';

onPostgres('menus, changed orders and orders nobody fetched', (lotNow) => {
  const edit = (driver: Driver, preorderId: string, items: object[]) =>
    lotNow().call<{ preorder: Preorder }>(driver.token, 'POST', `/v1/preorders/${preorderId}/edit`, {
      promisedAtMs: null,
      items,
    });
  const moved = (driver: Driver) => movedMoney(lotNow().server.app.db, driver.processorToken);
  const preorderOf = async (driver: Driver, id: string) =>
    (await lotNow().call<{ preorder: Preorder }>(driver.token, 'GET', `/v1/preorders/${id}`)).body.preorder;

  it('a site publishes its menu whole, once per version, and phones see it', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const { token } = await lot.driver();
    const tea = { menuItemId: newId(), name: 'Tea', nameKo: '차', unitAmountMinor: 4000, options: ['Hot'] };
    const latte = { menuItemId: site.latte, name: 'Latte', nameKo: null, unitAmountMinor: 5500, options: [] };
    const publish = (version: number, items: object[]) =>
      lot.call<{ version: number }>(site.token, 'POST', '/v1/site/menu', { version, items });
    expect((await publish(1, [tea, latte])).status).toBe(200);
    const seen = await lot.call<{ items: unknown[] }>(token, 'GET', `/v1/sites/${site.siteId}/menu`);
    expect(seen.body.items).toEqual([tea, latte]);
    // The same again is the same; another menu under an old version is refused, and nothing changes.
    expect((await publish(1, [tea, latte])).status).toBe(200);
    expect((await publish(1, [tea])).body.code).toBe('conflict');
    expect((await publish(3, [latte])).status).toBe(200);
    expect((await publish(2, [tea])).body.code).toBe('conflict');
    expect((await lot.call(site.token, 'GET', '/v1/site/menu')).body).toEqual({ version: 3, items: [latte] });
    expect((await publish(4, [tea, tea])).body.code).toBe('invalid-request');
    const other = await lot.site();
    const stolen = { version: 9, items: [latte] };
    expect((await lot.call(other.token, 'POST', '/v1/site/menu', stolen)).body.code).toBe('conflict');
    expect((await publish(4, [])).status).toBe(200);
    expect((await lot.call(site.token, 'GET', '/v1/site/menu')).body).toEqual({ version: 4, items: [] });
  });

  it('menus may be numbered by the moment; a number that nothing holds is refused in words', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const publish = (version: number) =>
      lot.call<{ version: number }>(site.token, 'POST', '/v1/site/menu', { version, items: [] });
    for (const version of [2_147_483_648, Date.UTC(2026, 10, 29), 8_640_000_000_000_000]) {
      expect((await publish(version)).body.version).toBe(version);
    }
    for (const version of [8_640_000_000_000_001, 2 ** 53, 1e308, -1, 0, 1.5]) {
      expect([version, (await publish(version)).body.code]).toEqual([version, 'invalid-request']);
    }
  });

  it('a dearer order is held anew and the old hold released; a cheaper one keeps its hold', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { preorder } = (await lot.preorder(site, driver)).body;
    const five = await edit(driver, preorder.preorderId, [
      { menuItemId: site.latte, quantity: 5, options: ['Iced'] },
    ]);
    expect(five.body.preorder).toMatchObject({ payment: 'held', paid: { amountMinor: 25_000 } });
    expect(await moved(driver)).toMatchObject({ authorisations: 2, held: 38_200, released: 13_200 });
    const one = await edit(driver, preorder.preorderId, [
      { menuItemId: site.bread, quantity: 1, options: [] },
    ]);
    expect(one.body.preorder.items).toMatchObject([{ name: 'Salt bread', quantity: 1 }]);
    expect(await moved(driver)).toMatchObject({ authorisations: 2, released: 13_200 });
    const path = `/v1/site/preorders/${preorder.preorderId}`;
    await lot.call(site.token, 'POST', `${path}/ready`, { atMs: 1 });
    const late = await edit(driver, preorder.preorderId, [
      { menuItemId: site.latte, quantity: 1, options: [] },
    ]);
    expect(late.body.code).toBe('preorder-not-open');
    await lot.call(site.token, 'POST', `${path}/handed-over`, {
      visitId: newId(),
      handedOverAtMs: 1,
      staffName: 'x',
    });
    expect(await moved(driver)).toMatchObject({ captured: 3200, captures: 1 });
    for (const { account, amountMinor } of await balances(lot.server.app.db)) {
      if (account.startsWith('held')) expect([account, amountMinor]).toEqual([account, 0]);
    }
  });

  it('an edit whose hold is lost on the way changes nothing until it is looked up, and never leaves two holds', async () => {
    const lot = lotNow();
    const site = await lot.site();
    for (const [meanwhile, captured] of [
      ['nothing', 0],
      ['handed over', 13_200],
      ['cancelled', 0],
    ] as const) {
      const driver = await lot.driver({ card: `tok_ok_edit_${newId()}` });
      const { preorder } = (await lot.preorder(site, driver)).body;
      const { processor } = lot.server.app;
      const authorise = processor.authorise;
      processor.authorise = async (ask) => {
        await authorise(ask);
        return { outcome: 'unknown', detail: 'no answer' };
      };
      const asked = await edit(driver, preorder.preorderId, [
        { menuItemId: site.latte, quantity: 9, options: [] },
      ]);
      processor.authorise = authorise;
      expect(asked.body.preorder).toMatchObject({ payment: 'held', paid: { amountMinor: 13_200 } });
      const twice = await edit(driver, preorder.preorderId, [
        { menuItemId: site.latte, quantity: 8, options: [] },
      ]);
      expect(twice.body.code).toBe('conflict');
      if (meanwhile === 'handed over') {
        await lot.call(site.token, 'POST', `/v1/site/preorders/${preorder.preorderId}/handed-over`, {
          visitId: newId(),
          handedOverAtMs: 1,
          staffName: 'x',
        });
      } else if (meanwhile === 'cancelled') {
        await lot.call(driver.token, 'POST', `/v1/preorders/${preorder.preorderId}/cancel`);
      }
      lot.clock.advance(5_000);
      await lot.server.tick();
      const end = await preorderOf(driver, preorder.preorderId);
      const money = await moved(driver);
      if (meanwhile === 'nothing') {
        expect(end).toMatchObject({ payment: 'held', paid: { amountMinor: 45_000 } });
        expect(money).toMatchObject({ held: 58_200, released: 13_200, captured });
      } else {
        expect(end.paid.amountMinor).toBe(13_200);
        expect(money).toMatchObject({ held: 58_200, released: 58_200 - captured, captured });
      }
    }
  });

  it('a declined edit leaves the order as it was, paid', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { preorder } = (await lot.preorder(site, driver)).body;
    const { processor } = lot.server.app;
    const authorise = processor.authorise;
    processor.authorise = async () => ({ outcome: 'declined', reason: 'card-declined' });
    const asked = await edit(driver, preorder.preorderId, [
      { menuItemId: site.latte, quantity: 9, options: [] },
    ]);
    processor.authorise = authorise;
    expect(asked).toMatchObject({ status: 402, body: { code: 'card-declined' } });
    expect(await preorderOf(driver, preorder.preorderId)).toMatchObject({ state: 'open', payment: 'held' });
    expect(await moved(driver)).toMatchObject({ held: 13_200, released: 0 });
  });

  it('a preorder that nobody fetches ends by the site’s rule, but never under a car that is here', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const rule = { afterHours: 2, outcome: 'capture' };
    await lot.call(site.token, 'POST', '/v1/site/no-show-rule', { rule });
    const [unprepared, prepared, here] = [await lot.driver(), await lot.driver(), await lot.driver()];
    const ids = [];
    for (const driver of [unprepared, prepared, here]) {
      ids.push((await lot.preorder(site, driver)).body.preorder.preorderId);
    }
    const [first = '', second = '', third = ''] = ids;
    const ready = (id: string) => lot.call(site.token, 'POST', `/v1/site/preorders/${id}/ready`, { atMs: 1 });
    await ready(second);
    await ready(third);
    const visitId = await lot.arrive(site, here, 'bay');
    lot.clock.advance(2 * 3_600_000 - 1);
    await lot.server.tick();
    expect((await preorderOf(prepared, second)).state).toBe('ready');
    lot.clock.advance(1);
    await lot.server.tick();
    expect(await preorderOf(unprepared, first)).toMatchObject({ state: 'cancelled', payment: 'voided' });
    expect(await preorderOf(prepared, second)).toMatchObject({ state: 'cancelled', payment: 'captured' });
    expect(await preorderOf(here, third)).toMatchObject({ state: 'ready', payment: 'held' });
    // They come after all: it is theirs, and nothing is taken twice.
    const fetched = await lot.call(site.token, 'POST', `/v1/site/preorders/${second}/handed-over`, {
      visitId,
      handedOverAtMs: 1,
      staffName: 'x',
    });
    expect(fetched.body).toMatchObject({ preorder: { state: 'handed-over', payment: 'captured' } });
    expect(await moved(prepared)).toMatchObject({ captures: 1, captured: 13_200 });
    expect(await moved(unprepared)).toMatchObject({ captures: 0, released: 13_200 });
    // Without a rule nothing ends by itself.
    await lot.call(site.token, 'POST', '/v1/site/no-show-rule', { rule: null });
    const { preorder } = (await lot.preorder(site, unprepared)).body;
    lot.clock.advance(80 * 3_600_000);
    await lot.server.tick();
    expect((await preorderOf(unprepared, preorder.preorderId)).state).toBe('open');
  });

  it('an order may be changed that has what is sold out now: as many stay, fewer do, none comes back', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { preorderId } = (await lot.preorder(site, driver)).body.preorder;
    const path = `/v1/site/menu/items/${site.latte}/sold-out`;
    await lot.call(site.token, 'POST', path, { soldOutUntilMs: lot.clock.nowMs() + 3_600_000 });
    const change = async (latte: number[], bread: number) => {
      const line = (menuItemId: string, options: string[]) => (quantity: number) => ({
        ...{ menuItemId, quantity, options },
      });
      const { status, body } = await edit(driver, preorderId, [
        ...latte.map(line(site.latte, ['Iced'])),
        ...[bread].map(line(site.bread, [])),
      ]);
      return body.code ?? [status, body.preorder.paid.amountMinor];
    };
    // Dearer by bread alone: held anew, and the two lattes stay, also on two lines.
    expect(await change([1, 1], 2)).toEqual([200, 16_400]);
    expect(await change([2], 1)).toEqual([200, 13_200]);
    expect(await change([3], 1)).toBe('item-sold-out');
    expect(await change([1], 1)).toEqual([200, 8_200]);
    expect(await change([2], 1)).toBe('item-sold-out');
    const { items } = await preorderOf(driver, preorderId);
    expect(items.map(({ name, quantity }) => [name, quantity])).toEqual([
      ['Latte', 1],
      ['Salt bread', 1],
    ]);
  });

  it('what is sold out is offered no more until the business day ends; what is paid stays', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const { preorder } = (await lot.preorder(site, driver)).body;
    const soldOut = (soldOutUntilMs: number | null, menuItemId = site.latte) =>
      lot.call(site.token, 'POST', `/v1/site/menu/items/${menuItemId}/sold-out`, { soldOutUntilMs });
    const untilMs = lot.clock.nowMs() + 3_600_000;
    expect((await soldOut(untilMs)).body).toMatchObject({ item: { soldOutUntilMs: untilMs } });
    const items = async (token: string, path: string) =>
      (await lot.call<{ items: { name: string; soldOutUntilMs?: number }[] }>(token, 'GET', path)).body.items;
    for (const seen of [
      await items(driver.token, `/v1/sites/${site.siteId}/menu`),
      await items(site.token, '/v1/site/menu'),
    ]) {
      expect(seen.map((item) => item.soldOutUntilMs)).toEqual([untilMs, undefined]);
    }
    // Neither a new order takes it, nor does a change of one take more of it; another item is sold as ever.
    expect((await lot.preorder(site, driver)).body).toMatchObject({ status: 409, code: 'item-sold-out' });
    const latte = [{ menuItemId: site.latte, quantity: 1, options: [] }];
    const lattes = (quantity: number) => ({ menuItemId: site.latte, quantity, options: [] });
    for (const more of [[lattes(3)], [lattes(2), lattes(1)]]) {
      expect((await edit(driver, preorder.preorderId, more)).body.code).toBe('item-sold-out');
    }
    const untouched = await preorderOf(driver, preorder.preorderId);
    expect(untouched).toMatchObject({ state: 'open', payment: 'held', paid: { amountMinor: 13_200 } });
    expect(untouched.items.every((item) => item.available)).toBe(true);
    expect(await moved(driver)).toMatchObject({ authorisations: 1, released: 0 });
    const bread = [{ menuItemId: site.bread, quantity: 1, options: [] }];
    const second = await lot.driver();
    const order = (menuItems: object[]) =>
      lot.call(second.token, 'POST', '/v1/preorders', {
        ...{ siteId: site.siteId, jackId: second.jackId, paymentMethodId: second.paymentMethodId },
        ...{ promisedAtMs: null, items: menuItems },
      });
    expect((await order(bread)).status).toBe(200);
    // A menu that is published anew meanwhile does not sell it.
    const menu = [
      { menuItemId: site.latte, name: 'Latte', nameKo: null, unitAmountMinor: 6000, options: [] },
    ];
    await lot.call(site.token, 'POST', '/v1/site/menu', { version: 1, items: menu });
    expect((await order(latte)).body.code).toBe('item-sold-out');
    // It ends by itself, to the millisecond.
    lot.clock.advance(3_600_000 - 1);
    expect((await order(latte)).body.code).toBe('item-sold-out');
    lot.clock.advance(1);
    expect(await items(driver.token, `/v1/sites/${site.siteId}/menu`)).toEqual(menu);
    expect((await order(latte)).status).toBe(200);
    // And by hand; a moment that is past (a mark that comes late) means nothing.
    expect((await soldOut(lot.clock.nowMs() + 1000)).status).toBe(200);
    expect((await order(latte)).body.code).toBe('item-sold-out');
    expect((await soldOut(null)).body).toEqual({ item: menu[0] });
    expect((await soldOut(lot.clock.nowMs() - 86_400_000)).body).toEqual({ item: menu[0] });
    expect((await order(latte)).status).toBe(200);
    // Nobody else's, and nothing that is not on the menu.
    const other = await lot.site();
    expect((await soldOut(null, other.latte)).body.code).toBe('item-not-found');
    expect((await soldOut(null, site.bread)).body.code).toBe('item-not-found');
    expect((await soldOut(lot.clock.nowMs() + 27 * 3_600_000)).body.code).toBe('invalid-request');
  });
});
