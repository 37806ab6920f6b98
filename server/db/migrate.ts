/**
 * Numbered SQL files, each run once in its own transaction, in order, and never changed after: a file
 * whose content differs from what was run is refused.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

export const migrationsFolder = new URL('./migrations/', import.meta.url);
/** Any constant: servers that start at the same moment wait for each other on it. */
const lockKey = 7_215_001;

export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
}

function rowsOf(result: unknown): { name: string; digest: string }[] {
  return (result as { rows: { name: string; digest: string }[] }).rows;
}

/** A file with function bodies marks its statements; in the others each ends at a line's end. */
function statementsOf(text: string): string[] {
  const marker = '--> statement-breakpoint';
  return text.includes(marker) ? text.split(marker) : text.split(/;\s*$/m);
}

/** @returns the names of those that were run now; none on a database that had them all */
export async function migrate<S extends Record<string, unknown>>(
  db: PgDatabase<PgQueryResultHKT, S>,
): Promise<string[]> {
  const runNow: string[] = [];
  const files = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await db.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${lockKey})`);
    await tx.execute(
      sql`CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, digest text NOT NULL, run_at timestamptz NOT NULL DEFAULT now())`,
    );
  });
  for (const name of files) {
    const text = readFileSync(new URL(name, migrationsFolder), 'utf8');
    const digest = createHash('sha256').update(text).digest('hex');
    const isNew = await db.transaction(async (tx) => {
      await tx.execute(sql`SELECT pg_advisory_xact_lock(${lockKey})`);
      const done = rowsOf(await tx.execute(sql`SELECT name, digest FROM migrations WHERE name = ${name}`))[0];
      if (done !== undefined) {
        if (done.digest !== digest) {
          throw new MigrationRefused(
            `Migration ${name} was changed after it had been run. Nothing was changed.`,
          );
        }
        return false;
      }
      for (const statement of statementsOf(text)) {
        if (statement.replace(/--.*$/gm, '').trim() !== '') await tx.execute(sql.raw(statement));
      }
      await tx.execute(sql`INSERT INTO migrations (name, digest) VALUES (${name}, ${digest})`);
      return true;
    });
    if (isNew) runNow.push(name);
  }
  const known = new Set(files);
  const run = rowsOf(await db.execute(sql`SELECT name, digest FROM migrations`));
  const newer = run.find((row) => !known.has(row.name));
  if (newer !== undefined) {
    throw new MigrationRefused(
      `The database was made by a newer payment server (${newer.name}). Nothing was changed; start that version.`,
    );
  }
  return runNow;
}
