/**
 * The payment server's contract, as OpenAPI (served at /openapi.json). Three kinds of callers:
 *
 *   site    the station, with the credential it got at enrolment      Authorization: Bearer site_…
 *   phone   the driver's phone, with its own token                    Authorization: Bearer phone_…
 *   cart    a smart cart's scanner and scale, with its own token      Authorization: Bearer cart_…
 *   public  enrolment, registration, health
 *
 * Every POST carries `Idempotency-Key` (a UUID; same key and other body is refused, concurrent same
 * key runs once, answers are replayed). Errors are problem details (RFC 9457) with a stable `code`.
 * Event streams are server-sent events that resume with `Last-Event-ID` and leave no gap.
 */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import {
  amountMinor,
  code,
  codeBehaviour,
  currency,
  displayName,
  fuel,
  handoverCheck,
  id,
  laneKind,
  money,
  plateDigits,
  preorder,
  preorderItem,
  reservation,
  unitPriceMilli,
  utcMs,
  vehicle,
  volumeMl,
} from '../schemas/index.ts';
import { cartDeviceApi, cartPhoneApi, cartSiteApi, phoneCartEvent, siteCartEvent } from './cart-contract.ts';
import { menuPhoneApi, menuSiteApi, offeredItem, siteMenuEvent } from './menus.ts';
import { paymentRequest } from './payment-request.ts';
import { refuelRecordsSiteApi } from './refuel-records.ts';
import { credentialSiteApi, possession, registryPhoneApi, registryPublicApi } from './registry.ts';
import { streamGap } from './stream-gap.ts';

// ---------- shapes ----------

export const siteInfo = z.object({
  siteId: id,
  name: z.string(),
  nameKo: z.string().nullable(),
  currency,
  timeZone: z.string(),
  approvalMode: z.enum(['reserve-at-arrival', 'at-completion']),
  reservationMaximumMinor: amountMinor.nullable(),
  /** From this amount on a charge needs the jack's code; null: never. */
  jackRequiredFromMinor: amountMinor.nullable(),
});
export type SiteInfo = z.infer<typeof siteInfo>;

/** A preorder as a site is told of it. */
export const sitePreorder = preorder.extend({
  /** What to check at the handover. Of an order that is open or ready; a site that is not told (an older server) checks. */
  handoverCheck: handoverCheck.optional(),
});

/** A car the server knows, as far as a site may know it. */
export const expectedCar = z.object({
  jackId: id,
  vehicle,
  codeBehaviour,
  preorders: z.array(sitePreorder),
  reservation: reservation.nullable(),
});
export type ExpectedCar = z.infer<typeof expectedCar>;
export type SitePreorder = z.infer<typeof sitePreorder>;

/** A key that the server signs expected lists with; the generation before vouches for it. */
export const signingKey = z.object({ generation: z.number().int().min(1), publicKey: z.string().max(200) });
export const endorsedKey = signingKey.extend({ endorsement: z.string().max(200).nullable() });

export const expectedCode = z.object({
  code,
  jackId: id,
  validFromMs: utcMs.nullable(),
  validToMs: utcMs.nullable(),
});
export type ExpectedCode = z.infer<typeof expectedCode>;

export const siteEvent = z.discriminatedUnion('type', [
  /** A preorder was made, changed or cancelled for a car this site may expect. */
  z.object({ type: z.literal('preorder'), jackId: id, preorder: sitePreorder, car: expectedCar }),
  z.object({ type: z.literal('payment-request'), paymentRequest }),
  z.object({ type: z.literal('reservation'), jackId: id, reservation }),
  siteCartEvent,
  siteMenuEvent,
  /** The site's rules changed. */
  z.object({ type: z.literal('site'), site: siteInfo }),
  /**
   * These jacks are known to nobody any more: blocked, given up, or `erase`: their driver was erased, and what the
   * site knows of who it was is to go as well, as far as nothing is open.
   */
  z.object({ type: z.literal('jacks-forgotten'), jackIds: z.array(id), erase: z.boolean() }),
  /** Fetch the expected list anew. */
  z.object({ type: z.literal('expected-codes-changed') }),
  streamGap,
  z.object({ type: z.literal('beat'), nowMs: utcMs }),
]);
export type SiteEvent = z.infer<typeof siteEvent>;

