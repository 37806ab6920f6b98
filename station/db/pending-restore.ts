/**
 * A backup that a manager chose takes the place of the records at the next start, before they are opened:
 *
 *   station.sqlite (-wal, -shm) ─▶ before-restore-N.sqlite (-wal, -shm)      kept, never deleted by us
 *   restore-pending.sqlite ──────▶ station.sqlite
 *
 * Each step is one rename; the write-ahead log moves first, so that a power cut in between can never put
 * it beside the wrong records. Whatever was done before the cut, the next start goes on from there.
 */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const pendingRestoreName = 'restore-pending.sqlite';
export const restoreNoteName = 'restore-note.json';

export interface RestoreDone {
  /** Where the records are that were in use until then; null when there were none. */
  keptAs: string | null;
  /** What was written down when the restore was asked for, as it was written; null without one. */
  note: string | null;
  /** The journal knows of it: the note may go. */
  told(): void;
}

/** @returns what was done, or null when nothing waits to be restored. @throws what the file system says */
export function carryOutPendingRestore(dataDir: string, databaseFileName: string): RestoreDone | null {
  const pending = join(dataDir, pendingRestoreName);
  const notePath = join(dataDir, restoreNoteName);
  if (!existsSync(pending)) return null;
  const live = join(dataDir, databaseFileName);
  let n = 1;
  while (existsSync(join(dataDir, `before-restore-${n}.sqlite`))) n += 1;
  let keptAs: string | null = null;
  for (const tail of ['-wal', '-shm', '']) {
    if (!existsSync(`${live}${tail}`)) continue;
    keptAs = `before-restore-${n}.sqlite`;
    renameSync(`${live}${tail}`, join(dataDir, `${keptAs}${tail}`));
  }
  renameSync(pending, live);
  return {
    keptAs,
    note: existsSync(notePath) ? readFileSync(notePath, 'utf8') : null,
    told: () => rmSync(notePath, { force: true }),
  };
}
