/**
 * One user of a folder at a time, by a lock that the operating system drops when the process dies,
 * however it dies: an exclusive transaction held open on a small SQLite file. A file with a process
 * id in it would survive a power cut and lock people out.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface FolderLock {
  release(): void;
}

/** @returns null when another process holds the folder. */
export function lockFolder(folder: string): FolderLock | null {
  const database = new Database(join(folder, 'start.lock'), { timeout: 0 });
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch {
    database.close();
    return null;
  }
}
