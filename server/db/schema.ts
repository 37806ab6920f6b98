/**
 * The payment server's tables as drizzle sees them. The truth is `migrations/`; a test compares both.
 * Times are UTC milliseconds, money is integer minor units.
 */
import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Fuel } from '../../shared/domain/index.ts';
import type { ApprovalState, LaneKind, OnTheWay, Reservation } from '../../shared/schemas/index.ts';

export * from './cart-tables.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });
const minor = (name: string) => bigint(name, { mode: 'number' });

/** Which orders are compared with something before they are handed over (`views/handover.ts`). */
export const handoverRules = ['static-codes', 'orders-without-jack', 'every-order'] as const;
export type HandoverRule = (typeof handoverRules)[number];

export const sites = pgTable('sites', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  nameKo: text('name_ko'),
  currency: text('currency').notNull(),
  timeZone: text('time_zone').notNull(),
  approvalMode: text('approval_mode').$type<'reserve-at-arrival' | 'at-completion'>().notNull(),
  reservationMaximumMinor: minor('reservation_maximum_minor'),
  approvalMs: ms('approval_ms').notNull(),
  latitude: doublePrecision('latitude'),
  longitude: doublePrecision('longitude'),
  jackRequiredFromMinor: minor('jack_required_from_minor').default(0),
  nextPreorderNumber: integer('next_preorder_number').notNull().default(0),
  menuVersion: bigint('menu_version', { mode: 'number' }).notNull().default(0),
  menuDigest: text('menu_digest'),
  noShowAfterMs: ms('no_show_after_ms'),
  handoverCheck: text('handover_check').$type<HandoverRule>().notNull().default('static-codes'),
  noShowOutcome: text('no_show_outcome').$type<'release' | 'capture'>(),
  createdAtMs: ms('created_at_ms').notNull(),
});

export const pairingCodes = pgTable('pairing_codes', {
  codeHash: text('code_hash').primaryKey(),
  siteId: uuid('site_id').notNull(),
  expiresAtMs: ms('expires_at_ms').notNull(),
  usedAtMs: ms('used_at_ms'),
});

export const siteCredentials = pgTable('site_credentials', {
  id: uuid('id').primaryKey(),
  siteId: uuid('site_id').notNull(),
  tokenHash: text('token_hash').notNull(),
  stationName: text('station_name').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
  revokedAtMs: ms('revoked_at_ms'),
  nextTokenHash: text('next_token_hash'),
  renewedAtMs: ms('renewed_at_ms'),
  renewalWanted: boolean('renewal_wanted').notNull().default(false),
});

export const drivers = pgTable('drivers', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  locale: text('locale').$type<'en' | 'ko'>().notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
  erasedAtMs: ms('erased_at_ms'),
});

export const phones = pgTable('phones', {
  id: uuid('id').primaryKey(),
  driverId: uuid('driver_id').notNull(),
  name: text('name').notNull(),
  tokenHash: text('token_hash').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
  revokedAtMs: ms('revoked_at_ms'),
  nextTokenHash: text('next_token_hash'),
  renewedAtMs: ms('renewed_at_ms'),
});

export const vehicles = pgTable('vehicles', {
  id: uuid('id').primaryKey(),
  driverId: uuid('driver_id').notNull(),
  plateTyped: text('plate_typed').notNull(),
  plate: text('plate').notNull(),
  model: text('model').notNull(),
  color: text('color').notNull(),
  fuel: text('fuel').$type<Fuel>(),
  createdAtMs: ms('created_at_ms').notNull(),
});
export type VehicleRow = typeof vehicles.$inferSelect;

export const jacks = pgTable('jacks', {
  id: uuid('id').primaryKey(),
  driverId: uuid('driver_id').notNull(),
  vehicleId: uuid('vehicle_id').notNull(),
  behaviour: text('behaviour').$type<'static' | 'rotating'>().notNull(),
  staticCode: text('static_code'),
  identitySealed: text('identity_sealed'),
  identityHash: text('identity_hash'),
  rotationExponent: integer('rotation_exponent'),
  counterSeconds: bigint('counter_seconds', { mode: 'number' }),
  counterAtMs: ms('counter_at_ms'),
  authKeySealed: text('auth_key_sealed').notNull(),
  windowsUntilMs: ms('windows_until_ms'),
  blockedAtMs: ms('blocked_at_ms'),
  releasedAtMs: ms('released_at_ms'),
  driftMs: ms('drift_ms').notNull().default(0),
  driftAtMs: ms('drift_at_ms'),
  createdAtMs: ms('created_at_ms').notNull(),
});
export type JackRow = typeof jacks.$inferSelect;

