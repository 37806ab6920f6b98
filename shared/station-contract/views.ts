/** What the kiosk sees: read models, plates masked but where a car is being chosen. */
import * as z from 'zod';
import {
  amountMinor,
  approvalState,
  codeBehaviour,
  fuel,
  id,
  laneKind,
  money,
  plateDigits,
  preorderItem,
  preorderPayment,
  reservation,
  unitPriceMilli,
  utcMs,
  volumeMl,
} from '../schemas/index.ts';
import { longestUndoMs } from '../station-facts/index.ts';
import { chargeView } from './charge-views.ts';
import { person, presenceState, syncState } from './parts.ts';

export * from './parts.ts';

export const lane = z.object({
  laneId: z.string().min(1).max(40),
  kind: laneKind,
  /** What is painted on it: 2. */ number: z.number().int().min(1).max(99),
  name: z.string().max(40).nullable(),
});
export type Lane = z.infer<typeof lane>;

export const grade = z.object({
  gradeId: z.string().min(1).max(40),
  name: z.string().max(40),
  nameKo: z.string().max(40).nullable(),
  fuel,
  unitPriceMilli,
});
export type Grade = z.infer<typeof grade>;

export const siteSettings = z.object({
  siteId: id.nullable(),
  name: z.string().max(60),
  nameKo: z.string().max(60).nullable(),
  currency: z.string(),
  timeZone: z.string(),
  /** Hour (0–23) at which the site's business day starts. */
  businessDayStartHour: z.number().int().min(0).max(23),
  defaultLocale: z.enum(['en', 'ko']),
  lanes: z.array(lane),
  grades: z.array(grade),
  /** Waiting longer than this turns the card amber, red. */
  amberAfterMs: z.number().int().min(1000),
  redAfterMs: z.number().int().min(1000),
  undoMs: z.number().int().min(0).max(longestUndoMs),
  autoLockMs: z.number().int().min(10_000),
  /** From this amount on a charge needs the jack's code; null: never; absent: always. */
  jackRequiredFromMinor: amountMinor.nullable().optional(),
  /** A simulated lot feeds this station (demo or training): the screen says so. */
  simulated: z.boolean(),
});
export type SiteSettings = z.infer<typeof siteSettings>;

export const pickupView = z.object({
  pickupId: id,
  preorderId: id,
  number: z.string(),
  items: z.array(preorderItem),
  paid: money,
  payment: preorderPayment,
  state: z.enum(['preparing', 'ready', 'handed-over', 'cancelled']),
  /** A static code can be copied: the cashier compares these before handing over. */
  check: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('plate-digits') }),
    z.object({ kind: z.literal('pickup-number') }),
  ]),
  handedOverAtMs: utcMs.nullable(),
  handedOverBy: person.nullable(),
  undoUntilMs: utcMs.nullable(),
  promisedAtMs: utcMs.nullable(),
  /** When the driver's phone said to be here; absent where nothing was said. */
  expectedAtMs: utcMs.optional(),
  sync: syncState,
});
export type PickupView = z.infer<typeof pickupView>;

export const refuelState = z.enum([
  'refueling',
  'awaiting-approval',
  'paid',
  'declined',
  'expired',
  'unknown',
  'settled-otherwise',
  'cancelled',
  'drive-off',
]);
export type RefuelState = z.infer<typeof refuelState>;

export const tender = z.enum(['cash', 'card-terminal', 'other']);
export type Tender = z.infer<typeof tender>;

export const refuelView = z.object({
  refuelId: id,
  state: refuelState,
  laneId: z.string(),
  gradeId: z.string().nullable(),
  volumeMl: volumeMl.nullable(),
  amount: money.nullable(),
  unitPriceMilli: unitPriceMilli.nullable(),
  /** The grade does not suit the registered fuel, and staff confirmed it twice. */
  fuelMismatchConfirmed: z.boolean(),
  startedBy: person,
  startedAtMs: utcMs,
  completedAtMs: utcMs.nullable(),
  /** The same id stands in the journal, on the receipt and at the server. */
  paymentRequestId: id.nullable(),
  approval: z
    .object({
      state: approvalState,
      expiresAtMs: utcMs.nullable(),
      reason: z.string().nullable(),
      /** false: the server has not been reached yet; the request is queued. */ asked: z.boolean(),
    })
    .nullable(),
  settledOtherwise: z.object({ tender, reason: z.string(), by: person, atMs: utcMs }).nullable(),
  sync: syncState,
});
export type RefuelView = z.infer<typeof refuelView>;

