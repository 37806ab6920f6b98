/** What the payment server says, into the records. Each piece in one transaction, each idempotent. */
import * as z from 'zod';
import type { ExpectedListAnswer, SigningKey } from '../../shared/auth-code/index.ts';
import type { Cart, Reservation } from '../../shared/schemas/index.ts';
import type {
  CartPayment,
  ExpectedCar,
  OfferedItem,
  PaymentRequest,
  SiteInfo,
  SitePreorder,
} from '../../shared/server-contract/index.ts';
import {
  applyCart,
  applyCartPayments,
  applyCartRefundAnswer,
  applyCartRequest,
  applyFleet,
  settlePending,
} from '../carts/index.ts';
import { applyChargeRequest, applyRefundAnswer } from '../charges/index.ts';
import { applyMenu, settleMark } from '../menu/index.ts';
import { applyOnTheWay, applyPreorder, forgetUnsaid } from '../pickups/index.ts';
import type { Records, VisitRecord } from '../records/index.ts';
import { applyPaymentRequest } from '../refuels/index.ts';
import { cardOf, type PresenceIntake } from '../visits/index.ts';
import type { Enrolment, KeptList, ListRefusal, ServerNewsApi } from './types.ts';

const keptListKey = 'expected-list';
const keptListSchema = z.object({ version: z.string(), toMs: z.number(), asOfMs: z.number() }).nullable();

export class ServerNews implements ServerNewsApi {
  readonly #records: Records;
  readonly #intake: PresenceIntake;

  constructor(records: Records, intake: PresenceIntake) {
    this.#records = records;
    this.#intake = intake;
  }

  keptList(): KeptList | null {
    const kept = this.#records.meta.get(keptListKey);
    return kept === null ? null : keptListSchema.parse(JSON.parse(kept));
  }

  expectedList(list: ExpectedListAnswer): boolean {
    const { meta, expected } = this.#records;
    const kept = this.keptList();
    // Changes of a list that is not the one kept here: nothing is touched, the whole list is to be fetched.
    if (list.since !== undefined && list.since !== kept?.version) return false;
    this.#records.transact(null, (tx) => {
      const before = Number(meta.get('expected-generation') ?? 0);
      if (list.since === undefined) {
        meta.set('expected-generation', String(before + 1));
        expected.replace(list.cars, list.codes, before + 1, tx.nowMs);
      } else {
        const { cars, codes, removed = [] } = list;
        expected.change({ cars, removed, codes }, list.fromMs, before, tx.nowMs);
      }
      const { version, toMs } = list;
      meta.set(keptListKey, JSON.stringify({ version, toMs, asOfMs: tx.nowMs } satisfies KeptList));
      // The list may bring what an event missed while the line was down.
      for (const car of list.cars) {
        const here = cardOf(tx, car);
        for (const preorder of car.preorders) {
          if (here !== null) applyPreorder(tx, preorder, car);
          if (here !== null || preorder.onTheWay !== undefined) applyOnTheWay(tx, preorder, car);
        }
        if (here === null) continue;
        const now = tx.visit(here.visitId);
        if (car.reservation !== null && !same(now.reservation, car.reservation)) {
          tx.put({ ...now, reservation: car.reservation });
        }
      }
      forgetUnsaid(tx);
    });
    this.#intake.retryUnresolved();
    return true;
  }

  listRefused(reason: ListRefusal): void {
    const { serverUrl } = this.#enrolment() ?? { serverUrl: '' };
    this.#records.transact(null, (tx) => tx.journal('expected-list-refused', null, { reason, serverUrl }));
  }

  signingKey(key: SigningKey): void {
    const enrolment = this.#enrolment();
    if (enrolment === null) return;
    this.#records.transact(null, (tx) => {
      tx.records.meta.set('enrolment', JSON.stringify({ ...enrolment, signingKey: key }));
      tx.journal('server-key-changed', null, {
        from: enrolment.signingKey?.generation ?? null,
        to: key.generation,
      });
    });
  }

  #enrolment(): Enrolment | null {
    const kept = this.#records.meta.get('enrolment');
    return kept === null ? null : (JSON.parse(kept) as Enrolment);
  }

  site(site: SiteInfo): void {
    const { jackRequiredFromMinor } = site;
    if (this.#records.site.jackRequiredFromMinor === jackRequiredFromMinor) return;
    this.#records.transact(null, (tx) => {
      tx.records.meta.setSite({ ...tx.site, jackRequiredFromMinor });
      tx.journal('site-changed', null, {
        changed: ['jackRequiredFromMinor'],
        by: 'server',
        jackRequiredFromMinor,
      });
    });
  }

  preorder(jackId: string, preorder: SitePreorder, car: ExpectedCar): void {
    this.#records.transact(null, (tx) => {
      const known = this.#records.expected.byJack(jackId) ?? car;
      const others = known.preorders.filter((p) => p.preorderId !== preorder.preorderId);
      const now: ExpectedCar = { ...car, preorders: [...others, preorder] };
      this.#records.expected.keep(now, null, tx.nowMs);
      applyPreorder(tx, preorder, now);
      applyOnTheWay(tx, preorder, now);
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

  cartAnswer(asked: { cartId: string; tripId: string }, code: string | null): void {
    this.#records.transact(null, (tx) => settlePending(tx, asked, code));
  }

  menu(items: readonly OfferedItem[]): void {
    this.#records.transact(null, (tx) => applyMenu(tx, items));
  }

  soldOutAnswer(answer: { menuItemId: string; outboxId: string; item: OfferedItem | null }): void {
    this.#records.transact(null, (tx) => settleMark(tx, answer));
  }

  serverTime(nowMs: number): void {
    this.#records.serverTime.heard(nowMs);
  }

  lastEventId(): string | null {
    return this.#records.meta.get('last-event-id');
  }

  keepLastEventId(eventId: string): void {
    this.#records.meta.set('last-event-id', eventId);
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
