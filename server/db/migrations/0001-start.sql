-- Times are UTC milliseconds, money is integer minor units with its currency, plates and codes are text.

CREATE TABLE sites (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  name_ko text,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  time_zone text NOT NULL,
  approval_mode text NOT NULL CHECK (approval_mode IN ('reserve-at-arrival', 'at-completion')),
  reservation_maximum_minor bigint CHECK (reservation_maximum_minor > 0),
  approval_ms bigint NOT NULL CHECK (approval_ms > 0),
  next_preorder_number integer NOT NULL DEFAULT 0,
  created_at_ms bigint NOT NULL
);

-- One use each; only the hash is kept.
CREATE TABLE pairing_codes (
  code_hash text PRIMARY KEY,
  site_id uuid NOT NULL REFERENCES sites (id),
  expires_at_ms bigint NOT NULL,
  used_at_ms bigint
);

CREATE TABLE site_credentials (
  id uuid PRIMARY KEY,
  site_id uuid NOT NULL REFERENCES sites (id),
  token_hash text NOT NULL UNIQUE,
  station_name text NOT NULL,
  created_at_ms bigint NOT NULL,
  revoked_at_ms bigint
);

CREATE TABLE drivers (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  locale text NOT NULL,
  created_at_ms bigint NOT NULL,
  erased_at_ms bigint
);

CREATE TABLE phones (
  id uuid PRIMARY KEY,
  driver_id uuid NOT NULL REFERENCES drivers (id),
  name text NOT NULL,
  token_hash text NOT NULL UNIQUE,
  created_at_ms bigint NOT NULL,
  revoked_at_ms bigint
);
CREATE INDEX phones_driver ON phones (driver_id);

CREATE TABLE vehicles (
  id uuid PRIMARY KEY,
  driver_id uuid NOT NULL REFERENCES drivers (id),
  plate_typed text NOT NULL,
  plate text NOT NULL,
  model text NOT NULL,
  color text NOT NULL,
  fuel text,
  created_at_ms bigint NOT NULL
);
CREATE INDEX vehicles_driver ON vehicles (driver_id);

-- Keys are sealed with the master key (server/db/secret-box.ts). identity_hash keeps one identity key
-- from being registered twice without showing it.
CREATE TABLE jacks (
  id uuid PRIMARY KEY,
  driver_id uuid NOT NULL REFERENCES drivers (id),
  vehicle_id uuid NOT NULL REFERENCES vehicles (id),
  behaviour text NOT NULL CHECK (behaviour IN ('static', 'rotating')),
  static_code text UNIQUE,
  identity_sealed text,
  identity_hash text UNIQUE,
  rotation_exponent integer CHECK (rotation_exponent BETWEEN 0 AND 15),
  counter_seconds bigint,
  counter_at_ms bigint,
  auth_key_sealed text NOT NULL,
  windows_until_ms bigint,
  blocked_at_ms bigint,
  created_at_ms bigint NOT NULL,
  CHECK ((behaviour = 'static') = (static_code IS NOT NULL)),
  CHECK ((behaviour = 'rotating') = (identity_sealed IS NOT NULL AND rotation_exponent IS NOT NULL
    AND counter_seconds IS NOT NULL AND counter_at_ms IS NOT NULL))
);
CREATE INDEX jacks_driver ON jacks (driver_id);
CREATE INDEX jacks_windows_until ON jacks (windows_until_ms) WHERE behaviour = 'rotating';

-- Codes of rotating jacks, computed ahead, so that a report is resolved by index and not by search.
CREATE TABLE eid_windows (
  code text NOT NULL,
  jack_id uuid NOT NULL REFERENCES jacks (id),
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL,
  PRIMARY KEY (code, jack_id, from_ms)
);
CREATE INDEX eid_windows_to ON eid_windows (to_ms);

-- Cars a site expects without a preorder or an earlier visit.
CREATE TABLE site_regulars (
  site_id uuid NOT NULL REFERENCES sites (id),
  jack_id uuid NOT NULL REFERENCES jacks (id),
  PRIMARY KEY (site_id, jack_id)
);

