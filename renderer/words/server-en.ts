/** What the payment server answers when it says no, for whoever stands at the kiosk: what happened, and what to do. */
import type { DeclineReason, ProblemCode } from '../../shared/server-contract/index.ts';

export const serverEn = {
  /** Every code of the server contract, and the two that the station gives a call without a readable answer. */
  serverProblems: {
    'invalid-request':
      'The payment server could not read this mark. Set it aside, and tell whoever looks after the kiosk.',
    unauthorized:
      'The payment server does not accept this site’s sign-in. The installer connects the site anew in Setup.',
    forbidden: 'The site’s rules at the payment server do not allow this.',
    'not-found': 'The payment server does not know what this is about.',
    conflict: 'The payment server has it recorded differently.',
    'idempotency-key-missing':
      'The payment server could not tell this mark from another. Set it aside, and tell whoever looks after the kiosk.',
    'idempotency-key-reused': 'The payment server has another mark under the same number.',
    'pairing-code-refused': 'The pairing code is wrong, used or too old. Ask the operator for a new one.',
    'code-already-registered': 'This jack’s code is registered already.',
    'plate-invalid': 'The payment server does not take this for a plate.',
    'preorder-not-open': 'At the payment server this preorder is handed over or cancelled already.',
    'item-not-found': 'The payment server does not know this item.',
    'item-sold-out': 'This item is sold out today.',
    'card-declined': 'The driver’s card was declined.',
    'car-did-not-enter':
      'The payment server was not told that this car came. Send again once its arrival is there.',
    'amount-disagrees': 'The amount does not fit price and volume, or it is in another currency.',
    'request-not-waiting': 'This payment request is no longer open at the payment server.',
    'auth-code-wrong': 'The jack’s authentication code did not fit.',
    'auth-code-stale': 'The jack’s authentication code was too old.',
    'auth-code-replayed': 'The jack’s authentication code was used before.',
    'amount-mismatch': 'The amount is not the one that was asked for, or more than can be given back.',
    'site-mismatch': 'The approval was meant for another site.',
    'too-many-attempts': 'There were too many wrong answers.',
    'cart-taken': 'Somebody else has this cart.',
    'cart-not-in-use': 'Nobody has this cart any more.',
    'cart-not-empty': 'There is still something in the cart.',
    'cart-needs-attention': 'Somebody has to look at the cart first.',
    'cart-checking-out': 'The cart is being paid.',
    'too-many-requests': 'The payment server has too much to do. It is tried again by itself.',
    'too-large': 'The mark is larger than the payment server takes.',
    internal: 'Something broke at the payment server. It is tried again by itself.',
    unavailable: 'The payment server is busy or being renewed. It is tried again by itself.',
    network: 'The payment server did not answer. It is tried again by itself.',
    'answer-not-understood':
      'The payment server’s answer could not be read. Perhaps this network wants a sign-in of its own.',
  } satisfies Record<ServerSaid, string>,
  /** Where a mark makes plainer what a code means. */
  marksRefused: {
    'menu-sold-out item-not-found':
      'The item is no longer on the site’s menu. There is nothing more to do: set it aside.',
    'arrival conflict': 'At the payment server this visit belongs to another car.',
    'refuel-completed conflict': 'The payment server has another payment request for this refuel.',
    'settled-otherwise conflict':
      'It is recorded, but the driver paid too or is just paying. Give back what was paid twice.',
    'charge-requested conflict': 'The payment server has this payment request with other details.',
    'charge-requested forbidden': 'From this amount on the site wants the jack’s code. Ask again by jack.',
    'charge-refunded conflict': 'The payment server has this refund with another amount or payment.',
    'charge-refunded request-not-waiting': 'Only what is paid can be refunded, and this is not.',
    'charge-refunded amount-mismatch': 'More was to be refunded than is left of the payment.',
    'preorder-ready preorder-not-open': 'The driver cancelled this preorder. Do not prepare it.',
    'preorder-handed-over preorder-not-open':
      'The preorder was cancelled, yet it was handed over: nothing is paid for it. Speak with the driver.',
    'conflict paid-twice': 'The driver paid twice for the same. Give one of the two back.',
    'conflict refund-refused': 'The refund was refused: the money has not gone back to the driver.',
    'conflict cancelled-after-hand-over':
      'The preorder was cancelled at the payment server, yet it was handed over here.',
  },
  serverSaid: {
    unknown: 'The payment server refused it.',
    /** Its own text, in whatever language it is. */
    inItsWords: (text: string) => `Server: ${text}`,
  },
  declinedBecause: {
    'driver-declined': 'The driver said no.',
    'too-many-attempts': 'The jack’s code was wrong five times.',
    'jack-blocked': 'This jack is blocked.',
    'card-declined': 'The driver’s bank declined the card.',
    'capture-declined': 'The bank did not pay out what was reserved.',
  } satisfies Record<DeclineReason, string>,
};

/** What can stand as the last error of a mark. */
type ServerSaid = ProblemCode | 'network' | 'answer-not-understood';
