/** Charges at the counter, with every request for approval that each of them made. STRICT as ever. */
export const charges = `
CREATE TABLE charges (
  charge_id          TEXT PRIMARY KEY NOT NULL,
  visit_id           TEXT NOT NULL REFERENCES visits (visit_id),
  state              TEXT NOT NULL CHECK (state IN ('waiting', 'paid', 'declined', 'expired', 'cancelled', 'unknown')),
  amount_minor       INTEGER NOT NULL CHECK (amount_minor > 0),
  currency           TEXT NOT NULL,
  note               TEXT,
  verification       TEXT NOT NULL CHECK (verification IN ('jack', 'phone')),
  requested_by       TEXT NOT NULL,
  requested_at_ms    INTEGER NOT NULL,
  payment_request_id TEXT NOT NULL,
  approval           TEXT NOT NULL,
  cancel_asked       INTEGER NOT NULL,
  -- JSON array, oldest first
  refunds            TEXT NOT NULL
) STRICT;
CREATE INDEX charges_visit ON charges (visit_id);
CREATE INDEX charges_requested ON charges (requested_at_ms);

-- As payment_requests is for refuels: late news of an earlier request must be told apart.
CREATE TABLE charge_requests (
  payment_request_id TEXT PRIMARY KEY NOT NULL,
  charge_id          TEXT NOT NULL REFERENCES charges (charge_id),
  visit_id           TEXT NOT NULL,
  version            INTEGER NOT NULL,
  state              TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
