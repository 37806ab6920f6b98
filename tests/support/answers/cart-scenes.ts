/** Smart carts: taken, filled, looked at, paid, left. */
import { createCart, sellGoods, setCartRules } from '../../../server/index.ts';
import { newId } from '../../../shared/domain/index.ts';
import type { Cart } from '../../../shared/schemas/index.ts';
import type { DriverCart } from '../../../shared/server-contract/index.ts';
import type { Answer, Driver, Lot } from '../../integration/server-fixture.ts';
import { done, refused, type Site } from './scene.ts';

/** What the site does not know is priced by a person, and taken out again. */
async function pricing(
  lot: Lot,
  site: Site,
  cartId: string,
  tripId: string,
  put: (barcode: string) => Promise<Answer<{ cart: Cart }>>,
): Promise<void> {
  const { cart } = await done(put('7777'));
  const lines = cart.trip?.lines ?? [];
  const [known, unknown] = [lines.find((l) => l.known), lines.find((l) => !l.known)];
  const price = (lineId = '', more: object = {}, inCart = cartId) =>
    lot.call(site.token, 'POST', `/v1/site/carts/${inCart}/items/${lineId}/price`, {
      ...{ tripId, unitAmountMinor: 10, name: null, staffName: 'x' },
      ...more,
    });
  await refused(price(unknown?.lineId, {}, newId()), 'not-found');
  await refused(price(unknown?.lineId, { tripId: newId() }), 'cart-not-in-use');
  await refused(price(newId()), 'item-not-found');
  await refused(price(known?.lineId), 'conflict');
  await done(price(unknown?.lineId));
}

