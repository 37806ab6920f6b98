/**
 * A preorder that nobody fetched ends by the site's rule, so many hours after its promised time. What
 * was never prepared is always given back; what was prepared is given back or kept, as the site chose.
 * A car that is at the site is waited for.
 */
import { and, eq, gt, isNotNull, isNull, notExists, sql } from 'drizzle-orm';
import { type App, inWork } from '../app.ts';
import { isWord, tables } from '../db/index.ts';
import { planOperation } from '../payments/index.ts';
import { amountOf, itemsOf } from '../views/index.ts';
import { planRelease, updatePreorder } from './changes.ts';

const { preorders, sites, arrivals } = tables;
const presentMs = 24 * 3_600_000;

export async function endNoShows(app: App): Promise<void> {
  const nowMs = app.clock.nowMs();
  const due = await app.db
    .select({ id: preorders.id, outcome: sites.noShowOutcome })
    .from(preorders)
    .innerJoin(sites, eq(sites.id, preorders.siteId))
    .where(
      and(
        isNotNull(sites.noShowAfterMs),
        isWord(preorders.state, 'open', 'ready'),
        isWord(preorders.payment, 'held'),
        sql`COALESCE(${preorders.promisedAtMs}, ${preorders.createdAtMs}) + ${sites.noShowAfterMs} <= ${nowMs}::bigint`,
        notExists(
          app.db
            .select({ one: sql`1` })
            .from(arrivals)
            .where(
              and(
                eq(arrivals.siteId, preorders.siteId),
                eq(arrivals.jackId, preorders.jackId),
                isNull(arrivals.departedAtMs),
                gt(arrivals.arrivedAtMs, nowMs - presentMs),
              ),
            ),
        ),
      ),
    )
    .limit(200);
  for (const { id, outcome } of due) {
    await inWork(app, async (work) => {
      const [row] = await work.tx.select().from(preorders).where(eq(preorders.id, id)).for('update');
      if (row === undefined || row.payment !== 'held' || (row.state !== 'open' && row.state !== 'ready'))
        return;
      const keep = outcome === 'capture' && row.state === 'ready';
      const ended = await updatePreorder(work, id, { state: 'cancelled', noShowAtMs: work.nowMs });
      if (!keep) await planRelease(work, ended);
      else {
        await planOperation(work, {
          subjectKind: 'preorder',
          subjectId: id,
          kind: 'capture',
          processorToken: row.processorToken,
          authorisation: row.authorisation,
          amountMinor: amountOf(await itemsOf(work.tx, [id])),
          currency: row.currency,
        });
      }
      work.afterCommit(() => app.log.info('preorder-no-show', { preorderId: id, kept: keep }));
    });
  }
}
