/** Records → what the kiosk sees: plates masked to their last four digits. */
import { plateTail } from '../../shared/domain/index.ts';
import type {
  ChargeView,
  PickupView,
  RefuelView,
  RefundView,
  SiteSettings,
  VisitLevel,
  VisitView,
} from '../../shared/station-contract/index.ts';
import type { ChargeRecord, PickupRecord, RefuelRecord, RefundRecord, VisitRecord } from './visit-record.ts';

export interface Level {
  rssiDbm: number | null;
  lastHeardAtMs: number;
}

/** The latest hearing of each live visit: shown, never stored. */
export class Levels {
  readonly #levels = new Map<string, Level>();

  get(visitId: string): Level | null {
    return this.#levels.get(visitId) ?? null;
  }

  set(visitId: string, level: Level): void {
    this.#levels.set(visitId, level);
  }

  forget(visitId: string): void {
    this.#levels.delete(visitId);
  }

  /** The wall clock was corrected. */
  move(byMs: number): void {
    for (const level of this.#levels.values()) level.lastHeardAtMs += byMs;
  }
}

export interface ViewSources {
  readonly levels: Levels;
  readonly site: SiteSettings;
  readonly kioskNames: ReadonlyMap<string | null, string>;
  readonly outbox: { syncOf(subjectId: string): 'waiting' | 'sent' | 'attention' };
}

export function viewOf(visit: VisitRecord, from: ViewSources): VisitView {
  const level = from.levels.get(visit.visitId);
  const pickup = shownPickup(visit.pickups);
  return {
    visitId: visit.visitId,
    presence: visit.presence,
    laneId: visit.laneId,
    laneCandidates: [...visit.laneCandidates],
    firstHeardAtMs: visit.firstHeardAtMs,
    arrivedAtMs: visit.arrivedAtMs,
    ...levelMembers(visit, level),
    knownBy: visit.knownBy,
    codeBehaviour: visit.codeBehaviour,
    plateTail: plateTail(visit.plate),
    vehicle: { model: visit.model, color: visit.color, fuel: visit.fuel },
    claimedBy: claimView(visit, from),
    pickup: pickup === null ? null : pickupView(pickup, from),
    ...(visit.pickups.length > 1 ? { pickups: visit.pickups.map((p) => pickupView(p, from)) } : {}),
    refuel: visit.refuel === null ? null : refuelView(visit.refuel, from),
    ...(visit.charges.length === 0 ? {} : { charges: visit.charges.map((c) => chargeView(c, from)) }),
    reservation: visit.reservation,
    mayRefuel: mayRefuel(visit, from.site),
    closed: visit.closed,
  };
}

/** What moves all the time: told by itself (see station/visits/level-teller.ts). */
export function levelView(visit: VisitRecord, level: Level | null): VisitLevel {
  return { visitId: visit.visitId, ...levelMembers(visit, level) };
}

function levelMembers(visit: VisitRecord, level: Level | null) {
  return {
    lastHeardAtMs: Math.max(visit.lastHeardAtMs, level?.lastHeardAtMs ?? 0),
    rssiDbm: level?.rssiDbm ?? null,
    nearness: nearness(visit, level?.rssiDbm ?? null),
  };
}

function claimView({ claimedBy }: VisitRecord, from: ViewSources): VisitView['claimedBy'] {
  if (claimedBy === null) return null;
  const { kioskId, ...person } = claimedBy;
  // Handed over at the end of a shift: to a person, at no kiosk yet.
  if (kioskId === undefined) return person;
  return { ...person, kioskName: from.kioskNames.get(kioskId) ?? null };
}

/** The one to act on: the oldest still open, else the last one. */
export function shownPickup(pickups: readonly PickupRecord[]): PickupRecord | null {
  return pickups.find((p) => p.state === 'preparing' || p.state === 'ready') ?? pickups.at(-1) ?? null;
}

function pickupView(p: PickupRecord, from: ViewSources): PickupView {
  return {
    pickupId: p.pickupId,
    preorderId: p.preorderId,
    number: p.number,
    items: [...p.items],
    paid: p.paid,
    payment: p.payment,
    state: p.state,
    check: { kind: p.checkKind },
    handedOverAtMs: p.handedOverAtMs,
    handedOverBy: p.handedOverBy,
    undoUntilMs: p.undoUntilMs,
    promisedAtMs: p.promisedAtMs,
    ...(p.onTheWay?.expectedAtMs == null ? {} : { expectedAtMs: p.onTheWay.expectedAtMs }),
    sync: from.outbox.syncOf(p.pickupId),
  };
}

function refuelView(r: RefuelRecord, from: ViewSources): RefuelView {
  return {
    refuelId: r.refuelId,
    state: r.state,
    laneId: r.laneId,
    gradeId: r.gradeId,
    volumeMl: r.volumeMl,
    amount: r.amountMinor === null ? null : { amountMinor: r.amountMinor, currency: r.currency },
    unitPriceMilli: r.unitPriceMilli,
    fuelMismatchConfirmed: r.fuelMismatchConfirmed,
    startedBy: r.startedBy,
    startedAtMs: r.startedAtMs,
    completedAtMs: r.completedAtMs,
    paymentRequestId: r.paymentRequestId,
    approval:
      r.approval === null
        ? null
        : {
            state: r.approval.state,
            expiresAtMs: r.approval.expiresAtMs,
            reason: r.approval.reason,
            asked: r.approval.asked,
          },
    settledOtherwise: r.settledOtherwise,
    sync: from.outbox.syncOf(r.refuelId),
  };
}

export function chargeView(c: ChargeRecord, from: ViewSources): ChargeView {
  return {
    chargeId: c.chargeId,
    visitId: c.visitId,
    state: c.state,
    amount: { amountMinor: c.amountMinor, currency: c.currency },
    note: c.note,
    verification: c.verification,
    requestedBy: c.requestedBy,
    requestedAtMs: c.requestedAtMs,
    paymentRequestId: c.paymentRequestId,
    approval: {
      state: c.approval.state,
      expiresAtMs: c.approval.expiresAtMs,
      reason: c.approval.reason,
      asked: c.approval.asked,
    },
    cancelAsked: c.cancelAsked,
    refunds: refundViews(c, from),
    refundable: { amountMinor: refundableMinor(c, from), currency: c.currency },
    sync: from.outbox.syncOf(c.chargeId),
  };
}

export function refundViews(
  c: Pick<ChargeRecord, 'refunds' | 'currency'>,
  from: Pick<ViewSources, 'outbox'>,
): RefundView[] {
  return c.refunds.map((r) => ({
    refundId: r.refundId,
    amount: { amountMinor: r.amountMinor, currency: c.currency },
    reason: r.reason,
    by: r.by,
    allowedBy: r.allowedBy,
    atMs: r.atMs,
    state: refundState(r, from),
  }));
}

/** A refund that waits is where its mark is: on its way, refused by the server, or set aside by a manager. */
function refundState(r: RefundRecord, from: Pick<ViewSources, 'outbox'>): RefundView['state'] {
  if (r.state !== 'waiting') return r.state;
  const sync = from.outbox.syncOf(r.refundId);
  return sync === 'waiting' ? 'waiting' : sync === 'attention' ? 'refused' : 'set-aside';
}

/** What can still be given back. A refund that the server refused may yet be sent again: it counts. */
export function refundableMinor(
  c: Pick<ChargeRecord, 'state' | 'amountMinor' | 'refunds'>,
  from: Pick<ViewSources, 'outbox'>,
): number {
  if (c.state !== 'paid') return 0;
  const counts = c.refunds.filter((r) => r.state !== 'refused' && refundState(r, from) !== 'set-aside');
  return c.amountMinor - counts.reduce((sum, r) => sum + r.amountMinor, 0);
}

/** Levels between which a car on its way is drawn, dBm: about the edge of hearing, and a lane. */
const farDbm = -95;
const nearDbm = -65;

function nearness(visit: VisitRecord, rssiDbm: number | null): number {
  if (visit.arrivedAtMs !== null) return 1;
  if (rssiDbm === null) return 0;
  return Math.min(0.95, Math.max(0, (rssiDbm - farDbm) / (nearDbm - farDbm)));
}

function mayRefuel(visit: VisitRecord, site: SiteSettings): boolean {
  if (visit.refuel !== null || visit.reservation !== null || visit.purpose === 'refuel') return true;
  const lane = site.lanes.find((l) => l.laneId === visit.laneId);
  if (lane !== undefined) return lane.kind === 'pump';
  return visit.pickups.length === 0 && site.lanes.some((l) => l.kind === 'pump');
}
