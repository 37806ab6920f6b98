/** Jacks with a static code are bound to their keys by the makers' list; what an operator finds and does about them. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { jackCommands } from '../../server/admin/jack-commands.ts';
import { AdminOptions } from '../../server/admin/options.ts';
import { keyHashOf } from '../../server/jacks/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { ExpectedCode } from '../../shared/server-contract/index.ts';
import { type Driver, onPostgres } from './server-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'makers-list-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface FoundJack {
  jackId: string | null;
  driverId: string;
  state: string;
  makersList: string;
  lastHeard: { siteId: string; site: string; heardAtMs: number } | null;
}

onPostgres('the makers’ list', (lotNow) => {
  const admin = async <T = Record<string, unknown>>(...args: string[]): Promise<T> => {
    const options = new AdminOptions(args);
    const command = jackCommands[options.command];
    if (command === undefined) throw new Error(`no command ${options.command}`);
    return (await command(
      async () => lotNow().server.app,
      options,
      () => {},
    )) as T;
  };

  /** A jack as it leaves the maker. */
  const newJack = () => ({ code: `eddystone-uid:${randomBytes(16).toString('hex')}`, key: randomBytes(32) });
  type Jack = ReturnType<typeof newJack>;

  const list = (rows: { code: string; keyHash: string; maker?: string }[], ...more: string[]) => {
    const file = join(folder, `${newId()}.json`);
    writeFileSync(file, JSON.stringify(rows));
    return admin('maker-import', '--file', file, ...more);
  };
  const listed = ({ code, key }: Jack) => list([{ code, keyHash: keyHashOf(key) }]);

  const register = async (driver: Driver, code: string, key: Buffer) => {
    const lot = lotNow();
    type Account = { vehicles: { vehicleId: string }[] };
    const { vehicles } = (await lot.call<Account>(driver.token, 'GET', '/v1/account')).body;
    const { status, body } = await lot.call<{ jackId: string }>(driver.token, 'POST', '/v1/jacks', {
      vehicleId: vehicles[0]?.vehicleId,
      secrets: { behaviour: 'static', code },
      authenticationKey: key.toString('hex'),
      possession: await lot.possession(driver.token, key),
    });
    return { status, code: body.code, jackId: body.jackId };
  };
  const jacksOf = async (driver: Driver) =>
    (
      await lotNow().call<{ jacks: { jackId: string; blocked: boolean }[] }>(
        driver.token,
        'GET',
        '/v1/account',
      )
    ).body.jacks;

  it('lets a listed code be registered with its own key only; a code that is not listed by who proves a key', async () => {
    const lot = lotNow();
    const [owner, stranger] = [await lot.driver(), await lot.driver()];
    const [jack, unlisted] = [newJack(), newJack()];
    await listed(jack);
    expect(await register(stranger, jack.code, randomBytes(32))).toMatchObject({
      ...{ status: 409, code: 'code-already-registered' },
    });
    // The listed key alone is worth nothing without the code it is listed for.
    expect((await register(stranger, newJack().code, randomBytes(32))).status).toBe(200);
    const mine = await register(owner, jack.code, jack.key);
    expect(mine.status).toBe(200);
    const { siteId: _, ...site } = await lot.site();
    expect((await lot.report(site, jack.code)).body.car.jackId).toBe(mine.jackId);
    expect((await register(stranger, unlisted.code, unlisted.key)).status).toBe(200);
  });

  it('takes a code from the stranger who registered it first, as soon as the owner proves the listed key', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [owner, stranger] = [await lot.driver(), await lot.driver()];
    const jack = newJack();
    const strangersKey = randomBytes(32);
    const theirs = await register(stranger, jack.code, strangersKey);
    // Not listed yet: the owner is told that it is taken, as the stranger would be.
    expect((await register(owner, jack.code, jack.key)).code).toBe('code-already-registered');
    await listed(jack);
    const asStranger = { ...stranger, jackId: theirs.jackId, key: strangersKey };
    const visitId = await lot.arrive(site, asStranger);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(asStranger, visitId))).body;
    const mine = await register(owner, jack.code, jack.key);
    expect(mine.status).toBe(200);
    expect((await lot.report(site, jack.code)).body.car.jackId).toBe(mine.jackId);
    expect(await lot.request(site, paymentRequest.paymentRequestId)).toMatchObject({
      ...{ state: 'declined', reason: 'jack-blocked' },
    });
    expect((await jacksOf(stranger)).map((j) => j.jackId)).not.toContain(theirs.jackId);
    // And it stays so: neither the stranger's key nor the owner's, once more, takes it.
    for (const [driver, key] of [
      [stranger, strangersKey],
      [stranger, jack.key],
      [owner, jack.key],
    ] as const) {
      expect((await register(driver, jack.code, key)).code).toBe('code-already-registered');
    }
    expect((await jacksOf(owner)).map((j) => j.jackId)).toContain(mine.jackId);
  });

  it('gives a code that a stranger has to one of two who prove the listed key at once', async () => {
    const lot = lotNow();
    const [one, two, stranger] = [await lot.driver(), await lot.driver(), await lot.driver()];
    const jack = newJack();
    await register(stranger, jack.code, randomBytes(32));
    await listed(jack);
    const both = await Promise.all([register(one, jack.code, jack.key), register(two, jack.code, jack.key)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is kept in a file: read in whole or not at all, another key only where that is meant', async () => {
    const [one, two] = [newJack(), newJack()];
    const file = join(folder, 'jacks.csv');
    const hash = keyHashOf(one.key);
    writeFileSync(
      file,
      `code,keyHash,maker\n${one.code.toUpperCase()},${hash.toUpperCase()},Acme\n${two.code},${keyHashOf(two.key)},\n`,
    );
    expect(await admin('maker-import', '--file', file)).toEqual({ listed: 2, replaced: 0 });
    expect(await admin('maker-import', '--file', file)).toEqual({ listed: 2, replaced: 0 });
    const out = join(folder, 'out.csv');
    await admin('maker-export', '--file', out);
    expect(readFileSync(out, 'utf8')).toContain(`${one.code},${hash},Acme\r\n`);
    const other = { code: one.code, keyHash: keyHashOf(randomBytes(32)) };
    const third = newJack();
    const both = [{ code: third.code, keyHash: hash }, other];
    await expect(list(both)).rejects.toThrow('--replace');
    expect(await admin('jack-find', '--code', third.code)).toBeNull();
    await expect(list([other, other])).rejects.toThrow('there twice');
    await expect(
      list([
        { code: 'eddystone-eid:0011223344556677', keyHash: hash },
        { code: third.code, keyHash: 'ff' },
      ]),
    ).rejects.toThrow(/item 1, code[\s\S]*item 2, keyHash/);
    expect(await list(both, '--replace')).toEqual({ listed: 2, replaced: 1 });
    expect((await register(await lotNow().driver(), one.code, one.key)).code).toBe('code-already-registered');
  });

  it('a jack is found by its code, by its id and by its owner, with where it was heard last', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const jack = newJack();
    const { jackId } = await register(driver, jack.code, jack.key);
    await lot.report(site, jack.code);
    const seen = {
      ...{
        jackId,
        driverId: driver.driverId,
        behaviour: 'static',
        state: 'in-use',
        makersList: 'not-listed',
      },
      lastHeard: { siteId: site.siteId, site: 'Test site', heardAtMs: lot.clock.nowMs() },
    };
    const find = (...args: string[]) => admin<FoundJack[] | null>('jack-find', ...args);
    expect(await find('--code', jack.code.toUpperCase())).toMatchObject([seen]);
    expect(await find('--jack', jackId)).toMatchObject([seen]);
    expect((await find('--driver', driver.driverId))?.map((j) => j.jackId)).toEqual([driver.jackId, jackId]);
    await listed(jack);
    expect(await find('--code', jack.code)).toMatchObject([{ makersList: 'this-key' }]);
    await list([{ code: jack.code, keyHash: keyHashOf(randomBytes(32)) }], '--replace');
    expect(await find('--code', jack.code)).toMatchObject([{ makersList: 'another-key' }]);
    await admin('jack-block', '--jack', jackId);
    expect(await find('--code', jack.code)).toMatchObject([{ state: 'blocked' }]);
    expect(await find('--code', newJack().code)).toBeNull();
    const made = newJack();
    await list([{ code: made.code, keyHash: keyHashOf(made.key), maker: 'Acme' }]);
    expect(await find('--code', made.code)).toEqual([
      { jackId: null, state: 'not-registered', makersList: 'listed', maker: 'Acme' },
    ]);
    for (const wrong of [
      [],
      ['--code', 'hello'],
      ['--code', jack.code, '--jack', jackId],
      ['--jack', '12'],
    ]) {
      await expect(find(...wrong)).rejects.toMatchObject({ name: 'WrongCommand' });
    }
    // No key and no plate is said.
    const said = JSON.stringify(await find('--driver', driver.driverId));
    for (const secret of [driver.plate, driver.code, jack.key.toString('hex')])
      expect(said).not.toContain(secret);
  });

  it('a rotating jack is found by the code that it shows now', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver({ rotating: { exponent: 10 } });
    await lot.arrive(site, driver);
    const nowMs = lot.clock.nowMs();
    const path = `/v1/site/expected-codes?fromMs=${nowMs}&toMs=${nowMs + 1}`;
    const { codes } = (await lot.call<{ codes: ExpectedCode[] }>(site.token, 'GET', path)).body;
    const now = codes.find((code) => code.jackId === driver.jackId)?.code ?? '';
    expect(await admin('jack-find', '--code', now)).toMatchObject([
      { jackId: driver.jackId, behaviour: 'rotating', makersList: 'not-listed' },
    ]);
  });

  it('an operator takes a jack from whoever has it, but not while money hangs on it; then its code is free', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [driver, next] = [await lot.driver(), await lot.driver()];
    const { preorder } = (await lot.preorder(site, driver)).body;
    const release = () => admin('jack-release', '--jack', driver.jackId);
    await expect(release()).rejects.toMatchObject({ code: 'conflict' });
    await lot.call(driver.token, 'POST', `/v1/preorders/${preorder.preorderId}/cancel`);
    expect(await release()).toEqual({ released: true });
    expect(await release()).toBeNull();
    expect(await admin('jack-find', '--jack', driver.jackId)).toMatchObject([{ state: 'given-up' }]);
    expect((await register(next, driver.code, randomBytes(32))).status).toBe(200);
  });
});
