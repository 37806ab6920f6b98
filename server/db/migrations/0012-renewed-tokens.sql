-- A renewed credential or token waits beside the old one until it is used once; then it takes its place.
ALTER TABLE site_credentials ADD COLUMN next_token_hash text;
ALTER TABLE site_credentials ADD COLUMN renewed_at_ms bigint;
ALTER TABLE site_credentials ADD COLUMN renewal_wanted boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX site_credentials_next ON site_credentials (next_token_hash) WHERE next_token_hash IS NOT NULL;
ALTER TABLE phones ADD COLUMN next_token_hash text;
ALTER TABLE phones ADD COLUMN renewed_at_ms bigint;
CREATE UNIQUE INDEX phones_next ON phones (next_token_hash) WHERE next_token_hash IS NOT NULL;
