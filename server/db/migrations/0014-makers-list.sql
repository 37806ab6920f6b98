-- Jacks as their makers wrote them: a static code and the hash of the key that only this jack has. Where a code is in
-- here, it is registered with that key or not at all.
CREATE TABLE makers_list (
  code text PRIMARY KEY,
  key_hash text NOT NULL CHECK (key_hash ~ '^[0-9a-f]{64}$'),
  maker text,
  listed_at_ms bigint NOT NULL
);