export const phoneEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('approval-asked'), paymentRequest }),
  z.object({ type: z.literal('payment-request'), paymentRequest }),
  z.object({ type: z.literal('preorder'), preorder, siteId: id }),
  phoneCartEvent,
  streamGap,
  z.object({ type: z.literal('beat'), nowMs: utcMs }),
]);
export type PhoneEvent = z.infer<typeof phoneEvent>;

// ---------- procedures ----------

const base = oc.errors({});
/** A time in a query, where all is text. */
const askedMs = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
/** A site names its lanes itself. */
const laneId = z.string().max(200);
/** Of many amounts: more than one may be. */
const sumMinor = z.number().int().min(0);
const done = z.object({ ok: z.literal(true) });

const publicApi = {
  health: base
    .route({ method: 'GET', path: '/health', tags: ['public'] })
    .input(z.object({}))
    .output(z.object({ status: z.literal('ok'), version: z.string(), nowMs: utcMs })),
  /** One-use pairing code → a site's credential. Shown once, stored hashed. */
  enrol: base
    .route({ method: 'POST', path: '/v1/enrolments', tags: ['public'] })
    .input(z.object({ pairingCode: z.string().min(4).max(40), stationName: z.string().max(60) }))
    .output(z.object({ site: siteInfo, credential: z.string(), signingKey })),
  /** A driver with a first phone. The sandbox has no identity check; a real operator puts one before this. */
  registerDriver: base
    .route({ method: 'POST', path: '/v1/drivers', tags: ['public'] })
    .input(z.object({ name: displayName, locale: z.enum(['en', 'ko']), phoneName: z.string().max(60) }))
    .output(z.object({ driverId: id, phoneId: id, token: z.string() })),
  ...registryPublicApi,
};

/** What a jack hands to the phone that registers it (over its two-way channel). */
export const jackSecrets = z.discriminatedUnion('behaviour', [
  z.object({ behaviour: z.literal('static'), code }),
  /**
   * Eddystone-EID as it is registered: the jack answered the challenge's `agreementKey` with its own X25519 public
   * key, and both sides reckon the identity key (HKDF): it never travels, and the phone never has it.
   */
  z.object({
    behaviour: z.literal('rotating-agreed'),
    beaconPublicKey: z.string().regex(/^[0-9a-f]{64}$/),
    rotationExponent: z.number().int().min(0).max(15),
    counterSeconds: z.number().int().min(0).max(0xffffffff),
    counterAtMs: utcMs,
  }),
  /** A jack that cannot agree on a key. Eddystone-EID: identity key (16 bytes), K, and the jack's time counter (s) at `counterAtMs`. */
  z.object({
    behaviour: z.literal('rotating'),
    identityKey: z.string().regex(/^[0-9a-f]{32}$/),
    rotationExponent: z.number().int().min(0).max(15),
    counterSeconds: z.number().int().min(0).max(0xffffffff),
    counterAtMs: utcMs,
  }),
]);
export type JackSecrets = z.infer<typeof jackSecrets>;

