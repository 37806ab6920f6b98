/**
 * What the site still has to tell the server. `payload` is exactly the input of the server contract's
 * procedure of the same meaning (path parameters included); the item's id is its Idempotency-Key.
 *
 *   arrival                 site.reportArrival
 *   departure               site.reportDeparture
 *   preorder-ready          site.preorderReady
 *   item-unavailable        site.itemUnavailable
 *   preorder-handed-over    site.preorderHandedOver        (not before the undo window has ended)
 *   refuel-completed        site.refuelCompleted
 *   settled-otherwise       site.settledOtherwise
 *   cancel-payment-request  site.cancelPaymentRequest
 *   charge-requested        site.requestCharge
 *   charge-cancelled        site.cancelPaymentRequest      (too late: looked up instead)
 *   charge-refunded         site.refundPayment, then site.getPaymentRequest
 *   cart-freed              site.freeCart              (refused: how the carts are is asked for)
 *   cart-acknowledged       site.acknowledgeCart       (likewise)
 *   cart-item-priced        site.priceItem             (likewise)
 *   cart-checkout           site.checkOutCart          (likewise)
 *   menu-sold-out           site.setSoldOut            (refused: the menu shows the server's word again)
 *   conflict                never sent: stands in `attention` from the start, for a manager to see
 */
export const outboxKinds = [
  'arrival',
  'departure',
  'preorder-ready',
  'item-unavailable',
  'preorder-handed-over',
  'refuel-completed',
  'settled-otherwise',
  'cancel-payment-request',
  'charge-requested',
  'charge-cancelled',
  'charge-refunded',
  'cart-freed',
  'cart-acknowledged',
  'cart-item-priced',
  'cart-checkout',
  'menu-sold-out',
  'conflict',
] as const;
export type OutboxKind = (typeof outboxKinds)[number];

export interface OutboxItem {
  /** UUIDv7; also the Idempotency-Key at the server. */
  outboxId: string;
  kind: OutboxKind;
  payload: Record<string, unknown>;
  visitId: string | null;
  createdAtMs: number;
  attempts: number;
}

export interface Outbox {
  /**
   * What may be sent now, oldest first. Within one visit, and within one subject that has no visit (a cart's
   * trip, an item of the menu), strictly in order (an item waits for the sendable ones before it), so a
   * completion never overtakes its arrival; items that a person must look at hold nothing back.
   */
  due(nowMs: number, limit: number): OutboxItem[];
  /** When something will next be due, or null. For the sender's timer. */
  nextDueAtMs(): number | null;
  markSent(outboxId: string): void;
  /** Network trouble: try again at `nextAttemptAtMs`. */
  markTransient(outboxId: string, error: { code: string; detail: string }, nextAttemptAtMs: number): void;
  /** The server refused it for good: a person must look. Never dropped. */
  markAttention(outboxId: string, error: { code: string; detail: string }): void;
  counts(): { waiting: number; attention: number; oldestWaitingAtMs: number | null };
  /** Called after commit when something was added or became due; the sender wakes up. */
  onWork(listener: () => void): () => void;
}
