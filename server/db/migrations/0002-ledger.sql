-- Double entry: every movement of money is a transaction of entries that sum to zero. Never updated.
--
--   held-at-processor   what is held on cards           held-of-drivers   whose it is
--   taken-at-processor  what was captured               owed-to-sites     whose it is
CREATE TABLE ledger_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id uuid NOT NULL,
  operation_id uuid NOT NULL REFERENCES processor_operations (id),
  account text NOT NULL CHECK (account IN ('held-at-processor', 'held-of-drivers', 'taken-at-processor', 'owed-to-sites')),
  site_id uuid NOT NULL REFERENCES sites (id),
  driver_id uuid NOT NULL REFERENCES drivers (id),
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  -- Positive: debit. Negative: credit.
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  at_ms bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX ledger_entries_transaction ON ledger_entries (transaction_id);
--> statement-breakpoint
CREATE INDEX ledger_entries_site ON ledger_entries (site_id, at_ms) WHERE account = 'owed-to-sites';
--> statement-breakpoint
-- One transaction per operation and step: what is posted twice is refused.
CREATE UNIQUE INDEX ledger_entries_once ON ledger_entries (operation_id, account);
--> statement-breakpoint
CREATE FUNCTION ledger_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM ledger_entries WHERE transaction_id = NEW.transaction_id
    GROUP BY currency HAVING SUM(amount_minor) <> 0
  ) THEN
    RAISE EXCEPTION 'ledger transaction % does not sum to zero', NEW.transaction_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_must_balance();
--> statement-breakpoint
CREATE FUNCTION ledger_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger entries are never changed' USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_final BEFORE UPDATE OR DELETE ON ledger_entries
  FOR EACH ROW EXECUTE FUNCTION ledger_is_final();