const phoneApi = {
  ...menuPhoneApi,
  ...registryPhoneApi,
  addVehicle: base
    .route({ method: 'POST', path: '/v1/vehicles', tags: ['phone'] })
    .input(
      z.object({
        plate: z.string().min(2).max(24),
        model: z.string().max(40),
        color: z.string().max(20),
        fuel: fuel.nullable(),
      }),
    )
    .output(z.object({ vehicleId: id, vehicle })),
  /** Ties a jack to the driver and one of their vehicles. `authenticationKey`: OCRA key, 32 bytes. */
  addJack: base
    .route({ method: 'POST', path: '/v1/jacks', tags: ['phone'] })
    .input(
      z.object({
        vehicleId: id,
        secrets: jackSecrets,
        authenticationKey: z.string().regex(/^[0-9a-f]{64}$/),
        /** The jack signed a challenge (`challengeJack`) with this key: it is at hand. */
        possession,
      }),
    )
    .output(z.object({ jackId: id })),
  /** A processor's token; card data never comes here. */
  addPaymentMethod: base
    .route({ method: 'POST', path: '/v1/payment-methods', tags: ['phone'] })
    .input(z.object({ processorToken: z.string().min(3).max(200), label: z.string().max(40) }))
    .output(z.object({ paymentMethodId: id })),
  menu: base
    .route({ method: 'GET', path: '/v1/sites/{siteId}/menu', tags: ['phone'] })
    .input(z.object({ siteId: id }))
    .output(
      z.object({
        site: siteInfo,
        items: z.array(offeredItem),
      }),
    ),
  /** Pays (holds) and ties the preorder to the jack. */
  createPreorder: base
    .route({ method: 'POST', path: '/v1/preorders', tags: ['phone'] })
    .input(
      z.object({
        siteId: id,
        jackId: id,
        paymentMethodId: id,
        /** The jack signed a challenge (`challengeJack`): the phone is connected to it while the driver pays. */
        possession: possession.optional(),
        promisedAtMs: utcMs.nullable(),
        items: z
          .array(
            z.object({
              menuItemId: id,
              quantity: z.number().int().min(1).max(99),
              options: z.array(z.string().max(80)).max(20),
            }),
          )
          .min(1)
          .max(50),
      }),
    )
    .output(z.object({ preorder })),
  getPreorder: base
    .route({ method: 'GET', path: '/v1/preorders/{preorderId}', tags: ['phone'] })
    .input(z.object({ preorderId: id }))
    .output(z.object({ preorder, siteId: id })),
  /** On the way, here about then; said again, changed, taken back, or "I'm here". The order is served all the same without it. */
  sayOnTheWay: base
    .route({ method: 'POST', path: '/v1/preorders/{preorderId}/on-the-way', tags: ['phone'] })
    .input(
      z.object({
        preorderId: id,
        word: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('coming'), expectedAtMs: utcMs }),
          z.object({ kind: z.literal('here'), bay: z.number().int().min(1).max(99).nullable() }),
          z.object({ kind: z.literal('taken-back') }),
        ]),
      }),
    )
    .output(z.object({ preorder })),
  cancelPreorder: base
    .route({ method: 'POST', path: '/v1/preorders/{preorderId}/cancel', tags: ['phone'] })
    .input(z.object({ preorderId: id }))
    .output(z.object({ preorder })),
  approvals: base
    .route({ method: 'GET', path: '/v1/approvals', tags: ['phone'] })
    .input(z.object({}))
    .output(z.object({ waiting: z.array(paymentRequest) })),
  /** The driver's yes or no. A yes carries the jack's authentication code and repeats what the phone showed. */
  answerApproval: base
    .route({ method: 'POST', path: '/v1/approvals/{paymentRequestId}', tags: ['phone'] })
    .input(
      z.object({
        paymentRequestId: id,
        decision: z.discriminatedUnion('answer', [
          z.object({
            answer: z.literal('approve'),
            siteId: id,
            amount: money,
            /** Needed unless the request's `verification` is `phone`: then the phone itself completes the payment. */
            authCode: z
              .string()
              .regex(/^[0-9]{6,10}$/)
              .optional(),
            paymentMethodId: id.optional(),
          }),
          z.object({ answer: z.literal('decline') }),
        ]),
      }),
    )
    .output(z.object({ paymentRequest })),
  phoneEvents: base
    .route({ method: 'GET', path: '/v1/phone/events', tags: ['phone'] })
    .input(z.object({}))
    .output(eventIterator(phoneEvent)),
};