CREATE TABLE payment_methods (
  id uuid PRIMARY KEY,
  driver_id uuid NOT NULL REFERENCES drivers (id),
  processor_token text NOT NULL,
  label text NOT NULL,
  created_at_ms bigint NOT NULL
);
CREATE INDEX payment_methods_driver ON payment_methods (driver_id);

CREATE TABLE menu_items (
  id uuid PRIMARY KEY,
  site_id uuid NOT NULL REFERENCES sites (id),
  position integer NOT NULL,
  name text NOT NULL,
  name_ko text,
  unit_amount_minor bigint NOT NULL CHECK (unit_amount_minor >= 0),
  options jsonb NOT NULL,
  sold boolean NOT NULL DEFAULT true
);
CREATE INDEX menu_items_site ON menu_items (site_id);

CREATE TABLE preorders (
  id uuid PRIMARY KEY,
  site_id uuid NOT NULL REFERENCES sites (id),
  driver_id uuid NOT NULL REFERENCES drivers (id),
  jack_id uuid NOT NULL REFERENCES jacks (id),
  processor_token text NOT NULL,
  number text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'ready', 'handed-over', 'cancelled')),
  payment text NOT NULL CHECK (payment IN ('authorising', 'declined', 'held', 'captured', 'refunded', 'voided', 'unknown')),
  -- Was the money ever held? Only then may the site see it.
  shown boolean NOT NULL DEFAULT false,
  currency text NOT NULL,
  held_minor bigint NOT NULL CHECK (held_minor >= 0),
  authorisation text,
  promised_at_ms bigint,
  created_at_ms bigint NOT NULL,
  ready_at_ms bigint,
  handed_over_at_ms bigint,
  handed_over_by text,
  visit_id uuid
);
CREATE INDEX preorders_jack ON preorders (jack_id, site_id) WHERE state IN ('open', 'ready');
CREATE INDEX preorders_site ON preorders (site_id) WHERE state IN ('open', 'ready');

CREATE TABLE preorder_items (
  id uuid PRIMARY KEY,
  preorder_id uuid NOT NULL REFERENCES preorders (id),
  position integer NOT NULL,
  name text NOT NULL,
  name_ko text,
  quantity integer NOT NULL CHECK (quantity > 0),
  options jsonb NOT NULL,
  unit_amount_minor bigint NOT NULL CHECK (unit_amount_minor >= 0),
  available boolean NOT NULL DEFAULT true
);
CREATE INDEX preorder_items_preorder ON preorder_items (preorder_id);

-- Cars that entered a site.
CREATE TABLE arrivals (
  site_id uuid NOT NULL REFERENCES sites (id),
  visit_id uuid NOT NULL,
  jack_id uuid NOT NULL REFERENCES jacks (id),
  arrived_at_ms bigint NOT NULL,
  lane_id text,
  lane_kind text,
  departed_at_ms bigint,
  PRIMARY KEY (site_id, visit_id)
);
CREATE INDEX arrivals_present ON arrivals (site_id) WHERE departed_at_ms IS NULL;
CREATE INDEX arrivals_recent ON arrivals (site_id, arrived_at_ms);

CREATE TABLE payment_requests (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('refuel', 'refuel-reservation', 'charge')),
  site_id uuid NOT NULL REFERENCES sites (id),
  driver_id uuid NOT NULL REFERENCES drivers (id),
  jack_id uuid NOT NULL REFERENCES jacks (id),
  visit_id uuid,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  captured_minor bigint CHECK (captured_minor >= 0 AND captured_minor <= amount_minor),
  state text NOT NULL CHECK (state IN ('waiting', 'approved', 'paid', 'declined', 'expired', 'cancelled', 'unknown')),
  -- Only of a reservation.
  reservation_state text CHECK (reservation_state IN ('waiting', 'held', 'declined', 'expired', 'captured', 'released', 'releasing')),
  reason text,
  version integer NOT NULL,
  processor_token text,
  authorisation text,
  attempts integer NOT NULL DEFAULT 0,
  -- The time step of the code that approved it: an authentication code is good once.
  used_step bigint,
  -- The reservation that this refuel is captured from.
  reservation_id uuid REFERENCES payment_requests (id),
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  approved_at_ms bigint,
  settled_at_ms bigint,
  CHECK ((kind = 'refuel-reservation') = (reservation_state IS NOT NULL))
);
CREATE INDEX payment_requests_waiting ON payment_requests (expires_at_ms) WHERE state = 'waiting';
CREATE INDEX payment_requests_driver ON payment_requests (driver_id) WHERE state = 'waiting';
CREATE INDEX payment_requests_visit ON payment_requests (site_id, visit_id);
CREATE INDEX payment_requests_reservation ON payment_requests (jack_id, site_id)
  WHERE kind = 'refuel-reservation' AND reservation_state IN ('waiting', 'held', 'releasing');

