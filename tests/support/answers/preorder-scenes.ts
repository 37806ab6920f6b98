/** Menus, preorders, and what is expected of a site's cars. */
import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { tables } from '../../../server/db/index.ts';
import { newId } from '../../../shared/domain/index.ts';
import type { Preorder } from '../../../shared/schemas/index.ts';
import type { Driver, Lot } from '../../integration/server-fixture.ts';
import { done, proof, refused, type Site } from './scene.ts';

export async function menuScene(lot: Lot): Promise<void> {
  const [site, other] = [await lot.site(), await lot.site()];
  const driver = await lot.driver();
  await done(lot.call(driver.token, 'GET', `/v1/sites/${site.siteId}/menu`));
  await refused(lot.call(driver.token, 'GET', `/v1/sites/${newId()}/menu`), 'not-found');
  const item = { menuItemId: newId(), name: 'Tea', nameKo: null, unitAmountMinor: 3_000, options: [] };
  const publish = (version: number, items: object[]) =>
    lot.call(site.token, 'POST', '/v1/site/menu', { version, items });
  await done(publish(1, [item]));
  await refused(publish(1, []), 'conflict');
  await refused(publish(2, [{ ...item, menuItemId: other.latte }]), 'conflict');
  await refused(publish(2, [item, item]), 'invalid-request');
  await done(lot.call(site.token, 'GET', '/v1/site/menu'));
  const soldOut = (menuItemId: string, inMs: number) =>
    lot.call(site.token, 'POST', `/v1/site/menu/items/${menuItemId}/sold-out`, {
      soldOutUntilMs: lot.clock.nowMs() + inMs,
    });
  await done(soldOut(item.menuItemId, 3_600_000));
  await refused(soldOut(other.latte, 3_600_000), 'item-not-found');
  await refused(soldOut(item.menuItemId, 27 * 3_600_000), 'invalid-request');
  await done(lot.call(site.token, 'POST', '/v1/site/no-show-rule', { rule: null }));
}

export async function preorderScene(lot: Lot): Promise<void> {
  const site = await lot.site();
  const driver = await lot.driver();
  const { processor } = lot.server.app;
  const { authorise } = processor;
  const items = (quantity: number, menuItemId = site.latte) => [{ menuItemId, quantity, options: [] }];
  const order = (who: Driver, more: object) =>
    lot.call<{ preorder: Preorder }>(who.token, 'POST', '/v1/preorders', {
      ...{ siteId: site.siteId, jackId: who.jackId, paymentMethodId: who.paymentMethodId },
      ...{ promisedAtMs: null, items: items(1) },
      ...more,
    });
  await refused(order(driver, { jackId: newId() }), 'not-found');
  await refused(order(driver, { items: items(1, newId()) }), 'item-not-found');
  const stale = { challengeId: newId(), authCode: '12345678' };
  await refused(order(driver, { possession: stale }), 'auth-code-stale');
  const wrong = await proof(lot, driver.token, randomBytes(32));
  await refused(order(driver, { possession: wrong }), 'auth-code-wrong');
  const poor = await lot.driver({ card: 'tok_declined' });
  await refused(order(poor, {}), 'card-declined');
  const { preorder } = await done(order(driver, {}));
  const own = `/v1/preorders/${preorder.preorderId}`;
  await done(lot.call(driver.token, 'GET', own));
  await refused(lot.call(driver.token, 'GET', `/v1/preorders/${newId()}`), 'not-found');

  const say = (who: Driver, id: string, word: object) =>
    lot.call<{ preorder: Preorder }>(who.token, 'POST', `/v1/preorders/${id}/on-the-way`, { word });
  const inAMinute = { kind: 'coming', expectedAtMs: lot.clock.nowMs() + 60_000 };
  await done(say(driver, preorder.preorderId, inAMinute));
  await done(say(driver, preorder.preorderId, { kind: 'here', bay: 2 }));
  await done(say(driver, preorder.preorderId, { kind: 'taken-back' }));
  await refused(say(driver, newId(), inAMinute), 'not-found');
  const inTwoDays = { ...inAMinute, expectedAtMs: lot.clock.nowMs() + 2 * 86_400_000 };
  await refused(say(driver, preorder.preorderId, inTwoDays), 'invalid-request');

  const edit = (path: string, quantity: number, menuItemId?: string) =>
    lot.call(driver.token, 'POST', `${path}/edit`, {
      promisedAtMs: null,
      items: items(quantity, menuItemId),
    });
  await refused(edit(`/v1/preorders/${newId()}`, 1), 'not-found');
  await refused(edit(own, 1, newId()), 'item-not-found');
  const breadUntil = (soldOutUntilMs: number | null) =>
    lot.call(site.token, 'POST', `/v1/site/menu/items/${site.bread}/sold-out`, { soldOutUntilMs });
  await done(breadUntil(lot.clock.nowMs() + 1000));
  await refused(order(driver, { items: items(1, site.bread) }), 'item-sold-out');
  await refused(edit(own, 1, site.bread), 'item-sold-out');
  await done(breadUntil(null));
  processor.authorise = async () => ({ outcome: 'declined', reason: 'card-declined' });
  await refused(edit(own, 5), 'card-declined');
  processor.authorise = async () => ({ outcome: 'unknown', detail: 'no answer' });
  await done(edit(own, 6));
  processor.authorise = authorise;
  await refused(edit(own, 7), 'conflict');
  lot.clock.advance(2_000);
  await lot.server.tick();
  await done(edit(own, 2));

  const cancel = (who: Driver, id: string) => lot.call(who.token, 'POST', `/v1/preorders/${id}/cancel`);
  await refused(cancel(driver, newId()), 'not-found');
  const { preorders } = tables;
  const [declined] = await lot.server.app.db
    .select({ id: preorders.id })
    .from(preorders)
    .where(eq(preorders.driverId, poor.driverId));
  await refused(cancel(poor, declined?.id ?? ''), 'card-declined');
  const dropped = await done(order(driver, {}));
  await done(cancel(driver, dropped.preorder.preorderId));
  await prepare(lot, site, preorder, dropped.preorder);
  await refused(cancel(driver, preorder.preorderId), 'preorder-not-open');
  await refused(edit(own, 1), 'preorder-not-open');
  await refused(say(driver, dropped.preorder.preorderId, inAMinute), 'preorder-not-open');
}

