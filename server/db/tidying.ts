/**
 * What PostgreSQL's autovacuum does by itself, for PGlite, which is one process without any of its workers. Left undone,
 * deleted rows keep their room for ever, and plans are made of how large tables were when somebody last looked:
 *
 *   what changed since? ─► enough of a table ─► VACUUM (its room is used again) or ANALYZE (plans are made anew)
 */
import type { PGlite } from '@electric-sql/pglite';

/** PostgreSQL's own thresholds (autovacuum_vacuum_threshold and its like): so many rows, and that part of the table. */
const enough = {
  dead: { rows: 50, share: 0.2 },
  changed: { rows: 50, share: 0.1 },
};
/** Rows looked at are 300 times this; PostgreSQL's usual 100 would hold up every request for longer than plans gain. */
const statisticsTarget = 25;

const isMore = (column: string, { rows, share }: { rows: number; share: number }) =>
  `${column} > ${rows} + ${share} * n_live_tup`;

const due = `
  SELECT format('%I', relname) AS name, ${isMore('n_dead_tup', enough.dead)} AS to_vacuum
  FROM pg_stat_user_tables
  WHERE ${isMore('n_dead_tup', enough.dead)} OR ${isMore('n_mod_since_analyze', enough.changed)}
  ORDER BY relname`;

/** Table by table, so that requests get in between. @returns the tables that were due */
export async function tidy(client: Pick<PGlite, 'query' | 'exec'>): Promise<string[]> {
  const { rows } = await client.query<{ name: string; to_vacuum: boolean }>(due);
  if (rows.length > 0) await client.exec(`SET default_statistics_target = ${statisticsTarget}`);
  for (const { name, to_vacuum } of rows) {
    await client.exec(to_vacuum ? `VACUUM (ANALYZE) ${name}` : `ANALYZE ${name}`);
  }
  return rows.map(({ name }) => name);
}
