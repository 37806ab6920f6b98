import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * One station per data folder. The lock is SQLite's own exclusive file lock on `station.lock`: the
 * operating system drops it when the process ends, however it ends, so a crash leaves nothing behind.
 *
 * @returns the way to let go, or null when another station holds it.
 */
export function lockDataFolder(dataDir: string): (() => void) | null {
  const holder = new Database(join(dataDir, 'station.lock'), { timeout: 0 });
  try {
    holder.pragma('journal_mode = MEMORY');
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return () => {
    holder.exec('ROLLBACK');
    holder.close();
  };
}
