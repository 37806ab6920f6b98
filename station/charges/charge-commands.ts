/**
 * A charge: a payment request made at the counter, for a car that is here.
 *
 *   request → waiting ──(server)──→ paid ──refund (part, again, up to the amount)
 *               ↑  │ └──(server)──→ unknown ──(looked up)──→ any of these
 *            askAgain └─(server)──→ declined / expired / cancelled
 *               └──────────────────────────┘
 *   cancel: asked of the server, for the driver may be quicker; `cancelled` or `paid` is its word
 *
 * While the outcome is unknown nothing may be tried again: it is looked up first. A charge has its own
 * owner, who asked for it: the car itself may be served by somebody else at the same time.
 */
import { newId } from '../../shared/domain/index.ts';
import type { ChargeView, Person } from '../../shared/station-contract/index.ts';
import { requiredVerification } from '../../shared/station-facts/index.ts';
import type { Actor, CommandResult, Inputs } from '../core/types.ts';
import {
  type ChargeRecord,
  chargeView,
  type Records,
  Refusal,
  refundableMinor,
  type Tx,
  type VisitRecord,
} from '../records/index.ts';
import { isHere, isOpenCharge, putWithJobs, tellArrival } from '../visits/index.ts';
import { putCharge } from './put-charge.ts';

export type ChargeAnswer = CommandResult<{ charge: ChargeView }>;

export class ChargeCommands {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  request(actor: Actor, input: Inputs['charges']['request']): ChargeAnswer {
    return this.#run(actor, 'charges.request', input, (tx) => {
      const { visit, jackId } = carToCharge(tx, input.visitId);
      if (input.verification === 'phone' && requiredVerification(tx.site, input.amountMinor) === 'jack') {
        throw new Refusal('jack-code-required');
      }
      const charge: ChargeRecord = {
        chargeId: newId(),
        visitId: visit.visitId,
        state: 'waiting',
        amountMinor: input.amountMinor,
        currency: tx.site.currency,
        note: input.note === null || input.note === '' ? null : input.note,
        verification: input.verification,
        requestedBy: tx.person,
        requestedAtMs: tx.nowMs,
        paymentRequestId: newId(),
        approval: notAsked,
        cancelAsked: false,
        refunds: [],
      };
      tx.journal('charge-requested', visit.visitId, {
        chargeId: charge.chargeId,
        paymentRequestId: charge.paymentRequestId,
        amountMinor: charge.amountMinor,
        currency: charge.currency,
        verification: charge.verification,
      });
      ask(tx, charge, jackId);
      putWithJobs(tx, { ...visit, charges: [...visit.charges, charge] });
      return charge;
    });
  }

  askAgain(actor: Actor, input: Inputs['charges']['askAgain']): ChargeAnswer {
    return this.#run(actor, 'charges.askAgain', input, (tx) => {
      const { charge } = chargeOf(tx, input.chargeId);
      mustBeKnown(charge);
      if (charge.state === 'waiting' || charge.state === 'paid') throw new Refusal('charge-wrong-state');
      const { visit, jackId } = carToCharge(tx, charge.visitId);
      const again: ChargeRecord = {
        ...charge,
        state: 'waiting',
        // The site may have become stricter meanwhile.
        verification:
          requiredVerification(tx.site, charge.amountMinor) === 'jack' ? 'jack' : charge.verification,
        paymentRequestId: newId(),
        approval: notAsked,
        cancelAsked: false,
      };
      tx.journal('charge-asked-again', visit.visitId, {
        chargeId: charge.chargeId,
        paymentRequestId: again.paymentRequestId,
        amountMinor: again.amountMinor,
        currency: again.currency,
      });
      ask(tx, again, jackId);
      putCharge(tx, visit, again);
      return again;
    });
  }

  cancel(actor: Actor, input: Inputs['charges']['cancel']): ChargeAnswer {
    return this.#run(actor, 'charges.cancel', input, (tx) => {
      const { visit, charge } = chargeOf(tx, input.chargeId);
      mustBeKnown(charge);
      // The driver has said yes: the money is on its way.
      if (charge.state !== 'waiting' || charge.approval.state === 'approved' || charge.cancelAsked) {
        throw new Refusal('charge-wrong-state');
      }
      tx.journal('charge-cancel-asked', visit.visitId, {
        chargeId: charge.chargeId,
        paymentRequestId: charge.paymentRequestId,
      });
      // The server refused the request, so that nobody was ever asked: there is nothing to take back.
      const neverAsked = !charge.approval.asked && tx.records.outbox.syncOf(charge.chargeId) !== 'waiting';
      if (neverAsked) {
        const cancelled: ChargeRecord = {
          ...charge,
          state: 'cancelled',
          approval: { ...charge.approval, state: 'cancelled' },
        };
        putCharge(tx, visit, cancelled);
        return cancelled;
      }
      tx.outbox({
        kind: 'charge-cancelled',
        visitId: visit.visitId,
        subjectId: charge.chargeId,
        payload: { paymentRequestId: charge.paymentRequestId, reason: 'cancelled at the counter' },
      });
      const cancelling: ChargeRecord = { ...charge, cancelAsked: true };
      putCharge(tx, visit, cancelling);
      return cancelling;
    });
  }

  /** @param allowedBy the manager whose PIN was right; null: the person who does it must be one */
  refund(actor: Actor, input: Inputs['charges']['refund'], allowedBy: Person | null): ChargeAnswer {
    return this.#run(actor, 'charges.refund', input, (tx) => {
      const manager = allowedBy ?? tx.person;
      if (manager.role !== 'manager') throw new Refusal('manager-needed');
      const { visit, charge } = chargeOf(tx, input.chargeId);
      mustBeKnown(charge);
      if (charge.state !== 'paid') throw new Refusal('charge-wrong-state');
      if (input.amountMinor > refundableMinor(charge, tx.records)) throw new Refusal('refund-too-much');
      const refundId = newId();
      tx.outbox({
        kind: 'charge-refunded',
        visitId: visit.visitId,
        subjectId: refundId,
        payload: {
          paymentRequestId: charge.paymentRequestId,
          refundId,
          amount: { amountMinor: input.amountMinor, currency: charge.currency },
          reason: input.reason,
        },
      });
      tx.journal('charge-refunded', visit.visitId, {
        chargeId: charge.chargeId,
        refundId,
        paymentRequestId: charge.paymentRequestId,
        amountMinor: input.amountMinor,
        currency: charge.currency,
        reason: input.reason,
        allowedBy: manager,
      });
      const refunded: ChargeRecord = {
        ...charge,
        refunds: [
          ...charge.refunds,
          {
            refundId,
            amountMinor: input.amountMinor,
            reason: input.reason,
            by: tx.person,
            allowedBy: manager,
            atMs: tx.nowMs,
            state: 'waiting',
          },
        ],
      };
      putCharge(tx, visit, refunded);
      return refunded;
    });
  }

  #run(
    actor: Actor,
    name: 'charges.request' | 'charges.askAgain' | 'charges.cancel' | 'charges.refund',
    input: { idempotencyKey: string },
    work: (tx: Tx) => ChargeRecord,
  ): ChargeAnswer {
    return this.#records.run<{ charge: ChargeView }>(actor, name, input, (tx) => ({
      charge: chargeView(work(tx), tx.records),
    }));
  }
}