CREATE TABLE refuels (
  site_id uuid NOT NULL REFERENCES sites (id),
  id uuid NOT NULL,
  visit_id uuid NOT NULL,
  jack_id uuid NOT NULL REFERENCES jacks (id),
  lane_id text NOT NULL,
  pump_number integer NOT NULL,
  fuel text NOT NULL,
  unit_price_milli bigint NOT NULL,
  volume_ml bigint NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  payment_request_id uuid NOT NULL REFERENCES payment_requests (id),
  completed_at_ms bigint NOT NULL,
  PRIMARY KEY (site_id, id)
);
-- Settled at the site (cash, card terminal): what the site says happened, beside what the server knows.
CREATE TABLE refuel_tenders (
  site_id uuid NOT NULL REFERENCES sites (id),
  refuel_id uuid NOT NULL,
  payment_request_id uuid,
  tender text NOT NULL,
  reason text NOT NULL,
  at_ms bigint NOT NULL,
  -- Did the server settle it too? Then a manager has to look.
  conflicts boolean NOT NULL,
  PRIMARY KEY (site_id, refuel_id)
);
CREATE INDEX refuels_payment_request ON refuels (payment_request_id);

-- Everything asked of the processor, written before it is asked. The id is the processor's reference.
CREATE TABLE processor_operations (
  id uuid PRIMARY KEY,
  subject_kind text NOT NULL CHECK (subject_kind IN ('preorder', 'payment-request')),
  subject_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('authorise', 'capture', 'void', 'refund')),
  processor_token text NOT NULL,
  authorisation text,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'succeeded', 'declined', 'unknown')),
  attempts integer NOT NULL DEFAULT 0,
  -- While somebody is asking the processor nobody else does.
  leased_until_ms bigint NOT NULL DEFAULT 0,
  next_at_ms bigint NOT NULL,
  detail text,
  created_at_ms bigint NOT NULL,
  settled_at_ms bigint
);
CREATE INDEX processor_operations_open ON processor_operations (next_at_ms) WHERE state IN ('pending', 'unknown');
CREATE INDEX processor_operations_subject ON processor_operations (subject_id);

-- A key's row is written in the transaction of its effect; the answer is replayed for seven days.
CREATE TABLE idempotency_keys (
  scope text NOT NULL,
  key_hash text NOT NULL,
  fingerprint text NOT NULL,
  answer text,
  resume jsonb,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (scope, key_hash)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at_ms);

-- The row's lock is held until commit, so positions become visible in order and without gaps.
CREATE TABLE event_streams (
  stream text PRIMARY KEY,
  last_position bigint NOT NULL
);
CREATE TABLE events (
  stream text NOT NULL,
  position bigint NOT NULL,
  at_ms bigint NOT NULL,
  payload jsonb NOT NULL,
  PRIMARY KEY (stream, position)
);
CREATE INDEX events_at ON events (at_ms);

-- The sandbox processor's own books: what money really moved. Never updated.
CREATE TABLE sandbox_ledger (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference uuid NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('authorise', 'capture', 'void', 'refund', 'decline')),
  authorisation text,
  processor_token text NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  detail text,
  at_ms bigint NOT NULL
);
CREATE INDEX sandbox_ledger_authorisation ON sandbox_ledger (authorisation);
