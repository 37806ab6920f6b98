/** The station's credential against a real payment server: renewed in time, on a wish, and through every cut. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { createSite, issuePairingCode, type RunningServer, startServer } from '../../server/index.ts';
import { wantCredentialsRenewed } from '../../server/sites/index.ts';
import { ManualClock } from '../../shared/domain/index.ts';
import { type Core, openCore } from '../../station/core/index.ts';
import { CodeResolver, ServerLink } from '../../station/sync/index.ts';
import { withStore } from '../support/store-template.ts';

const dayMs = 24 * 3_600_000;
/** Each look passes minutes, which cuts the stream: on a slow machine the next must leave it time to be made anew. */
const patiently = { timeout: 20_000, interval: 1_000 };

describe('the credential of a station', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'station-credential-'));
  const clock = new ManualClock();
  let server: RunningServer;
  let siteId: string;
  let core: Core;
  let link: ServerLink;
  let coreDir: string;
  let renewals = 0;
  let looks = 0;
  /** What happens to the answer of a renewal; it was made at the server by then. */
  let bendRenewal: (answer: Response) => Promise<Response> = async (answer) => answer;

  const onTheLine: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const { pathname } = new URL(input instanceof Request ? input.url : String(input));
    if (pathname === '/v1/site') looks++;
    if (pathname !== '/v1/site/credential') return response;
    renewals++;
    return bendRenewal(response);
  };
  const openStation = () => {
    const opened = openCore({ dataDir: coreDir, clock });
    if (!opened.ok) throw new Error(opened.error.message);
    core = opened.value;
    const resolver = new CodeResolver({ clock, onReached: () => {}, onTrouble: () => {} });
    link = new ServerLink({ core, resolver, clock, log: () => {}, fetch: onTheLine, onStatus: () => {} });
  };
  const closeStation = async () => {
    await link.stop();
    core.close();
  };
  const kept = () => core.settings.enrolment();
  const credential = () => kept()?.credential ?? '';
  const isGood = async (token: string) =>
    (await fetch(`${server.url}/v1/site`, { headers: { authorization: `Bearer ${token}` } })).status === 200;
  const until = (what: () => unknown, wanted: unknown) =>
    vi.waitFor(() => expect(what()).toEqual(wanted), 20_000);
  const connected = () => until(() => link.status().state, 'connected');
  /** As if the credential were so many days old: no need to live through them. */
  const grownOld = (days: number) =>
    server.app.db
      .update(tables.siteCredentials)
      .set({ createdAtMs: clock.nowMs() - days * dayMs, renewedAtMs: null })
      .where(eq(tables.siteCredentials.siteId, siteId));
  /** The question how the site is was answered once more. */
  const answered = () => {
    const wanted = looks + 1;
    return vi.waitFor(() => expect(looks).toBeGreaterThanOrEqual(wanted), 20_000);
  };
  /** Connected, and nothing of a renewal is open. */
  const settled = () =>
    until(() => [link.status().state, kept()?.formerCredential], ['connected', undefined]);
  /** The next regular question how the site is. */
  const nextLook = () => clock.advance(3 * 60_000);
  const changes = () =>
    core.log
      .journal({ beforeSequence: null, limit: 100 })
      .entries.filter(({ kind }) => kind === 'credential-changed')
      .map(({ details }) => details.to);

  beforeAll(async () => {
    server = await startServer({ dataDir: await withStore(join(folder, 'server')), clock });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    [renewals, bendRenewal] = [0, async (answer) => answer];
    siteId = await createSite(server.app, {
      ...{ name: 'S', nameKo: null, currency: 'KRW', timeZone: 'Asia/Seoul' },
      ...{ approvalMode: 'at-completion', reservationMaximumMinor: null },
    });
    coreDir = mkdtempSync(join(folder, 'core-'));
    openStation();
    const pairingCode = await issuePairingCode(server.app, siteId);
    const enrolled = await link.enrol(null, { serverUrl: server.url, pairingCode, idempotencyKey: null });
    if (!enrolled.ok) throw new Error(enrolled.error.code);
    await connected();
  });
  afterEach(() => closeStation());

  it('is renewed after thirty days, kept before it is used, and the old one is dead then', async () => {
    const old = credential();
    await grownOld(29);
    nextLook();
    await answered();
    expect([credential(), renewals]).toEqual([old, 0]);
    await grownOld(30);
    nextLook();
    await until(() => credential() === old, false);
    await settled();
    expect([await isGood(credential()), await isGood(old)]).toEqual([true, false]);
    expect([renewals, changes()]).toEqual([1, ['renewed']]);
    // It counts from now on, not from the beginning.
    const second = credential();
    nextLook();
    await answered();
    expect([credential(), renewals]).toEqual([second, 1]);
  });

  it('is renewed on the operator’s wish at once, without anybody at the site', async () => {
    const old = credential();
    await wantCredentialsRenewed(server.app, siteId);
    await until(() => credential() === old, false);
    await settled();
    expect([await isGood(credential()), await isGood(old), renewals]).toEqual([true, false, 1]);
  });

  it('on a wish while the station is away it is renewed when the station is back', async () => {
    const old = credential();
    await closeStation();
    await wantCredentialsRenewed(server.app, siteId);
    openStation();
    link.start();
    await until(() => credential() === old, false);
    await settled();
    expect(await isGood(old)).toBe(false);
  });

  it('cut off after the server’s yes and before it was kept, the old one works on and the same answer comes again', async () => {
    const old = credential();
    const answers: string[] = [];
    bendRenewal = async (answer) => {
      answers.push(((await answer.json()) as { credential: string }).credential);
      throw new TypeError('the line broke');
    };
    await wantCredentialsRenewed(server.app, siteId);
    await until(() => answers.length > 0, true);
    await closeStation();
    expect(await isGood(old)).toBe(true);
    bendRenewal = async (answer) => answer;
    openStation();
    expect(credential()).toBe(old);
    link.start();
    await until(() => credential() === old, false);
    await settled();
    // Not a second one: under its key the server gave the one whose answer was lost.
    expect(credential()).toBe(answers[0]);
    expect([await isGood(credential()), await isGood(old)]).toEqual([true, false]);
  });

  it('cut off after it was kept and before its first use, the station goes on with the new one', async () => {
    const old = credential();
    await link.stop();
    // Kept, then the power went.
    const response = await fetch(`${server.url}/v1/site/credential`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${old}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: '{}',
    });
    const { credential: next } = (await response.json()) as { credential: string };
    core.settings.keepRenewedCredential(next, 'server.credential-renewal-key');
    core.close();
    openStation();
    expect([credential(), kept()?.formerCredential]).toEqual([next, old]);
    link.start();
    await settled();
    expect([await isGood(next), await isGood(old)]).toEqual([true, false]);
  });

  it('that the server does not know is given up for the one before, and tried again after a pause', async () => {
    const old = credential();
    // As if the server were restored to before its answer.
    bendRenewal = async () => Response.json({ credential: `site_${'x'.repeat(43)}` });
    await wantCredentialsRenewed(server.app, siteId);
    await until(changes, ['former', 'renewed']);
    await connected();
    expect([credential(), await isGood(old)]).toEqual([old, true]);
    const before = renewals;
    nextLook();
    await connected();
    expect(renewals).toBe(before);
    bendRenewal = async (answer) => answer;
    clock.advance(3_600_000);
    await vi.waitFor(() => {
      nextLook();
      expect(credential()).not.toBe(old);
    }, patiently);
    await settled();
    expect([await isGood(credential()), await isGood(old)]).toEqual([true, false]);
  });

  it('that was revoked is not given up for anything: the station says that it is refused', async () => {
    const { revokeSite } = await import('../../server/admin/commands.ts');
    await revokeSite(server.app, siteId);
    await vi.waitFor(() => {
      nextLook();
      expect(link.status()).toMatchObject({ state: 'unreachable', reason: 'refused' });
    }, patiently);
  });
});
