/**
 * The tables as drizzle sees them, for typed reading. The truth is migrations/ (STRICT, triggers,
 * partial indexes); schema.test.ts fails when the two drift apart.
 */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const meta = sqliteTable('meta', {
  key: text('key').primaryKey().notNull(),
  value: text('value').notNull(),
});

export const staff = sqliteTable('staff', {
  staffId: text('staff_id').primaryKey().notNull(),
  displayName: text('display_name').notNull(),
  role: text('role', { enum: ['cashier', 'attendant', 'manager', 'installer'] }).notNull(),
  pinHash: text('pin_hash').notNull(),
  failedAttempts: integer('failed_attempts').notNull().default(0),
  retryAtMs: integer('retry_at_ms').notNull().default(0),
  lockedUntilMs: integer('locked_until_ms').notNull().default(0),
  retiredAtMs: integer('retired_at_ms'),
  createdAtMs: integer('created_at_ms').notNull(),
});

export const sessions = sqliteTable('sessions', {
  tokenHash: text('token_hash').primaryKey().notNull(),
  staffId: text('staff_id').notNull(),
  kioskId: text('kiosk_id'),
  createdAtMs: integer('created_at_ms').notNull(),
  expiresAtMs: integer('expires_at_ms').notNull(),
  endedAtMs: integer('ended_at_ms'),
});

export const kiosks = sqliteTable('kiosks', {
  kioskId: text('kiosk_id').primaryKey().notNull(),
  name: text('name').notNull(),
  secretHash: text('secret_hash').notNull(),
  joinedAtMs: integer('joined_at_ms').notNull(),
  letInBy: text('let_in_by').notNull(),
  lastSeenAtMs: integer('last_seen_at_ms').notNull(),
  removedAtMs: integer('removed_at_ms'),
});

export const visits = sqliteTable('visits', {
  visitId: text('visit_id').primaryKey().notNull(),
  openedSequence: integer('opened_sequence').notNull(),
  jackId: text('jack_id'),
  plate: text('plate').notNull(),
  plateNormal: text('plate_normal').notNull(),
  model: text('model').notNull(),
  color: text('color').notNull(),
  fuel: text('fuel'),
  codeBehaviour: text('code_behaviour'),
  knownBy: text('known_by').notNull(),
  purpose: text('purpose'),
  codes: text('codes').notNull(),
  presence: text('presence').notNull(),
  laneId: text('lane_id'),
  laneCandidates: text('lane_candidates').notNull(),
  laneByStaff: integer('lane_by_staff').notNull(),
  firstHeardAtMs: integer('first_heard_at_ms').notNull(),
  arrivedAtMs: integer('arrived_at_ms'),
  lastHeardAtMs: integer('last_heard_at_ms').notNull(),
  claimedBy: text('claimed_by'),
  reservation: text('reservation'),
  closedAtMs: integer('closed_at_ms'),
  closedHow: text('closed_how'),
  visible: integer('visible').notNull(),
  doneAtMs: integer('done_at_ms'),
  heardLanes: text('heard_lanes').notNull(),
});

export const pickups = sqliteTable('pickups', {
  pickupId: text('pickup_id').primaryKey().notNull(),
  visitId: text('visit_id').notNull(),
  preorderId: text('preorder_id').notNull(),
  number: text('number').notNull(),
  items: text('items').notNull(),
  paidMinor: integer('paid_minor').notNull(),
  currency: text('currency').notNull(),
  payment: text('payment').notNull(),
  state: text('state').notNull(),
  checkKind: text('check_kind').notNull(),
  handedOverAtMs: integer('handed_over_at_ms'),
  handedOverBy: text('handed_over_by'),
  undoUntilMs: integer('undo_until_ms'),
  handOverOutboxId: text('hand_over_outbox_id'),
  promisedAtMs: integer('promised_at_ms'),
  onTheWay: text('on_the_way'),
  paidAsCart: integer('paid_as_cart').notNull(),
});

export const refuels = sqliteTable('refuels', {
  refuelId: text('refuel_id').primaryKey().notNull(),
  visitId: text('visit_id').notNull(),
  state: text('state').notNull(),
  laneId: text('lane_id').notNull(),
  gradeId: text('grade_id'),
  fuel: text('fuel'),
  volumeMl: integer('volume_ml'),
  amountMinor: integer('amount_minor'),
  currency: text('currency').notNull(),
  unitPriceMilli: integer('unit_price_milli'),
  fuelMismatchConfirmed: integer('fuel_mismatch_confirmed').notNull(),
  startedBy: text('started_by').notNull(),
  startedAtMs: integer('started_at_ms').notNull(),
  completedAtMs: integer('completed_at_ms'),
  paymentRequestId: text('payment_request_id'),
  approval: text('approval'),
  settledOtherwise: text('settled_otherwise'),
});