const siteApi = {
  ...menuSiteApi,
  ...credentialSiteApi,
  ...refuelRecordsSiteApi,
  site: base
    .route({ method: 'GET', path: '/v1/site', tags: ['site'] })
    .input(z.object({}))
    .output(
      z.object({
        site: siteInfo,
        /** Of the credential that asks: since when it is good, and whether the operator wants it renewed. */
        credential: z.object({ sinceMs: utcMs, renewalWanted: z.boolean() }).optional(),
      }),
    ),
  /** All generations, so that a station finds its way from the one it pinned to the one that signs now. */
  signingKeys: base
    .route({ method: 'GET', path: '/v1/site/signing-keys', tags: ['site'] })
    .input(z.object({}))
    .output(z.object({ keys: z.array(endorsedKey) })),
  expectedCodes: base
    .route({ method: 'GET', path: '/v1/site/expected-codes', tags: ['site'] })
    .input(
      z.object({
        fromMs: askedMs,
        toMs: askedMs,
        /** The version that the site has: only what changed since is sent, where the server still knows it. */
        since: z
          .string()
          .regex(/^[0-9A-Za-z-]{1,64}$/)
          .optional(),
      }),
    )
    .output(
      z.object({
        version: z.string(),
        since: z.string().optional(),
        removed: z.array(id).optional(),
        truncated: z.boolean().optional(),
        /** The generation of the key that signed it. */
        signedBy: z.number().int().optional(),
        /** Ed25519 (`verifyExpectedList`), base64url. */
        signature: z.string().optional(),
        fromMs: utcMs,
        toMs: utcMs,
        cars: z.array(expectedCar),
        codes: z.array(expectedCode),
      }),
    ),
  /** The site heard a code. Known: who it is and what is paid. Unknown: nothing is stored anywhere. */
  reportCode: base
    .route({ method: 'POST', path: '/v1/site/code-reports', tags: ['site'] })
    .input(z.object({ code, heardAtMs: utcMs, laneId: laneId.nullable() }))
    .output(
      z.discriminatedUnion('known', [
        z.object({ known: z.literal(true), car: expectedCar }),
        z.object({ known: z.literal(false) }),
      ]),
    ),
  /** The car entered (arrived): from now on it can be found by its plate digits here. Asks for a reservation where the site does so. */
  reportArrival: base
    .route({ method: 'POST', path: '/v1/site/arrivals', tags: ['site'] })
    .input(
      z.object({
        visitId: id,
        jackId: id,
        arrivedAtMs: utcMs,
        laneId: laneId.nullable(),
        laneKind: laneKind.nullable(),
      }),
    )
    .output(done),
  reportDeparture: base
    .route({ method: 'POST', path: '/v1/site/departures', tags: ['site'] })
    .input(z.object({ visitId: id, jackId: id, departedAtMs: utcMs }))
    .output(done),
  /** Cars that entered this site and answer to the digits. */
  carsByDigits: base
    .route({ method: 'GET', path: '/v1/site/cars', tags: ['site'] })
    .input(z.object({ digits: plateDigits }))
    .output(z.object({ cars: z.array(expectedCar.extend({ visitId: id, arrivedAtMs: utcMs })) })),
  preorderReady: base
    .route({ method: 'POST', path: '/v1/site/preorders/{preorderId}/ready', tags: ['site'] })
    .input(z.object({ preorderId: id, atMs: utcMs }))
    .output(z.object({ preorder })),
  itemUnavailable: base
    .route({
      method: 'POST',
      path: '/v1/site/preorders/{preorderId}/items/{itemId}/unavailable',
      tags: ['site'],
    })
    .input(z.object({ preorderId: id, itemId: id, atMs: utcMs }))
    .output(z.object({ preorder })),
  /** Handed over: captures what was held. */
  preorderHandedOver: base
    .route({ method: 'POST', path: '/v1/site/preorders/{preorderId}/handed-over', tags: ['site'] })
    .input(z.object({ preorderId: id, visitId: id, handedOverAtMs: utcMs, staffName: z.string().max(60) }))
    .output(z.object({ preorder })),
  /** Refueling complete: ask the driver (or capture from the reservation). The site chose `paymentRequestId`. */
  refuelCompleted: base
    .route({ method: 'POST', path: '/v1/site/refuels/{refuelId}/completion', tags: ['site'] })
    .input(
      z.object({
        refuelId: id,
        paymentRequestId: id,
        visitId: id,
        jackId: id,
        laneId,
        pumpNumber: z.number().int().min(0).max(9_999),
        fuel,
        unitPriceMilli,
        volumeMl,
        amount: money,
        completedAtMs: utcMs,
      }),
    )
    .output(z.object({ paymentRequest })),
  settledOtherwise: base
    .route({ method: 'POST', path: '/v1/site/refuels/{refuelId}/settled-otherwise', tags: ['site'] })
    .input(
      z.object({
        refuelId: id,
        paymentRequestId: id.nullable(),
        tender: z.string().max(20),
        reason: z.string().max(200),
        atMs: utcMs,
      }),
    )
    .output(done),
  cancelPaymentRequest: base
    .route({ method: 'POST', path: '/v1/site/payment-requests/{paymentRequestId}/cancel', tags: ['site'] })
    .input(z.object({ paymentRequestId: id, reason: z.string().max(200) }))
    .output(z.object({ paymentRequest })),
  /** A charge at the counter for a car that is here. The site chose `paymentRequestId`. */
  requestCharge: base
    .route({ method: 'POST', path: '/v1/site/charges', tags: ['site'] })
    .input(
      z.object({
        paymentRequestId: id,
        visitId: id,
        jackId: id,
        amount: money,
        verification: z.enum(['jack', 'phone']),
        description: z.string().max(200).nullable(),
      }),
    )
    .output(z.object({ paymentRequest })),
  /** Gives back all or a part of what was paid, more than once up to it. The site chose `refundId`. */
  refundPayment: base
    .route({ method: 'POST', path: '/v1/site/payment-requests/{paymentRequestId}/refunds', tags: ['site'] })
    .input(
      z.object({ paymentRequestId: id, refundId: id, amount: money, reason: z.string().min(1).max(200) }),
    )
    .output(z.object({ paymentRequest })),
  /** What was taken and given back for this site, line by line, by the server's books. */
  statement: base
    .route({ method: 'GET', path: '/v1/site/statement', tags: ['site'] })
    .input(z.object({ fromMs: askedMs, toMs: askedMs }))
    .output(
      z.object({
        fromMs: utcMs,
        toMs: utcMs,
        lines: z.array(
          z.object({
            lineId: z.string(),
            kind: z.enum(['preorder', 'refuel', 'refuel-reservation', 'charge']),
            /** Of a `charge`: the pickup that a paid cart became. */
            preorderId: id.nullable(),
            paymentRequestId: id.nullable(),
            refuelId: id.nullable(),
            movement: z.enum(['taken', 'given-back']),
            amount: money,
            atMs: utcMs,
          }),
        ),
        totals: z.array(z.object({ currency, takenMinor: sumMinor, givenBackMinor: sumMinor })),
      }),
    ),
  /** The look-up after "unknown". */
  getPaymentRequest: base
    .route({ method: 'GET', path: '/v1/site/payment-requests/{paymentRequestId}', tags: ['site'] })
    .input(z.object({ paymentRequestId: id }))
    .output(z.object({ paymentRequest })),
  siteEvents: base
    .route({ method: 'GET', path: '/v1/site/events', tags: ['site'] })
    .input(z.object({}))
    .output(eventIterator(siteEvent)),
};

export const serverContract = {
  public: publicApi,
  phone: { ...phoneApi, ...cartPhoneApi },
  cart: cartDeviceApi,
  site: { ...siteApi, ...cartSiteApi },
};
export type ServerContract = typeof serverContract;

export { preorderItem };
