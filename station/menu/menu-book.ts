/**
 * What the station knows of the site's menu: a read model of the payment server's, with what was marked here and
 * has no answer yet laid over it.
 *
 *   tap ─▶ marked (shown at once) ─▶ outbox ─▶ answered: the server's word counts again
 *                                          └─▶ refused: likewise, and a manager finds the mark in the log
 *
 * Kept, so that an offline kiosk shows what was known and how old it is.
 */
import * as z from 'zod';
import { type OfferedItem, offeredItem } from '../../shared/server-contract/index.ts';
import type { MenuItemOnSite } from '../../shared/station-contract/index.ts';
import type { RecordStores, Records, Tx } from '../records/index.ts';

const mark = z.object({ outboxId: z.string(), soldOutUntilMs: z.number().nullable() });
const book = z.object({
  asOfMs: z.number().nullable(),
  items: z.array(offeredItem),
  /** By item: what was marked last and is not answered. */
  marked: z.record(z.string(), mark),
});
type Book = z.infer<typeof book>;

const key = 'menu';
const emptyBook: Book = { asOfMs: null, items: [], marked: {} };

export function readBook(records: Pick<RecordStores, 'meta'>): Book {
  const kept = records.meta.get(key);
  if (kept === null) return emptyBook;
  // A book of another version of the program is only a copy: the next fetch fills it again.
  const parsed = book.safeParse(JSON.parse(kept));
  return parsed.success ? parsed.data : emptyBook;
}

const write = (records: Pick<RecordStores, 'meta'>, value: Book): void =>
  records.meta.set(key, JSON.stringify(value));

/** It ends by itself: a moment that is past is nothing. */
function onSite(records: RecordStores, value: Book, item: OfferedItem, nowMs: number): MenuItemOnSite {
  const { menuItemId, name, nameKo, unitAmountMinor } = item;
  const marked = value.marked[menuItemId];
  const untilMs = marked === undefined ? (item.soldOutUntilMs ?? null) : marked.soldOutUntilMs;
  return {
    ...{ menuItemId, name, nameKo, unitAmountMinor },
    soldOutUntilMs: untilMs !== null && untilMs > nowMs ? untilMs : null,
    sync: records.outbox.syncOf(menuItemId),
  };
}

export function listMenu(records: Records) {
  const nowMs = records.clock.nowMs();
  const value = readBook(records);
  return {
    items: value.items.map((item) => onSite(records, value, item, nowMs)),
    asOfMs: value.asOfMs,
    nowMs,
  };
}

export function itemOnSite(tx: Tx, menuItemId: string): MenuItemOnSite | null {
  const value = readBook(tx.records);
  const item = value.items.find((one) => one.menuItemId === menuItemId);
  return item === undefined ? null : onSite(tx.records, value, item, tx.nowMs);
}

export function noteMark(tx: Tx, menuItemId: string, outboxId: string, soldOutUntilMs: number | null): void {
  const value = readBook(tx.records);
  write(tx.records, { ...value, marked: { ...value.marked, [menuItemId]: { outboxId, soldOutUntilMs } } });
}

/** The whole menu, as the server says. */
export function applyMenu(tx: Tx, items: readonly OfferedItem[]): void {
  write(tx.records, { ...readBook(tx.records), items: [...items], asOfMs: tx.nowMs });
}

/** The server answered this mark; `item`: how it stands there now, null: it refused. A newer mark stays laid over it. */
export function settleMark(
  tx: Tx,
  answer: { menuItemId: string; outboxId: string; item: OfferedItem | null },
): void {
  const value = readBook(tx.records);
  const { menuItemId, item } = answer;
  const { [menuItemId]: last, ...others } = value.marked;
  write(tx.records, {
    ...value,
    items:
      item === null ? value.items : value.items.map((one) => (one.menuItemId === menuItemId ? item : one)),
    marked: last?.outboxId === answer.outboxId ? others : value.marked,
  });
}

/** The clock was corrected: the copy is as old as it was. When a business day ends is no duration. */
export function moveBook(tx: Tx, byMs: number): void {
  const value = readBook(tx.records);
  if (value.asOfMs !== null) write(tx.records, { ...value, asOfMs: value.asOfMs + byMs });
}