export const paymentRequests = sqliteTable('payment_requests', {
  paymentRequestId: text('payment_request_id').primaryKey().notNull(),
  refuelId: text('refuel_id').notNull(),
  visitId: text('visit_id').notNull(),
  version: integer('version').notNull(),
  state: text('state').notNull(),
});

export const charges = sqliteTable('charges', {
  chargeId: text('charge_id').primaryKey().notNull(),
  visitId: text('visit_id').notNull(),
  state: text('state').notNull(),
  amountMinor: integer('amount_minor').notNull(),
  currency: text('currency').notNull(),
  note: text('note'),
  verification: text('verification').notNull(),
  requestedBy: text('requested_by').notNull(),
  requestedAtMs: integer('requested_at_ms').notNull(),
  paymentRequestId: text('payment_request_id').notNull(),
  approval: text('approval').notNull(),
  cancelAsked: integer('cancel_asked').notNull(),
  refunds: text('refunds').notNull(),
});

export const chargeRequests = sqliteTable('charge_requests', {
  paymentRequestId: text('payment_request_id').primaryKey().notNull(),
  chargeId: text('charge_id').notNull(),
  visitId: text('visit_id').notNull(),
  version: integer('version').notNull(),
  state: text('state').notNull(),
});

export const cartPayments = sqliteTable('cart_payments', {
  paymentRequestId: text('payment_request_id').primaryKey().notNull(),
  tripId: text('trip_id').notNull(),
  cartId: text('cart_id').notNull(),
  cart: integer('cart').notNull(),
  state: text('state').notNull(),
  amountMinor: integer('amount_minor').notNull(),
  currency: text('currency').notNull(),
  asPickup: integer('as_pickup').notNull(),
  lines: text('lines').notNull(),
  askedAtMs: integer('asked_at_ms').notNull(),
  settledAtMs: integer('settled_at_ms'),
  refunds: text('refunds').notNull(),
  version: integer('version').notNull(),
});

export const shifts = sqliteTable('shifts', {
  shiftId: text('shift_id').primaryKey().notNull(),
  kioskId: text('kiosk_id'),
  person: text('person').notNull(),
  openedAtMs: integer('opened_at_ms').notNull(),
  openedSequence: integer('opened_sequence').notNull(),
  floatMinor: integer('float_minor').notNull(),
  currency: text('currency').notNull(),
  closedAtMs: integer('closed_at_ms'),
  closedBy: text('closed_by'),
  countedMinor: integer('counted_minor'),
  handedTo: text('handed_to'),
  note: text('note'),
  report: text('report'),
});

export const journal = sqliteTable('journal', {
  sequence: integer('sequence').primaryKey().notNull(),
  atMs: integer('at_ms').notNull(),
  kind: text('kind').notNull(),
  visitId: text('visit_id'),
  person: text('person'),
  kioskId: text('kiosk_id'),
  details: text('details').notNull(),
  hash: text('hash').notNull(),
});

export const outbox = sqliteTable('outbox', {
  outboxId: text('outbox_id').primaryKey().notNull(),
  kind: text('kind').notNull(),
  payload: text('payload').notNull(),
  visitId: text('visit_id'),
  subjectId: text('subject_id'),
  createdAtMs: integer('created_at_ms').notNull(),
  notBeforeMs: integer('not_before_ms').notNull(),
  attempts: integer('attempts').notNull().default(0),
  nextAttemptAtMs: integer('next_attempt_at_ms').notNull(),
  state: text('state').notNull(),
  lastError: text('last_error'),
});

export const commands = sqliteTable('commands', {
  commandId: integer('command_id').primaryKey().notNull(),
  idempotencyKey: text('idempotency_key').notNull(),
  atMs: integer('at_ms').notNull(),
  fingerprint: text('fingerprint').notNull(),
  answer: text('answer').notNull(),
  journalSequence: integer('journal_sequence').notNull(),
});

export const expectedCars = sqliteTable('expected_cars', {
  jackId: text('jack_id').primaryKey().notNull(),
  plateNormal: text('plate_normal').notNull(),
  car: text('car').notNull(),
  keptAtMs: integer('kept_at_ms').notNull(),
  generation: integer('generation').notNull(),
});

export const expectedCodes = sqliteTable('expected_codes', {
  code: text('code').primaryKey().notNull(),
  jackId: text('jack_id').notNull(),
  validFromMs: integer('valid_from_ms'),
  validToMs: integer('valid_to_ms'),
  generation: integer('generation').notNull(),
});
