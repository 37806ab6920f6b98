/**
 * Jacks that the payment server says to forget: blocked, given up, or their driver was erased there. The expected list
 * loses them at once, however they came into it. Of an erased driver also the visits lose who it was:
 *
 *   with nothing left to do ─▶ off the board ─┐
 *   with an open job (fuel is being filled) ──┴─ put away ─▶ plate, car, codes and jack erased; sums and marks stay
 */
import * as z from 'zod';
import type { RecordStores, Tx } from '../records/index.ts';
import { endOfStay, hasOpenJob } from '../visits/index.ts';

const key = 'jacks-to-erase';
const kept = z.array(z.string());

/** Whose visits are still to be erased: some may be on the board for as long as their job is open. */
export function jacksToErase(records: Pick<RecordStores, 'meta'>): string[] {
  const value = records.meta.get(key);
  return value === null ? [] : kept.parse(JSON.parse(value));
}

export function keepJacksToErase(records: Pick<RecordStores, 'meta'>, jackIds: readonly string[]): void {
  records.meta.set(key, JSON.stringify(jackIds));
}

/** Inside a transaction; idempotent. */
export function forgetInList(tx: Tx, jackIds: readonly string[]): void {
  for (const jackId of jackIds) tx.records.expected.forget(jackId);
}

/** Inside a transaction; idempotent. */
export function eraseDrivers(tx: Tx, jackIds: readonly string[]): void {
  keepJacksToErase(tx.records, [...new Set([...jacksToErase(tx.records), ...jackIds])]);
  for (const visit of tx.board()) {
    if (visit.jackId === null || !jackIds.includes(visit.jackId) || hasOpenJob(visit)) continue;
    const { how } = endOfStay(visit, false);
    tx.journal('visit-closed', visit.visitId, { how, because: 'driver-erased' });
    const closed = visit.closed ?? { atMs: tx.nowMs, how };
    tx.put({ ...visit, closed, visible: false, claimedBy: null });
  }
  tx.journal('driver-erased', null, { jacks: jackIds.length });
}
