/** The records a visit is made of, as kept. Immutable: a change is a new object, put into a transaction. */
import type { Fuel, Money } from '../../shared/domain/index.ts';
import type {
  ApprovalState,
  PreorderItem,
  PreorderPayment,
  Reservation,
} from '../../shared/schemas/index.ts';
import type {
  ChargeState,
  Person,
  PresenceStateName,
  RefuelState,
  Tender,
  Verification,
  VisitView,
} from '../../shared/station-contract/index.ts';

export type ClosedHow = NonNullable<VisitView['closed']>['how'];
export type CheckKind = 'none' | 'plate-digits' | 'pickup-number';

export interface PickupRecord {
  readonly pickupId: string;
  readonly visitId: string;
  readonly preorderId: string;
  readonly number: string;
  readonly items: readonly PreorderItem[];
  readonly paid: Money;
  readonly payment: PreorderPayment;
  /** Paid before the hand-over, as a cart that became an order: its money is the cart's. */
  readonly paidAsCart: boolean;
  readonly state: 'preparing' | 'ready' | 'handed-over' | 'cancelled';
  readonly checkKind: CheckKind;
  readonly handedOverAtMs: number | null;
  readonly handedOverBy: Person | null;
  readonly undoUntilMs: number | null;
  /** The outbox item an undo would withdraw. */
  readonly handOverOutboxId: string | null;
  readonly promisedAtMs: number | null;
  /** What the driver's phone said: `saidAtMs` tells one word from the next, `expectedAtMs` (null: here) is by our clock. */
  readonly onTheWay: { readonly saidAtMs: number; readonly expectedAtMs: number | null } | null;
}

export interface Approval {
  readonly state: ApprovalState;
  readonly expiresAtMs: number | null;
  readonly reason: string | null;
  readonly asked: boolean;
  /** The server's version of the request; 0 = nothing heard yet. */
  readonly version: number;
}

export interface RefuelRecord {
  readonly refuelId: string;
  readonly visitId: string;
  readonly state: RefuelState;
  readonly laneId: string;
  readonly gradeId: string | null;
  readonly fuel: Fuel | null;
  readonly volumeMl: number | null;
  readonly amountMinor: number | null;
  readonly currency: string;
  readonly unitPriceMilli: number | null;
  readonly fuelMismatchConfirmed: boolean;
  readonly startedBy: Person;
  readonly startedAtMs: number;
  readonly completedAtMs: number | null;
  readonly paymentRequestId: string | null;
  readonly approval: Approval | null;
  readonly settledOtherwise: { tender: Tender; reason: string; by: Person; atMs: number } | null;
}

export interface RefundRecord {
  readonly refundId: string;
  readonly amountMinor: number;
  readonly reason: string;
  readonly by: Person;
  readonly allowedBy: Person;
  readonly atMs: number;
  /** `waiting`: the server has not answered it yet. */
  readonly state: 'waiting' | 'given-back' | 'refused';
}

export interface ChargeRecord {
  readonly chargeId: string;
  readonly visitId: string;
  readonly state: ChargeState;
  readonly amountMinor: number;
  readonly currency: string;
  readonly note: string | null;
  readonly verification: Verification;
  readonly requestedBy: Person;
  readonly requestedAtMs: number;
  /** The latest request; earlier ones are in `charge_requests`. */
  readonly paymentRequestId: string;
  readonly approval: Approval;
  readonly cancelAsked: boolean;
  /** Oldest first. */
  readonly refunds: readonly RefundRecord[];
}

export interface VisitRecord {
  readonly visitId: string;
  /** The journal's head when it began: its story lies after it. */
  readonly openedSequence: number;
  /** null: checked in by hand and not known to the server (so far). */
  readonly jackId: string | null;
  readonly plate: string;
  readonly plateNormal: string;
  readonly model: string;
  readonly color: string;
  readonly fuel: Fuel | null;
  readonly codeBehaviour: 'static' | 'rotating' | null;
  readonly knownBy: 'jack' | 'phone' | 'staff';
  /** Why staff checked it in; null when a jack was heard. */
  readonly purpose: 'pickup' | 'refuel' | null;
  /** Codes heard of this car during the stay, newest last; bounded. */
  readonly codes: readonly string[];
  readonly presence: PresenceStateName;
  readonly laneId: string | null;
  readonly laneCandidates: readonly string[];
  /** Staff said where it stands: the radio does not contradict them. */
  readonly laneByStaff: boolean;
  /** Where the radio said it stands, before staff said so; several where it could not tell, none where it said nothing. */
  readonly heardLanes: readonly string[];
  readonly firstHeardAtMs: number;
  readonly arrivedAtMs: number | null;
  readonly lastHeardAtMs: number;
  /** `kioskId`: where they tapped; null is the first kiosk, absent is from before there were others. */
  readonly claimedBy: (Person & { atMs: number; kioskId?: string | null }) | null;
  readonly reservation: Reservation | null;
  readonly closed: { atMs: number; how: ClosedHow } | null;
  /** On the board? Closed visits that need attention still are. */
  readonly visible: boolean;
  /** When the last job was done: the card lingers, then the visit completes. */
  readonly doneAtMs: number | null;
  /** Oldest first. */
  readonly pickups: readonly PickupRecord[];
  /** The latest one; earlier ones of the same visit stay in the database. */
  readonly refuel: RefuelRecord | null;
  /** Oldest first. */
  readonly charges: readonly ChargeRecord[];
}
