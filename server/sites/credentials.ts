/**
 * A site's credential is renewed without a moment in which the station has none:
 *
 *   current ──renew──► current + next ──next is used once──► next is the current one, the old one is dead
 *                          │  ▲
 *                          └──┘ renewed again: the next one before, never used, is void
 *
 * Revoking ends both. Only hashes are kept (http/context.ts takes the next one over).
 */
import { and, eq, isNull } from 'drizzle-orm';
import type { App } from '../app.ts';
import { inWork } from '../app.ts';
import { tables } from '../db/index.ts';
import { asSite, hashToken, newToken, once } from '../http/index.ts';
import { siteInfoOf, siteRow } from './sites.ts';

const { siteCredentials } = tables;

export const renewCredential = asSite.renewCredential.handler(({ context, input }) =>
  once(
    context,
    `site:${context.siteId}`,
    `renewCredential ${context.credentialId}`,
    input,
    async ({ tx }) => {
      const credential = newToken('site');
      await tx
        .update(siteCredentials)
        .set({ nextTokenHash: hashToken(credential) })
        .where(eq(siteCredentials.id, context.credentialId));
      return { answer: { credential } };
    },
  ),
);

/** What the credential that asks is to know of itself. */
export async function credentialOf(
  app: App,
  credentialId: string,
): Promise<{ sinceMs: number; renewalWanted: boolean } | undefined> {
  const [row] = await app.db
    .select({
      createdAtMs: siteCredentials.createdAtMs,
      renewedAtMs: siteCredentials.renewedAtMs,
      renewalWanted: siteCredentials.renewalWanted,
    })
    .from(siteCredentials)
    .where(eq(siteCredentials.id, credentialId));
  if (row === undefined) return undefined;
  return { sinceMs: row.renewedAtMs ?? row.createdAtMs, renewalWanted: row.renewalWanted };
}

/**
 * The operator's wish: the site's stations renew their credentials, at once where they listen and else when they
 * are back.
 *
 * @returns how many credentials are to be renewed; null where there is no such site
 */
export function wantCredentialsRenewed(app: App, siteId: string): Promise<number | null> {
  return inWork(app, async (work) => {
    const [site] = await work.tx.select().from(tables.sites).where(eq(tables.sites.id, siteId));
    if (site === undefined) return null;
    const rows = await work.tx
      .update(siteCredentials)
      .set({ renewalWanted: true })
      .where(and(eq(siteCredentials.siteId, siteId), isNull(siteCredentials.revokedAtMs)))
      .returning({ id: siteCredentials.id });
    // Whoever hears of its site asks how its credential is.
    work.tellSite(siteId, { type: 'site', site: siteInfoOf(site) });
    return rows.length;
  });
}

export const site = asSite.site.handler(async ({ context }) => ({
  site: siteInfoOf(await siteRow(context.app.db, context.siteId)),
  credential: await credentialOf(context.app, context.credentialId),
}));
