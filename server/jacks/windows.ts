/**
 * The codes that rotating jacks will broadcast, computed ahead into an indexed table, so that a code
 * report is one look-up whatever the number of jacks.
 */
import { and, asc, eq, isNull, lt, or } from 'drizzle-orm';
import { windowsBetween } from '../../shared/eid/index.ts';
import { type App, inWork, type Work } from '../app.ts';
import { isWord, tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';
import { rotatingJackOf } from './keys.ts';

const { jacks, eidWindows } = tables;

export const windowDelays = {
  /** Windows are computed so far ahead at least … */
  aheadMs: 15 * 60_000,
  /** … and so far back when a jack is first registered. */
  backMs: 5 * 60_000,
  /** Past windows are kept for reports that a site could not send at once. */
  keptMs: 24 * 3_600_000,
};
const jacksPerPass = 500;
const rowsPerInsert = 1000;

/** At least two whole windows ahead: the drift of one is tolerated. */
function horizonMs(jack: JackRow): number {
  return Math.max(windowDelays.aheadMs, 3 * 2 ** (jack.rotationExponent ?? 0) * 1000);
}

/** Computes the windows of these jacks that are still missing, up to twice the horizon. */
export async function fillWindowsOf({ app, tx, nowMs }: Work, rows: JackRow[]): Promise<void> {
  const missing: (typeof eidWindows.$inferInsert)[] = [];
  for (const row of rows) {
    const jack = rotatingJackOf(app.secrets, row);
    if (jack === null) continue;
    const lengthMs = 2 ** jack.rotationExponent * 1000;
    const backMs = Math.max(windowDelays.backMs, lengthMs);
    const fromMs = Math.max(row.windowsUntilMs ?? 0, nowMs - backMs);
    const windows = windowsBetween(jack, fromMs, nowMs + 2 * horizonMs(row));
    for (const w of windows) missing.push({ code: w.code, jackId: row.id, fromMs: w.fromMs, toMs: w.toMs });
    const last = windows.at(-1);
    if (last !== undefined) {
      await tx.update(jacks).set({ windowsUntilMs: last.toMs }).where(eq(jacks.id, row.id));
    }
  }
  for (let at = 0; at < missing.length; at += rowsPerInsert) {
    await tx
      .insert(eidWindows)
      .values(missing.slice(at, at + rowsPerInsert))
      .onConflictDoNothing();
  }
}

/** Keeps every rotating jack's windows ahead of the clock, and forgets those long past. */
export async function keepWindowsAhead(app: App): Promise<void> {
  for (;;) {
    const filled = await inWork(app, async (work) => {
      const due = await work.tx
        .select()
        .from(jacks)
        .where(
          and(
            isWord(jacks.behaviour, 'rotating'),
            isNull(jacks.blockedAtMs),
            or(isNull(jacks.windowsUntilMs), lt(jacks.windowsUntilMs, work.nowMs + windowDelays.aheadMs)),
          ),
        )
        .orderBy(asc(jacks.windowsUntilMs))
        .limit(jacksPerPass)
        // Two servers share the work instead of doing it twice.
        .for('update', { skipLocked: true });
      await fillWindowsOf(work, due);
      return due.length;
    });
    if (filled < jacksPerPass) break;
  }
  await app.db.delete(eidWindows).where(lt(eidWindows.toMs, app.clock.nowMs() - windowDelays.keptMs));
}
