/**
 * A driver's phone: registers driver, car, jack and card at the payment server, orders, and listens.
 *
 *   RenewingToken ─▶ every call below (its token is renewed every half hour)
 *   phoneEvents (server-sent, resumed with Last-Event-ID) ─┬─ approval-asked ─▶ Approvals ─▶ answerApproval
 *                                                          └─ everything ─────▶ onEvent (the car leaves when served)
 */
import { getEventMeta } from '@orpc/client';
import { type Clock, type Fuel, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest, PhoneEvent } from '../../shared/server-contract/index.ts';
import type { VirtualJack } from '../jack/index.ts';
import { Approvals, type PhoneAnswer } from './approvals.ts';
import type { ConnectPhone, PhoneApi } from './phone-api.ts';
import { RenewingToken } from './renewing-token.ts';

export interface Car {
  plate: string;
  model: string;
  color: string;
  fuel: Fuel | null;
}

export interface RegisteredIds {
  driverId: string;
  phoneId: string;
  vehicleId: string;
  jackId: string;
  paymentMethodId: string;
}

export interface OrderedPreorder {
  preorderId: string;
  number: string;
}

export interface PhoneOptions {
  connect: ConnectPhone;
  clock: Clock;
  jack: VirtualJack;
  answer: PhoneAnswer;
  /** How long the driver looks at a request before answering, ms; drawn for each. */
  answerDelayMs: () => number;
  /** How long a token is used before it is renewed. */
  renewTokenAfterMs?: number;
  onTokenRenewed?: () => void;
  onEvent?: (event: PhoneEvent) => void;
  onAnswered?: (request: PaymentRequest, outcome: string) => void;
}

export const phoneDelays = {
  /** Before listening again after the stream ended, doubling. */
  listenAgainMs: 500,
  listenAgainMostMs: 10_000,
} as const;

interface Registered {
  server: RenewingToken;
  ids: RegisteredIds;
  approvals: Approvals;
}

export class VirtualPhone {
  readonly #options: PhoneOptions;
  readonly #ended = new AbortController();
  #registered: Registered | null = null;
  #answer: PhoneAnswer;

  constructor(options: PhoneOptions) {
    this.#options = options;
    this.#answer = options.answer;
  }

  /**
   * Introduces driver, car, jack and card to the server and starts to listen. The jack has power meanwhile: it
   * signs the server's challenge.
   * @throws what the server answered; nothing is listened to then.
   */
  async register(car: Car, driverName: string, processorToken = 'tok_ok'): Promise<RegisteredIds> {
    const { connect, jack, clock } = this.#options;
    const driver = await connect(null).public.registerDriver(
      { name: driverName, locale: 'ko', phoneName: 'Virtual phone' },
      { context: { idempotencyKey: newId() } },
    );
    const api = connect(driver.token);
    const { vehicleId } = await api.phone.addVehicle(car, { context: { idempotencyKey: newId() } });
    const challenged = await api.phone.challengeJack({}, { context: { idempotencyKey: newId() } });
    const authCode = jack.prove(challenged.challenge);
    if (authCode === null) throw new Error('the jack has no power: it cannot prove that it is at hand');
    const possession = { challengeId: challenged.challengeId, authCode };
    const agreed = jack.agree(challenged.agreementKey);
    const { jackId } = await api.phone.addJack(
      { vehicleId, ...jack.registration(), ...(agreed === null ? {} : { secrets: agreed }), possession },
      { context: { idempotencyKey: newId() } },
    );
    const { paymentMethodId } = await api.phone.addPaymentMethod(
      { processorToken, label: 'Virtual card' },
      { context: { idempotencyKey: newId() } },
    );
    const ids = { driverId: driver.driverId, phoneId: driver.phoneId, vehicleId, jackId, paymentMethodId };
    const server = new RenewingToken({
      connect,
      clock,
      token: driver.token,
      renewAfterMs: this.#options.renewTokenAfterMs,
      onRenewed: this.#options.onTokenRenewed,
    });
    const approvals = new Approvals({
      clock,
      jack,
      answer: this.#answer,
      paymentMethodId,
      delayMs: this.#options.answerDelayMs,
      send: (answer, options) => server.use((now) => now.phone.answerApproval(answer, options)),
      onAnswered: this.#options.onAnswered,
    });
    this.#registered = { server, ids, approvals };
    void this.#listen(this.#registered);
    return ids;
  }

  get ids(): RegisteredIds | null {
    return this.#registered?.ids ?? null;
  }

