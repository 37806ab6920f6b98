/** Devices that were let in: rows ↔ records. SQL is only here. */
import type Database from 'better-sqlite3';
import type { Person } from '../../shared/station-contract/index.ts';

export interface KioskRecord {
  readonly kioskId: string;
  readonly name: string;
  /** SHA-256 of the device's secret, base64url. Empty once it was removed. */
  readonly secretHash: string;
  readonly joinedAtMs: number;
  readonly letInBy: Person;
  readonly lastSeenAtMs: number;
  /** Rows are never deleted: the journal and old shifts still name the device. */
  readonly removedAtMs: number | null;
}

interface Row {
  kiosk_id: string;
  name: string;
  secret_hash: string;
  joined_at_ms: number;
  let_in_by: string;
  last_seen_at_ms: number;
  removed_at_ms: number | null;
}

export class KioskStore {
  readonly #all: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #rename: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #seen: Database.Statement;
  readonly #people: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#all = sqlite.prepare('SELECT * FROM kiosks ORDER BY joined_at_ms');
    this.#insert = sqlite.prepare('INSERT INTO kiosks VALUES (?, ?, ?, ?, ?, ?, NULL)');
    this.#rename = sqlite.prepare('UPDATE kiosks SET name = ? WHERE kiosk_id = ?');
    this.#remove = sqlite.prepare(
      "UPDATE kiosks SET removed_at_ms = ?, secret_hash = '' WHERE kiosk_id = ? AND removed_at_ms IS NULL",
    );
    this.#seen = sqlite.prepare('UPDATE kiosks SET last_seen_at_ms = ? WHERE kiosk_id = ?');
    this.#people = sqlite.prepare(
      `SELECT DISTINCT staff_id AS staffId, display_name AS displayName, role FROM sessions JOIN staff USING (staff_id)
       WHERE kiosk_id IS ? AND ended_at_ms IS NULL AND expires_at_ms > ? AND retired_at_ms IS NULL
       ORDER BY display_name`,
    );
  }

  /** Removed ones too. */
  all(): KioskRecord[] {
    return (this.#all.all() as Row[]).map((row) => ({
      kioskId: row.kiosk_id,
      name: row.name,
      secretHash: row.secret_hash,
      joinedAtMs: row.joined_at_ms,
      letInBy: JSON.parse(row.let_in_by),
      lastSeenAtMs: row.last_seen_at_ms,
      removedAtMs: row.removed_at_ms,
    }));
  }

  add(kiosk: KioskRecord): void {
    this.#insert.run(
      kiosk.kioskId,
      kiosk.name,
      kiosk.secretHash,
      kiosk.joinedAtMs,
      JSON.stringify(kiosk.letInBy),
      kiosk.lastSeenAtMs,
    );
  }

  rename(kioskId: string, name: string): void {
    this.#rename.run(name, kioskId);
  }

  remove(kioskId: string, nowMs: number): void {
    this.#remove.run(nowMs, kioskId);
  }

  seen(kioskId: string, nowMs: number): void {
    this.#seen.run(nowMs, kioskId);
  }

  /** Who is signed in at a kiosk. */
  peopleAt(kioskId: string | null, nowMs: number): Person[] {
    return this.#people.all(kioskId, nowMs) as Person[];
  }
}