export async function cartScene(lot: Lot): Promise<void> {
  const { app } = lot.server;
  const [site, driver, other] = [await lot.site(), await lot.driver(), await lot.driver()];
  const { siteId } = site;
  const milk = { siteId, soldBy: 'piece' as const, nameKo: null, weightGram: 100 };
  await sellGoods(app, [
    { ...milk, barcode: '8800001', name: 'Milk', unitAmountMinor: 2_900 },
    { ...milk, barcode: '8800002', name: 'Gold', unitAmountMinor: 999_999_990_000 },
  ]);
  const [cart, second] = [
    await createCart(app, { siteId, number: 1 }),
    await createCart(app, { siteId, number: 2 }),
  ];
  const take = (who: Driver, cartCode: string, jackId = who.jackId) =>
    lot.call<{ cart: DriverCart }>(who.token, 'POST', '/v1/cart', { cartCode, jackId });
  const device = (path: string, body: object) =>
    lot.call<{ cart: Cart }>(cart.token, 'POST', `/v1/cart-device/${path}`, body);
  const put = (barcode: string, more: object = {}) => device('items', { goods: { barcode }, ...more });
  const bySite = (verb: string, body: object, cartId = cart.cartId) =>
    lot.call<{ cart: Cart }>(site.token, 'POST', `/v1/site/carts/${cartId}/${verb}`, body);
  const mine = (tripId: string, verb: 'leave' | 'checkout', body: object = {}) =>
    lot.call<{ cart: DriverCart }>(driver.token, 'POST', `/v1/cart/${tripId}/${verb}`, body);
  const removal = (lineId: string, quantity = 1) => device(`items/${lineId}/removal`, { quantity });

  await done(lot.call(driver.token, 'GET', '/v1/cart'));
  await refused(put('8800001'), 'cart-not-in-use');
  await refused(removal(newId()), 'cart-not-in-use');
  await refused(device('weighings', { measuredGram: 1 }), 'cart-not-in-use');
  await refused(take(driver, cart.code, newId()), 'not-found');
  const { tripId } = (await done(take(driver, cart.code))).cart.trip;
  await refused(take(driver, second.code), 'conflict');
  await refused(take(other, cart.code), 'cart-taken');

  await refused(device('items', { goods: { menuItemId: newId() } }), 'item-not-found');
  await done(put('8800002'));
  await refused(put('8800002'), 'conflict');
  const { cart: full } = await done(put('8800001'));
  await pricing(lot, site, cart.cartId, tripId, put);
  const lines = full.trip?.lines ?? [];
  await done(removal(lines[0]?.lineId ?? ''));
  await refused(removal(newId()), 'item-not-found');
  await refused(removal(lines[1]?.lineId ?? '', 2), 'conflict');
  await done(lot.call(cart.token, 'GET', '/v1/cart-device/cart'));
  await refused(mine(newId(), 'leave'), 'not-found');
  await refused(mine(tripId, 'leave'), 'cart-not-empty');

  // The scale disagrees: nobody checks out before somebody has looked.
  await done(device('weighings', { measuredGram: 1 }));
  await refused(mine(newId(), 'checkout', { asPickup: false }), 'not-found');
  await refused(mine(tripId, 'checkout', { asPickup: false }), 'cart-needs-attention');
  const paying = { tripId, paymentRequestId: newId(), asPickup: false };
  await refused(bySite('checkout', paying), 'cart-needs-attention');
  const { carts } = await done(lot.call<{ carts: Cart[] }>(site.token, 'GET', '/v1/site/carts'));
  const version = carts.find((c) => c.cartId === cart.cartId)?.version ?? 0;
  const looked = { tripId, version, staffName: 'x' };
  await refused(bySite('acknowledgement', looked, newId()), 'not-found');
  await refused(bySite('acknowledgement', { ...looked, tripId: newId() }), 'cart-not-in-use');
  await refused(bySite('acknowledgement', { ...looked, version: version - 1 }), 'conflict');
  await done(bySite('acknowledgement', looked));

  await refused(bySite('free', { tripId, reason: 'x' }, newId()), 'not-found');
  await refused(bySite('free', { tripId: newId(), reason: 'x' }), 'cart-not-in-use');
  await refused(bySite('checkout', paying, newId()), 'not-found');
  await refused(bySite('checkout', { ...paying, tripId: newId() }), 'cart-not-in-use');
  const visitId = await lot.arrive(site, other, 'bay');
  const taken = await done(
    lot.call<{ paymentRequest: { paymentRequestId: string } }>(site.token, 'POST', '/v1/site/charges', {
      ...{ paymentRequestId: newId(), visitId, jackId: other.jackId, verification: 'jack' },
      ...{ amount: { amountMinor: 1, currency: 'KRW' }, description: null },
    }),
  );
  const { paymentRequestId } = taken.paymentRequest;
  await refused(bySite('checkout', { ...paying, paymentRequestId }), 'conflict');
  await done(bySite('checkout', paying));
  await refused(bySite('checkout', paying), 'cart-checking-out');
  await refused(bySite('free', { tripId, reason: 'x' }), 'cart-checking-out');
  await refused(put('8800001'), 'cart-checking-out');
  const line = `/v1/site/carts/${cart.cartId}/items/${newId()}/price`;
  const priced = { tripId, unitAmountMinor: 1, name: null, staffName: 'x' };
  await refused(lot.call(site.token, 'POST', line, priced), 'cart-checking-out');
  await done(lot.call(site.token, 'GET', '/v1/site/cart-payments?fromMs=0&toMs=1'));
  await refused(removal(newId()), 'cart-checking-out');
  await refused(device('weighings', { measuredGram: 1 }), 'cart-checking-out');
  await refused(mine(tripId, 'leave'), 'cart-checking-out');
  await done(mine(tripId, 'checkout', { asPickup: false }));

  await setCartRules(app, siteId, { spotCheckFromMinor: null });
  const empty = await done(take(other, second.code));
  await done(lot.call(other.token, 'POST', `/v1/cart/${empty.cart.trip.tripId}/leave`));
  const again = await done(take(other, second.code));
  await done(bySite('free', { tripId: again.cart.trip.tripId, reason: 'x' }, second.cartId));
}