  get answer(): PhoneAnswer {
    return this.#answer;
  }
  set answer(answer: PhoneAnswer) {
    this.#answer = answer;
    if (this.#registered) this.#registered.approvals.answer = answer;
  }

  /** Orders and pays; `pick` chooses from the menu which things and how many. */
  async preorder(
    siteId: string,
    promisedAtMs: number | null,
    pick: (menuItemIds: string[]) => { menuItemId: string; quantity: number }[],
  ): Promise<OrderedPreorder> {
    const { server, ids } = this.#own();
    const { items } = await server.use((api) => api.phone.menu({ siteId }));
    const offered = items.filter((item) => item.soldOutUntilMs === undefined);
    // Without power the phone is not connected to it, and orders without its word.
    const possession = this.#options.jack.powered ? await this.#proved(server) : undefined;
    const order = {
      siteId,
      jackId: ids.jackId,
      paymentMethodId: ids.paymentMethodId,
      ...(possession === undefined ? {} : { possession }),
      promisedAtMs,
      items: pick(offered.map((item) => item.menuItemId)).map((item) => ({ ...item, options: [] })),
    };
    const { preorder } = await server.use(once((api, how) => api.phone.createPreorder(order, how)));
    return { preorderId: preorder.preorderId, number: preorder.number };
  }

  async #proved(server: RenewingToken) {
    const { challengeId, challenge } = await server.use(once((api, how) => api.phone.challengeJack({}, how)));
    const authCode = this.#options.jack.prove(challenge);
    return authCode === null ? undefined : { challengeId, authCode };
  }

  /** Tells the site where the driver is: on the way and here in `inMs`, here at a bay, or nothing any more. */
  async sayOnTheWay(
    preorderId: string,
    word: { kind: 'coming'; inMs: number } | { kind: 'here'; bay: number | null } | { kind: 'taken-back' },
  ): Promise<void> {
    const { server } = this.#own();
    const said =
      word.kind === 'coming'
        ? { kind: word.kind, expectedAtMs: Math.round(this.#options.clock.nowMs() + word.inMs) }
        : word;
    const saying = { preorderId, word: said };
    await server.use(once((api, how) => api.phone.sayOnTheWay(saying, how)));
  }

  async preorderState(preorderId: string) {
    const { preorder } = await this.#own().server.use((api) => api.phone.getPreorder({ preorderId }));
    return preorder;
  }

  /** Scans a cart's code. */
  async takeCart(cartCode: string) {
    const { server, ids } = this.#own();
    const taking = { cartCode, jackId: ids.jackId };
    return (await server.use(once((api, how) => api.phone.takeCart(taking, how)))).cart;
  }

  async checkOutCart(asPickup: boolean) {
    const { server, tripId } = await this.#trip();
    const checkout = { tripId, asPickup };
    return (await server.use(once((api, how) => api.phone.checkOutMyCart(checkout, how)))).cart;
  }

  async leaveCart() {
    const { server, tripId } = await this.#trip();
    return (await server.use(once((api, how) => api.phone.leaveCart({ tripId }, how)))).cart;
  }

  async #trip(): Promise<{ server: RenewingToken; tripId: string }> {
    const { server } = this.#own();
    const { cart } = await server.use((api) => api.phone.myCart({}));
    if (cart === null) throw new Error('this driver has no cart');
    return { server, tripId: cart.trip.tripId };
  }

  /** Stops listening and answering. */
  close(): void {
    this.#ended.abort();
    this.#registered?.approvals.close();
    this.#registered?.server.close();
  }

  #own(): Registered {
    if (this.#registered === null) throw new Error('this phone is not registered');
    return this.#registered;
  }

  async #listen({ server, approvals }: Registered): Promise<void> {
    const { signal } = this.#ended;
    let lastEventId: string | undefined;
    let againMs: number = phoneDelays.listenAgainMs;
    while (!signal.aborted) {
      try {
        const from = { signal, lastEventId, context: {} };
        const events = await server.use((api) => api.phone.phoneEvents({}, from));
        // What was asked before anybody listened; what is told twice is answered once.
        const { waiting } = await server.use((api) => api.phone.approvals({}, { signal, context: {} }));
        for (const request of waiting) approvals.told(request);
        for await (const event of events) {
          againMs = phoneDelays.listenAgainMs;
          lastEventId = getEventMeta(event)?.id ?? lastEventId;
          this.#take(event, approvals);
        }
      } catch {
        // The stream broke (it does when the token was renewed) or the server is away: listen again from the last event.
      }
      if (signal.aborted) return;
      await this.#pause(againMs);
      againMs = Math.min(phoneDelays.listenAgainMostMs, againMs * 2);
    }
  }

  #take(event: PhoneEvent, approvals: Approvals): void {
    if (event.type === 'approval-asked' || event.type === 'payment-request') {
      approvals.told(event.paymentRequest);
    }
    this.#options.onEvent?.(event);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(ms, () => {
        this.#ended.signal.removeEventListener('abort', stop);
        resolve();
      });
      const stop = () => {
        cancel();
        resolve();
      };
      this.#ended.signal.addEventListener('abort', stop, { once: true });
    });
  }
}

interface How {
  context: { idempotencyKey: string };
}

/** A POST with one key, however often it is sent. */
function once<T>(ask: (api: PhoneApi, how: How) => Promise<T>): (api: PhoneApi) => Promise<T> {
  const how = { context: { idempotencyKey: newId() } };
  return (api) => ask(api, how);
}
