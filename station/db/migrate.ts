import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { type Migration, migrations } from './migrations/index.ts';

export const newestVersion = migrations.at(-1)?.version ?? 0;

/**
 * Brings the records to the newest schema, one transaction per migration: either it is there as a
 * whole, or the file is as it was. Records of an older version are copied aside first.
 *
 * @throws SqliteError when a migration does not apply; it changed nothing then.
 */
export function migrate(
  sqlite: Database.Database,
  fromVersion: number,
  dataDir: string,
  steps: readonly Migration[] = migrations,
): void {
  const pending = steps.filter((m) => m.version > fromVersion);
  if (fromVersion > 0 && pending.length > 0) {
    const copy = join(dataDir, `before-migration-from-${fromVersion}.sqlite`);
    if (!existsSync(copy)) sqlite.prepare('VACUUM INTO ?').run(copy);
  }
  for (const step of pending) {
    sqlite.transaction(() => {
      sqlite.exec(step.sql);
      sqlite.pragma(`user_version = ${step.version}`);
    })();
  }
}
