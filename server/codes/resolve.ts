/** A heard code → the jack that broadcast it. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import { codeBehaviourOf, parseBeaconCode } from '../../shared/domain/index.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';
import type { HeardWindow } from './drift.ts';

const { jacks, eidWindows } = tables;

/**
 * One look-up by index, static or rotating. A rotating code counts within its own window and one
 * window's length before and after it, shifted by the jack's tracked drift (drift.ts).
 *
 * @param heardAtMs when the receiver heard it (UTC ms)
 */
export async function resolveCode(db: Db | Tx, code: string, heardAtMs: number): Promise<JackRow | null> {
  return (await resolveHeard(db, code, heardAtMs))?.jack ?? null;
}

/** The same, with the window that a rotating code belongs to by the counter as it was registered. */
export async function resolveHeard(
  db: Db | Tx,
  code: string,
  heardAtMs: number,
): Promise<{ jack: JackRow; window: HeardWindow | null } | null> {
  const parsed = parseBeaconCode(code);
  if (parsed === null) return null;
  if (codeBehaviourOf(parsed) === 'static') {
    const [row] = await db
      .select()
      .from(jacks)
      .where(and(eq(jacks.staticCode, parsed), isNull(jacks.blockedAtMs)));
    return row === undefined ? null : { jack: row, window: null };
  }
  const rows = await db
    .select({ jack: jacks, fromMs: eidWindows.fromMs, toMs: eidWindows.toMs })
    .from(eidWindows)
    .innerJoin(jacks, eq(jacks.id, eidWindows.jackId))
    .where(
      and(
        eq(eidWindows.code, parsed),
        isNull(jacks.blockedAtMs),
        sql`${heardAtMs}::bigint - ${jacks.driftMs} >= ${eidWindows.fromMs} - (${eidWindows.toMs} - ${eidWindows.fromMs})`,
        sql`${heardAtMs}::bigint - ${jacks.driftMs} < ${eidWindows.toMs} + (${eidWindows.toMs} - ${eidWindows.fromMs})`,
      ),
    )
    .limit(2);
  // Two jacks with one code at one time (a chance of 2^-64 each): nobody is better than the wrong one.
  const ids = new Set(rows.map((row) => row.jack.id));
  const [first] = rows;
  if (first === undefined || ids.size > 1) return null;
  return { jack: first.jack, window: { fromMs: first.fromMs, toMs: first.toMs } };
}
