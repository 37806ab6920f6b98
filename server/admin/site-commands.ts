/** Commands about a site: its rules, its menu, its goods and its carts. */
import { basename } from 'node:path';
import { eq } from 'drizzle-orm';
import type { App } from '../app.ts';
import {
  type CartRules,
  cartsOfSite,
  createCart,
  renewCartKeys,
  retireCart,
  rulesOf,
  setCartRules,
} from '../carts/index.ts';
import { tables } from '../db/index.ts';
import { handoverRules } from '../db/schema.ts';
import {
  keepNoShowRule,
  type SiteRules,
  setSiteRules,
  siteInfoOf,
  siteRow,
  wantCredentialsRenewed,
} from '../sites/index.ts';
import { fileText, formatOf, saidOrWritten } from './files.ts';
import { exportGoods, exportMenu, importGoods, importMenu, readGoods, readMenu } from './menu-file.ts';
import { type AdminCommand, type AdminOptions, type Opened, WrongCommand } from './options.ts';

const hourMs = 3_600_000;

export const siteCommands: Record<string, AdminCommand> = {
  'site-show': async (opened, options) => {
    const siteId = options.id('site');
    const app = await opened();
    const [row] = await app.db.select().from(tables.sites).where(eq(tables.sites.id, siteId));
    if (row === undefined) return null;
    return {
      ...siteInfoOf(row),
      approvalMs: row.approvalMs,
      handoverCheck: row.handoverCheck,
      menuVersion: row.menuVersion,
      noShowRule:
        row.noShowAfterMs === null
          ? null
          : { afterHours: row.noShowAfterMs / hourMs, outcome: row.noShowOutcome },
      cartRules: cartRulesShown(await rulesOf(app.db, row.id)),
    };
  },

  'site-rules': async (opened, options) => {
    const siteId = options.id('site');
    const seconds = options.whole('approval-seconds', 10, 3600);
    const change: Partial<SiteRules> = defined({
      approvalMode: options.oneOf('approval', ['reserve-at-arrival', 'at-completion']),
      reservationMaximumMinor: options.amount('reservation-maximum', 'none'),
      approvalMs: seconds === undefined ? undefined : seconds * 1000,
      jackRequiredFromMinor: options.amount('jack-required-from', 'never'),
      handoverCheck: options.oneOf('handover-check', handoverRules),
    });
    if (Object.keys(change).length === 0) throw new WrongCommand('Nothing to change was named.');
    const app = await opened();
    try {
      const site = await setSiteRules(app, siteId, change);
      return site === null
        ? null
        : { ...site, handoverCheck: (await siteRow(app.db, site.siteId)).handoverCheck };
    } catch (error) {
      throw error instanceof RangeError ? new WrongCommand(error.message) : error;
    }
  },

  'credential-rotate': async (opened, options) => {
    const siteId = options.id('site');
    const asked = await wantCredentialsRenewed(await opened(), siteId);
    return asked === null ? null : { asked };
  },

  'no-show-rule': async (opened, options) => {
    const siteId = options.id('site');
    const afterHours = options.whole('after-hours', 1, 72);
    const outcome = options.oneOf('outcome', ['release', 'capture']);
    if (options.is('off') !== (afterHours === undefined && outcome === undefined)) {
      throw new WrongCommand('Either --off, or --after-hours with --outcome.');
    }
    if (options.is('off')) {
      return (await keepNoShowRule((await opened()).db, siteId, null)) ? { rule: null } : null;
    }
    if (afterHours === undefined || outcome === undefined) {
      throw new WrongCommand('--after-hours and --outcome belong together.');
    }
    const rule = { afterHours, outcome };
    return (await keepNoShowRule((await opened()).db, siteId, rule)) ? { rule } : null;
  },

  'menu-export': (opened, options) => exported(opened, options, exportMenu),
  'menu-import': async (opened, options) => {
    const siteId = options.id('site');
    const items = readMenu(basename(options.needed('file')), fileText(options));
    return importMenu(await opened(), siteId, items);
  },
  'goods-export': (opened, options) => exported(opened, options, exportGoods),
  'goods-import': async (opened, options) => {
    const siteId = options.id('site');
    const goods = readGoods(basename(options.needed('file')), fileText(options));
    return importGoods(await opened(), siteId, goods, options.is('replace'));
  },

  'cart-add': async (opened, options) => {
    const siteId = options.id('site');
    options.needed('number');
    const number = options.whole('number', 1, 9999) ?? 0;
    const app = await opened();
    if (!(await isSite(app, siteId))) return null;
    const there = await app.db.select().from(tables.carts).where(eq(tables.carts.siteId, siteId));
    if (there.some((cart) => cart.number === number)) {
      throw new WrongCommand(`The site has or had a cart ${number}. Numbers are not used twice.`);
    }
    return createCart(app, { siteId, number });
  },

  'cart-list': async (opened, options) => {
    const siteId = options.id('site');
    const app = await opened();
    if (!(await isSite(app, siteId))) return null;
    const carts = await cartsOfSite(app.db, siteId);
    return carts.map(({ cartId, number, state }) => ({ cartId, number, state }));
  },

  'cart-keys': async (opened, options) => {
    const cartId = options.id('cart');
    return renewCartKeys(await opened(), cartId);
  },

  'cart-retire': async (opened, options) => {
    const cartId = options.id('cart');
    const outcome = await retireCart(await opened(), cartId);
    if (outcome === 'in-use') throw new WrongCommand('Somebody has this cart. Free it at the kiosk first.');
    return outcome === 'not-found' ? null : { retired: true };
  },

  'cart-rules': async (opened, options) => {
    const siteId = options.id('site');
    const minutes = options.whole('idle-minutes', 1, 1440);
    const change: Partial<CartRules> = defined({
      idleMs: minutes === undefined ? undefined : minutes * 60_000,
      spotCheckFromMinor: options.amount('spot-check-from', 'never'),
      spotCheckPerMille: options.whole('spot-check-per-mille', 0, 1000),
    });
    if (Object.keys(change).length === 0) throw new WrongCommand('Nothing to change was named.');
    const app = await opened();
    if (!(await isSite(app, siteId))) return null;
    await setCartRules(app, siteId, change);
    return cartRulesShown(await rulesOf(app.db, siteId));
  },
};

const cartRulesShown = ({ idleMs, spotCheckFromMinor, spotCheckPerMille }: CartRules) => ({
  idleMinutes: idleMs / 60_000,
  spotCheckFromMinor,
  spotCheckPerMille,
});

async function isSite(app: App, siteId: string): Promise<boolean> {
  const rows = await app.db
    .select({ id: tables.sites.id })
    .from(tables.sites)
    .where(eq(tables.sites.id, siteId));
  return rows.length > 0;
}

async function exported(
  opened: Opened,
  options: AdminOptions,
  write: (app: App, siteId: string, format: 'json' | 'csv') => Promise<string>,
): Promise<unknown> {
  const siteId = options.id('site');
  const format = formatOf(options);
  const app = await opened();
  if (!(await isSite(app, siteId))) return null;
  return saidOrWritten(options, await write(app, siteId, format));
}

/** Without what was not given. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
