/** Payment requests as the contract shows them. */
import { eq } from 'drizzle-orm';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import type { PaymentRequestRow } from '../db/schema.ts';

const { sites } = tables;

/** A site's name hardly ever changes; a phone may show the old one for a minute. */
const nameKeptMs = 60_000;
const namesMax = 10_000;
const names = new Map<string, { name: string; atMs: number }>();

async function siteNameOf(db: Db | Tx, siteId: string): Promise<string> {
  const nowMs = performance.now();
  const kept = names.get(siteId);
  if (kept !== undefined && nowMs - kept.atMs < nameKeptMs) return kept.name;
  const [site] = await db.select({ name: sites.name }).from(sites).where(eq(sites.id, siteId));
  if (names.size >= namesMax) names.clear();
  if (site !== undefined) names.set(siteId, { name: site.name, atMs: nowMs });
  return site?.name ?? '';
}

export async function renderRequest(db: Db | Tx, row: PaymentRequestRow): Promise<PaymentRequest> {
  return {
    paymentRequestId: row.id,
    kind: row.kind,
    siteId: row.siteId,
    siteName: await siteNameOf(db, row.siteId),
    amount: { amountMinor: row.amountMinor, currency: row.currency },
    captured: row.capturedMinor === null ? null : { amountMinor: row.capturedMinor, currency: row.currency },
    ...(row.refundedMinor > 0
      ? { refunded: { amountMinor: row.refundedMinor, currency: row.currency } }
      : {}),
    verification: row.verification,
    ...(row.wrongFuel ? { wrongFuel: true as const } : {}),
    ...(row.description === null ? {} : { description: row.description }),
    state: row.state,
    reason: row.reason,
    version: row.version,
    createdAtMs: row.createdAtMs,
    expiresAtMs: row.expiresAtMs,
    settledAtMs: row.settledAtMs,
  };
}
