-- A purchase is held and taken in one ask, where the exact amount is known. The new rules allow what the old ones
-- did and one word more, so rows that are there need no look.
ALTER TABLE processor_operations DROP CONSTRAINT processor_operations_kind_check;
ALTER TABLE processor_operations ADD CONSTRAINT processor_operations_kind_check
  CHECK (kind IN ('authorise', 'capture', 'void', 'refund', 'purchase')) NOT VALID;
ALTER TABLE sandbox_ledger DROP CONSTRAINT sandbox_ledger_kind_check;
ALTER TABLE sandbox_ledger ADD CONSTRAINT sandbox_ledger_kind_check
  CHECK (kind IN ('authorise', 'capture', 'void', 'refund', 'purchase', 'decline')) NOT VALID;