export const visitView = z.object({
  visitId: id,
  presence: presenceState,
  laneId: z.string().nullable(),
  /** More than one: "Pump 3 or 4". */
  laneCandidates: z.array(z.string()),
  firstHeardAtMs: utcMs,
  /** Time of the first hearing of the stay, not of the confirmation; null until arrived. */
  arrivedAtMs: utcMs.nullable(),
  lastHeardAtMs: utcMs,
  rssiDbm: z.number().nullable(),
  /** 0 (just heard) to 1 (here), for the progress of cars on the way. */
  nearness: z.number().min(0).max(1),
  knownBy: z.enum(['jack', 'phone', 'staff']),
  codeBehaviour: codeBehaviour.nullable(),
  /** The last four digits only. */
  plateTail: z.string().max(4),
  vehicle: z.object({ model: z.string(), color: z.string(), fuel: fuel.nullable() }),
  /** `kioskName`: where; null for the first kiosk while it has no name. */
  claimedBy: person.extend({ atMs: utcMs, kioskName: z.string().nullable().optional() }).nullable(),
  /** The one to act on: the oldest still open, else the last one. */
  pickup: pickupView.nullable(),
  /** All of them, oldest first; absent where there is one at most. */
  pickups: z.array(pickupView).optional(),
  refuel: refuelView.nullable(),
  /** Oldest first; absent where nothing was charged at the counter. */
  charges: z.array(chargeView).optional(),
  /** Asked at arrival, so that the driver need not approve again. */
  reservation: reservation.nullable(),
  /** Does the car come to refuel as far as anybody knows? Staff may refuel any car that is here. */
  mayRefuel: z.boolean(),
  closed: z
    .object({
      atMs: utcMs,
      how: z.enum([
        'completed',
        'departed',
        'left-without-service',
        'drive-off',
        'closed-by-staff',
        'timed-out',
      ]),
    })
    .nullable(),
});
export type VisitView = z.infer<typeof visitView>;

/** How well a car is heard: what moves all the time, and is told by itself. */
export const visitLevel = visitView.pick({
  visitId: true,
  lastHeardAtMs: true,
  rssiDbm: true,
  nearness: true,
});
export type VisitLevel = z.infer<typeof visitLevel>;

/** A car being chosen: here, and only here, the full plate. */
export const refuelCandidate = z.object({
  visitId: id,
  plate: z.string(),
  model: z.string(),
  color: z.string(),
  fuel: fuel.nullable(),
  presence: presenceState,
  laneId: z.string().nullable(),
  rssiDbm: z.number().nullable(),
  codeBehaviour: codeBehaviour.nullable(),
  arrivedAtMs: utcMs.nullable(),
  reservation: reservation.nullable(),
});
export type RefuelCandidate = z.infer<typeof refuelCandidate>;

export const receiverHealthView = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting'), sinceMs: utcMs }),
  z.object({ state: z.literal('healthy'), sinceMs: utcMs }),
  z.object({ state: z.literal('silent'), sinceMs: utcMs, restarts: z.number().int() }),
  z.object({ state: z.literal('failed'), sinceMs: utcMs, reason: z.string(), retryAtMs: utcMs.nullable() }),
  /** Lost again and again, until it has held for `withinMs`. Stays so over a short loss: `connected` says whether it hears. */
  z.object({
    state: z.literal('unstable'),
    sinceMs: utcMs,
    /** Of the last loss: a driver's code. */
    reason: z.string(),
    /** In the last `withinMs`. */
    losses: z.number().int(),
    withinMs: z.number().int(),
    connected: z.boolean(),
  }),
  z.object({ state: z.literal('closed'), sinceMs: utcMs }),
]);
export const receiverView = z.object({
  receiverId: z.string(),
  name: z.string(),
  kind: z.string(),
  spec: z.string(),
  health: receiverHealthView,
  reportsPerSecond: z.number(),
  discardedBytes: z.number().int(),
  lastReportAtMs: utcMs.nullable(),
});
export type ReceiverView = z.infer<typeof receiverView>;

