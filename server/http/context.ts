/** What a request brings, and who stands behind it. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { implement } from '@orpc/server';
import { and, eq, isNull } from 'drizzle-orm';
import { serverContract } from '../../shared/server-contract/index.ts';
import type { App } from '../app.ts';
import { tables } from '../db/index.ts';
import { refuse } from './problem.ts';

export interface RequestContext {
  app: App;
  headers: IncomingHttpHeaders;
}
export interface SiteContext {
  siteId: string;
}
export interface PhoneContext {
  phoneId: string;
  driverId: string;
}

/** 256 random bits behind a prefix that says whose it is. */
export function newToken(kind: 'site' | 'phone'): string {
  return `${kind}_${randomBytes(32).toString('base64url')}`;
}

/**
 * Tokens are looked up by their hash, so the time a look-up takes says nothing about a token: what
 * is compared is the hash, which the caller cannot steer.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function bearerOf(headers: IncomingHttpHeaders): string {
  const match = /^Bearer ([\x21-\x7e]{10,200})$/i.exec(headers.authorization ?? '');
  if (match?.[1] === undefined)
    throw refuse('unauthorized', 'An Authorization header with a bearer token is needed.');
  return match[1];
}

async function siteOf(app: App, token: string): Promise<string | null> {
  const { siteCredentials } = tables;
  const [row] = await app.db
    .select({ siteId: siteCredentials.siteId })
    .from(siteCredentials)
    .where(and(eq(siteCredentials.tokenHash, hashToken(token)), isNull(siteCredentials.revokedAtMs)));
  return row?.siteId ?? null;
}

async function phoneOf(app: App, token: string): Promise<PhoneContext | null> {
  const { phones } = tables;
  const [row] = await app.db
    .select({ phoneId: phones.id, driverId: phones.driverId })
    .from(phones)
    .where(and(eq(phones.tokenHash, hashToken(token)), isNull(phones.revokedAtMs)));
  return row ?? null;
}

const implementer = implement(serverContract).$context<RequestContext>();

/** Routes for everybody. */
export const asPublic = implementer.public;

/** Routes of a site: every one is behind a site's credential. */
export const asSite = implementer.site.use(async ({ context, next }) => {
  const token = bearerOf(context.headers);
  if (token.startsWith('phone_')) throw refuse('forbidden', 'A phone may not do what a site does.');
  const siteId = await siteOf(context.app, token);
  if (siteId === null) throw refuse('unauthorized', 'The credential is not known or was revoked.');
  return next({ context: { siteId } satisfies SiteContext });
});

/** Routes of a phone: every one is behind a phone's token. */
export const asPhone = implementer.phone.use(async ({ context, next }) => {
  const token = bearerOf(context.headers);
  if (token.startsWith('site_')) throw refuse('forbidden', 'A site may not do what a phone does.');
  const phone = await phoneOf(context.app, token);
  if (phone === null) throw refuse('unauthorized', 'The token is not known or was revoked.');
  return next({ context: phone });
});

export const router = implementer.router.bind(implementer);
