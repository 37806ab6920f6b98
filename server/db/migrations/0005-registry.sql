-- Further phones of an account, jacks that change hands. Only hashes of invitations are kept.
ALTER TABLE jacks ADD COLUMN released_at_ms bigint;
CREATE TABLE phone_invitations (
  code_hash text PRIMARY KEY,
  driver_id uuid NOT NULL REFERENCES drivers (id),
  invited_by uuid NOT NULL REFERENCES phones (id),
  expires_at_ms bigint NOT NULL,
  used_at_ms bigint
);
-- What a jack is asked to sign so that it is known to be at hand; one use.
CREATE TABLE jack_challenges (
  id uuid PRIMARY KEY,
  driver_id uuid NOT NULL REFERENCES drivers (id),
  created_at_ms bigint NOT NULL,
  used_at_ms bigint
);
CREATE INDEX jack_challenges_driver ON jack_challenges (driver_id, created_at_ms);
CREATE TABLE jack_transfers (
  id uuid PRIMARY KEY,
  jack_id uuid NOT NULL REFERENCES jacks (id),
  from_driver_id uuid NOT NULL REFERENCES drivers (id),
  to_driver_id uuid NOT NULL REFERENCES drivers (id),
  to_vehicle_id uuid NOT NULL REFERENCES vehicles (id),
  state text NOT NULL CHECK (state IN ('waiting', 'consented', 'refused', 'expired')),
  new_jack_id uuid REFERENCES jacks (id),
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  answered_at_ms bigint
);
CREATE UNIQUE INDEX jack_transfers_waiting ON jack_transfers (jack_id, to_driver_id) WHERE state = 'waiting';
CREATE INDEX jack_transfers_from ON jack_transfers (from_driver_id);
CREATE INDEX jack_transfers_to ON jack_transfers (to_driver_id);
