/**
 * A random day's site: a core on its file, a server that keeps what it was told, and what must be true at any moment. Steps are
 * in the files beside; {@link Day.tap} runs a command as a kiosk does.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { businessDayOf, newId } from '../../../shared/domain/index.ts';
import type { Cart } from '../../../shared/schemas/index.ts';
import type {
  ExpectedCar,
  OfferedItem,
  PaymentRequest,
  SitePreorder,
} from '../../../shared/server-contract/index.ts';
import type { ShiftView, VisitView } from '../../../shared/station-contract/index.ts';
import type { Actor, Core, OutboxItem, VisitAnswer } from '../index.ts';
import { aCar, aPreorder, codeNumber, krw, TestLot } from '../test-lot.ts';
import { checkBooks, readFile } from './books.testing.ts';

export const cars = 4;
export const drawerFloatMinor = 10_000;

export type Step = (day: Day) => void | Promise<void>;
type Answer = { ok: boolean };

/** A step of a random day, which says its name when it is part of a day that went wrong. */
export function step<T>(
  name: string,
  values: fc.Arbitrary<T>,
  run: (day: Day, values: T) => void | Promise<void>,
): fc.Arbitrary<Step> {
  return values.map((value) => {
    const said = { [fc.toStringMethod]: () => `${name} ${JSON.stringify(value)}` };
    return Object.assign((day: Day) => run(day, value), said);
  });
}

