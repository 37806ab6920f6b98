/**
 * The books, in double entry. What the processor confirmed is posted in the transaction that keeps its
 * answer; the database refuses a transaction that does not sum to zero, and any change afterwards.
 *
 *   hold     +held-at-processor    −held-of-drivers
 *   release  −held-at-processor    +held-of-drivers
 *   capture  release of the whole hold, and  +taken-at-processor  −owed-to-sites
 *   refund   −taken-at-processor   +owed-to-sites
 */
import { sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Work } from '../app.ts';
import { type Db, tables } from '../db/index.ts';
import type { OperationRow } from '../db/schema.ts';

const { ledgerEntries } = tables;
type Account = (typeof ledgerEntries.$inferSelect)['account'];

export interface Posting {
  operation: OperationRow;
  siteId: string;
  driverId: string;
}

async function post(work: Work, posting: Posting, entries: [Account, number][]): Promise<void> {
  const { operation, siteId, driverId } = posting;
  const transactionId = newId();
  const values = entries
    .filter(([, amountMinor]) => amountMinor !== 0)
    .map(([account, amountMinor]) => ({
      transactionId,
      operationId: operation.id,
      account,
      siteId,
      driverId,
      subjectKind: operation.subjectKind,
      subjectId: operation.subjectId,
      amountMinor,
      currency: operation.currency,
      atMs: work.nowMs,
    }));
  if (values.length > 0) await work.tx.insert(ledgerEntries).values(values);
}

/** Money is held on the driver's card. */
export function postHold(work: Work, posting: Posting, heldMinor: number): Promise<void> {
  return post(work, posting, [
    ['held-at-processor', heldMinor],
    ['held-of-drivers', -heldMinor],
  ]);
}

/** What was held is held no more. */
export function postRelease(work: Work, posting: Posting, heldMinor: number): Promise<void> {
  return post(work, posting, [
    ['held-at-processor', -heldMinor],
    ['held-of-drivers', heldMinor],
  ]);
}

/** `takenMinor` of what was held was taken; the rest of the hold ends with it. */
export function postCapture(
  work: Work,
  posting: Posting,
  heldMinor: number,
  takenMinor: number,
): Promise<void> {
  return post(work, posting, [
    ['held-at-processor', -heldMinor],
    ['held-of-drivers', heldMinor],
    ['taken-at-processor', takenMinor],
    ['owed-to-sites', -takenMinor],
  ]);
}

/** Money that was taken was given back. */
export function postRefund(work: Work, posting: Posting, refundedMinor: number): Promise<void> {
  return post(work, posting, [
    ['taken-at-processor', -refundedMinor],
    ['owed-to-sites', refundedMinor],
  ]);
}

/** Every account's balance, by currency. Their sum is zero. */
export async function balances(
  db: Db,
): Promise<{ account: Account; currency: string; amountMinor: number }[]> {
  return db
    .select({
      account: ledgerEntries.account,
      currency: ledgerEntries.currency,
      amountMinor: sql<number>`SUM(${ledgerEntries.amountMinor})`.mapWith(Number),
    })
    .from(ledgerEntries)
    .groupBy(ledgerEntries.account, ledgerEntries.currency);
}