async function prepare(lot: Lot, site: Site, open: Preorder, cancelled: Preorder): Promise<void> {
  const path = (id: string) => `/v1/site/preorders/${id}`;
  const post = (where: string, body: object) => lot.call(site.token, 'POST', where, body);
  const handing = { visitId: newId(), handedOverAtMs: 1, staffName: 'x' };
  const { body } = await lot.report(site, 'ibeacon:0123');
  if (body.code !== 'invalid-request') throw new Error('a code that is none was taken');
  for (const verb of ['ready', `items/${newId()}/unavailable`]) {
    await refused(post(`${path(newId())}/${verb}`, { atMs: 1 }), 'not-found');
  }
  await refused(post(`${path(newId())}/handed-over`, handing), 'not-found');
  await refused(post(`${path(cancelled.preorderId)}/ready`, { atMs: 1 }), 'preorder-not-open');
  await refused(post(`${path(cancelled.preorderId)}/handed-over`, handing), 'preorder-not-open');
  const item = (p: Preorder, id = p.items[0]?.itemId) => `${path(p.preorderId)}/items/${id}/unavailable`;
  await refused(post(item(cancelled), { atMs: 1 }), 'preorder-not-open');
  await refused(post(item(open, newId()), { atMs: 1 }), 'item-not-found');
  await done(post(`${path(open.preorderId)}/ready`, { atMs: 1 }));
}

/** The site does to an order what a site does. */
export async function handOverScene(lot: Lot): Promise<void> {
  const site = await lot.site();
  const driver = await lot.driver();
  const { preorder } = await done(lot.preorder(site, driver));
  const path = `/v1/site/preorders/${preorder.preorderId}`;
  const [first] = preorder.items;
  await done(lot.call(site.token, 'POST', `${path}/items/${first?.itemId}/unavailable`, { atMs: 1 }));
  const visitId = await lot.arrive(site, driver, 'bay');
  const handing = { visitId, handedOverAtMs: 1, staffName: 'x' };
  await done(lot.call(site.token, 'POST', `${path}/handed-over`, handing));
  await done(lot.report(site, driver.code));
  await done(lot.report(site, `eddystone-uid:${'f'.repeat(32)}`));
  const now = lot.clock.nowMs();
  const span = `fromMs=${now}&toMs=${now + 3_600_000}`;
  await done(lot.call(site.token, 'GET', `/v1/site/expected-codes?${span}`));
  await done(lot.call(site.token, 'GET', '/v1/site/cars?digits=3456'));
  await done(lot.call(site.token, 'GET', '/v1/site'));
  await done(lot.call(site.token, 'GET', '/v1/site/signing-keys'));
}
