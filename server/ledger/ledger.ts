/**
 * The books, in double entry. What the processor confirmed is posted in the transaction that keeps its
 * answer; the database refuses a transaction that does not sum to zero, and any change afterwards.
 *
 *   hold     +held-at-processor    −held-of-drivers
 *   release  −held-at-processor    +held-of-drivers
 *   capture  release of the whole hold, and  +taken-at-processor  −owed-to-sites
 *   purchase +taken-at-processor   −owed-to-sites     (held and taken in one: nothing stays held)
 *   refund   −taken-at-processor   +owed-to-sites
 */
import { sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Work } from '../app.ts';
import { type Db, sendIn, tables } from '../db/index.ts';
import type { OperationRow } from '../db/schema.ts';

const { ledgerEntries } = tables;
type Account = (typeof ledgerEntries.$inferSelect)['account'];

export interface Posting {
  operation: OperationRow;
  siteId: string;
  driverId: string;
}

const insert = `
  INSERT INTO ledger_entries (transaction_id, operation_id, account, site_id, driver_id, subject_kind, subject_id,
    amount_minor, currency, at_ms)
  SELECT $1, $2, e.account, $3, $4, $5, $6, e.amount_minor, $7, $8
  FROM unnest($9::text[], $10::bigint[]) AS e (account, amount_minor)`;

async function post(work: Work, posting: Posting, entries: [Account, number][]): Promise<void> {
  const { operation, siteId, driverId } = posting;
  const moved = entries.filter(([, amountMinor]) => amountMinor !== 0);
  if (moved.length === 0) return;
  work.send(
    sendIn(work.tx, insert, [
      newId(),
      operation.id,
      siteId,
      driverId,
      operation.subjectKind,
      operation.subjectId,
      operation.currency,
      work.nowMs,
      moved.map(([account]) => account),
      moved.map(([, amountMinor]) => amountMinor),
    ]),
  );
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

/** Money was taken at once; it was never held by itself. */
export function postPurchase(work: Work, posting: Posting, takenMinor: number): Promise<void> {
  return post(work, posting, [
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
