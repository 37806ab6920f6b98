/** Administration of a site, on both stores; what the site and its drivers see of it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { adminCommands, runAdmin } from '../../server/admin/cli.ts';
import { adminHelp, adminUsage } from '../../server/admin/help.ts';
import { AdminOptions } from '../../server/admin/options.ts';
import { siteCommands } from '../../server/admin/site-commands.ts';
import { tables } from '../../server/db/index.ts';
import { openApp } from '../../server/start.ts';
import { newId } from '../../shared/domain/index.ts';
import type { MenuItem } from '../../shared/server-contract/index.ts';
import { onPostgres, readEvents } from './server-fixture.ts';
import { openPostgres } from './server-postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'server-admin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the help names every command, each with an example that is one', async () => {
  expect(adminHelp.map((command) => command.name).sort()).toEqual([...adminCommands].sort());
  for (const { name, example, options } of adminHelp) {
    expect(example.split(' ')[0]).toBe(name);
    // Every option of the example is one that the command has.
    for (const [option] of example.matchAll(/--[a-z-]+/g)) expect(options).toContain(option);
    expect(new AdminOptions(example.split(' ')).command).toBe(name);
  }
  const said: string[] = [];
  expect(
    await runAdmin(
      ['--help'],
      (line) => said.push(line),
      () => {},
    ),
  ).toBe(0);
  expect(said.join('\n')).toBe(adminUsage());
  const complaints: string[] = [];
  expect(
    await runAdmin(
      ['site-rules', '--colour', 'red'],
      () => {},
      (line) => complaints.push(line),
    ),
  ).toBe(2);
  expect(complaints[0]).toContain('--colour');
});

it('every command says what is missing or wrong of its options, and changes nothing', {
  timeout: 120_000,
}, async () => {
  const opened = await openApp({ memory: true });
  let openings = 0;
  const open = async () => {
    openings++;
    return { app: opened.app, close: async () => {} };
  };
  const { app } = opened;
  const asked = async (...args: string[]) => {
    const words: string[] = [];
    const keep = (line: string) => void words.push(line);
    const before = openings;
    const code = await runAdmin(args, keep, keep, open);
    // What is wrong of the command itself is known before the store is opened, which may change it (migrations).
    if (code === 2) expect([args, openings - before]).toEqual([args, 0]);
    return { code, words: words.join('\n') };
  };
  const nothing = folder;
  const wrongValues = [
    '',
    ' ',
    '-1',
    '1.5',
    '9'.repeat(20),
    'NaN',
    'x',
    "' OR 1=1",
    '../..',
    '😀'.repeat(300),
  ];
  const before = JSON.stringify(await app.db.select().from(tables.sites));
  // keys-rotate works on files, and has a test of its own.
  for (const { name, options } of adminHelp.filter((command) => command.name !== 'keys-rotate')) {
    const own = [...options.matchAll(/--([a-z-]+)( [A-Z]+| [a-z]+)?/g)];
    // A file to write to may be called anything.
    const valued = own
      .filter((option) => option[2] !== undefined)
      .map((option) => option[1] ?? '')
      .filter((option) => name !== 'maker-export' || option !== 'file');
    const isNeeded = options !== '' && !options.startsWith('[');
    if (isNeeded) expect([name, (await asked(name)).code]).toEqual([name, 2]);
    for (const args of [['stray'], ['--colour', 'red'], ['--site'], ['--file', nothing, '--file', nothing]]) {
      expect([name, args, (await asked(name, ...args)).code]).toEqual([name, args, 2]);
    }
    for (const option of valued) {
      for (const value of wrongValues) {
        // The others are as they should be, of things that are not there.
        const others = valued
          .filter((other) => other !== option && /^(site|jack|driver|cart)$/.test(other))
          .flatMap((other) => [`--${other}`, newId()]);
        const { code, words } = await asked(name, ...others, `--${option}=${value}`);
        expect([name, option, value, code === 1 || code === 2, words.length > 10]).toEqual([
          ...[name, option, value],
          ...[true, true],
        ]);
        expect(words).not.toMatch(/at .*\.ts:\d|Failed query|syntax error/);
      }
    }
  }
  expect(JSON.stringify(await app.db.select().from(tables.sites))).toBe(before);
  await opened.close();
});

it('every command refuses a folder, a database or a key that is not there, and makes none', async () => {
  const postgres = await openPostgres();
  const database = { url: await postgres.newDatabase(), close: () => postgres.close() };
  const elsewhere = join(folder, 'mistyped');
  const key = join(folder, 'master.key');
  writeFileSync(key, `${'ab'.repeat(32)}\n`);
  const tablesOf = async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`);
    await client.end();
    return rows.length;
  };
  const asked = async (args: string[]) => {
    const complaints: string[] = [];
    const code = await runAdmin(
      args,
      () => {},
      (line) => complaints.push(line),
    );
    return { code, complaints: complaints.join('\n') };
  };
  const menuFile = join(folder, 'menu.json');
  writeFileSync(menuFile, '[]');
  const places: [args: string[], says: string][] = [
    [['--data', elsewhere], `no store of a payment server in ${elsewhere}`],
    [['--database-url', database.url, '--master-key-file', key], 'holds no store of a payment server'],
    [['--database-url', database.url, '--data', elsewhere], `key is not at ${join(elsewhere, 'master.key')}`],
  ];
  for (const { name, example } of adminHelp) {
    const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([whole, quoted]) => quoted ?? whole);
    const args = words.map((word, n) => {
      const option = words[n - 1];
      return option === '--file' ? (name === 'menu-import' ? menuFile : join(folder, `${name}.csv`)) : word;
    });
    if (name === 'goods-import')
      writeFileSync(
        join(folder, `${name}.csv`),
        'barcode,name,nameKo,soldBy,unitAmountMinor,weightGram,toleranceGram\n',
      );
    if (name === 'maker-import') writeFileSync(join(folder, `${name}.csv`), 'code,keyHash,maker\n');
    for (const [place, says] of places) {
      const { code, complaints } = await asked([...args, ...place]);
      expect([name, place[0], code, complaints]).toEqual([name, place[0], 1, expect.stringContaining(says)]);
      expect(complaints).toContain('Nothing was changed.');
    }
  }
  expect(existsSync(elsewhere)).toBe(false);
  expect(await tablesOf()).toBe(0);
  expect(readFileSync(key, 'utf8')).toBe(`${'ab'.repeat(32)}\n`);
  await database.close();
});

onPostgres('administration of a site', (lotNow) => {
  const admin = async <T = Record<string, unknown>>(...args: string[]): Promise<T> => {
    const options = new AdminOptions(args);
    const command = siteCommands[options.command];
    if (command === undefined) throw new Error(`no command ${options.command}`);
    return (await command(
      async () => lotNow().server.app,
      options,
      () => {},
    )) as T;
  };

  it('sets how drivers approve; the site hears of it at once', async () => {
    const lot = lotNow();
    const { siteId, token } = await lot.site();
    const from = (await readEvents(lot.url, token, '/v1/site/events', null, () => true))[0]?.id ?? '0';
    const changed = await admin('site-rules', '--site', siteId, '--jack-required-from', '50000');
    expect(changed).toMatchObject({ jackRequiredFromMinor: 50_000, approvalMode: 'at-completion' });
    const heard = await readEvents(lot.url, token, '/v1/site/events', from, (events) =>
      events.some(({ data }) => data.type === 'site'),
    );
    expect(heard.find(({ data }) => data.type === 'site')?.data).toMatchObject({
      type: 'site',
      site: { siteId, jackRequiredFromMinor: 50_000 },
    });
    const reserve = ['site-rules', '--site', siteId, '--approval', 'reserve-at-arrival'];
    await expect(admin(...reserve)).rejects.toThrow('--reservation-maximum');
    await admin(...reserve, '--reservation-maximum', '80000', '--approval-seconds', '90');
    expect(await admin('site-show', '--site', siteId)).toMatchObject({
      ...{ approvalMode: 'reserve-at-arrival', reservationMaximumMinor: 80_000, approvalMs: 90_000 },
      jackRequiredFromMinor: 50_000,
    });
    await admin('site-rules', '--site', siteId, '--jack-required-from', 'never');
    expect(await admin('site-show', '--site', siteId)).toMatchObject({ jackRequiredFromMinor: null });
    for (const wrong of [
      ['--site', siteId],
      ['--site', siteId, '--jack-required-from', '12.50'],
      ['--site', siteId, '--approval', 'maybe'],
      ['--site', 'seoul', '--jack-required-from', '1'],
      ['--jack-required-from', '1'],
    ]) {
      await expect(admin('site-rules', ...wrong)).rejects.toMatchObject({ name: 'WrongCommand' });
    }
    expect(await admin('site-rules', '--site', newId(), '--jack-required-from', '1')).toBeNull();
  });

  it('keeps a menu in a file: written out, changed, read in whole or not at all', async () => {
    const lot = lotNow();
    const { siteId, token, latte, bread } = await lot.site();
    const menu = async () =>
      (await lot.call<{ version: number; items: MenuItem[] }>(token, 'GET', '/v1/site/menu')).body;
    const file = join(folder, 'menu.csv');
    await admin('menu-export', '--site', siteId, '--file', file);
    const before = readFileSync(file, 'utf8');
    expect(before.split('\r\n')[1]).toBe(`${latte},Latte,라떼,5000,Iced`);
    const { version } = await menu();
    // Bread goes, the latte costs more, tea is new and needs no id.
    const header = before.split('\r\n')[0];
    writeFileSync(file, `${header}\n${latte},Latte,라떼,5500,Iced | Oat milk\n,Yuja tea,유자차,5000,\n`);
    expect(await admin('menu-import', '--site', siteId, '--file', file)).toEqual({
      version: version + 1,
      items: 2,
    });
    const published = await menu();
    expect(published.items.map((i) => [i.name, i.unitAmountMinor, i.options])).toEqual([
      ['Latte', 5500, ['Iced', 'Oat milk']],
      ['Yuja tea', 5000, []],
    ]);
    expect(published.items.map((i) => i.menuItemId)).not.toContain(bread);
    writeFileSync(file, `${header}\n${latte},Latte,라떼,5.5,\n,,,100,\n`);
    await expect(admin('menu-import', '--site', siteId, '--file', file)).rejects.toThrow(
      /line 2[\s\S]*line 3/,
    );
    const other = await lot.site();
    writeFileSync(file, `${header}\n${other.latte},Latte,,1,\n`);
    await expect(admin('menu-import', '--site', siteId, '--file', file)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await menu()).toEqual(published);
    await expect(admin('menu-import', '--site', siteId, '--file', join(folder, 'no.csv'))).rejects.toThrow(
      'cannot be read',
    );
  });

  it('sets what becomes of a preorder that nobody fetches', async () => {
    const { siteId } = await lotNow().site();
    const rule = { afterHours: 4, outcome: 'capture' };
    expect(
      await admin('no-show-rule', '--site', siteId, '--after-hours', '4', '--outcome', 'capture'),
    ).toEqual({ rule });
    expect(await admin('site-show', '--site', siteId)).toMatchObject({ noShowRule: rule });
    await expect(admin('no-show-rule', '--site', siteId, '--after-hours', '4')).rejects.toThrow('--outcome');
    await expect(admin('no-show-rule', '--site', siteId)).rejects.toThrow('--off');
    expect(await admin('no-show-rule', '--site', siteId, '--off')).toEqual({ rule: null });
  });

  it('keeps goods with their weights and prices; what is in a cart already keeps its price', async () => {
    const lot = lotNow();
    const { siteId } = await lot.site();
    const file = join(folder, 'goods.csv');
    const header = 'barcode,name,nameKo,soldBy,unitAmountMinor,weightGram,toleranceGram';
    writeFileSync(
      file,
      `${header}\n8800001,Milk,우유,piece,2900,1030,5\n2000001,Bananas,바나나,weight,3990,,5\n`,
    );
    const take = ['goods-import', '--site', siteId, '--file', file];
    expect(await admin(...take)).toEqual({ goods: 2 });
    const made = await admin<{ code: string; token: string; cartId: string }>(
      ...['cart-add', '--site', siteId, '--number', '7'],
    );
    const driver = await lot.driver();
    await lot.call(driver.token, 'POST', '/v1/cart', { cartCode: made.code, jackId: driver.jackId });
    const put = async () =>
      (
        await lot.call<{ cart: { trip: { total: { amountMinor: number } } } }>(
          ...([made.token, 'POST', '/v1/cart-device/items', { goods: { barcode: '8800001' } }] as const),
        )
      ).body.cart.trip.total.amountMinor;
    expect(await put()).toBe(2900);
    writeFileSync(file, `${header}\n8800001,Milk,우유,piece,3100,1030,5\n`);
    expect(await admin(...take, '--replace')).toEqual({ goods: 1 });
    expect(await put()).toBe(2900 + 3100);
    const shown = await admin<{ text: string }>('goods-export', '--site', siteId, '--format', 'csv');
    expect(shown.text).toBe(`${header}\r\n8800001,Milk,우유,piece,3100,1030,5\r\n`);
    writeFileSync(file, `${header}\n2000001,Bananas,,weight,3990,120,5\n12,x,,piece,1,,\n`);
    await expect(admin(...take)).rejects.toThrow(/line 2, weightGram[\s\S]*line 3, barcode/);
    // The cart is somebody's: it stays in the fleet.
    await expect(admin('cart-retire', '--cart', made.cartId)).rejects.toThrow('Somebody has this cart');
  });

  it('manages the fleet: new keys end the old ones, a retired cart is nobody’s, its number stays taken', async () => {
    const lot = lotNow();
    const { siteId } = await lot.site();
    const add = ['cart-add', '--site', siteId, '--number', '3'];
    const made = await admin<{ code: string; token: string; cartId: string }>(...add);
    await expect(admin(...add)).rejects.toThrow('not used twice');
    const renewed = await admin<{ code: string; token: string }>('cart-keys', '--cart', made.cartId);
    const device = async (token: string) => (await lot.call(token, 'GET', '/v1/cart-device/cart')).status;
    expect([await device(made.token), await device(renewed.token)]).toEqual([401, 200]);
    const driver = await lot.driver();
    const taking = async (cartCode: string) =>
      (await lot.call(driver.token, 'POST', '/v1/cart', { cartCode, jackId: driver.jackId })).body.code;
    expect(await taking(made.code)).toBe('not-found');
    expect(await admin('cart-list', '--site', siteId)).toMatchObject([{ number: 3, state: 'free' }]);
    expect(await admin('cart-retire', '--cart', made.cartId)).toEqual({ retired: true });
    expect(await taking(renewed.code)).toBe('not-found');
    expect(await device(renewed.token)).toBe(401);
    expect(await admin('cart-list', '--site', siteId)).toEqual([]);
    expect(await admin('cart-retire', '--cart', made.cartId)).toBeNull();
    await expect(admin(...add)).rejects.toThrow('not used twice');
    const rules = ['cart-rules', '--site', siteId];
    await admin(...rules, '--spot-check-from', '100000', '--spot-check-per-mille', '20');
    expect(await admin(...rules, '--idle-minutes', '30')).toEqual({
      ...{ idleMinutes: 30, spotCheckFromMinor: 100_000, spotCheckPerMille: 20 },
    });
  });
});
