/** What the payment server says, into the records. Each piece in one transaction, each idempotent. */
import type { Cart, Preorder, Reservation } from '../../shared/schemas/index.ts';
import type { CartPayment, ExpectedCar, PaymentRequest } from '../../shared/server-contract/index.ts';
import {
  applyCart,
  applyCartPayments,
  applyCartRefundAnswer,
  applyCartRequest,
  applyFleet,
  settlePending,
} from '../carts/index.ts';
import { applyChargeRequest, applyRefundAnswer } from '../charges/index.ts';
import { applyPreorder } from '../pickups/index.ts';
import type { Records, VisitRecord } from '../records/index.ts';
import { applyPaymentRequest } from '../refuels/index.ts';
import type { PresenceIntake } from '../visits/index.ts';
import type { ServerNewsApi } from './types.ts';

export class ServerNews implements ServerNewsApi {
  readonly #records: Records;
  readonly #intake: PresenceIntake;

  constructor(records: Records, intake: PresenceIntake) {
    this.#records = records;
    this.#intake = intake;
  }

  expectedList(list: Parameters<ServerNewsApi['expectedList']>[0]): void {
    this.#records.transact(null, (tx) => {
      const generation = Number(this.#records.meta.get('expected-generation') ?? 0) + 1;
      this.#records.meta.set('expected-generation', String(generation));
      this.#records.expected.replace(list.cars, list.codes, generation, tx.nowMs);
      // The list may bring what an event missed while the line was down.
      for (const car of list.cars) {
        const here = tx.board().find((v) => v.jackId === car.jackId);
        if (here === undefined) continue;
        for (const preorder of car.preorders) applyPreorder(tx, preorder, car);
        const now = tx.visit(here.visitId);
        if (car.reservation !== null && !same(now.reservation, car.reservation)) {
          tx.put({ ...now, reservation: car.reservation });
        }
      }
    });
    this.#intake.retryUnresolved();
  }

  preorder(jackId: string, preorder: Preorder, car: ExpectedCar): void {
    this.#records.transact(null, (tx) => {
      const known = this.#records.expected.byJack(jackId) ?? car;
      const others = known.preorders.filter((p) => p.preorderId !== preorder.preorderId);
      const now: ExpectedCar = { ...car, preorders: [...others, preorder] };
      this.#records.expected.keep(now, null, tx.nowMs);
      applyPreorder(tx, preorder, now);
    });
    this.#intake.retryUnresolved();
    this.#intake.reconsider(jackId);
  }

  paymentRequest(request: PaymentRequest): void {
    this.#records.transact(null, (tx) => {
      applyPaymentRequest(tx, request);
      applyChargeRequest(tx, request);
      applyCartRequest(tx, request);
    });
  }

  refundAnswer(refundId: string, request: PaymentRequest): void {
    this.#records.transact(null, (tx) => {
      applyChargeRequest(tx, request);
      applyRefundAnswer(tx, refundId, request);
      applyCartRefundAnswer(tx, refundId, request);
    });
  }

  reservation(jackId: string, reservation: Reservation): void {
    this.#records.transact(null, (tx) => {
      const car = this.#records.expected.byJack(jackId);
      if (car !== null) this.#records.expected.keep({ ...car, reservation }, null, tx.nowMs);
      const here = tx.board().find((v) => v.jackId === jackId) ?? this.#reservedFor(reservation);
      if (here === null || same(here.reservation, reservation)) return;
      tx.journal('reservation-changed', here.visitId, {
        paymentRequestId: reservation.paymentRequestId,
        state: reservation.state,
        maximumMinor: reservation.maximum.amountMinor,
      });
      tx.put({ ...here, reservation });
    });
  }

  /** Its car may be gone, its card put away: that the money went back is kept all the same. */
  #reservedFor({ paymentRequestId }: Reservation): VisitRecord | null {
    const sinceMs = this.#records.clock.nowMs() - 31 * 24 * 3_600_000;
    return this.#records.visits.byReservation(paymentRequestId, sinceMs);
  }

  cart(cart: Cart): void {
    this.#records.transact(null, (tx) => applyCart(tx, cart));
  }

  fleet(carts: readonly Cart[]): void {
    this.#records.transact(null, (tx) => applyFleet(tx, carts));
  }

  cartPayments(payments: readonly CartPayment[]): void {
    this.#records.transact(null, (tx) => applyCartPayments(tx, payments));
  }

  cartAnswer(cartId: string, code: string | null): void {
    this.#records.transact(null, (tx) => settlePending(tx, cartId, code));
  }

  lastEventId(): string | null {
    return this.#records.meta.get('last-event-id');
  }

  keepLastEventId(eventId: string): void {
    this.#records.meta.set('last-event-id', eventId);
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
