/** Shifts: who was at a kiosk's drawer, from when to when, and the Z report as it was printed. */
export const shifts = `
CREATE TABLE shifts (
  shift_id        TEXT PRIMARY KEY NOT NULL,
  kiosk_id        TEXT,
  person          TEXT NOT NULL,
  opened_at_ms    INTEGER NOT NULL,
  -- the journal's head then: what was done in it lies after
  opened_sequence INTEGER NOT NULL,
  float_minor     INTEGER NOT NULL CHECK (float_minor >= 0),
  currency        TEXT NOT NULL,
  closed_at_ms    INTEGER,
  closed_by       TEXT,
  counted_minor   INTEGER,
  handed_to       TEXT,
  note            TEXT,
  -- JSON, frozen at the close
  report          TEXT
) STRICT;
-- One open shift per kiosk; a kiosk without a name counts as one.
CREATE UNIQUE INDEX shifts_open ON shifts (coalesce(kiosk_id, '')) WHERE closed_at_ms IS NULL;
CREATE INDEX shifts_opened ON shifts (opened_at_ms);
`;
