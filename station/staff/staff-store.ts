/** People and their sign-ins in the database. SQL is only here. */
import type Database from 'better-sqlite3';
import type { Person, Role } from '../../shared/station-contract/index.ts';

export interface StaffRow extends Person {
  pinHash: string;
  failedAttempts: number;
  retryAtMs: number;
  lockedUntilMs: number;
  retiredAtMs: number | null;
}

export interface KeptSession {
  tokenHash: string;
  person: Person;
  kioskId: string | null;
  sinceMs: number;
  expiresAtMs: number;
}

interface Raw {
  staff_id: string;
  display_name: string;
  role: Role;
  pin_hash: string;
  failed_attempts: number;
  retry_at_ms: number;
  locked_until_ms: number;
  retired_at_ms: number | null;
}

export class StaffStore {
  readonly #insert: Database.Statement;
  readonly #one: Database.Statement;
  readonly #all: Database.Statement;
  readonly #attempts: Database.Statement;
  readonly #pin: Database.Statement;
  readonly #retire: Database.Statement;
  readonly #addSession: Database.Statement;
  readonly #moveSessions: Database.Statement;
  readonly #moveWaits: Database.Statement;
  readonly #session: Database.Statement;
  readonly #openSessionsOf: Database.Statement;
  readonly #openSessions: Database.Statement;
  readonly #endSession: Database.Statement;
  readonly #endSessionsOf: Database.Statement;
  readonly #endSessionsAt: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#insert = sqlite.prepare(
      'INSERT INTO staff (staff_id, display_name, role, pin_hash, created_at_ms) VALUES (?, ?, ?, ?, ?)',
    );
    this.#one = sqlite.prepare('SELECT * FROM staff WHERE staff_id = ?');
    this.#all = sqlite.prepare('SELECT * FROM staff ORDER BY display_name');
    this.#attempts = sqlite.prepare(
      'UPDATE staff SET failed_attempts = ?, retry_at_ms = ?, locked_until_ms = ? WHERE staff_id = ?',
    );
    this.#pin = sqlite.prepare(
      'UPDATE staff SET pin_hash = ?, failed_attempts = 0, retry_at_ms = 0, locked_until_ms = 0 WHERE staff_id = ?',
    );
    this.#retire = sqlite.prepare('UPDATE staff SET retired_at_ms = ? WHERE staff_id = ?');
    this.#addSession = sqlite.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, NULL)');
    this.#moveSessions = sqlite.prepare(
      `UPDATE sessions SET created_at_ms = created_at_ms + $byMs, expires_at_ms = expires_at_ms + $byMs
       WHERE ended_at_ms IS NULL`,
    );
    this.#moveWaits = sqlite.prepare(
      `UPDATE staff SET retry_at_ms = retry_at_ms + $byMs, locked_until_ms = locked_until_ms + $byMs
       WHERE retry_at_ms > 0 OR locked_until_ms > 0`,
    );
    this.#session = sqlite.prepare(
      `SELECT staff_id, display_name, role, kiosk_id, expires_at_ms FROM sessions JOIN staff USING (staff_id)
       WHERE token_hash = ? AND ended_at_ms IS NULL AND retired_at_ms IS NULL`,
    );
    this.#openSessionsOf = sqlite.prepare(
      `SELECT kiosk_id AS kiosk, created_at_ms AS sinceMs, expires_at_ms AS expiresAtMs FROM sessions
       WHERE staff_id = ? AND ended_at_ms IS NULL AND expires_at_ms > ? ORDER BY created_at_ms DESC`,
    );
    this.#openSessions = sqlite.prepare(
      `SELECT token_hash, staff_id, display_name, role, kiosk_id, sessions.created_at_ms AS since_ms, expires_at_ms
       FROM sessions JOIN staff USING (staff_id)
       WHERE ended_at_ms IS NULL AND retired_at_ms IS NULL AND expires_at_ms > ?
       ORDER BY sessions.created_at_ms DESC`,
    );
    this.#endSession = sqlite.prepare(
      'UPDATE sessions SET ended_at_ms = ? WHERE token_hash = ? AND ended_at_ms IS NULL',
    );
    this.#endSessionsAt = sqlite.prepare(
      'UPDATE sessions SET ended_at_ms = ? WHERE kiosk_id = ? AND ended_at_ms IS NULL',
    );
    this.#endSessionsOf = sqlite.prepare(
      'UPDATE sessions SET ended_at_ms = ? WHERE staff_id = ? AND ended_at_ms IS NULL',
    );
  }

  endSessionsAt(kioskId: string, nowMs: number): void {
    this.#endSessionsAt.run(nowMs, kioskId);
  }

  add(person: Person, pinHash: string, nowMs: number): void {
    this.#insert.run(person.staffId, person.displayName, person.role, pinHash, nowMs);
  }

  get(staffId: string): StaffRow | null {
    const row = this.#one.get(staffId) as Raw | undefined;
    return row ? toStaff(row) : null;
  }

  all(): StaffRow[] {
    return (this.#all.all() as Raw[]).map(toStaff);
  }

  setAttempts(staffId: string, failed: number, retryAtMs: number, lockedUntilMs: number): void {
    this.#attempts.run(failed, retryAtMs, lockedUntilMs, staffId);
  }

  setPin(staffId: string, pinHash: string): void {
    this.#pin.run(pinHash, staffId);
  }

  retire(staffId: string, nowMs: number): void {
    this.#retire.run(nowMs, staffId);
  }

  addSession(
    tokenHash: string,
    staffId: string,
    kioskId: string | null,
    nowMs: number,
    expiresAtMs: number,
  ): void {
    this.#addSession.run(tokenHash, staffId, kioskId, nowMs, expiresAtMs);
  }

  /** The clock was corrected: nobody is signed in or locked out longer or shorter for it. Inside a transaction only. */
  moveWithClock(byMs: number): void {
    this.#moveSessions.run({ byMs });
    this.#moveWaits.run({ byMs });
  }

  session(tokenHash: string): { person: Person; kioskId: string | null; expiresAtMs: number } | null {
    const row = this.#session.get(tokenHash) as
      | (Raw & { kiosk_id: string | null; expires_at_ms: number })
      | undefined;
    if (!row) return null;
    return { person: toPerson(row), kioskId: row.kiosk_id, expiresAtMs: row.expires_at_ms };
  }

  openSessionsOf(
    staffId: string,
    nowMs: number,
  ): Array<{ kiosk: string | null; sinceMs: number; expiresAtMs: number }> {
    return this.#openSessionsOf.all(staffId, nowMs) as ReturnType<StaffStore['openSessionsOf']>;
  }

  /** Of everybody, newest first. */
  openSessions(nowMs: number): KeptSession[] {
    const rows = this.#openSessions.all(nowMs) as Array<
      Raw & { token_hash: string; kiosk_id: string | null; since_ms: number; expires_at_ms: number }
    >;
    return rows.map((row) => ({
      tokenHash: row.token_hash,
      person: toPerson(row),
      kioskId: row.kiosk_id,
      sinceMs: row.since_ms,
      expiresAtMs: row.expires_at_ms,
    }));
  }

  endSession(tokenHash: string, nowMs: number): void {
    this.#endSession.run(nowMs, tokenHash);
  }

  endSessionsOf(staffId: string, nowMs: number): void {
    this.#endSessionsOf.run(nowMs, staffId);
  }
}

function toPerson(row: Raw): Person {
  return { staffId: row.staff_id, displayName: row.display_name, role: row.role };
}

function toStaff(row: Raw): StaffRow {
  return {
    ...toPerson(row),
    pinHash: row.pin_hash,
    failedAttempts: row.failed_attempts,
    retryAtMs: row.retry_at_ms,
    lockedUntilMs: row.locked_until_ms,
    retiredAtMs: row.retired_at_ms,
  };
}
