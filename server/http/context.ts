/** What a request brings, and who stands behind it. */
import { hash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { implement } from '@orpc/server';
import { and, isNull, sql } from 'drizzle-orm';
import { serverContract } from '../../shared/server-contract/index.ts';
import type { App } from '../app.ts';
import { anyOf, batched, tables } from '../db/index.ts';
import { refuse } from './problem.ts';

export interface RequestContext {
  app: App;
  headers: IncomingHttpHeaders;
}
/** Is the token that opened this still good? Streams ask again whenever they wake. */
export interface Lasting {
  stillAllowed(): Promise<boolean>;
}
export interface SiteContext extends Lasting {
  siteId: string;
  /** Which of the site's credentials: a site has one for each station. */
  credentialId: string;
}
export interface PhoneContext extends Lasting {
  phoneId: string;
  driverId: string;
}

/** 256 random bits behind a prefix that says whose it is. */
export function newToken(kind: 'site' | 'phone' | 'cart'): string {
  return `${kind}_${randomBytes(32).toString('base64url')}`;
}

/**
 * Tokens are looked up by their hash, so the time a look-up takes says nothing about a token: what
 * is compared is the hash, which the caller cannot steer.
 */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

function bearerOf(headers: IncomingHttpHeaders): string {
  const match = /^Bearer ([\x21-\x7e]{10,200})$/i.exec(headers.authorization ?? '');
  if (match?.[1] === undefined)
    throw refuse('unauthorized', 'An Authorization header with a bearer token is needed.');
  return match[1];
}

/** Who is behind a token: callers of the same moment are looked up together. Nothing is remembered, so a revoked token ends at once. */
interface Known {
  siteOf(token: string): Promise<Omit<SiteContext, 'stillAllowed'> | null>;
  phoneOf(token: string): Promise<Omit<PhoneContext, 'stillAllowed'> | null>;
  cartOf(token: string): Promise<CartContext | null>;
}

export interface CartContext {
  cartId: string;
}

/**
 * One look-up of many token hashes → one by its token.
 *
 *   known? ── yes ─► who
 *     └─ no ─► a renewed one, used for the first time? it takes the old one's place ─► known? ─► who, or nobody
 *
 * @param takeOver renewed tokens among these hashes take the place of the old ones, which are dead with that
 */
function byToken<T>(
  lookUp: (hashes: string[]) => Promise<{ hash: string; who: T }[]>,
  takeOver?: (hashes: string[]) => Promise<unknown>,
) {
  const one = batched<string, T | null>(async (hashes) => {
    const found = new Map<string, T>();
    const look = async (among: string[]) => {
      for (const row of await lookUp(among)) found.set(row.hash, row.who);
    };
    const asked = [...new Set(hashes)];
    await look(asked);
    const rest = asked.filter((tokenHash) => !found.has(tokenHash));
    if (rest.length > 0 && takeOver !== undefined) {
      await takeOver(rest);
      // Also when nothing was taken over by us: another request with the same token may just have done it.
      await look(rest);
    }
    return hashes.map((tokenHash) => found.get(tokenHash) ?? null);
  });
  return (token: string) => one(hashToken(token));
}

const knownOf = new WeakMap<App, Known>();

function known(app: App): Known {
  const before = knownOf.get(app);
  if (before !== undefined) return before;
  const { siteCredentials, phones, carts } = tables;
  const made: Known = {
    siteOf: byToken(
      async (hashes) => {
        const rows = await app.db
          .select({
            hash: siteCredentials.tokenHash,
            siteId: siteCredentials.siteId,
            credentialId: siteCredentials.id,
          })
          .from(siteCredentials)
          .where(and(anyOf(siteCredentials.tokenHash, hashes), isNull(siteCredentials.revokedAtMs)));
        return rows.map(({ hash: tokenHash, ...who }) => ({ hash: tokenHash, who }));
      },
      (hashes) =>
        app.db
          .update(siteCredentials)
          .set({
            tokenHash: sql`next_token_hash`,
            nextTokenHash: null,
            renewedAtMs: app.clock.nowMs(),
            renewalWanted: false,
          })
          .where(and(anyOf(siteCredentials.nextTokenHash, hashes), isNull(siteCredentials.revokedAtMs))),
    ),
    phoneOf: byToken(
      async (hashes) => {
        const rows = await app.db
          .select({ hash: phones.tokenHash, phoneId: phones.id, driverId: phones.driverId })
          .from(phones)
          .where(and(anyOf(phones.tokenHash, hashes), isNull(phones.revokedAtMs)));
        return rows.map(({ hash: tokenHash, ...who }) => ({ hash: tokenHash, who }));
      },
      (hashes) =>
        app.db
          .update(phones)
          .set({ tokenHash: sql`next_token_hash`, nextTokenHash: null, renewedAtMs: app.clock.nowMs() })
          .where(and(anyOf(phones.nextTokenHash, hashes), isNull(phones.revokedAtMs))),
    ),
    cartOf: byToken(async (hashes) => {
      const rows = await app.db
        .select({ hash: carts.tokenHash, cartId: carts.id })
        .from(carts)
        .where(and(anyOf(carts.tokenHash, hashes), isNull(carts.retiredAtMs)));
      return rows.map(({ hash: tokenHash, ...who }) => ({ hash: tokenHash, who }));
    }),
  };
  knownOf.set(app, made);
  return made;
}

const siteOf = (app: App, token: string) => known(app).siteOf(token);
const phoneOf = (app: App, token: string) => known(app).phoneOf(token);
const cartOf = (app: App, token: string) => known(app).cartOf(token);

const implementer = implement(serverContract).$context<RequestContext>();

/** Routes for everybody. */
export const asPublic = implementer.public;

/** Routes of a site: every one is behind a site's credential. */
export const asSite = implementer.site.use(async ({ context, next }) => {
  const token = bearerOf(context.headers);
  if (/^(phone|cart)_/.test(token)) throw refuse('forbidden', 'Only a site may do this.');
  const site = await siteOf(context.app, token);
  if (site === null) throw refuse('unauthorized', 'The credential is not known or was revoked.');
  const stillAllowed = async () => (await siteOf(context.app, token)) !== null;
  return next({ context: { ...site, stillAllowed } satisfies SiteContext });
});

/** Routes of a phone: every one is behind a phone's token. */
export const asPhone = implementer.phone.use(async ({ context, next }) => {
  const token = bearerOf(context.headers);
  if (/^(site|cart)_/.test(token)) throw refuse('forbidden', 'Only a phone may do this.');
  const phone = await phoneOf(context.app, token);
  if (phone === null) throw refuse('unauthorized', 'The token is not known or was revoked.');
  const stillAllowed = async () => (await phoneOf(context.app, token)) !== null;
  return next({ context: { ...phone, stillAllowed } satisfies PhoneContext });
});

/** Routes of a smart cart's scanner and scale: every one is behind that cart's token. */
export const asCart = implementer.cart.use(async ({ context, next }) => {
  const token = bearerOf(context.headers);
  if (/^(site|phone)_/.test(token)) throw refuse('forbidden', 'Only a cart may do this.');
  const cart = await cartOf(context.app, token);
  if (cart === null) throw refuse('unauthorized', 'The token is not known or was revoked.');
  return next({ context: cart });
});

export const router = implementer.router.bind(implementer);
