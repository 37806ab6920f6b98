/**
 * Devices that were let in. STRICT as ever. The first kiosk is no row: its id is NULL in sessions, journal and
 * shifts, as it was while there were no others, so old records are its own.
 */
export const kiosks = `
CREATE TABLE kiosks (
  kiosk_id        TEXT PRIMARY KEY NOT NULL,
  name            TEXT NOT NULL,
  -- SHA-256 of the device's secret; the secret itself is only in its browser. Empty once removed
  secret_hash     TEXT NOT NULL,
  joined_at_ms    INTEGER NOT NULL,
  -- JSON of the person
  let_in_by       TEXT NOT NULL,
  last_seen_at_ms INTEGER NOT NULL,
  -- never deleted: the journal and old shifts still name the device
  removed_at_ms   INTEGER
) STRICT, WITHOUT ROWID;
-- A program could once say at which kiosk it signs in. Now only a credential does: such a sign-in ends.
UPDATE sessions SET ended_at_ms = created_at_ms WHERE kiosk_id IS NOT NULL AND ended_at_ms IS NULL;
`;