export class Day {
  readonly lot = new TestLot();
  readonly cars: ExpectedCar[];
  readonly atServer = new Map<string, OutboxItem>();
  /** The server's requests for approval, as it would tell of them now. */
  readonly requests = new Map<string, PaymentRequest>();
  /** Every command that was accepted, with its answer: it must answer the same for ever. */
  readonly accepted: Array<() => Promise<void>> = [];
  /** Visits that a person closed as they were. */
  readonly closedByStaff = new Set<string>();
  /** As they were closed. */
  readonly zReports: ShiftView[] = [];
  /** What was settled in cash, by kiosk, since its shift was opened. */
  readonly cash = new Map<string, number>();
  /** The site's one cart as the server has it, as the station was told of it last, and what the server answered about it. */
  cart: Cart = { cartId: newId(), number: 7, version: 1, state: 'free', trip: null };
  cartTold = this.cart;
  readonly cartAnswered = new Set<string>();
  /** What the server offers; of an item that it no longer does, what it was. */
  readonly menu = new Map<string, OfferedItem>();
  readonly #everOffered: OfferedItem[] = ['Americano', 'Bagel', 'Cigar'].map((name) => ({
    ...{ menuItemId: newId(), name, nameKo: null, unitAmountMinor: 4_500, options: [] },
  }));
  readonly atKiosk2: Actor;
  /** As many marks were in the outbox when the books were last looked at. */
  outboxRows = 0;
  #version = 1;

  constructor() {
    this.cars = Array.from({ length: cars }, (_, i) =>
      aCar({
        vehicle: { plate: `12가000${i}`, model: 'Ray', color: 'red', fuel: i === 1 ? 'diesel' : 'gasoline' },
        preorders:
          [[this.order('A0')], [this.order('A1'), this.order('B1')], [], [this.order('A3')]][i] ?? [],
        codeBehaviour: i === 0 ? 'static' : 'rotating',
      }),
    );
    this.atKiosk2 = { ...this.lot.manager, kioskId: 'kiosk-2' };
    this.tellList();
    for (const item of this.#everOffered) this.menu.set(item.menuItemId, item);
    this.lot.core.news.menu([...this.menu.values()]);
    this.lot.core.news.fleet([this.cart]);
    for (const actor of [this.lot.cashier, this.atKiosk2]) {
      this.lot.core.shifts.open(actor, { idempotencyKey: newId(), floatMinor: drawerFloatMinor });
    }
  }

  order(number: string, more: Partial<SitePreorder> = {}): SitePreorder {
    return aPreorder({ number, ...more });
  }

  menuItem(n: number): OfferedItem {
    const [first] = this.#everOffered;
    const item = this.#everOffered[n] ?? first;
    if (item === undefined) throw new Error('nothing was ever offered');
    return this.menu.get(item.menuItemId) ?? item;
  }

  nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  /** The whole list anew, or without some of its cars. */
  tellList(without: readonly number[] = []): void {
    const told = this.cars.map((car, i) => ({ car, codes: [codeNumber(i), codeNumber(100 + i)] }));
    this.lot.expect(...told.filter((_, i) => !without.includes(i)));
  }

  who(n: number): Actor {
    const people = [this.lot.cashier, this.lot.attendant, this.lot.manager, this.atKiosk2];
    return people[n % people.length] ?? this.lot.manager;
  }

  visitOf(car: number): VisitView | undefined {
    return this.lot.core.visits.board().find((v) => v.plateTail === `000${car}`);
  }

  /** As a kiosk does it; a refused one leaves everything as it was, a repeated one gives the same answer. */
  async tap<T extends Answer>(
    command: (key: { idempotencyKey: string }, core: Core) => T | Promise<T>,
  ): Promise<T> {
    const key = { idempotencyKey: newId() };
    this.lot.core.followClock();
    const before = this.snapshot();
    const answer = await command(key, this.lot.core);
    if (!answer.ok) {
      expect(this.snapshot()).toBe(before);
      return answer;
    }
    const again = async () => {
      this.lot.core.followClock();
      const after = this.snapshot();
      expect(await command(key, this.lot.core)).toEqual(answer);
      expect(this.snapshot()).toBe(after);
    };
    await again();
    this.accepted.push(again);
    return answer;
  }

  tookCash({ kioskId }: Actor, answer: VisitAnswer): void {
    const amountMinor = answer.ok ? (answer.value.visit.refuel?.amount?.amountMinor ?? 0) : 0;
    this.cash.set(kioskId ?? '', (this.cash.get(kioskId ?? '') ?? 0) + amountMinor);
  }

  snapshot(): string {
    const { core } = this.lot;
    return JSON.stringify([
      core.visits.board(),
      core.outbox.counts(),
      core.log.journal({ beforeSequence: null, limit: 1 }).entries,
      core.log.attention(),
      core.carts.list().carts,
      core.carts.payments({ day: null }),
      core.charges.list({ day: null }),
      core.menu.list().items,
      [this.lot.cashier, this.atKiosk2].map((actor) => core.shifts.current(actor).shift?.report),
    ]);
  }

  /** What must be the same after a restart on the same file. The board's own order is the kiosk's. */
  kept(): unknown {
    const { core } = this.lot;
    const board = core.visits
      .board()
      .filter((v) => v.presence !== 'tentative')
      .toSorted((a, b) => a.visitId.localeCompare(b.visitId))
      .map(({ rssiDbm: _, lastHeardAtMs: __, nearness: ___, ...view }) => view);
    return structuredClone([
      board,
      core.outbox.counts(),
      core.log.attention(),
      core.carts.list().carts,
      core.carts.payments({ day: null }),
      core.refuels.unknownPaymentRequests().sort(),
      [this.lot.cashier, this.atKiosk2].map((actor) => core.shifts.current(actor).shift?.report),
    ]);
  }

  restart(meanwhile: () => void = () => {}): void {
    this.lot.core.followClock();
    const before = this.kept();
    this.lot.restart(meanwhile);
    expect(this.kept()).toEqual(before);
  }

  send(count: number, outcome: 'sent' | 'answer-lost' | 'lost' | 'attention'): void {
    const { core } = this.lot;
    const nowMs = this.lot.clock.nowMs();
    for (const item of core.outbox.due(nowMs, count)) {
      const menuItemId = String(item.payload.menuItemId);
      const refused = outcome === 'attention' || (outcome !== 'lost' && !this.menu.has(menuItemId));
      if (item.kind === 'menu-sold-out' && refused) {
        core.news.soldOutAnswer({ menuItemId, outboxId: item.outboxId, item: null });
        core.outbox.markAttention(item.outboxId, { code: 'not-found', detail: '' });
        continue;
      }
      // The server has it even when its answer was lost on the way.
      const before = this.atServer.get(item.outboxId);
      if (before) expect([item.kind, item.payload]).toEqual([before.kind, before.payload]);
      if (outcome === 'sent' || outcome === 'answer-lost') {
        this.atServer.set(item.outboxId, item);
        this.take(item, outcome === 'sent');
      }
      if (outcome === 'sent') core.outbox.markSent(item.outboxId);
      else if (outcome === 'attention')
        core.outbox.markAttention(item.outboxId, { code: 'conflict', detail: '' });
      else core.outbox.markTransient(item.outboxId, { code: 'network', detail: '' }, nowMs + 1_000);
    }
  }

  /** The server's side of a mark. */
  take({ kind, payload, outboxId }: OutboxItem, answered: boolean): void {
    const { news } = this.lot.core;
    if (kind === 'menu-sold-out') {
      const menuItemId = String(payload.menuItemId);
      const { soldOutUntilMs: _, ...onSale } = this.menu.get(menuItemId) ?? failed('no such item');
      const untilMs = payload.soldOutUntilMs as number | null;
      const item = untilMs === null ? onSale : { ...onSale, soldOutUntilMs: untilMs };
      this.menu.set(menuItemId, item);
      if (answered) news.soldOutAnswer({ menuItemId, outboxId, item });
    }
    const id = String(payload.paymentRequestId);
    if (kind === 'refuel-completed' || kind === 'charge-requested') {
      if (!this.requests.has(id)) {
        this.requests.set(
          id,
          this.request(id, kind === 'refuel-completed' ? 'refuel' : 'charge', payload.amount),
        );
      }
    }
    if (kind === 'charge-cancelled' || kind === 'cancel-payment-request') {
      const known = this.requests.get(id);
      if (known?.state === 'waiting') this.requests.set(id, this.become(known, 'cancelled'));
    }
    let request = this.requests.get(id);
    if (kind === 'charge-refunded' && request) {
      const amount = (payload.amount as { amountMinor: number }).amountMinor;
      const done = this.#refunds.has(String(payload.refundId));
      this.#refunds.add(String(payload.refundId));
      const refunded = krw((request.refunded?.amountMinor ?? 0) + (done ? 0 : amount));
      request = { ...request, refunded, version: this.nextVersion() };
      expect(refunded.amountMinor).toBeLessThanOrEqual(request.captured?.amountMinor ?? 0);
      this.requests.set(id, request);
      if (answered) news.refundAnswer(String(payload.refundId), request);
    } else if (answered && request) news.paymentRequest(request);
  }
  readonly #refunds = new Set<string>();

  request(paymentRequestId: string, kind: PaymentRequest['kind'], amount: unknown): PaymentRequest {
    return {
      ...{
        paymentRequestId,
        kind,
        siteId: newId(),
        siteName: 'Test site',
        amount: amount as ReturnType<typeof krw>,
      },
      ...{ captured: null, state: 'waiting', reason: null, version: this.nextVersion() },
      ...{
        createdAtMs: this.lot.clock.nowMs(),
        expiresAtMs: this.lot.clock.nowMs() + 120_000,
        settledAtMs: null,
      },
    };
  }

  /** A driver, a bank or time has decided. */
  become(request: PaymentRequest, state: PaymentRequest['state']): PaymentRequest {
    const captured = state === 'paid' ? request.amount : null;
    return { ...request, state, captured, version: this.nextVersion() };
  }

  get today(): string {
    const { timeZone, businessDayStartHour } = this.lot.core.settings.site();
    return businessDayOf(this.lot.clock.nowMs(), timeZone, businessDayStartHour);
  }

  check(): void {
    const { core } = this.lot;
    expect(core.log.verifyJournal().unbroken).toBe(true);
    const board = core.visits.board();
    expect(new Set(board.map((v) => v.plateTail)).size).toBe(board.length);
    const orders = board.flatMap((v) =>
      (v.pickups ?? (v.pickup === null ? [] : [v.pickup])).map((p) => p.preorderId),
    );
    expect(new Set(orders).size).toBe(orders.length);
    for (const v of board) this.#checkVisit(v);
    this.checkCart();
    this.#checkEffects();
  }

  /** The newest that was told of it is shown. */
  checkCart(): void {
    const { cartId, number, version, state, trip } = this.cartTold;
    const [shown] = this.lot.core.carts.list().carts;
    expect(shown).toMatchObject({ cartId, number, version, state, trip });
  }

  #checkVisit(v: VisitView): void {
    if (v.presence === 'arrived' || v.presence === 'parked') expect(v.arrivedAtMs).not.toBe(null);
    const { pickup, refuel, charges = [] } = v;
    const unpaid = refuel !== null && !['paid', 'settled-otherwise', 'cancelled'].includes(refuel.state);
    // A card stays after its car for a reason that a person can end.
    if (v.closed !== null) {
      if (v.closed.how === 'drive-off') expect(unpaid).toBe(true);
      else {
        expect([v.closed.how, unpaid]).toEqual(['left-without-service', false]);
        expect((v.pickups ?? [pickup]).some((p) => p?.state === 'preparing' || p?.state === 'ready')).toBe(
          true,
        );
      }
    }
    expect(pickup?.state === 'handed-over').toBe(pickup != null && pickup.handedOverAtMs !== null);
    if (refuel && refuel.state === 'refueling') expect(refuel.amount).toBe(null);
    if (refuel && ['paid', 'awaiting-approval', 'unknown', 'expired'].includes(refuel.state)) {
      expect([refuel.amount === null, refuel.paymentRequestId === null]).toEqual([false, false]);
    }
    // Nothing is paid but by its own request.
    for (const { state, paymentRequestId } of refuel === null ? charges : [refuel, ...charges]) {
      if (state === 'paid') expect(this.requests.get(paymentRequestId ?? '')?.state).toBe('paid');
    }
    // What was cancelled at the server is nothing to hand over.
    const cancelled = this.cars.flatMap((car) => car.preorders.filter((p) => p.state === 'cancelled'));
    for (const { preorderId } of cancelled) {
      const order = (v.pickups ?? [pickup]).find((p) => p?.preorderId === preorderId);
      expect([undefined, 'cancelled', 'handed-over']).toContain(order?.state);
    }
    // Never two requests open for one car at once.
    expect(charges.filter((c) => c.state === 'waiting' || c.state === 'unknown').length).toBeLessThan(2);
  }

  /** In effect once: no order is handed over twice and no request is asked for twice at the server. */
  #checkEffects(): void {
    const effects = [...this.atServer.values()].flatMap(({ kind, payload }) =>
      kind === 'preorder-handed-over'
        ? [`handed over ${payload.preorderId}`]
        : kind === 'refuel-completed' || kind === 'charge-requested'
          ? [`asked ${payload.paymentRequestId}`]
          : kind === 'settled-otherwise'
            ? [`settled ${payload.refuelId}`]
            : kind === 'arrival' || kind === 'departure'
              ? [`${kind} ${payload.visitId} ${payload.departedAtMs ?? ''}`]
              : [],
    );
    expect(new Set(effects).size).toBe(effects.length);
  }

  /** The file alone, read by somebody else, agrees with what the core says. */
  async end(): Promise<void> {
    await checkBooks(this);
    for (const again of this.accepted) await again();
    const { core, dir } = this.lot;
    const board = core.visits.board();
    core.close();
    readFile(this, (db) => {
      const stored = db.prepare('SELECT visit_id FROM visits WHERE visible = 1').pluck().all();
      // Only a tentative visit that nobody touched may be missing in the file.
      const must = board.filter((v) => v.presence !== 'tentative').map((v) => v.visitId);
      expect(stored).toEqual(expect.arrayContaining(must));
      expect(board.map((v) => v.visitId)).toEqual(expect.arrayContaining(stored));
    });
    expect(readFileSync(`${dir}/station.sqlite`).length).toBeGreaterThan(0);
    this.lot.restart();
    this.lot.close();
  }
}

function failed(why: string): never {
  throw new Error(why);
}
