/** The rules of a site that are about money: kept here alone; the site hears of every change. */
import { eq } from 'drizzle-orm';
import type { SiteInfo } from '../../shared/server-contract/index.ts';
import { type App, inWork } from '../app.ts';
import { tables } from '../db/index.ts';
import type { HandoverRule } from '../db/schema.ts';
import { siteInfoOf } from './sites.ts';

const { sites } = tables;

export interface SiteRules {
  approvalMode: 'reserve-at-arrival' | 'at-completion';
  /** The most that is reserved at arrival; null: nothing is. */
  reservationMaximumMinor: number | null;
  /** How long a driver has to answer. */
  approvalMs: number;
  /** From this amount on a charge needs the jack's code; null: never. */
  jackRequiredFromMinor: number | null;
  /** Which orders are compared with something before they are handed over. */
  handoverCheck: HandoverRule;
}

/** @returns the site as it is after it; null where there is no such site. @throws RangeError when rules contradict each other */
export async function setSiteRules(
  app: App,
  siteId: string,
  change: Partial<SiteRules>,
): Promise<SiteInfo | null> {
  return inWork(app, async (work) => {
    const [before] = await work.tx.select().from(sites).where(eq(sites.id, siteId)).for('update');
    if (before === undefined) return null;
    const after = { ...before, ...change };
    if (after.approvalMode === 'reserve-at-arrival' && after.reservationMaximumMinor === null) {
      throw new RangeError('A reservation at arrival needs its maximum: --reservation-maximum.');
    }
    const { approvalMode, reservationMaximumMinor, approvalMs, jackRequiredFromMinor, handoverCheck } = after;
    await work.tx
      .update(sites)
      .set({ approvalMode, reservationMaximumMinor, approvalMs, jackRequiredFromMinor, handoverCheck })
      .where(eq(sites.id, siteId));
    const site = siteInfoOf(after);
    work.tellSite(siteId, { type: 'site', site });
    // What to check stands in the list, order by order.
    if (handoverCheck !== before.handoverCheck) work.tellSite(siteId, { type: 'expected-codes-changed' });
    return site;
  });
}
