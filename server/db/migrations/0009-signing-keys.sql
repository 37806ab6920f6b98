-- What expected lists are signed with. The newest signs; each was vouched for by the one before.
CREATE TABLE signing_keys (
  generation integer PRIMARY KEY CHECK (generation >= 1),
  public_key text NOT NULL,
  private_sealed text NOT NULL,
  endorsement text,
  created_at_ms bigint NOT NULL,
  CHECK ((generation = 1) = (endorsement IS NULL))
);
