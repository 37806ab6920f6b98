/**
 * Is this file a station's records, whole and not newer than this program? Asked of every backup right
 * after it was made, and of every file before it may take the place of the records.
 *
 *   file → opens? → ours? → not newer? → the schema of its version? → pages whole? → journal unbroken?
 */
import Database from 'better-sqlite3';
import { err, ok, type Result } from '../../shared/domain/index.ts';
import { applicationId, migrations, newestVersion } from '../db/index.ts';
import { Journal } from '../journal/index.ts';

export type RecordsFault = 'backup-foreign' | 'backup-newer' | 'backup-damaged' | 'backup-journal-broken';

export interface CheckedRecords {
  schemaVersion: number;
  journalEntries: number;
}

/**
 * @param path A file that nobody else has open. It becomes a single file (no write-ahead log beside it).
 * @param prepare Work on the file once it is known to be good, before it is closed.
 */
export function checkRecords(
  path: string,
  prepare: (sqlite: Database.Database) => void = () => {},
): Result<CheckedRecords, RecordsFault> {
  let sqlite: Database.Database | null = null;
  try {
    sqlite = new Database(path, { fileMustExist: true });
    // Nothing that a foreign schema brings along may run while it is looked at.
    sqlite.pragma('trusted_schema = OFF');
    const mark = Number(sqlite.pragma('application_id', { simple: true }));
    const version = Number(sqlite.pragma('user_version', { simple: true }));
    if (mark !== applicationId || version < 1) return err('backup-foreign');
    if (version > newestVersion) return err('backup-newer');
    if (schemaOf(sqlite) !== schemaOfVersion(version)) return err('backup-foreign');
    sqlite.pragma('journal_mode = DELETE');
    if (sqlite.pragma('integrity_check(1)', { simple: true }) !== 'ok') return err('backup-damaged');
    const journal = new Journal(sqlite).verify();
    if (!journal.unbroken) return err('backup-journal-broken');
    prepare(sqlite);
    return ok({ schemaVersion: version, journalEntries: journal.entries });
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') return err('backup-foreign');
    if (error instanceof Database.SqliteError) return err('backup-damaged');
    throw error;
  } finally {
    sqlite?.close();
  }
}

function schemaOfVersion(version: number): string {
  const fresh = new Database(':memory:');
  try {
    for (const step of migrations) if (step.version <= version) fresh.exec(step.sql);
    return schemaOf(fresh);
  } finally {
    fresh.close();
  }
}

function schemaOf(sqlite: Database.Database): string {
  const rows = sqlite
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    .all();
  return JSON.stringify(rows);
}
