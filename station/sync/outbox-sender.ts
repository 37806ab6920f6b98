/**
 * Sends what the outbox holds, each item under its own id as Idempotency-Key.
 *
 *   idle ──work, timer, reconnect──▶ sending ──▶ due items: visits side by side, within one in order
 *     ▲                                 │
 *     └── nothing due / network down ───┘      sent → gone   transient → back-off kept in the store
 *                                              fatal → attention (never dropped)
 *
 * When the network is down only the item that noticed is put off, and shortly: the others stay due,
 * so that everything goes out as soon as the line is back.
 */
import {
  type BackoffSettings,
  backoffMs,
  type Cancel,
  type Clock,
  throwIllegalValue,
} from '../../shared/domain/index.ts';
import type { Cart } from '../../shared/schemas/index.ts';
import type { Outbox, OutboxItem, OutboxKind, ServerNewsApi } from '../core/types.ts';
import { errorFields, type Log } from '../setup/index.ts';
import { classify, type FailedOutcome } from './outcome.ts';
import { type ServerClient, ServerProblem } from './server-client.ts';

const itemBackoff: BackoffSettings = { firstMs: 2_000, maxMs: 300_000 };
const networkBackoff: BackoffSettings = { firstMs: 500, maxMs: 5_000 };
const batchSize = 100;
const sideBySide = 4;

export interface OutboxSenderDeps {
  outbox: Outbox;
  news: ServerNewsApi;
  clock: Clock;
  log: Log;
  random: () => number;
  /** What the last call told about the line. */
  onReached: () => void;
  onTrouble: (failure: FailedOutcome) => void;
}

export class OutboxSender {
  readonly #deps: OutboxSenderDeps;
  #client: ServerClient | null = null;
  #running = false;
  #again = false;
  #stopped = false;
  #cancelTimer: Cancel = () => {};
  #networkFailures = 0;
  #idle: (() => void)[] = [];
  readonly #unsubscribe: () => void;

  constructor(deps: OutboxSenderDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.outbox.onWork(() => this.wake());
  }

  /** null: not enrolled, or the credential is refused; items wait. */
  use(client: ServerClient | null): void {
    this.#client = client;
    this.#networkFailures = 0;
    this.wake();
  }

  wake(): void {
    if (this.#stopped || this.#client === null) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    this.#cancelTimer();
    void this.#run();
  }

  /** Settles when the item on its way has its outcome. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelTimer();
    if (this.#running) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #run(): Promise<void> {
    let pauseMs: number | null = null;
    try {
      do {
        this.#again = false;
        pauseMs = await this.#sendDue();
      } while (!this.#stopped && (pauseMs === 0 || (this.#again && pauseMs === null)));
    } catch (error) {
      // The store itself failed (disk full): nothing is lost, the items are still there.
      this.#deps.log('outbox.postponed', errorFields(error));
      pauseMs = itemBackoff.firstMs;
    } finally {
      this.#running = false;
      for (const resolve of this.#idle.splice(0)) resolve();
    }
    this.#planNext(pauseMs);
  }

  #planNext(pauseMs: number | null): void {
    if (this.#stopped || this.#client === null) return;
    const { clock, outbox } = this.#deps;
    let waitMs = pauseMs;
    if (waitMs === null) {
      const nextAtMs = outbox.nextDueAtMs();
      if (nextAtMs === null) return;
      waitMs = Math.max(50, nextAtMs - clock.nowMs());
    }
    this.#cancelTimer();
    this.#cancelTimer = clock.schedule(waitMs, () => this.wake());
  }

  /** @returns 0 = look again at once, null = nothing more is due, else how long the line should rest. */
  async #sendDue(): Promise<number | null> {
    const { outbox, clock } = this.#deps;
    const items = outbox.due(clock.nowMs(), batchSize);
    if (items.length === 0) return null;
    const lines = [...Map.groupBy(items, orderOf).values()];
    let restMs: number | null = null;
    const worker = async () => {
      for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
        for (const item of line) {
          if (this.#stopped || restMs !== null) return;
          const sent = await this.#sendOne(item);
          if (sent.kind === 'rest') restMs = sent.forMs;
          if (sent.kind !== 'next') break;
        }
      }
    };
    await Promise.all(Array.from({ length: sideBySide }, worker));
    return restMs ?? 0;
  }

