/** A job's state in the words of the screen: for a file that people read without it. */
import { throwIllegalValue } from '../../shared/domain/index.ts';
import type { ChargeState, PickupView, RefuelState } from '../../shared/station-contract/index.ts';
import type { Words } from '../words/index.ts';

export function pickupWord(state: PickupView['state'], w: Words): string {
  switch (state) {
    case 'preparing':
      return w.card.preparing;
    case 'ready':
      return w.card.ready;
    case 'handed-over':
      return w.card.handedOver;
    case 'cancelled':
      return w.card.cancelled;
    default:
      return throwIllegalValue(state);
  }
}

export function refuelWord(state: RefuelState, w: Words): string {
  switch (state) {
    case 'refueling':
      return w.card.refueling;
    case 'awaiting-approval':
      return w.card.awaitingApproval;
    case 'paid':
      return w.card.paid;
    case 'declined':
      return w.card.declined;
    case 'expired':
      return w.card.expired;
    case 'unknown':
      return w.card.unknown;
    case 'settled-otherwise':
      return w.card.settledOtherwise;
    case 'cancelled':
      return w.card.cancelled;
    case 'drive-off':
      return w.card.driveOff;
    default:
      return throwIllegalValue(state);
  }
}

/** Of a charge, and of a cart's payment. */
export function chargeWord(state: ChargeState, w: Words): string {
  switch (state) {
    case 'waiting':
      return w.card.awaitingApproval;
    case 'paid':
      return w.card.paid;
    case 'declined':
      return w.card.declined;
    case 'expired':
      return w.card.expired;
    case 'cancelled':
      return w.card.cancelled;
    case 'unknown':
      return w.card.unknown;
    default:
      return throwIllegalValue(state);
  }
}
