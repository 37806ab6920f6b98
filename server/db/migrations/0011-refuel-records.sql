-- The fuel that went in is not what the car is registered for: said to driver and site with the request.
ALTER TABLE payment_requests ADD COLUMN wrong_fuel boolean NOT NULL DEFAULT false;
--> statement-breakpoint
-- A car that left with its refuel unpaid. Kept for good; what settled it later is added once.
CREATE TABLE drive_offs (
  site_id uuid NOT NULL,
  refuel_id uuid NOT NULL,
  left_at_ms bigint NOT NULL,
  settled_at_ms bigint,
  settled_how text CHECK (settled_how IN ('driver', 'otherwise')),
  PRIMARY KEY (site_id, refuel_id),
  FOREIGN KEY (site_id, refuel_id) REFERENCES refuels (site_id, id),
  CHECK ((settled_at_ms IS NULL) = (settled_how IS NULL))
);
--> statement-breakpoint
CREATE INDEX drive_offs_of_site ON drive_offs (site_id, settled_at_ms);
--> statement-breakpoint
CREATE INDEX drive_offs_open ON drive_offs (site_id) WHERE settled_at_ms IS NULL;
--> statement-breakpoint
CREATE INDEX refuels_of_visit ON refuels (site_id, visit_id);
--> statement-breakpoint
CREATE INDEX payment_requests_releases ON payment_requests (site_id, settled_at_ms)
  WHERE reservation_state IN ('releasing', 'released');
