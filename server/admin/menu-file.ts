/** A site's menu and its goods as files. */
import { and, asc, eq, notInArray } from 'drizzle-orm';
import * as z from 'zod';
import { newId } from '../../shared/domain/index.ts';
import { amountMinor, gram, id } from '../../shared/schemas/index.ts';
import { type MenuItem, menuItem } from '../../shared/server-contract/index.ts';
import { type App, inWork } from '../app.ts';
import { sellGoods } from '../carts/index.ts';
import { tables } from '../db/index.ts';
import { replaceMenu, soldItems } from '../sites/index.ts';
import { FileFaults, readTable, type TableShape, writeTable } from './table-file.ts';

const { goods: goodsRows, sites } = tables;

const menuShape: TableShape<Omit<MenuItem, 'menuItemId'> & { menuItemId?: string }> = {
  // A new item needs no id: it gets one.
  row: menuItem.extend({ menuItemId: id.optional() }).strict(),
  columns: [
    { name: 'menuItemId', kind: 'text' },
    { name: 'name', kind: 'text' },
    { name: 'nameKo', kind: 'text', nullable: true },
    { name: 'unitAmountMinor', kind: 'number' },
    { name: 'options', kind: 'list' },
  ],
};

export async function exportMenu(app: App, siteId: string, format: 'json' | 'csv'): Promise<string> {
  return writeTable(format, await soldItems(app.db, siteId), menuShape);
}

/** @throws FileFaults */
export function readMenu(fileName: string, text: string): MenuItem[] {
  const items = readTable(fileName, text, menuShape).map((item) => ({
    ...item,
    menuItemId: item.menuItemId ?? newId(),
  }));
  if (items.length > 500) throw new FileFaults([`${items.length} items; a menu has at most 500`]);
  return items;
}

/**
 * Publishes them as the site's whole menu, under the next version.
 * @throws ProblemError (an item id of another site); nothing was changed then
 */
export function importMenu(
  app: App,
  siteId: string,
  items: MenuItem[],
): Promise<{ version: number; items: number } | null> {
  return inWork(app, async (work) => {
    const [site] = await work.tx.select().from(sites).where(eq(sites.id, siteId)).for('update');
    if (site === undefined) return null;
    const version = site.menuVersion + 1;
    await replaceMenu(work, siteId, version, items);
    return { version, items: items.length };
  });
}

const goodsRow = z
  .object({
    barcode: z.string().regex(/^[0-9A-Za-z-]{4,32}$/, 'a barcode has 4 to 32 letters and digits'),
    name: z.string().min(1).max(80),
    nameKo: z.string().max(80).nullable(),
    soldBy: z.enum(['piece', 'weight']),
    unitAmountMinor: amountMinor,
    weightGram: gram.min(1).nullable(),
    toleranceGram: gram.optional(),
  })
  .strict()
  .refine((row) => row.soldBy === 'piece' || row.weightGram === null, {
    path: ['weightGram'],
    message: 'goods sold by weight have none: they are weighed',
  });
export type GoodsRow = z.infer<typeof goodsRow>;

const goodsShape: TableShape<GoodsRow> = {
  row: goodsRow,
  columns: [
    { name: 'barcode', kind: 'text' },
    { name: 'name', kind: 'text' },
    { name: 'nameKo', kind: 'text', nullable: true },
    { name: 'soldBy', kind: 'text' },
    { name: 'unitAmountMinor', kind: 'number' },
    { name: 'weightGram', kind: 'number', nullable: true },
    { name: 'toleranceGram', kind: 'number' },
  ],
};

export async function exportGoods(app: App, siteId: string, format: 'json' | 'csv'): Promise<string> {
  const rows = await app.db
    .select()
    .from(goodsRows)
    .where(eq(goodsRows.siteId, siteId))
    .orderBy(asc(goodsRows.barcode));
  const shown = rows.map(({ id: _, siteId: __, ...row }): GoodsRow => row);
  return writeTable(format, shown, goodsShape);
}

/** @throws FileFaults */
export function readGoods(fileName: string, text: string): GoodsRow[] {
  const rows = readTable(fileName, text, goodsShape);
  const barcodes = rows.map((row) => row.barcode);
  const twice = barcodes.find((barcode, index) => barcodes.indexOf(barcode) !== index);
  if (twice !== undefined) throw new FileFaults([`the barcode ${twice} is there twice`]);
  return rows;
}

/**
 * Adds and changes by barcode; what is in a cart already keeps its price.
 *
 * @param replace what is not among them is sold no more
 */
export function importGoods(
  app: App,
  siteId: string,
  rows: GoodsRow[],
  replace: boolean,
): Promise<{ goods: number } | null> {
  const barcodes = rows.map((row) => row.barcode);
  return inWork(app, async ({ tx }) => {
    const [site] = await tx.select({ id: sites.id }).from(sites).where(eq(sites.id, siteId));
    if (site === undefined) return null;
    await sellGoods(
      { db: tx },
      rows.map((row) => ({ ...row, siteId })),
    );
    if (replace) {
      const others = barcodes.length === 0 ? undefined : notInArray(goodsRows.barcode, barcodes);
      await tx.delete(goodsRows).where(and(eq(goodsRows.siteId, siteId), others));
    }
    return { goods: rows.length };
  });
}
