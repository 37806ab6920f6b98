/**
 * Every table is STRICT: SQLite would otherwise turn the plate "0012" into 12 where a column has
 * numeric affinity. drizzle cannot emit STRICT yet (drizzle-team/drizzle-orm#202), hence SQL by hand;
 * schema.test.ts holds schema.ts and this text together.
 *
 * Ids are UUIDv7 text. They rise with time, so a new row lands on the last page. Small rows that are
 * mostly inserted are WITHOUT ROWID (one tree of pages each); rows that are mostly updated or long are
 * not (their key's index stays untouched, and they need no overflow page). That, and no index that only
 * a start needs, is what keeps a durable command cheap.
 */
export const firstRecords = `
CREATE TABLE meta (
  key   TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
  staff_id        TEXT PRIMARY KEY NOT NULL,
  display_name    TEXT NOT NULL,
  role            TEXT NOT NULL CHECK (role IN ('cashier', 'attendant', 'manager', 'installer')),
  -- scrypt$N$r$p$salt$hash, never the PIN
  pin_hash        TEXT NOT NULL,
  failed_attempts INTEGER NOT NULL DEFAULT 0,
  retry_at_ms     INTEGER NOT NULL DEFAULT 0,
  locked_until_ms INTEGER NOT NULL DEFAULT 0,
  retired_at_ms   INTEGER,
  created_at_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  -- SHA-256 of the token; the token itself is only in the kiosk
  token_hash    TEXT PRIMARY KEY NOT NULL,
  staff_id      TEXT NOT NULL REFERENCES staff (staff_id),
  kiosk_id      TEXT,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  ended_at_ms   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE visits (
  visit_id         TEXT PRIMARY KEY NOT NULL,
  -- where its story begins in the journal: reading it needs no index that every entry would have to keep
  opened_sequence  INTEGER NOT NULL,
  jack_id          TEXT,
  -- as typed by the driver or the cashier
  plate            TEXT NOT NULL,
  -- letters and digits only, for matching
  plate_normal     TEXT NOT NULL,
  model            TEXT NOT NULL,
  color            TEXT NOT NULL,
  fuel             TEXT,
  code_behaviour   TEXT,
  known_by         TEXT NOT NULL CHECK (known_by IN ('jack', 'phone', 'staff')),
  purpose          TEXT,
  -- JSON array: the codes heard of this car (rotating ones change)
  codes            TEXT NOT NULL,
  presence         TEXT NOT NULL CHECK (presence IN ('tentative', 'approaching', 'arrived', 'parked', 'departed')),
  lane_id          TEXT,
  lane_candidates  TEXT NOT NULL,
  lane_by_staff    INTEGER NOT NULL,
  first_heard_at_ms INTEGER NOT NULL,
  arrived_at_ms    INTEGER,
  last_heard_at_ms INTEGER NOT NULL,
  claimed_by       TEXT,
  reservation      TEXT,
  closed_at_ms     INTEGER,
  closed_how       TEXT,
  -- 1 = still on the board
  visible          INTEGER NOT NULL,
  done_at_ms       INTEGER
) STRICT;
CREATE INDEX visits_visible ON visits (visible) WHERE visible = 1;
CREATE INDEX visits_first_heard ON visits (first_heard_at_ms);

CREATE TABLE pickups (
  pickup_id         TEXT PRIMARY KEY NOT NULL,
  visit_id          TEXT NOT NULL REFERENCES visits (visit_id),
  preorder_id       TEXT NOT NULL,
  number            TEXT NOT NULL,
  items             TEXT NOT NULL,
  paid_minor        INTEGER NOT NULL,
  currency          TEXT NOT NULL,
  payment           TEXT NOT NULL,
  state             TEXT NOT NULL CHECK (state IN ('preparing', 'ready', 'handed-over', 'cancelled')),
  check_kind        TEXT NOT NULL,
  handed_over_at_ms INTEGER,
  handed_over_by    TEXT,
  undo_until_ms     INTEGER,
  hand_over_outbox_id TEXT,
  promised_at_ms    INTEGER
) STRICT;
CREATE INDEX pickups_visit ON pickups (visit_id);
CREATE INDEX pickups_preorder ON pickups (preorder_id);

CREATE TABLE refuels (
  refuel_id             TEXT PRIMARY KEY NOT NULL,
  visit_id              TEXT NOT NULL REFERENCES visits (visit_id),
  state                 TEXT NOT NULL CHECK (state IN ('refueling', 'awaiting-approval', 'paid', 'declined',
                          'expired', 'unknown', 'settled-otherwise', 'cancelled', 'drive-off')),
  lane_id               TEXT NOT NULL,
  grade_id              TEXT,
  fuel                  TEXT,
  volume_ml             INTEGER,
  amount_minor          INTEGER,
  currency              TEXT NOT NULL,
  unit_price_milli      INTEGER,
  fuel_mismatch_confirmed INTEGER NOT NULL,
  started_by            TEXT NOT NULL,
  started_at_ms         INTEGER NOT NULL,
  completed_at_ms       INTEGER,
  payment_request_id    TEXT,
  approval              TEXT,
  settled_otherwise     TEXT
) STRICT;
CREATE INDEX refuels_visit ON refuels (visit_id);

-- Every request for a driver's approval that a refuel ever made: late news of an old one must be told apart.
CREATE TABLE payment_requests (
  payment_request_id TEXT PRIMARY KEY NOT NULL,
  refuel_id          TEXT NOT NULL REFERENCES refuels (refuel_id),
  visit_id           TEXT NOT NULL,
  version            INTEGER NOT NULL,
  state              TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Append-only: the triggers below refuse everything else; hash = SHA-256(previous hash + canonical JSON).
CREATE TABLE journal (
  sequence  INTEGER PRIMARY KEY NOT NULL,
  at_ms     INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  visit_id  TEXT,
  -- JSON of the person, null for what the station did itself
  person    TEXT,
  kiosk_id  TEXT,
  details   TEXT NOT NULL,
  hash      TEXT NOT NULL
) STRICT;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE outbox (
  outbox_id          TEXT PRIMARY KEY NOT NULL,
  kind               TEXT NOT NULL,
  payload            TEXT NOT NULL,
  visit_id           TEXT,
  -- the pickup or refuel whose mark this is
  subject_id         TEXT,
  created_at_ms      INTEGER NOT NULL,
  not_before_ms      INTEGER NOT NULL,
  attempts           INTEGER NOT NULL DEFAULT 0,
  next_attempt_at_ms INTEGER NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'attention', 'set-aside', 'withdrawn')),
  last_error         TEXT
) STRICT, WITHOUT ROWID;

-- Idempotency: what was asked under a key, and what was answered. Kept for some days; the station holds
-- the keys in memory (one process opens a data folder), so a durable tap maintains no index for them.
CREATE TABLE commands (
  command_id       INTEGER PRIMARY KEY NOT NULL,
  idempotency_key  TEXT NOT NULL,
  at_ms            INTEGER NOT NULL,
  fingerprint      TEXT NOT NULL,
  answer           TEXT NOT NULL,
  -- the journal's head after it: shows when the journal's end was cut off
  journal_sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE expected_cars (
  jack_id      TEXT PRIMARY KEY NOT NULL,
  plate_normal TEXT NOT NULL,
  -- JSON of the server contract's ExpectedCar
  car          TEXT NOT NULL,
  kept_at_ms   INTEGER NOT NULL,
  generation   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE expected_codes (
  code          TEXT PRIMARY KEY NOT NULL,
  jack_id       TEXT NOT NULL,
  valid_from_ms INTEGER,
  valid_to_ms   INTEGER,
  generation    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX expected_codes_jack ON expected_codes (jack_id);
`;