export const makersList = pgTable('makers_list', {
  code: text('code').primaryKey(),
  keyHash: text('key_hash').notNull(),
  maker: text('maker'),
  listedAtMs: ms('listed_at_ms').notNull(),
});

export const phoneInvitations = pgTable('phone_invitations', {
  codeHash: text('code_hash').primaryKey(),
  driverId: uuid('driver_id').notNull(),
  invitedBy: uuid('invited_by').notNull(),
  expiresAtMs: ms('expires_at_ms').notNull(),
  usedAtMs: ms('used_at_ms'),
});

export const jackChallenges = pgTable('jack_challenges', {
  id: uuid('id').primaryKey(),
  driverId: uuid('driver_id').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
  usedAtMs: ms('used_at_ms'),
  agreementSealed: text('agreement_sealed'),
});

export const jackTransfers = pgTable('jack_transfers', {
  id: uuid('id').primaryKey(),
  jackId: uuid('jack_id').notNull(),
  fromDriverId: uuid('from_driver_id').notNull(),
  toDriverId: uuid('to_driver_id').notNull(),
  toVehicleId: uuid('to_vehicle_id').notNull(),
  state: text('state').$type<'waiting' | 'consented' | 'refused' | 'expired'>().notNull(),
  newJackId: uuid('new_jack_id'),
  createdAtMs: ms('created_at_ms').notNull(),
  expiresAtMs: ms('expires_at_ms').notNull(),
  answeredAtMs: ms('answered_at_ms'),
});
export type JackTransferRow = typeof jackTransfers.$inferSelect;

