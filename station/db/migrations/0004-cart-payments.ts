/** Checkouts of carts, as the payment server told of them: what a refund is looked up in. No personal data. */
export const cartPayments = `
CREATE TABLE cart_payments (
  payment_request_id TEXT PRIMARY KEY NOT NULL,
  trip_id            TEXT NOT NULL,
  cart_id            TEXT NOT NULL,
  -- the number painted on it
  cart               INTEGER NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('waiting', 'paid', 'declined', 'expired', 'cancelled', 'unknown')),
  amount_minor       INTEGER NOT NULL CHECK (amount_minor >= 0),
  currency           TEXT NOT NULL,
  as_pickup          INTEGER NOT NULL CHECK (as_pickup IN (0, 1)),
  -- JSON: what was in it
  lines              TEXT NOT NULL,
  asked_at_ms        INTEGER NOT NULL,
  settled_at_ms      INTEGER,
  -- JSON: what was given back, and by whom
  refunds            TEXT NOT NULL,
  version            INTEGER NOT NULL
) STRICT;
CREATE INDEX cart_payments_asked ON cart_payments (asked_at_ms);
`;
