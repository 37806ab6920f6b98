-- Who priced by hand what the site does not know; null where nobody did.
ALTER TABLE cart_lines ADD COLUMN priced_by text;
--> statement-breakpoint
CREATE INDEX cart_trips_site_payments ON cart_trips (site_id, started_at_ms) WHERE payment_request_id IS NOT NULL;
