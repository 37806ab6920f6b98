-- Menus that sites publish, edits of preorders, and preorders that nobody fetched.
ALTER TABLE sites ADD COLUMN menu_version integer NOT NULL DEFAULT 0;
ALTER TABLE sites ADD COLUMN menu_digest text;
ALTER TABLE sites ADD COLUMN no_show_after_ms bigint CHECK (no_show_after_ms > 0);
ALTER TABLE sites ADD COLUMN no_show_outcome text CHECK (no_show_outcome IN ('release', 'capture'));
ALTER TABLE preorders ADD COLUMN no_show_at_ms bigint;
-- An edit that costs more waits here until the larger hold is confirmed; the old hold goes in the same transaction.
CREATE TABLE preorder_edits (
  id uuid PRIMARY KEY,
  preorder_id uuid NOT NULL REFERENCES preorders (id),
  operation_id uuid NOT NULL UNIQUE REFERENCES processor_operations (id),
  items jsonb NOT NULL,
  promised_at_ms bigint,
  state text NOT NULL CHECK (state IN ('pending', 'applied', 'declined', 'dropped')),
  created_at_ms bigint NOT NULL
);
CREATE UNIQUE INDEX preorder_edits_pending ON preorder_edits (preorder_id) WHERE state = 'pending';
