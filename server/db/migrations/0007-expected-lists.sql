-- What each site was told last: a digest per jack, so that it is sent only what changed. The last few are kept.
CREATE TABLE expected_lists (
  site_id uuid NOT NULL REFERENCES sites (id),
  version text NOT NULL,
  to_ms bigint NOT NULL,
  digests jsonb NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (site_id, version)
);
-- How far a rotating jack's clock is off what was registered, as its codes show (ms; later is more).
ALTER TABLE jacks ADD COLUMN drift_ms bigint NOT NULL DEFAULT 0;
ALTER TABLE jacks ADD COLUMN drift_at_ms bigint;
