/**
 * Opens the station's records, or says in words why not. Nothing is ever reset: a file that cannot be
 * read is left as it is for a person to look at.
 *
 *   data folder → lock → a restore that waits → open → is it ours? is it whole? is it not newer? → migrate → StationDatabase
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { err, ok, type Result } from '../../shared/domain/index.ts';
import { lockDataFolder } from './lock.ts';
import { migrate, newestVersion } from './migrate.ts';
import { type OpenError, openError } from './open-error.ts';
import { carryOutPendingRestore, type RestoreDone } from './pending-restore.ts';

/** `CIGA`: marks the file as ours (PRAGMA application_id). */
export const applicationId = 0x43494741;
export const databaseFileName = 'station.sqlite';

export interface StationDatabase {
  /** For prepared statements where they are hot. */
  sqlite: Database.Database;
  /** For typed reading. */
  drizzle: BetterSQLite3Database;
  path: string;
  /** A backup took the place of the records just now. */
  restored: RestoreDone | null;
  /** Also lets go of the data folder. */
  close(): void;
}

export function openStationDatabase(dataDir: string): Result<StationDatabase, OpenError> {
  const path = join(dataDir, databaseFileName);
  let unlock: (() => void) | null;
  try {
    mkdirSync(dataDir, { recursive: true });
    unlock = lockDataFolder(dataDir);
  } catch (error) {
    return err(openError('not-readable', path, error));
  }
  if (unlock === null) return err(openError('in-use', dataDir));

  let sqlite: Database.Database | null = null;
  const refuse = (error: OpenError) => {
    sqlite?.close();
    unlock();
    return err(error);
  };
  let restored: RestoreDone | null = null;
  try {
    restored = carryOutPendingRestore(dataDir, databaseFileName);
    sqlite = new Database(path, { timeout: 5000 });
    const version = Number(sqlite.pragma('user_version', { simple: true }));
    const mark = Number(sqlite.pragma('application_id', { simple: true }));
    const tables = Number(sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
    if (tables > 0 && mark !== applicationId) return refuse(openError('foreign', path));
    if (version > newestVersion) return refuse(openError('newer', path, `${version} > ${newestVersion}`));
    const check = String(sqlite.pragma('quick_check(1)', { simple: true }));
    if (check !== 'ok') return refuse(openError('damaged', path, check));

    configure(sqlite);
    migrate(sqlite, version, dataDir);
    scrubOnce(sqlite);
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : '';
    const damaged = /^SQLITE_(NOTADB|CORRUPT)/.test(code);
    return refuse(openError(damaged ? 'damaged' : 'not-readable', path, error));
  }
  const opened = sqlite;
  return ok({
    sqlite: opened,
    drizzle: drizzle(opened),
    path,
    restored,
    close() {
      if (!opened.open) return;
      opened.close();
      unlock();
    },
  });
}

/** Records that were written before secure_delete was on hold remains of rows: rewritten once, whole. */
function scrubOnce(sqlite: Database.Database): void {
  const done = sqlite.prepare("SELECT value FROM meta WHERE key = 'scrubbed'").pluck().get();
  if (done !== undefined) return;
  if (Number(sqlite.prepare('SELECT count(*) FROM visits').pluck().get()) > 0) sqlite.exec('VACUUM');
  sqlite.exec("INSERT INTO meta VALUES ('scrubbed', '1')");
}

function configure(sqlite: Database.Database): void {
  sqlite.pragma(`application_id = ${applicationId}`);
  sqlite.pragma('journal_mode = WAL');
  // A tap that showed success must survive a power cut: every commit reaches the disk (fsync of the WAL).
  sqlite.pragma('synchronous = FULL');
  // What is erased is overwritten with zeros, in free pages too: a plate must not be found in the file afterwards.
  sqlite.pragma('secure_delete = ON');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('trusted_schema = OFF');
  // A checkpoint copies the WAL home. Rarer ones keep single taps quick; 4000 pages are 16 MB.
  sqlite.pragma('wal_autocheckpoint = 4000');
  sqlite.pragma('journal_size_limit = 33554432');
}
