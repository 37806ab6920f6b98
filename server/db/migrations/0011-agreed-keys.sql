-- The server's half of a key agreement with a rotating jack (X25519), sealed; gone once the challenge is used.
ALTER TABLE jack_challenges ADD COLUMN agreement_sealed text;
