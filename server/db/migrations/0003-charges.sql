-- Charges: asked for at the counter, answered with the jack's code or on the phone alone.
ALTER TABLE payment_requests
  ADD COLUMN verification text NOT NULL DEFAULT 'jack' CHECK (verification IN ('jack', 'phone'));
--> statement-breakpoint
ALTER TABLE payment_requests ADD COLUMN description text;
--> statement-breakpoint
ALTER TABLE payment_requests
  ADD COLUMN refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0 AND refunded_minor <= COALESCE(captured_minor, 0));
--> statement-breakpoint
-- From which amount a site wants the jack's code; NULL: the phone's own yes is always enough.
ALTER TABLE sites ADD COLUMN jack_required_from_minor bigint DEFAULT 0 CHECK (jack_required_from_minor >= 0);
--> statement-breakpoint
-- The site chose the id; the processor's operation carries it out.
CREATE TABLE refunds (
  id uuid PRIMARY KEY,
  payment_request_id uuid NOT NULL REFERENCES payment_requests (id),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  reason text NOT NULL,
  operation_id uuid NOT NULL REFERENCES processor_operations (id),
  created_at_ms bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX refunds_request ON refunds (payment_request_id);
