-- Who has an operation for itself: a server that is gone holds no lock of its number, and what it had is taken up at once.
ALTER TABLE processor_operations ADD COLUMN leased_by integer;
-- What the upkeep asks once a second must not grow with history: each has an index of only what is open.
CREATE INDEX payment_requests_held ON payment_requests (approved_at_ms) WHERE reservation_state = 'held';
CREATE INDEX payment_requests_releasing ON payment_requests (id) WHERE reservation_state = 'releasing';
CREATE INDEX payment_requests_from_reservation ON payment_requests (reservation_id) WHERE reservation_id IS NOT NULL;
-- Whether a car is here now; also where departures were never reported.
CREATE INDEX arrivals_of_car ON arrivals (site_id, jack_id) WHERE departed_at_ms IS NULL;
CREATE INDEX preorders_held ON preorders (site_id) WHERE state IN ('open', 'ready') AND payment = 'held';
-- A hold ends once at the sandbox, whoever asks at the same moment.
CREATE UNIQUE INDEX sandbox_ledger_ended ON sandbox_ledger (authorisation) WHERE kind IN ('capture', 'void');
