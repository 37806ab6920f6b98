/** Sites: who may speak for one, and what they sell. */
import { createHash, randomInt } from 'node:crypto';
import { and, eq, gt, isNull } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { SiteInfo } from '../../shared/server-contract/index.ts';
import type { App } from '../app.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import { asPhone, asPublic, hashToken, newToken, once, refuse } from '../http/index.ts';
import { offeredItems } from './menus.ts';
import { currentSigningKey } from './signing-keys.ts';

const { sites, pairingCodes, siteCredentials } = tables;
type SiteRow = typeof sites.$inferSelect;

export const siteDefaults = {
  /** A pairing code that nobody used by then is worth nothing. */
  pairingCodeMs: 24 * 3_600_000,
  /** How long a driver has to answer. */
  approvalMs: 120_000,
};

export interface NewSite {
  id?: string;
  name: string;
  nameKo: string | null;
  currency: string;
  timeZone: string;
  approvalMode: 'reserve-at-arrival' | 'at-completion';
  reservationMaximumMinor: number | null;
  approvalMs?: number;
  /** Degrees; lets the server tell how long a car needs between two sites. */
  place?: { latitude: number; longitude: number };
}

export async function createSite(app: App, site: NewSite): Promise<string> {
  const id = site.id ?? newId();
  new Intl.DateTimeFormat('en', { timeZone: site.timeZone });
  await app.db.insert(sites).values({
    id,
    name: site.name,
    nameKo: site.nameKo,
    currency: site.currency,
    timeZone: site.timeZone,
    approvalMode: site.approvalMode,
    reservationMaximumMinor: site.reservationMaximumMinor,
    approvalMs: site.approvalMs ?? siteDefaults.approvalMs,
    latitude: site.place?.latitude ?? null,
    longitude: site.place?.longitude ?? null,
    createdAtMs: app.clock.nowMs(),
  });
  return id;
}

// No characters that are taken for another when read aloud or typed with gloves on.
const pairingAlphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const hashPairingCode = (code: string) =>
  createHash('sha256')
    .update(code.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .digest('hex');

/** A one-use code for enrolling a station: `XXXX-XXXX-XXXX` (58 bits). Only its hash is kept. */
export async function issuePairingCode(app: App, siteId: string): Promise<string> {
  const characters = Array.from({ length: 12 }, () =>
    pairingAlphabet.charAt(randomInt(pairingAlphabet.length)),
  );
  const code = characters.join('').replace(/(.{4})(?=.)/g, '$1-');
  await app.db.insert(pairingCodes).values({
    codeHash: hashPairingCode(code),
    siteId,
    expiresAtMs: app.clock.nowMs() + siteDefaults.pairingCodeMs,
  });
  return code;
}

export async function siteRow(db: Db | Tx, siteId: string): Promise<SiteRow> {
  const [row] = await db.select().from(sites).where(eq(sites.id, siteId));
  if (row === undefined) throw refuse('not-found', 'There is no such site.');
  return row;
}

export function siteInfoOf(row: SiteRow): SiteInfo {
  return {
    siteId: row.id,
    name: row.name,
    nameKo: row.nameKo,
    currency: row.currency,
    timeZone: row.timeZone,
    approvalMode: row.approvalMode,
    reservationMaximumMinor: row.reservationMaximumMinor,
    jackRequiredFromMinor: row.jackRequiredFromMinor,
  };
}

export const enrol = asPublic.enrol.handler(({ context, input }) =>
  once(context, 'public', 'enrol', input, async ({ app, tx, nowMs }) => {
    // Used up in the statement that checks it: two stations with one code cannot both get in.
    const [used] = await tx
      .update(pairingCodes)
      .set({ usedAtMs: nowMs })
      .where(
        and(
          eq(pairingCodes.codeHash, hashPairingCode(input.pairingCode)),
          isNull(pairingCodes.usedAtMs),
          gt(pairingCodes.expiresAtMs, nowMs),
        ),
      )
      .returning();
    if (used === undefined) {
      throw refuse(
        'pairing-code-refused',
        'Ask for a new pairing code: this one is wrong, was used, or is too old.',
      );
    }
    const credential = newToken('site');
    await tx.insert(siteCredentials).values({
      id: newId(),
      siteId: used.siteId,
      tokenHash: hashToken(credential),
      stationName: input.stationName,
      createdAtMs: nowMs,
    });
    const { generation, publicKey } = await currentSigningKey(app, tx);
    const enrolled = siteInfoOf(await siteRow(tx, used.siteId));
    return { answer: { site: enrolled, credential, signingKey: { generation, publicKey } } };
  }),
);

export const menu = asPhone.menu.handler(async ({ context, input }) => {
  const { db, clock } = context.app;
  const row = await siteRow(db, input.siteId);
  return { site: siteInfoOf(row), items: await offeredItems(db, row.id, clock.nowMs()) };
});