/** Health is a union, never a number or null: "nothing known" is not "well". */
export const radioStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('no-receiver') }),
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('healthy') }),
  z.object({
    state: z.literal('impaired'),
    sinceMs: utcMs,
    /** Those that are silent or failed; may be none when the test beacon is the reason. */
    receivers: z.array(z.string()),
    /** Those that are lost again and again, whether or not they hear just now. */
    unstable: z.array(z.string()).default([]),
    /** Lanes that none of their receivers hears now. */
    lanes: z.array(z.string()).default([]),
    /** Of the test beacon, whether or not receivers are silent, too. */
    reason: z.literal('test-beacon-silent').optional(),
  }),
  z.object({ state: z.literal('down'), sinceMs: utcMs, reason: z.enum(['silent', 'failed']) }),
]);
export const serverStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('not-enrolled') }),
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('connected'), sinceMs: utcMs }),
  z.object({
    state: z.literal('unreachable'),
    sinceMs: utcMs,
    reason: z.enum(['network', 'refused', 'error']),
  }),
]);
export const stationStatus = z.object({
  radio: radioStatus,
  server: serverStatus,
  /** How far the list of expected cars can be relied on: `refused`: another one came that is not the server's. */
  expectedList: z
    .object({ state: z.enum(['none', 'fresh', 'stale', 'refused']), asOfMs: utcMs.nullable() })
    .optional(),
  outbox: z.object({
    waiting: z.number().int(),
    attention: z.number().int(),
    oldestWaitingAtMs: utcMs.nullable(),
  }),
});
export type StationStatus = z.infer<typeof stationStatus>;

/**
 * The board's event stream. The first event of a fresh watch (or when a resume point is too old)
 * is a snapshot; then one event per change. Each carries an event id for resuming.
 */
export const boardEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    nowMs: utcMs,
    visits: z.array(visitView),
    status: stationStatus,
    site: siteSettings,
    receivers: z.array(receiverView),
  }),
  z.object({ type: z.literal('visit'), visit: visitView }),
  z.object({ type: z.literal('visit-gone'), visitId: id }),
  /** Of every car that has one; each such event says all that the one before it said. */
  z.object({ type: z.literal('levels'), levels: z.array(visitLevel) }),
  z.object({ type: z.literal('status'), status: stationStatus }),
  z.object({ type: z.literal('receivers'), receivers: z.array(receiverView) }),
  z.object({ type: z.literal('site'), site: siteSettings }),
  /** Keeps the line warm and the clocks together. */
  z.object({ type: z.literal('beat'), nowMs: utcMs }),
]);
export type BoardEvent = z.infer<typeof boardEvent>;

export const journalEntry = z.object({
  sequence: z.number().int(),
  atMs: utcMs,
  kind: z.string(),
  visitId: id.nullable(),
  person: person.nullable(),
  kioskId: z.string().nullable(),
  /** What that kiosk is called now; null: the first kiosk without a name, or the station itself. */
  kioskName: z.string().nullable().optional(),
  /** What happened, as data; the kiosk words it. */
  details: z.record(z.string(), z.unknown()),
});
export type JournalEntry = z.infer<typeof journalEntry>;

export const attentionItem = z.object({
  outboxId: id,
  kind: z.string(),
  visitId: id.nullable(),
  createdAtMs: utcMs,
  attempts: z.number().int(),
  lastError: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
export type AttentionItem = z.infer<typeof attentionItem>;

export const keyedDigits = plateDigits;
