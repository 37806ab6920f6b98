/** Credentials of sites and tokens of phones: renewed without a gap, dead when they were, revoked at once. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { eraseDriver, revokeSite } from '../../server/admin/commands.ts';
import { tables } from '../../server/db/index.ts';
import { wantCredentialsRenewed } from '../../server/sites/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { onPostgres, readEvents } from './server-fixture.ts';

onPostgres('credentials', (lotNow) => {
  const kinds = [
    {
      kind: 'site',
      fresh: async () => (await lotNow().site()).token,
      renew: '/v1/site/credential',
      look: '/v1/site',
      of: (body: { credential?: string; token?: string }) => body.credential ?? '',
      events: '/v1/site/events',
    },
    {
      kind: 'phone',
      fresh: async () => (await lotNow().driver()).token,
      renew: '/v1/phone/token',
      look: '/v1/account',
      of: (body: { credential?: string; token?: string }) => body.token ?? '',
      events: '/v1/phone/events',
    },
  ] as const;

  for (const { kind, fresh, renew, look, of, events } of kinds) {
    const status = async (token: string) => (await lotNow().call(token, 'GET', look)).status;
    const renewed = async (token: string, key: string = randomUUID()) => {
      const answer = await lotNow().call<{ credential?: string; token?: string }>(
        token,
        'POST',
        renew,
        {},
        key,
      );
      expect(answer.status).toBe(200);
      return of(answer.body);
    };

    it(`of a ${kind}: the old one lives until the new one is used once, and not a call longer`, async () => {
      const old = await fresh();
      const next = await renewed(old);
      expect(next).toMatch(new RegExp(`^${kind}_[A-Za-z0-9_-]{43}$`));
      expect(next).not.toBe(old);
      expect([await status(old), await status(old)]).toEqual([200, 200]);
      expect(await status(next)).toBe(200);
      expect([await status(old), await status(next)]).toEqual([401, 200]);
      // And again, from the new one on.
      const third = await renewed(next);
      expect([await status(third), await status(next), await status(old)]).toEqual([200, 401, 401]);
    });

    it(`of a ${kind}: asked again under the same key it is the same one; under another the unused one is void`, async () => {
      const old = await fresh();
      const key = randomUUID();
      const lost = await renewed(old, key);
      expect(await renewed(old, key)).toBe(lost);
      const next = await renewed(old);
      expect(next).not.toBe(lost);
      expect([await status(lost), await status(old)]).toEqual([401, 200]);
      expect([await status(next), await status(old)]).toEqual([200, 401]);
    });

    it(`of a ${kind}: many first uses at the same instant all get in, and the old one is out`, async () => {
      const old = await fresh();
      const next = await renewed(old);
      const all = await Promise.all(Array.from({ length: 12 }, () => status(next)));
      expect(new Set(all)).toEqual(new Set([200]));
      expect(await status(old)).toBe(401);
    });

    it(`of a ${kind}: the stream of the old one ends when the new one is used`, async () => {
      const old = await fresh();
      const stream = await fetch(`${lotNow().url}${events}`, { headers: { authorization: `Bearer ${old}` } });
      const reader = stream.body?.getReader();
      await reader?.read();
      expect(await status(await renewed(old))).toBe(200);
      // It looks at its token whenever it wakes, with the next beat at the latest.
      let ended = false;
      for (let beats = 0; beats < 5 && !ended; beats++) {
        lotNow().clock.advance(15_000);
        ended = (await reader?.read())?.done !== false;
      }
      await reader?.cancel();
      expect(ended).toBe(true);
      await readEvents(lotNow().url, await renewedAgain(), events, null, (all) => all.length > 0);
      async function renewedAgain() {
        return renewed(await fresh());
      }
    });

    it(`of a ${kind}: neither is in the database in readable form`, async () => {
      const old = await fresh();
      const next = await renewed(old);
      const { siteCredentials, phones, idempotencyKeys } = tables;
      const { db } = lotNow().server.app;
      const everything = JSON.stringify([
        await db.select().from(siteCredentials),
        await db.select().from(phones),
        await db.select().from(idempotencyKeys),
      ]);
      expect([everything.includes(old), everything.includes(next)]).toEqual([false, false]);
    });
  }

  it('revoking ends both: the one in use and the one that waits', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const next = (await lot.call<{ credential: string }>(site.token, 'POST', '/v1/site/credential')).body;
    expect(await revokeSite(lot.server.app, site.siteId)).toBe(1);
    for (const token of [site.token, next.credential, site.token]) {
      expect((await lot.call(token, 'GET', '/v1/site')).status).toBe(401);
    }

    const driver = await lot.driver();
    const waiting = (await lot.call<{ token: string }>(driver.token, 'POST', '/v1/phone/token')).body.token;
    const { invitation } = (
      await lot.call<{ invitation: string }>(driver.token, 'POST', '/v1/phone-invitations')
    ).body;
    const other = (
      await lot.call<{ token: string }>(null, 'POST', '/v1/phones', { invitation, phoneName: 'x' })
    ).body;
    const { phones } = (
      await lot.call<{ phones: { phoneId: string; this: boolean }[] }>(other.token, 'GET', '/v1/account')
    ).body;
    const lostPhone = phones.find((phone) => !phone.this)?.phoneId ?? '';
    expect((await lot.call(other.token, 'POST', `/v1/phones/${lostPhone}/revoke`)).status).toBe(200);
    for (const token of [waiting, driver.token]) {
      expect((await lot.call(token, 'GET', '/v1/account')).status).toBe(401);
    }
    expect((await lot.call(other.token, 'GET', '/v1/account')).status).toBe(200);
  });

  it('an erased driver’s waiting token is erased too', async () => {
    const lot = lotNow();
    const driver = await lot.driver();
    const { token } = (await lot.call<{ token: string }>(driver.token, 'POST', '/v1/phone/token')).body;
    expect(await eraseDriver(lot.server.app, driver.driverId)).toBe('erased');
    expect((await lot.call(token, 'GET', '/v1/account')).status).toBe(401);
    const rows = await lot.server.app.db
      .select({ next: tables.phones.nextTokenHash })
      .from(tables.phones)
      .where(eq(tables.phones.driverId, driver.driverId));
    expect(rows).toEqual([{ next: null }]);
  });

  it('the operator’s wish is told to the site, stays until it is met, and concerns that site alone', async () => {
    const lot = lotNow();
    const [site, other] = [await lot.site(), await lot.site()];
    type Seen = { credential: { sinceMs: number; renewalWanted: boolean } };
    const seen = async (token: string) => (await lot.call<Seen>(token, 'GET', '/v1/site')).body.credential;
    const enrolledAtMs = lot.clock.nowMs();
    expect(await seen(site.token)).toEqual({ sinceMs: enrolledAtMs, renewalWanted: false });
    const from = (await readEvents(lot.url, site.token, '/v1/site/events', null, () => true))[0]?.id ?? '0';
    expect(await wantCredentialsRenewed(lot.server.app, site.siteId)).toBe(1);
    expect(await wantCredentialsRenewed(lot.server.app, newId())).toBe(null);
    await readEvents(lot.url, site.token, '/v1/site/events', from, (all) =>
      all.some(({ data }) => data.type === 'site'),
    );
    expect([(await seen(site.token)).renewalWanted, (await seen(other.token)).renewalWanted]).toEqual([
      true,
      false,
    ]);
    lot.clock.advance(1_000);
    const { credential } = (await lot.call<{ credential: string }>(site.token, 'POST', '/v1/site/credential'))
      .body;
    expect(await seen(credential)).toEqual({ sinceMs: lot.clock.nowMs(), renewalWanted: false });
  });
});
