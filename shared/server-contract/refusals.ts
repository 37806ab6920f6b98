/**
 * What each route may refuse, by its stable code. The OpenAPI document says exactly this, route by route
 * and status by status; the contract tests fail on an answer that is not here, and on one that is here
 * and never given.
 */
import type { ServerContract } from './contract.ts';
import type { ProblemCode } from './problem.ts';

type OwnRefusals = {
  readonly [Group in keyof ServerContract]?: {
    readonly [Route in keyof ServerContract[Group]]?: readonly ProblemCode[];
  };
};

const possessionRefusals = ['auth-code-wrong', 'auth-code-stale'] as const;

/** Beside what every route may refuse ({@link refusalsOf}). A route without an entry refuses nothing of its own. */
const ownRefusals: OwnRefusals = {
  public: {
    enrol: ['pairing-code-refused'],
    registerPhone: ['pairing-code-refused'],
  },
  phone: {
    revokePhone: ['not-found'],
    challengeJack: ['too-many-attempts'],
    blockJack: ['not-found'],
    unblockJack: ['not-found', ...possessionRefusals],
    syncJack: ['not-found', ...possessionRefusals],
    releaseJack: ['not-found', 'conflict'],
    askForJack: ['not-found', 'conflict', ...possessionRefusals],
    answerTransfer: ['not-found', 'conflict', 'request-not-waiting'],
    addVehicle: ['plate-invalid'],
    addJack: ['not-found', 'code-already-registered', ...possessionRefusals],
    menu: ['not-found'],
    createPreorder: ['not-found', 'item-not-found', 'item-sold-out', 'card-declined', ...possessionRefusals],
    editPreorder: [
      'not-found',
      'item-not-found',
      'item-sold-out',
      'card-declined',
      'conflict',
      'preorder-not-open',
    ],
    getPreorder: ['not-found'],
    sayOnTheWay: ['not-found', 'preorder-not-open'],
    cancelPreorder: ['not-found', 'card-declined', 'preorder-not-open'],
    answerApproval: [
      'not-found',
      'request-not-waiting',
      'site-mismatch',
      'amount-mismatch',
      'auth-code-wrong',
      'auth-code-stale',
      'auth-code-replayed',
      'too-many-attempts',
    ],
    takeCart: ['not-found', 'conflict', 'cart-taken'],
    leaveCart: ['not-found', 'cart-not-empty', 'cart-checking-out'],
    checkOutMyCart: ['not-found', 'cart-needs-attention'],
  },
  cart: {
    putInCart: ['item-not-found', 'conflict', 'cart-not-in-use', 'cart-checking-out'],
    takeFromCart: ['item-not-found', 'conflict', 'cart-not-in-use', 'cart-checking-out'],
    weighCart: ['cart-not-in-use', 'cart-checking-out'],
  },
  site: {
    publishMenu: ['conflict'],
    setSoldOut: ['item-not-found'],
    reportArrival: ['not-found', 'conflict'],
    reportDeparture: ['car-did-not-enter'],
    preorderReady: ['not-found', 'preorder-not-open'],
    itemUnavailable: ['not-found', 'item-not-found', 'preorder-not-open'],
    preorderHandedOver: ['not-found', 'preorder-not-open'],
    refuelCompleted: ['amount-disagrees', 'car-did-not-enter', 'conflict'],
    settledOtherwise: ['conflict'],
    cancelPaymentRequest: ['not-found', 'request-not-waiting'],
    requestCharge: ['amount-disagrees', 'car-did-not-enter', 'conflict'],
    refundPayment: ['not-found', 'amount-mismatch', 'conflict', 'request-not-waiting'],
    getPaymentRequest: ['not-found'],
    freeCart: ['not-found', 'cart-not-in-use', 'cart-checking-out'],
    priceItem: ['not-found', 'item-not-found', 'conflict', 'cart-not-in-use', 'cart-checking-out'],
    acknowledgeCart: ['not-found', 'conflict', 'cart-not-in-use'],
    checkOutCart: ['not-found', 'conflict', 'cart-not-in-use', 'cart-needs-attention', 'cart-checking-out'],
  },
};

/** What decides which refusals of everybody's a route has. */
export interface RouteShape {
  group: keyof ServerContract;
  route: string;
  method: 'get' | 'post';
  /** Has it anything that can be wrongly written: a body, a query, an id in its path? */
  takesInput: boolean;
}

/** Every code that the route may refuse with, each once. */
export function refusalsOf({ group, route, method, takesInput }: RouteShape): ProblemCode[] {
  const own: Record<string, readonly ProblemCode[] | undefined> = { ...ownRefusals[group] };
  return [
    ...new Set<ProblemCode>([
      ...(takesInput ? (['invalid-request'] as const) : []),
      ...(method === 'post'
        ? (['idempotency-key-missing', 'idempotency-key-reused', 'too-large'] as const)
        : []),
      ...(group === 'public' ? [] : (['unauthorized', 'forbidden'] as const)),
      ...(own[route] ?? []),
      'too-many-requests',
      'internal',
      'unavailable',
    ]),
  ];
}