export const eidWindows = pgTable(
  'eid_windows',
  {
    code: text('code').notNull(),
    jackId: uuid('jack_id').notNull(),
    fromMs: ms('from_ms').notNull(),
    toMs: ms('to_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.code, t.jackId, t.fromMs] })],
);

export const expectedLists = pgTable(
  'expected_lists',
  {
    siteId: uuid('site_id').notNull(),
    version: text('version').notNull(),
    toMs: ms('to_ms').notNull(),
    digests: jsonb('digests').$type<Record<string, string>>().notNull(),
    atMs: ms('at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.version] })],
);

export const signingKeys = pgTable('signing_keys', {
  generation: integer('generation').primaryKey(),
  publicKey: text('public_key').notNull(),
  privateSealed: text('private_sealed').notNull(),
  endorsement: text('endorsement'),
  createdAtMs: ms('created_at_ms').notNull(),
});

export const siteRegulars = pgTable(
  'site_regulars',
  { siteId: uuid('site_id').notNull(), jackId: uuid('jack_id').notNull() },
  (t) => [primaryKey({ columns: [t.siteId, t.jackId] })],
);

export const paymentMethods = pgTable('payment_methods', {
  id: uuid('id').primaryKey(),
  driverId: uuid('driver_id').notNull(),
  processorToken: text('processor_token').notNull(),
  label: text('label').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
});

export const menuItems = pgTable('menu_items', {
  id: uuid('id').primaryKey(),
  siteId: uuid('site_id').notNull(),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  nameKo: text('name_ko'),
  unitAmountMinor: minor('unit_amount_minor').notNull(),
  options: jsonb('options').$type<string[]>().notNull(),
  sold: boolean('sold').notNull().default(true),
  /** Not to be ordered before this moment; long past mostly, for it ends by itself. */
  soldOutUntilMs: ms('sold_out_until_ms'),
});

export type PreorderPaymentState =
  | 'authorising'
  | 'declined'
  | 'held'
  | 'captured'
  | 'refunded'
  | 'voided'
  | 'unknown';

export const preorders = pgTable('preorders', {
  id: uuid('id').primaryKey(),
  siteId: uuid('site_id').notNull(),
  driverId: uuid('driver_id').notNull(),
  jackId: uuid('jack_id').notNull(),
  processorToken: text('processor_token').notNull(),
  number: text('number').notNull(),
  state: text('state').$type<'open' | 'ready' | 'handed-over' | 'cancelled'>().notNull(),
  payment: text('payment').$type<PreorderPaymentState>().notNull(),
  shown: boolean('shown').notNull().default(false),
  besideJack: boolean('beside_jack').notNull().default(false),
  currency: text('currency').notNull(),
  heldMinor: minor('held_minor').notNull(),
  authorisation: text('authorisation'),
  promisedAtMs: ms('promised_at_ms'),
  createdAtMs: ms('created_at_ms').notNull(),
  readyAtMs: ms('ready_at_ms'),
  handedOverAtMs: ms('handed_over_at_ms'),
  handedOverBy: text('handed_over_by'),
  visitId: uuid('visit_id'),
  noShowAtMs: ms('no_show_at_ms'),
  onTheWay: jsonb('on_the_way').$type<OnTheWay>(),
});
export type PreorderRow = typeof preorders.$inferSelect;

export const preorderItems = pgTable('preorder_items', {
  id: uuid('id').primaryKey(),
  preorderId: uuid('preorder_id').notNull(),
  /** Null in orders of before it was kept. */
  menuItemId: uuid('menu_item_id'),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  nameKo: text('name_ko'),
  quantity: integer('quantity').notNull(),
  options: jsonb('options').$type<string[]>().notNull(),
  unitAmountMinor: minor('unit_amount_minor').notNull(),
  available: boolean('available').notNull().default(true),
});
export type PreorderItemRow = typeof preorderItems.$inferSelect;

export const preorderEdits = pgTable('preorder_edits', {
  id: uuid('id').primaryKey(),
  preorderId: uuid('preorder_id').notNull(),
  operationId: uuid('operation_id').notNull(),
  items: jsonb('items').$type<PreorderItemRow[]>().notNull(),
  promisedAtMs: ms('promised_at_ms'),
  state: text('state').$type<'pending' | 'applied' | 'declined' | 'dropped'>().notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
});
export type PreorderEditRow = typeof preorderEdits.$inferSelect;

export const arrivals = pgTable(
  'arrivals',
  {
    siteId: uuid('site_id').notNull(),
    visitId: uuid('visit_id').notNull(),
    jackId: uuid('jack_id').notNull(),
    arrivedAtMs: ms('arrived_at_ms').notNull(),
    laneId: text('lane_id'),
    laneKind: text('lane_kind').$type<LaneKind>(),
    departedAtMs: ms('departed_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.visitId] })],
);

export const paymentRequests = pgTable('payment_requests', {
  id: uuid('id').primaryKey(),
  kind: text('kind').$type<'refuel' | 'refuel-reservation' | 'charge'>().notNull(),
  siteId: uuid('site_id').notNull(),
  driverId: uuid('driver_id').notNull(),
  jackId: uuid('jack_id').notNull(),
  visitId: uuid('visit_id'),
  amountMinor: minor('amount_minor').notNull(),
  currency: text('currency').notNull(),
  capturedMinor: minor('captured_minor'),
  state: text('state').$type<ApprovalState>().notNull(),
  reservationState: text('reservation_state').$type<Reservation['state']>(),
  reason: text('reason'),
  version: integer('version').notNull(),
  processorToken: text('processor_token'),
  authorisation: text('authorisation'),
  attempts: integer('attempts').notNull().default(0),
  usedStep: bigint('used_step', { mode: 'number' }),
  reservationId: uuid('reservation_id'),
  verification: text('verification').$type<'jack' | 'phone'>().notNull().default('jack'),
  description: text('description'),
  wrongFuel: boolean('wrong_fuel').notNull().default(false),
  refundedMinor: minor('refunded_minor').notNull().default(0),
  createdAtMs: ms('created_at_ms').notNull(),
  expiresAtMs: ms('expires_at_ms').notNull(),
  approvedAtMs: ms('approved_at_ms'),
  settledAtMs: ms('settled_at_ms'),
});
export type PaymentRequestRow = typeof paymentRequests.$inferSelect;

export const refuels = pgTable(
  'refuels',
  {
    siteId: uuid('site_id').notNull(),
    id: uuid('id').notNull(),
    visitId: uuid('visit_id').notNull(),
    jackId: uuid('jack_id').notNull(),
    laneId: text('lane_id').notNull(),
    pumpNumber: integer('pump_number').notNull(),
    fuel: text('fuel').$type<Fuel>().notNull(),
    unitPriceMilli: bigint('unit_price_milli', { mode: 'number' }).notNull(),
    volumeMl: bigint('volume_ml', { mode: 'number' }).notNull(),
    amountMinor: minor('amount_minor').notNull(),
    currency: text('currency').notNull(),
    paymentRequestId: uuid('payment_request_id').notNull(),
    completedAtMs: ms('completed_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.id] })],
);

export const refuelTenders = pgTable(
  'refuel_tenders',
  {
    siteId: uuid('site_id').notNull(),
    refuelId: uuid('refuel_id').notNull(),
    paymentRequestId: uuid('payment_request_id'),
    tender: text('tender').notNull(),
    reason: text('reason').notNull(),
    atMs: ms('at_ms').notNull(),
    conflicts: boolean('conflicts').notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.refuelId] })],
);

export const driveOffs = pgTable(
  'drive_offs',
  {
    siteId: uuid('site_id').notNull(),
    refuelId: uuid('refuel_id').notNull(),
    leftAtMs: ms('left_at_ms').notNull(),
    settledAtMs: ms('settled_at_ms'),
    settledHow: text('settled_how').$type<'driver' | 'otherwise'>(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.refuelId] })],
);

export const processorOperations = pgTable('processor_operations', {
  id: uuid('id').primaryKey(),
  subjectKind: text('subject_kind').$type<'preorder' | 'payment-request'>().notNull(),
  subjectId: uuid('subject_id').notNull(),
  kind: text('kind').$type<'authorise' | 'capture' | 'void' | 'refund' | 'purchase'>().notNull(),
  processorToken: text('processor_token').notNull(),
  authorisation: text('authorisation'),
  amountMinor: minor('amount_minor').notNull(),
  currency: text('currency').notNull(),
  state: text('state').$type<'pending' | 'succeeded' | 'declined' | 'unknown'>().notNull(),
  attempts: integer('attempts').notNull().default(0),
  leasedUntilMs: ms('leased_until_ms').notNull().default(0),
  leasedBy: integer('leased_by'),
  nextAtMs: ms('next_at_ms').notNull(),
  detail: text('detail'),
  createdAtMs: ms('created_at_ms').notNull(),
  settledAtMs: ms('settled_at_ms'),
});
export type OperationRow = typeof processorOperations.$inferSelect;

export const lastHeard = pgTable('last_heard', {
  jackId: uuid('jack_id').primaryKey(),
  siteId: uuid('site_id').notNull(),
  heardAtMs: ms('heard_at_ms').notNull(),
});

export const alarms = pgTable('alarms', {
  id: uuid('id').primaryKey(),
  kind: text('kind').$type<'impossible-travel'>().notNull(),
  jackId: uuid('jack_id').notNull(),
  siteId: uuid('site_id').notNull(),
  otherSiteId: uuid('other_site_id').notNull(),
  heardAtMs: ms('heard_at_ms').notNull(),
  otherHeardAtMs: ms('other_heard_at_ms').notNull(),
  raisedAtMs: ms('raised_at_ms').notNull(),
});

export const ledgerEntries = pgTable('ledger_entries', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  transactionId: uuid('transaction_id').notNull(),
  operationId: uuid('operation_id').notNull(),
  account: text('account')
    .$type<'held-at-processor' | 'held-of-drivers' | 'taken-at-processor' | 'owed-to-sites'>()
    .notNull(),
  siteId: uuid('site_id').notNull(),
  driverId: uuid('driver_id').notNull(),
  subjectKind: text('subject_kind').$type<'preorder' | 'payment-request'>().notNull(),
  subjectId: uuid('subject_id').notNull(),
  amountMinor: minor('amount_minor').notNull(),
  currency: text('currency').notNull(),
  atMs: ms('at_ms').notNull(),
});

export const refunds = pgTable('refunds', {
  id: uuid('id').primaryKey(),
  paymentRequestId: uuid('payment_request_id').notNull(),
  amountMinor: minor('amount_minor').notNull(),
  reason: text('reason').notNull(),
  operationId: uuid('operation_id').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
});

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    scope: text('scope').notNull(),
    keyHash: text('key_hash').notNull(),
    fingerprint: text('fingerprint').notNull(),
    answer: text('answer'),
    resume: jsonb('resume').$type<{ kind: string; id: string }>(),
    createdAtMs: ms('created_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.keyHash] })],
);

export const eventStreams = pgTable('event_streams', {
  stream: text('stream').primaryKey(),
  lastPosition: bigint('last_position', { mode: 'number' }).notNull(),
});

export const events = pgTable(
  'events',
  {
    stream: text('stream').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    atMs: ms('at_ms').notNull(),
    payload: jsonb('payload').$type<unknown>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.stream, t.position] })],
);

export const sandboxLedger = pgTable('sandbox_ledger', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  reference: uuid('reference').notNull(),
  kind: text('kind').$type<'authorise' | 'capture' | 'void' | 'refund' | 'purchase' | 'decline'>().notNull(),
  authorisation: text('authorisation'),
  processorToken: text('processor_token').notNull(),
  amountMinor: minor('amount_minor').notNull(),
  currency: text('currency').notNull(),
  detail: text('detail'),
  atMs: ms('at_ms').notNull(),
});
