-- Smart carts: what is sold by barcode, the fleet, who has which cart and what is in it.
CREATE TABLE goods (
  id uuid PRIMARY KEY,
  site_id uuid NOT NULL REFERENCES sites (id),
  barcode text NOT NULL,
  name text NOT NULL,
  name_ko text,
  sold_by text NOT NULL CHECK (sold_by IN ('piece', 'weight')),
  unit_amount_minor bigint NOT NULL CHECK (unit_amount_minor >= 0),
  weight_gram integer CHECK (weight_gram > 0),
  tolerance_gram integer NOT NULL CHECK (tolerance_gram >= 0),
  UNIQUE (site_id, barcode)
);
--> statement-breakpoint
CREATE TABLE cart_rules (
  site_id uuid PRIMARY KEY REFERENCES sites (id),
  idle_ms bigint NOT NULL CHECK (idle_ms > 0),
  spot_check_from_minor bigint CHECK (spot_check_from_minor >= 0),
  spot_check_per_mille integer NOT NULL CHECK (spot_check_per_mille BETWEEN 0 AND 1000)
);
--> statement-breakpoint
CREATE TABLE carts (
  id uuid PRIMARY KEY,
  site_id uuid NOT NULL REFERENCES sites (id),
  number integer NOT NULL,
  -- Painted on the cart for everybody to scan: no secret.
  code text NOT NULL UNIQUE,
  token_hash text NOT NULL UNIQUE,
  version integer NOT NULL DEFAULT 1,
  created_at_ms bigint NOT NULL,
  retired_at_ms bigint,
  UNIQUE (site_id, number)
);
--> statement-breakpoint
CREATE TABLE cart_trips (
  id uuid PRIMARY KEY,
  cart_id uuid NOT NULL REFERENCES carts (id),
  site_id uuid NOT NULL REFERENCES sites (id),
  driver_id uuid NOT NULL REFERENCES drivers (id),
  jack_id uuid NOT NULL REFERENCES jacks (id),
  state text NOT NULL CHECK (state IN ('shopping', 'checking-out', 'paid', 'ended')),
  end_reason text CHECK (end_reason IN ('paid', 'empty', 'freed', 'idle')),
  spot_check_seed integer NOT NULL,
  spot_check_asked boolean NOT NULL DEFAULT false,
  acknowledged jsonb NOT NULL,
  measured_gram integer CHECK (measured_gram >= 0),
  as_pickup boolean NOT NULL DEFAULT false,
  payment_request_id uuid REFERENCES payment_requests (id),
  preorder_id uuid REFERENCES preorders (id),
  started_at_ms bigint NOT NULL,
  last_activity_at_ms bigint NOT NULL,
  ended_at_ms bigint,
  CHECK ((ended_at_ms IS NULL) = (state IN ('shopping', 'checking-out')))
);
--> statement-breakpoint
-- One cart, one user: the database itself refuses a second.
CREATE UNIQUE INDEX cart_trips_cart ON cart_trips (cart_id) WHERE ended_at_ms IS NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX cart_trips_driver ON cart_trips (driver_id) WHERE ended_at_ms IS NULL;
--> statement-breakpoint
CREATE INDEX cart_trips_request ON cart_trips (payment_request_id) WHERE payment_request_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX cart_trips_idle ON cart_trips (last_activity_at_ms) WHERE state = 'shopping';
--> statement-breakpoint
CREATE TABLE cart_lines (
  id uuid PRIMARY KEY,
  trip_id uuid NOT NULL REFERENCES cart_trips (id),
  position integer NOT NULL,
  barcode text,
  menu_item_id uuid,
  name text NOT NULL,
  name_ko text,
  sold_by text NOT NULL CHECK (sold_by IN ('piece', 'weight')),
  quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  weight_gram integer CHECK (weight_gram > 0),
  unit_amount_minor bigint NOT NULL CHECK (unit_amount_minor >= 0),
  unit_gram integer CHECK (unit_gram > 0),
  tolerance_gram integer NOT NULL CHECK (tolerance_gram >= 0),
  known boolean NOT NULL,
  CHECK ((sold_by = 'weight') = (weight_gram IS NOT NULL))
);
--> statement-breakpoint
CREATE INDEX cart_lines_trip ON cart_lines (trip_id);