const notAsked = { state: 'waiting', expiresAtMs: null, reason: null, asked: false, version: 0 } as const;

/** A request under its own id, queued for the server; nobody waits for the network here. */
function ask(tx: Tx, charge: ChargeRecord, jackId: string): void {
  tx.outbox({
    kind: 'charge-requested',
    visitId: charge.visitId,
    subjectId: charge.chargeId,
    payload: {
      paymentRequestId: charge.paymentRequestId,
      visitId: charge.visitId,
      jackId,
      amount: { amountMinor: charge.amountMinor, currency: charge.currency },
      verification: charge.verification,
      description: charge.note,
    },
  });
}

/** @throws Refusal visit-not-found, car-not-here, car-not-known, charge-already-open */
function carToCharge(tx: Tx, visitId: string): { visit: VisitRecord; jackId: string } {
  const visit = tx.visit(visitId);
  if (!visit.visible || !isHere(visit)) throw new Refusal('car-not-here');
  if (visit.jackId === null) throw new Refusal('car-not-known');
  if (visit.charges.some(isOpenCharge)) throw new Refusal('charge-already-open');
  if (visit.arrivedAtMs !== null) return { visit, jackId: visit.jackId };
  // A person at the counter says that it is here; the server must hear that before it is charged.
  const here: VisitRecord = { ...visit, presence: 'arrived', arrivedAtMs: visit.firstHeardAtMs };
  tx.journal('visit-arrived', visit.visitId, { laneId: visit.laneId, byStaff: true });
  tellArrival(tx, here);
  return { visit: tx.put(here), jackId: visit.jackId };
}

/** Of a visit of any age: money is given back to cars that left long ago. @throws Refusal charge-not-found */
function chargeOf(tx: Tx, chargeId: string): { visit: VisitRecord; charge: ChargeRecord } {
  const visitId = tx.records.visits.charges.visitIdOf(chargeId);
  if (visitId === null) throw new Refusal('charge-not-found');
  const visit = tx.visit(visitId);
  const charge = visit.charges.find((c) => c.chargeId === chargeId);
  if (charge === undefined) throw new Refusal('charge-not-found');
  return { visit, charge };
}

function mustBeKnown(charge: ChargeRecord): void {
  if (charge.state === 'unknown') throw new Refusal('approval-unknown-look-up-first');
}
