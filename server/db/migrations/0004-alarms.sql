-- Where a static code was heard last: the same code at two sites in an impossible time is a copy.
ALTER TABLE sites ADD COLUMN latitude double precision CHECK (latitude BETWEEN -90 AND 90);
--> statement-breakpoint
ALTER TABLE sites ADD COLUMN longitude double precision CHECK (longitude BETWEEN -180 AND 180);
--> statement-breakpoint
CREATE TABLE last_heard (
  jack_id uuid PRIMARY KEY REFERENCES jacks (id),
  site_id uuid NOT NULL REFERENCES sites (id),
  heard_at_ms bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE alarms (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('impossible-travel')),
  jack_id uuid NOT NULL REFERENCES jacks (id),
  site_id uuid NOT NULL REFERENCES sites (id),
  other_site_id uuid NOT NULL REFERENCES sites (id),
  heard_at_ms bigint NOT NULL,
  other_heard_at_ms bigint NOT NULL,
  raised_at_ms bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX alarms_raised ON alarms (raised_at_ms);
