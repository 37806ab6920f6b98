/** Menus: published whole by the site, under a version that only rises; sent again, nothing changes. */
import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, ne, notInArray, sql } from 'drizzle-orm';
import type * as z from 'zod';
import type { MenuItem, noShowRule, OfferedItem } from '../../shared/server-contract/index.ts';
import { soldOutAtMostMs } from '../../shared/server-contract/index.ts';
import type { Work } from '../app.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import { asSite, canonicalJson, once, refuse } from '../http/index.ts';

const { sites, menuItems } = tables;
const hourMs = 3_600_000;

const soldRows = (db: Db | Tx, siteId: string) =>
  db
    .select()
    .from(menuItems)
    .where(and(eq(menuItems.siteId, siteId), eq(menuItems.sold, true)))
    .orderBy(asc(menuItems.position), asc(menuItems.id));

/** The menu as it was published: what is sold out today is of today only. */
export async function soldItems(db: Db | Tx, siteId: string): Promise<MenuItem[]> {
  return (await soldRows(db, siteId)).map(({ id, name, nameKo, unitAmountMinor, options }) => ({
    menuItemId: id,
    name,
    nameKo,
    unitAmountMinor,
    options,
  }));
}

type MenuItemRow = typeof menuItems.$inferSelect;

/** Whether it is sold out at this moment. */
export const isSoldOut = (row: Pick<MenuItemRow, 'soldOutUntilMs'>, nowMs: number): boolean =>
  row.soldOutUntilMs !== null && row.soldOutUntilMs > nowMs;

function offered(row: MenuItemRow, nowMs: number): OfferedItem {
  const { id, name, nameKo, unitAmountMinor, options, soldOutUntilMs } = row;
  const item = { menuItemId: id, name, nameKo, unitAmountMinor, options };
  return soldOutUntilMs !== null && isSoldOut(row, nowMs) ? { ...item, soldOutUntilMs } : item;
}

/** The site's menu with what is sold out now. */
export async function offeredItems(db: Db | Tx, siteId: string, nowMs: number): Promise<OfferedItem[]> {
  return (await soldRows(db, siteId)).map((row) => offered(row, nowMs));
}

const digestOf = (items: readonly MenuItem[]) =>
  createHash('sha256').update(canonicalJson(items)).digest('hex');

/** The whole menu anew, under a version that the caller has checked, with the site's row locked. @throws ProblemError */
export async function replaceMenu(
  { tx, tellSite }: Pick<Work, 'tx' | 'tellSite'>,
  siteId: string,
  version: number,
  items: readonly MenuItem[],
): Promise<void> {
  const ids = items.map((item) => item.menuItemId);
  if (new Set(ids).size < ids.length) throw refuse('invalid-request', 'One item is in the menu twice.');
  if (ids.length > 0) {
    const [foreign] = await tx
      .select({ id: menuItems.id })
      .from(menuItems)
      .where(and(inArray(menuItems.id, ids), ne(menuItems.siteId, siteId)))
      .limit(1);
    if (foreign !== undefined) throw refuse('conflict', 'One of the item ids is taken. Choose new ones.');
  }
  // Never deleted: orders of yesterday were made of them.
  await tx
    .update(menuItems)
    .set({ sold: false })
    .where(and(eq(menuItems.siteId, siteId), ids.length > 0 ? notInArray(menuItems.id, ids) : undefined));
  if (items.length > 0) {
    await tx
      .insert(menuItems)
      .values(
        items.map(({ menuItemId, ...item }, position) => ({ ...item, id: menuItemId, siteId, position })),
      )
      .onConflictDoUpdate({
        target: menuItems.id,
        set: {
          position: sql`excluded.position`,
          name: sql`excluded.name`,
          nameKo: sql`excluded.name_ko`,
          unitAmountMinor: sql`excluded.unit_amount_minor`,
          options: sql`excluded.options`,
          sold: true,
        },
      });
  }
  await tx
    .update(sites)
    .set({ menuVersion: version, menuDigest: digestOf(items) })
    .where(eq(sites.id, siteId));
  tellSite(siteId, { type: 'menu-changed' });
}

export const publishMenu = asSite.publishMenu.handler(({ context, input }) =>
  once(context, `site:${context.siteId}`, 'publishMenu', input, async (work) => {
    const { tx, nowMs } = work;
    const { siteId } = context;
    const { version, items } = input;
    const [site] = await tx.select().from(sites).where(eq(sites.id, siteId)).for('update');
    if (site === undefined) throw new Error('a site without its row');
    const digest = digestOf(items);
    if (version === site.menuVersion && digest === site.menuDigest) {
      return { answer: { version, items: await offeredItems(tx, siteId, nowMs) } };
    }
    if (version <= site.menuVersion) {
      throw refuse(
        'conflict',
        `Version ${site.menuVersion} is published already; a change needs a higher one.`,
      );
    }
    await replaceMenu(work, siteId, version, items);
    return { answer: { version, items: await offeredItems(tx, siteId, nowMs) } };
  }),
);

export const setSoldOut = asSite.setSoldOut.handler(({ context, input }) =>
  once(context, `site:${context.siteId}`, 'setSoldOut', input, async ({ tx, nowMs, tellSite }) => {
    const { menuItemId, soldOutUntilMs } = input;
    if (soldOutUntilMs !== null && soldOutUntilMs - nowMs > soldOutAtMostMs) {
      throw refuse('invalid-request', 'That is later than a business day can end.');
    }
    const [row] = await tx
      .update(menuItems)
      .set({ soldOutUntilMs })
      .where(
        and(eq(menuItems.id, menuItemId), eq(menuItems.siteId, context.siteId), eq(menuItems.sold, true)),
      )
      .returning();
    if (row === undefined) throw refuse('item-not-found', 'The site does not sell this item.');
    tellSite(context.siteId, { type: 'menu-changed' });
    return { answer: { item: offered(row, nowMs) } };
  }),
);

export const publishedMenu = asSite.publishedMenu.handler(async ({ context }) => {
  const { db, clock } = context.app;
  const [site] = await db
    .select({ version: sites.menuVersion })
    .from(sites)
    .where(eq(sites.id, context.siteId));
  return { version: site?.version ?? 0, items: await offeredItems(db, context.siteId, clock.nowMs()) };
});

export const setNoShowRule = asSite.setNoShowRule.handler(({ context, input }) =>
  once(context, `site:${context.siteId}`, 'setNoShowRule', input, async ({ tx }) => {
    const { rule } = input;
    await keepNoShowRule(tx, context.siteId, rule);
    return { answer: { rule } };
  }),
);

/** @returns whether there is such a site */
export async function keepNoShowRule(
  db: Db | Tx,
  siteId: string,
  rule: z.infer<typeof noShowRule> | null,
): Promise<boolean> {
  const changed = await db
    .update(sites)
    .set({
      noShowAfterMs: rule === null ? null : rule.afterHours * hourMs,
      noShowOutcome: rule?.outcome ?? null,
    })
    .where(eq(sites.id, siteId))
    .returning({ id: sites.id });
  return changed.length > 0;
}
