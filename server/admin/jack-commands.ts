/** Commands about jacks: whose a code is, the makers' list, blocking and freeing. */
import { basename } from 'node:path';
import { desc, eq, or } from 'drizzle-orm';
import * as z from 'zod';
import { codeBehaviourOf, parseBeaconCode } from '../../shared/domain/index.ts';
import { type App, inWork } from '../app.ts';
import { anyOf, tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';
import {
  authKeyOf,
  type ListedJack,
  listedJack,
  listedOtherwise,
  listingOf,
  putOnList,
  wholeList,
} from '../jacks/index.ts';
import { refuseWhileInUse, retire } from '../registry/index.ts';
import { blockJack } from './commands.ts';
import { fileText, formatOf, saidOrWritten } from './files.ts';
import { type AdminCommand, type AdminOptions, type Opened, WrongCommand } from './options.ts';
import { FileFaults, readTable, type TableShape, writeTable } from './table-file.ts';

const { jacks, eidWindows, lastHeard, sites } = tables;

const listShape: TableShape<ListedJack> = {
  row: z
    .object({
      code: z
        .string()
        .trim()
        .toLowerCase()
        .refine((code) => isStatic(code), 'a static code: eddystone-uid:…, ibeacon:… or altbeacon:…'),
      keyHash: z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[0-9a-f]{64}$/, 'SHA-256 of the jack’s key: 64 hexadecimal digits'),
      maker: z.string().max(80).nullable().default(null),
    })
    .strict(),
  columns: [
    { name: 'code', kind: 'text' },
    { name: 'keyHash', kind: 'text' },
    { name: 'maker', kind: 'text', nullable: true },
  ],
};

function isStatic(code: string): boolean {
  const parsed = parseBeaconCode(code);
  return parsed !== null && codeBehaviourOf(parsed) === 'static';
}

export const jackCommands: Record<string, AdminCommand> = {
  'jack-find': async (opened, options) => {
    const code = options.text('code')?.trim().toLowerCase();
    const named = [code, options.text('jack'), options.text('driver')].filter((value) => value !== undefined);
    if (named.length !== 1) throw new WrongCommand('One of --code, --jack and --driver.');
    if (code === undefined) {
      const which =
        options.text('jack') === undefined
          ? eq(jacks.driverId, options.id('driver'))
          : eq(jacks.id, options.id('jack'));
      const app = await opened();
      return found(app, await app.db.select().from(jacks).where(which).orderBy(jacks.createdAtMs), null);
    }
    if (parseBeaconCode(code) === null) {
      throw new WrongCommand(
        '--code is a code as it is broadcast: eddystone-uid:…, eddystone-eid:…, ibeacon:…',
      );
    }
    const app = await opened();
    // A rotating code is known from the hour before to the days ahead for which it was reckoned.
    const ofWindow = app.db
      .select({ id: eidWindows.jackId })
      .from(eidWindows)
      .where(eq(eidWindows.code, code));
    const ids = (await ofWindow).map(({ id }) => id);
    const rows = await app.db
      .select()
      .from(jacks)
      .where(or(eq(jacks.staticCode, code), anyOf(jacks.id, ids)));
    return found(app, rows, isStatic(code) ? code : null);
  },

  'jack-block': (opened, options) => blocked(opened, options, true),
  'jack-unblock': (opened, options) => blocked(opened, options, false),

  'jack-release': async (opened, options) => {
    const jackId = options.id('jack');
    return inWork(await opened(), async (work) => {
      const [jack] = await work.tx.select().from(jacks).where(eq(jacks.id, jackId)).for('update');
      if (jack === undefined || jack.releasedAtMs !== null) return null;
      await refuseWhileInUse(work, jack.id);
      await retire(work, jack);
      return { released: true };
    });
  },

  'maker-import': async (opened, options) => {
    const file = options.needed('file');
    const rows = readTable(basename(file), fileText(options), listShape);
    const codes = new Set<string>();
    for (const { code } of rows) {
      if (codes.has(code)) throw new FileFaults([`the code ${code} is there twice`]);
      codes.add(code);
    }
    return inWork(await opened(), async ({ tx, nowMs }) => {
      const differ = await listedOtherwise(tx, rows);
      if (differ.length > 0 && !options.is('replace')) {
        throw new FileFaults(
          differ.map((code) => `${code} is listed with another key; --replace lists it anew`),
        );
      }
      await putOnList(tx, rows, nowMs);
      return { listed: rows.length, replaced: differ.length };
    });
  },

  'maker-export': async (opened, options) => {
    const format = formatOf(options);
    const app = await opened();
    const rows: ListedJack[] = [];
    for await (const some of wholeList(app.db)) rows.push(...some);
    return saidOrWritten(options, writeTable(format, rows, listShape));
  },
};

async function blocked(opened: Opened, options: AdminOptions, wanted: boolean): Promise<{ ok: true } | null> {
  const jackId = options.id('jack');
  return (await blockJack(await opened(), jackId, wanted)) ? { ok: true } : null;
}

/** @param code of a static code that was asked for: said of it also where nobody registered it */
async function found(app: App, rows: JackRow[], code: string | null): Promise<unknown> {
  const { db, secrets } = app;
  const ids = rows.map((row) => row.id);
  const heard = await db
    .select({
      jackId: lastHeard.jackId,
      siteId: sites.id,
      site: sites.name,
      heardAtMs: lastHeard.heardAtMs,
    })
    .from(lastHeard)
    .innerJoin(sites, eq(sites.id, lastHeard.siteId))
    .where(anyOf(lastHeard.jackId, ids))
    .orderBy(desc(lastHeard.heardAtMs));
  const shown = await Promise.all(
    rows.map(async (row) => {
      const { jackId: _, ...last } = heard.find((h) => h.jackId === row.id) ?? { jackId: row.id };
      const registered = row.releasedAtMs === null && row.staticCode?.startsWith('erased ') !== true;
      return {
        jackId: row.id,
        driverId: row.driverId,
        behaviour: row.behaviour,
        state: !registered ? 'given-up' : row.blockedAtMs !== null ? 'blocked' : 'in-use',
        registeredAtMs: row.createdAtMs,
        blockedAtMs: row.blockedAtMs,
        lastHeard: Object.keys(last).length === 0 ? null : last,
        makersList:
          registered && row.staticCode !== null
            ? await listingOf(db, row.staticCode, authKeyOf(secrets, row))
            : 'not-listed',
      };
    }),
  );
  if (shown.length > 0) return shown;
  const listed = code === null ? null : await listedJack(db, code);
  return listed === null
    ? null
    : [{ jackId: null, state: 'not-registered', makersList: 'listed', maker: listed.maker }];
}
