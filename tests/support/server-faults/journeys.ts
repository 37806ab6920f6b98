/**
 * What a driver does at a site, from end to end, over servers that die meanwhile. Each journey ends only when
 * all of it is settled, and leaves what it must have come to: the oracle holds the books to that.
 *
 *   pickup    preorder ─ report ─ arrival ─ (edit | an item is out) ─ ready ─ handed over      or cancelled
 *   refuel    report ─ arrival ─ (reservation held) ─ completion ─ (the driver's yes) ─ paid   or driven off
 *   charge    arrival ─ charge ─ the driver's yes ─ paid ─ two part refunds
 *   cart      take ─ put in ─ check out ─ the driver's yes ─ paid
 */
import { newId } from '../../../shared/domain/index.ts';
import type { PaymentRequest } from '../../../shared/server-contract/index.ts';
import type { FaultDriver, FaultSite, FaultWorld } from './world.ts';

/** What a journey must have come to. */
export interface Expected {
  kind: 'preorder' | 'payment-request';
  /** The preorder, or the payment request that the site chose. */
  id: string;
  siteId: string;
  driverId: string;
  takenMinor: number;
  givenBackMinor: number;
}

const ended = new Set(['paid', 'declined', 'expired', 'cancelled']);
const pollMs = 60;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class Journeys {
  readonly expected: Expected[] = [];
  readonly visits: { siteId: string; visitId: string }[] = [];
  readonly count: Record<string, number> = {};
  readonly #world: FaultWorld;
  readonly #late: () => boolean;

  /** @param late true: something takes too long */
  constructor(world: FaultWorld, late: () => boolean) {
    this.#world = world;
    this.#late = late;
  }

  async next(driver: FaultDriver): Promise<void> {
    const { random, sites } = this.#world;
    const site = sites[random.int(0, sites.length - 1)];
    if (site === undefined) throw new Error('no site');
    const kinds = ['pickup', 'refuel', 'charge', 'cart', 'refuel'] as const;
    const kind = kinds[random.int(0, kinds.length - 1)] ?? 'pickup';
    await this[kind](site, driver);
    this.count[kind] = (this.count[kind] ?? 0) + 1;
  }

  async pickup(site: FaultSite, driver: FaultDriver): Promise<void> {
    const { ledger, random } = this.#world;
    const { api } = driver;
    const item = (menuItemId: string, quantity: number) => ({ menuItemId, quantity, options: [] });
    const order = await ledger.send('preorder', (idempotencyKey) =>
      api.phone.createPreorder(
        {
          siteId: site.siteId,
          jackId: driver.jackId,
          paymentMethodId: driver.paymentMethodId,
          promisedAtMs: null,
          items: [item(site.latte, 2), item(site.bread, 1)],
        },
        { context: { idempotencyKey } },
      ),
    );
    if (!order.ok) {
      if (order.code !== 'card-declined') throw new Error(`a preorder was refused: ${order.code}`);
      return;
    }
    const { preorderId } = order.value.preorder;
    const owe = (takenMinor: number) =>
      this.expected.push({
        ...{ kind: 'preorder', id: preorderId, siteId: site.siteId, driverId: driver.driverId },
        ...{ takenMinor, givenBackMinor: 0 },
      } satisfies Expected);
    const held = await this.#until('a preorder is held', async () => {
      const { preorder } = await this.#ask('preorder', () => api.phone.getPreorder({ preorderId }));
      return preorder.payment === 'held' || preorder.state === 'cancelled' ? preorder : null;
    });
    if (held.state === 'cancelled') {
      owe(0);
      return;
    }
    let amount = 13_200;
    const atMs = Date.now();
    const turn = random.int(0, 5);
    if (turn === 0) {
      await ledger.must('cancel', (idempotencyKey) =>
        api.phone.cancelPreorder({ preorderId }, { context: { idempotencyKey } }),
      );
      owe(0);
      return;
    }
    if (turn === 1 || turn === 2) {
      const more = turn === 1;
      const edited = await ledger.send('edit', (idempotencyKey) =>
        api.phone.editPreorder(
          { preorderId, promisedAtMs: null, items: [item(site.latte, more ? 5 : 1)] },
          { context: { idempotencyKey } },
        ),
      );
      if (edited.ok) amount = more ? 25_000 : 5_000;
      else throw new Error(`an edit was refused: ${edited.code}`);
      // A larger hold is confirmed before the site may touch it.
      await this.#until('an edit is settled', async () => {
        const { preorder } = await this.#ask('preorder', () => api.phone.getPreorder({ preorderId }));
        return preorder.paid.amountMinor === amount ? preorder : null;
      });
    }
    const visitId = await this.#arrive(site, driver, 'bay');
    if (turn === 3) {
      const { preorder } = await this.#ask('preorder', () => api.phone.getPreorder({ preorderId }));
      const bread = preorder.items.find((i) => i.name === 'Bread');
      await ledger.must('item unavailable', (idempotencyKey) =>
        site.client.site.itemUnavailable({ preorderId, itemId: bread?.itemId ?? '', atMs }, {
          idempotencyKey,
          context: { idempotencyKey },
        } as never),
      );
      amount -= 3_200;
    }
    await ledger.must('ready', (idempotencyKey) =>
      site.client.site.preorderReady({ preorderId, atMs }, { context: { idempotencyKey } }),
    );
    await ledger.must('handed over', (idempotencyKey) =>
      site.client.site.preorderHandedOver(
        { preorderId, visitId, handedOverAtMs: atMs, staffName: 'Minji' },
        { context: { idempotencyKey } },
      ),
    );
    await this.#depart(site, driver, visitId);
    owe(amount);
  }

  async refuel(site: FaultSite, driver: FaultDriver): Promise<void> {
    const { ledger, random } = this.#world;
    const visitId = await this.#arrive(site, driver, 'pump');
    if (site.reserves) {
      await this.#until('a reservation is answered', async () => {
        const report = await this.#report(site, driver);
        if (!report.known) throw new Error('a jack is not known');
        const { reservation } = report.car;
        // Declined cards leave no reservation to show.
        return reservation === null || reservation.state === 'held' ? report : null;
      });
      if (random.float() < 0.25) {
        // Drove off without refueling: what was held goes back.
        await this.#depart(site, driver, visitId);
        return;
      }
    }
    const amountMinor = random.int(10, site.reserves && random.float() < 0.15 ? 150 : 99) * 1000;
    const paymentRequestId = newId();
    const refuelId = newId();
    const atMs = Date.now();
    await ledger.must('completion', (idempotencyKey) =>
      site.client.site.refuelCompleted(
        {
          refuelId,
          paymentRequestId,
          visitId,
          jackId: driver.jackId,
          laneId: 'pump-1',
          pumpNumber: 1,
          fuel: 'gasoline',
          unitPriceMilli: 1_000_000,
          volumeMl: amountMinor,
          amount: { amountMinor, currency: 'KRW' },
          completedAtMs: atMs,
        },
        { context: { idempotencyKey } },
      ),
    );
    const request = await this.#settled(site, paymentRequestId);
    await this.#depart(site, driver, visitId);
    this.#owe(request, driver, request.state === 'paid' ? amountMinor : 0, 0);
  }

  async charge(site: FaultSite, driver: FaultDriver): Promise<void> {
    const { ledger, random } = this.#world;
    const visitId = await this.#arrive(site, driver, 'bay');
    const paymentRequestId = newId();
    const amountMinor = random.int(2, 60) * 1000;
    await ledger.must('charge', (idempotencyKey) =>
      site.client.site.requestCharge(
        {
          ...{ paymentRequestId, visitId, jackId: driver.jackId, verification: 'jack' },
          ...{ amount: { amountMinor, currency: 'KRW' }, description: 'faults' },
        },
        { context: { idempotencyKey } },
      ),
    );
    const request = await this.#settled(site, paymentRequestId);
    let givenBackMinor = 0;
    if (request.state === 'paid') {
      for (const part of [700, 300]) {
        const refundId = newId();
        await ledger.must('refund', (idempotencyKey) =>
          site.client.site.refundPayment(
            {
              ...{ paymentRequestId, refundId, reason: 'faults' },
              amount: { amountMinor: part, currency: 'KRW' },
            },
            { context: { idempotencyKey } },
          ),
        );
        givenBackMinor += part;
      }
    }
    await this.#depart(site, driver, visitId);
    this.#owe(request, driver, request.state === 'paid' ? amountMinor : 0, givenBackMinor);
  }

  async cart(site: FaultSite, driver: FaultDriver): Promise<void> {
    const { ledger, random, connect } = this.#world;
    const cart = site.carts[random.int(0, site.carts.length - 1)];
    if (cart === undefined) throw new Error('no cart');
    const taken = await ledger.send('take cart', (idempotencyKey) =>
      driver.api.phone.takeCart(
        { cartCode: cart.code, jackId: driver.jackId },
        { context: { idempotencyKey } },
      ),
    );
    if (!taken.ok) {
      if (taken.code !== 'cart-taken') throw new Error(`a cart was refused: ${taken.code}`);
      return;
    }
    const { tripId } = taken.value.cart.trip;
    const device = connect(cart.token);
    const pieces = random.int(1, 3);
    for (let n = 0; n < pieces; n++) {
      await ledger.must('put in cart', (idempotencyKey) =>
        device.cart.putInCart(
          { goods: { barcode: '8801000000017' }, quantity: 1 },
          { context: { idempotencyKey } },
        ),
      );
    }
    const out = await ledger.must('check out', (idempotencyKey) =>
      driver.api.phone.checkOutMyCart({ tripId, asPickup: false }, { context: { idempotencyKey } }),
    );
    const paymentRequestId = out.cart.trip.paymentRequestId;
    if (paymentRequestId === null) throw new Error('a checkout without its payment request');
    const request = await this.#settled(site, paymentRequestId);
    if (request.state !== 'paid') {
      // Shopping goes on: leave it as people do.
      await ledger.must('free cart', (idempotencyKey) =>
        site.client.site.freeCart(
          { cartId: cart.cartId, tripId, reason: 'faults' },
          { context: { idempotencyKey } },
        ),
      );
    }
    const amountMinor = pieces * 2900;
    if (request.amount.amountMinor !== amountMinor) {
      throw new Error(`a cart of ${pieces} pieces asks for ${request.amount.amountMinor}`);
    }
    this.#owe(request, driver, request.state === 'paid' ? amountMinor : 0, 0);
  }

  #owe(request: PaymentRequest, driver: FaultDriver, takenMinor: number, givenBackMinor: number): void {
    this.expected.push({
      ...{ kind: 'payment-request', id: request.paymentRequestId, siteId: request.siteId },
      ...{ driverId: driver.driverId, takenMinor, givenBackMinor },
    });
  }

  #report(site: FaultSite, driver: FaultDriver) {
    const report = { code: driver.jack.code(), heardAtMs: Date.now(), laneId: null };
    return this.#world.ledger.must('code report', (idempotencyKey) =>
      site.client.site.reportCode(report, { context: { idempotencyKey } }),
    );
  }

  async #arrive(site: FaultSite, driver: FaultDriver, laneKind: 'bay' | 'pump'): Promise<string> {
    const visitId = newId();
    const arrivedAtMs = Date.now();
    const report = await this.#report(site, driver);
    if (!report.known || report.car.jackId !== driver.jackId) throw new Error('another car was told');
    await this.#world.ledger.must('arrival', (idempotencyKey) =>
      site.client.site.reportArrival(
        { visitId, jackId: driver.jackId, arrivedAtMs, laneId: 'lane-1', laneKind },
        { context: { idempotencyKey } },
      ),
    );
    this.visits.push({ siteId: site.siteId, visitId });
    return visitId;
  }

  async #depart(site: FaultSite, driver: FaultDriver, visitId: string): Promise<void> {
    const departedAtMs = Date.now();
    await this.#world.ledger.must('departure', (idempotencyKey) =>
      site.client.site.reportDeparture(
        { visitId, jackId: driver.jackId, departedAtMs },
        { context: { idempotencyKey } },
      ),
    );
  }

  #settled(site: FaultSite, paymentRequestId: string): Promise<PaymentRequest> {
    return this.#until('a payment is settled', async () => {
      const { paymentRequest } = await this.#ask('payment request', () =>
        site.client.site.getPaymentRequest({ paymentRequestId }),
      );
      return ended.has(paymentRequest.state) ? paymentRequest : null;
    });
  }

  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    const outcome = await this.#world.ledger.ask(what, call);
    if (!outcome.ok) throw new Error(`${what}: ${outcome.code}`);
    return outcome.value;
  }

  async #until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      if (this.#late()) throw new Error(`It took too long until ${what}`);
      await pause(pollMs);
    }
  }
}