  async #sendOne(
    item: OutboxItem,
  ): Promise<{ kind: 'next' } | { kind: 'hold-visit' } | { kind: 'rest'; forMs: number }> {
    const { outbox, clock, log, random } = this.#deps;
    const client = this.#client;
    if (client === null) return { kind: 'rest', forMs: networkBackoff.maxMs };
    const about = { outboxId: item.outboxId, kind: item.kind, attempts: item.attempts + 1 };
    try {
      await deliver(client, item, this.#deps.news);
    } catch (thrown) {
      const failure = classify(thrown);
      // Sent with a credential that was renewed meanwhile: at once again, with the new one.
      if (failure.outcome === 'refused' && client !== this.#client) return { kind: 'rest', forMs: 0 };
      switch (failure.outcome) {
        case 'fatal':
          outbox.markAttention(item.outboxId, failure.error);
          log('outbox.refused', { ...about, code: failure.error.code });
          this.#deps.onReached();
          return { kind: 'next' };
        case 'refused':
          outbox.markTransient(item.outboxId, failure.error, clock.nowMs() + networkBackoff.maxMs);
          this.#deps.onTrouble(failure);
          return { kind: 'rest', forMs: networkBackoff.maxMs * 6 };
        case 'transient': {
          log('outbox.postponed', { ...about, code: failure.error.code });
          if (failure.because === 'network') {
            this.#networkFailures += 1;
            const forMs = backoffMs(this.#networkFailures, networkBackoff, random);
            outbox.markTransient(item.outboxId, failure.error, clock.nowMs() + forMs);
            this.#deps.onTrouble(failure);
            return { kind: 'rest', forMs };
          }
          const waitMs = failure.retryAfterMs ?? backoffMs(item.attempts + 1, itemBackoff, random);
          outbox.markTransient(item.outboxId, failure.error, clock.nowMs() + waitMs);
          return { kind: 'hold-visit' };
        }
        default:
          return throwIllegalValue(failure);
      }
    }
    this.#networkFailures = 0;
    outbox.markSent(item.outboxId);
    log('outbox.sent', about);
    this.#deps.onReached();
    return { kind: 'next' };
  }
}

/** Items that must reach the server in the order they were made: those of one visit, one preorder, one item of the menu. */
function orderOf(item: OutboxItem): string {
  const { preorderId, refuelId, cartId, menuItemId } = item.payload;
  return item.visitId ?? String(preorderId ?? refuelId ?? cartId ?? menuItemId ?? item.outboxId);
}

type Input<T> = T extends (input: infer I, ...rest: never[]) => unknown ? I : never;

/** Payloads were made for exactly these procedures by the core; the contract's link checks nothing, the server does. */
async function deliver(client: ServerClient, item: OutboxItem, news: ServerNewsApi): Promise<void> {
  const options = { context: { idempotencyKey: item.outboxId } };
  const { site } = client;
  const kind: OutboxKind = item.kind;
  const payload: unknown = item.payload;
  switch (kind) {
    case 'arrival':
      await site.reportArrival(payload as Input<typeof site.reportArrival>, options);
      return;
    case 'departure':
      await site.reportDeparture(payload as Input<typeof site.reportDeparture>, options);
      return;
    case 'preorder-ready':
      await site.preorderReady(payload as Input<typeof site.preorderReady>, options);
      return;
    case 'item-unavailable':
      await site.itemUnavailable(payload as Input<typeof site.itemUnavailable>, options);
      return;
    case 'preorder-handed-over':
      await site.preorderHandedOver(payload as Input<typeof site.preorderHandedOver>, options);
      return;
    case 'refuel-completed': {
      const answer = await site.refuelCompleted(payload as Input<typeof site.refuelCompleted>, options);
      news.paymentRequest(answer.paymentRequest);
      return;
    }
    case 'settled-otherwise':
      await site.settledOtherwise(payload as Input<typeof site.settledOtherwise>, options);
      return;
    case 'cancel-payment-request': {
      const answer = await site.cancelPaymentRequest(
        payload as Input<typeof site.cancelPaymentRequest>,
        options,
      );
      news.paymentRequest(answer.paymentRequest);
      return;
    }
    case 'charge-requested': {
      const answer = await site.requestCharge(payload as Input<typeof site.requestCharge>, options);
      news.paymentRequest(answer.paymentRequest);
      return;
    }
    case 'charge-cancelled': {
      const input = payload as Input<typeof site.cancelPaymentRequest>;
      const answer = await site.cancelPaymentRequest(input, options).catch((error: unknown) => {
        // The driver was quicker, or it expired: what became of it is all there is to know.
        if (!(error instanceof ServerProblem) || error.code !== 'request-not-waiting') throw error;
        return site.getPaymentRequest({ paymentRequestId: input.paymentRequestId });
      });
      news.paymentRequest(answer.paymentRequest);
      return;
    }
    case 'charge-refunded': {
      const input = payload as Input<typeof site.refundPayment>;
      await site.refundPayment(input, options);
      // An answer that is given again is as old as its first giving: what counts is how it stands now.
      const { paymentRequest } = await site.getPaymentRequest({ paymentRequestId: input.paymentRequestId });
      news.refundAnswer(input.refundId, paymentRequest);
      return;
    }
    case 'cart-freed': {
      const input = payload as Input<typeof site.freeCart>;
      await cartAsked(client, news, input, () => site.freeCart(input, options));
      return;
    }
    case 'cart-acknowledged': {
      const input = payload as Input<typeof site.acknowledgeCart>;
      await cartAsked(client, news, input, () => site.acknowledgeCart(input, options));
      return;
    }
    case 'cart-item-priced': {
      const input = payload as Input<typeof site.priceItem>;
      await cartAsked(client, news, input, () => site.priceItem(input, options));
      return;
    }
    case 'cart-checkout': {
      const input = payload as Input<typeof site.checkOutCart>;
      await cartAsked(client, news, input, () => site.checkOutCart(input, options));
      return;
    }
    case 'menu-sold-out': {
      const input = payload as Input<typeof site.setSoldOut>;
      const about = { menuItemId: input.menuItemId, outboxId: item.outboxId };
      try {
        news.soldOutAnswer({ ...about, item: (await site.setSoldOut(input, options)).item });
      } catch (error) {
        if (classify(error).outcome === 'fatal') news.soldOutAnswer({ ...about, item: null });
        throw error;
      }
      return;
    }
    case 'conflict':
      throw new Error('a conflict is for a manager, not for the server');
    default:
      throwIllegalValue(kind);
  }
}

const cartRefusals = new Set([
  'cart-not-in-use',
  'cart-needs-attention',
  'cart-checking-out',
  'item-not-found',
  'conflict',
  'invalid-request',
  'not-found',
]);

/**
 * A cart lives on while a mark waits. What no longer fits is told to who asked for it, at the cart itself, with
 * how the carts are now: it is nothing that a manager must settle.
 */
async function cartAsked(
  client: ServerClient,
  news: ServerNewsApi,
  asked: { cartId: string; tripId: string },
  ask: () => Promise<{ cart: Cart }>,
): Promise<void> {
  try {
    const { cart } = await ask();
    news.cart(cart);
    news.cartAnswer(asked, null);
  } catch (error) {
    if (!(error instanceof ServerProblem) || !cartRefusals.has(error.code)) throw error;
    news.cartAnswer(asked, error.code);
    const { carts } = await client.site.carts({});
    news.fleet(carts);
  }
}
