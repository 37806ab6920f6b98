/** Payment requests as the contract shows them. */
import { eq } from 'drizzle-orm';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import type { PaymentRequestRow } from '../db/schema.ts';

const { sites } = tables;

export async function renderRequest(db: Db | Tx, row: PaymentRequestRow): Promise<PaymentRequest> {
  const [site] = await db.select({ name: sites.name }).from(sites).where(eq(sites.id, row.siteId));
  return {
    paymentRequestId: row.id,
    kind: row.kind,
    siteId: row.siteId,
    siteName: site?.name ?? '',
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
