/**
 * Smart carts, as OpenAPI. A cart has a token of its own (`cart_…`), for its scanner and its scale: only what
 * they say is in it. Its user takes it, watches it and checks it out; the site watches all, frees and checks out.
 */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { amountMinor, cart, cartLine, cartTrip, gram, id, utcMs } from '../schemas/index.ts';
import { paymentRequest } from './payment-request.ts';

const base = oc.errors({});
const askedMs = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

/** A cart as its user sees it. */
export const driverCart = z.object({
  cartId: id,
  number: z.number().int(),
  siteId: id,
  siteName: z.string(),
  version: z.number().int(),
  trip: cartTrip,
});
export type DriverCart = z.infer<typeof driverCart>;

/** A cart's checkout, from its request on: what was in it, and what became of the money. */
export const cartPayment = z.object({
  tripId: id,
  cartId: id,
  number: z.number().int(),
  lines: z.array(cartLine).max(200),
  asPickup: z.boolean(),
  paymentRequest,
});
export type CartPayment = z.infer<typeof cartPayment>;

/** Events of a cart on a site's stream and on a driver's. */
export const siteCartEvent = z.object({ type: z.literal('cart'), cart });
export const phoneCartEvent = z.object({ type: z.literal('cart'), cart: driverCart });

export const cartPhoneApi = {
  /** Ties a free cart to the driver. A cart in use is refused, and whose it is is not said. `jackId`: whose code will sign. */
  takeCart: base
    .route({ method: 'POST', path: '/v1/cart', tags: ['phone'] })
    .input(z.object({ cartCode: z.string().min(4).max(40), jackId: id }))
    .output(z.object({ cart: driverCart })),
  myCart: base
    .route({ method: 'GET', path: '/v1/cart', tags: ['phone'] })
    .input(z.object({}))
    .output(z.object({ cart: driverCart.nullable() })),
  /** Ends with an empty basket. */
  leaveCart: base
    .route({ method: 'POST', path: '/v1/cart/{tripId}/leave', tags: ['phone'] })
    .input(z.object({ tripId: id }))
    .output(z.object({ cart: driverCart })),
  /** A charge over the contents; the driver is then asked for an approval as for any other. */
  checkOutMyCart: base
    .route({ method: 'POST', path: '/v1/cart/{tripId}/checkout', tags: ['phone'] })
    .input(
      z.object({
        tripId: id,
        /** Once paid it is a pickup, brought to the driver's car. */
        asPickup: z.boolean(),
      }),
    )
    .output(z.object({ cart: driverCart })),
};

export const cartDeviceApi = {
  cart: base
    .route({ method: 'GET', path: '/v1/cart-device/cart', tags: ['cart'] })
    .input(z.object({}))
    .output(z.object({ cart })),
  /** Goods sold by weight carry `weightGram`, all others `quantity`. An unknown barcode is kept and flagged. */
  putInCart: base
    .route({ method: 'POST', path: '/v1/cart-device/items', tags: ['cart'] })
    .input(
      z.object({
        goods: z.union([
          z.object({ barcode: z.string().regex(/^[0-9A-Za-z-]{4,32}$/) }),
          z.object({ menuItemId: id }),
        ]),
        quantity: z.number().int().min(1).max(99).optional(),
        weightGram: gram.min(1).optional(),
      }),
    )
    .output(z.object({ cart })),
  takeFromCart: base
    .route({ method: 'POST', path: '/v1/cart-device/items/{lineId}/removal', tags: ['cart'] })
    .input(z.object({ lineId: id, quantity: z.number().int().min(1).max(999) }))
    .output(z.object({ cart })),
  weighCart: base
    .route({ method: 'POST', path: '/v1/cart-device/weighings', tags: ['cart'] })
    .input(z.object({ measuredGram: gram }))
    .output(z.object({ cart })),
};

export const cartSiteApi = {
  carts: base
    .route({ method: 'GET', path: '/v1/site/carts', tags: ['site'] })
    .input(z.object({}))
    .output(z.object({ carts: z.array(cart), nowMs: utcMs })),
  /** Frees a stuck cart; the trip is named, so that the next user never loses theirs. */
  freeCart: base
    .route({ method: 'POST', path: '/v1/site/carts/{cartId}/free', tags: ['site'] })
    .input(z.object({ cartId: id, tripId: id, reason: z.string().max(200) }))
    .output(z.object({ cart })),
  /** A person looked at the contents as of `version`. */
  acknowledgeCart: base
    .route({ method: 'POST', path: '/v1/site/carts/{cartId}/acknowledgement', tags: ['site'] })
    .input(
      z.object({ cartId: id, tripId: id, version: z.number().int().min(0), staffName: z.string().max(60) }),
    )
    .output(z.object({ cart })),
  /** The site chose `paymentRequestId`. */
  checkOutCart: base
    .route({ method: 'POST', path: '/v1/site/carts/{cartId}/checkout', tags: ['site'] })
    .input(z.object({ cartId: id, tripId: id, paymentRequestId: id, asPickup: z.boolean() }))
    .output(z.object({ cart })),
  /**
   * A person prices what the site does not know, for one piece; the same barcode put in again costs the same.
   * What the site does know keeps its price: refused as `conflict`.
   */
  priceItem: base
    .route({ method: 'POST', path: '/v1/site/carts/{cartId}/items/{lineId}/price', tags: ['site'] })
    .input(
      z.object({
        cartId: id,
        tripId: id,
        lineId: id,
        unitAmountMinor: amountMinor.min(1),
        /** What it is, for the receipt; null leaves its barcode. */
        name: z.string().trim().min(1).max(80).nullable(),
        staffName: z.string().max(60),
      }),
    )
    .output(z.object({ cart })),
  /** Checkouts of carts that were asked for in a span of at most 35 days; refunds by `refundPayment`. */
  cartPayments: base
    .route({ method: 'GET', path: '/v1/site/cart-payments', tags: ['site'] })
    .input(z.object({ fromMs: askedMs, toMs: askedMs }))
    .output(z.object({ payments: z.array(cartPayment).max(5000) })),
};
