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
import { exportedText, fileText } from './files.ts';
import { exportGoods, exportMenu, importGoods, importMenu } from './menu-file.ts';
import { type AdminOptions, WrongCommand } from './options.ts';

/** What a command answers; null: there is no such thing. */
export type SiteCommand = (app: App, options: AdminOptions) => Promise<unknown>;

const hourMs = 3_600_000;

export const siteCommands: Record<string, SiteCommand> = {
  'site-show': async (app, options) => {
    const [row] = await app.db
      .select()
      .from(tables.sites)
      .where(eq(tables.sites.id, options.id('site')));
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

  'site-rules': async (app, options) => {
    const seconds = options.whole('approval-seconds', 10, 3600);
    const change: Partial<SiteRules> = defined({
      approvalMode: options.oneOf('approval', ['reserve-at-arrival', 'at-completion']),
      reservationMaximumMinor: options.amount('reservation-maximum', 'none'),
      approvalMs: seconds === undefined ? undefined : seconds * 1000,
      jackRequiredFromMinor: options.amount('jack-required-from', 'never'),
      handoverCheck: options.oneOf('handover-check', handoverRules),
    });
    if (Object.keys(change).length === 0) throw new WrongCommand('Nothing to change was named.');
    try {
      const site = await setSiteRules(app, options.id('site'), change);
      return site === null
        ? null
        : { ...site, handoverCheck: (await siteRow(app.db, site.siteId)).handoverCheck };
    } catch (error) {
      throw error instanceof RangeError ? new WrongCommand(error.message) : error;
    }
  },

  'credential-rotate': async (app, options) => {
    const asked = await wantCredentialsRenewed(app, options.id('site'));
    return asked === null ? null : { asked };
  },

  'no-show-rule': async (app, options) => {
    const siteId = options.id('site');
    const afterHours = options.whole('after-hours', 1, 72);
    const outcome = options.oneOf('outcome', ['release', 'capture']);
    if (options.is('off') !== (afterHours === undefined && outcome === undefined)) {
      throw new WrongCommand('Either --off, or --after-hours with --outcome.');
    }
    if (options.is('off')) return (await keepNoShowRule(app.db, siteId, null)) ? { rule: null } : null;
    if (afterHours === undefined || outcome === undefined) {
      throw new WrongCommand('--after-hours and --outcome belong together.');
    }
    const rule = { afterHours, outcome };
    return (await keepNoShowRule(app.db, siteId, rule)) ? { rule } : null;
  },

  'menu-export': (app, options) => exported(app, options, exportMenu),
  'menu-import': (app, options) =>
    importMenu(app, options.id('site'), basename(options.needed('file')), fileText(options)),
  'goods-export': (app, options) => exported(app, options, exportGoods),
  'goods-import': (app, options) =>
    importGoods(
      app,
      options.id('site'),
      basename(options.needed('file')),
      fileText(options),
      options.is('replace'),
    ),

  'cart-add': async (app, options) => {
    const siteId = options.id('site');
    options.needed('number');
    const number = options.whole('number', 1, 9999) ?? 0;
    if (!(await isSite(app, siteId))) return null;
    const there = await app.db.select().from(tables.carts).where(eq(tables.carts.siteId, siteId));
    if (there.some((cart) => cart.number === number)) {
      throw new WrongCommand(`The site has or had a cart ${number}. Numbers are not used twice.`);
    }
    return createCart(app, { siteId, number });
  },

  'cart-list': async (app, options) => {
    const siteId = options.id('site');
    if (!(await isSite(app, siteId))) return null;
    const carts = await cartsOfSite(app.db, siteId);
    return carts.map(({ cartId, number, state }) => ({ cartId, number, state }));
  },

  'cart-keys': (app, options) => renewCartKeys(app, options.id('cart')),

  'cart-retire': async (app, options) => {
    const outcome = await retireCart(app, options.id('cart'));
    if (outcome === 'in-use') throw new WrongCommand('Somebody has this cart. Free it at the kiosk first.');
    return outcome === 'not-found' ? null : { retired: true };
  },

  'cart-rules': async (app, options) => {
    const siteId = options.id('site');
    const minutes = options.whole('idle-minutes', 1, 1440);
    const change: Partial<CartRules> = defined({
      idleMs: minutes === undefined ? undefined : minutes * 60_000,
      spotCheckFromMinor: options.amount('spot-check-from', 'never'),
      spotCheckPerMille: options.whole('spot-check-per-mille', 0, 1000),
    });
    if (Object.keys(change).length === 0) throw new WrongCommand('Nothing to change was named.');
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
  app: App,
  options: AdminOptions,
  write: (app: App, siteId: string, format: 'json' | 'csv') => Promise<string>,
): Promise<unknown> {
  const siteId = options.id('site');
  if (!(await isSite(app, siteId))) return null;
  return exportedText(options, (format) => write(app, siteId, format));
}

/** Without what was not given. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
