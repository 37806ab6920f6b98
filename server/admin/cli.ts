/** Administration from the command line: `npm run server -- admin <command> …`. Answers are lines of JSON. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORPCError } from '@orpc/server';
import type { App } from '../app.ts';
import { masterKeysFrom, NoSuchStore } from '../db/index.ts';
import { createSite, issuePairingCode, type NewSite, rotateSigningKey, siteRow } from '../sites/index.ts';
import { openApp, type ServerOptions } from '../start.ts';
import { eraseDriver, exportDriver, listAlarms, listSites, resealKeys, revokeSite } from './commands.ts';
import { adminUsage, optionsUnknownTo } from './help.ts';
import { jackCommands } from './jack-commands.ts';
import { type AdminCommand, AdminOptions, WrongCommand } from './options.ts';
import { siteCommands } from './site-commands.ts';
import { FileFaults } from './table-file.ts';

type Say = (line: string) => void;

/** Each answers with what is said: a list line by line, null where there is no such thing. */
const commands: Record<string, AdminCommand> = {
  ...siteCommands,
  ...jackCommands,
  async 'site-create'(opened, options) {
    const maximum = options.whole('reservation-maximum', 1, 1_000_000_000_000) ?? null;
    const site: NewSite = {
      name: options.needed('name'),
      nameKo: options.text('name-ko') ?? null,
      currency: currencyOf(options),
      timeZone: timeZoneOf(options),
      approvalMode: maximum === null ? 'at-completion' : 'reserve-at-arrival',
      reservationMaximumMinor: maximum,
    };
    const app = await opened();
    const siteId = await createSite(app, site);
    return { siteId, pairingCode: await issuePairingCode(app, siteId) };
  },
  'site-list': async (opened) => listSites(await opened()),
  async 'site-revoke'(opened, options) {
    const asked = options.id('site');
    const app = await opened();
    const { id: siteId } = await siteRow(app.db, asked);
    return { revoked: await revokeSite(app, siteId) };
  },
  async 'pairing-code'(opened, options) {
    const asked = options.id('site');
    const app = await opened();
    const { id: siteId } = await siteRow(app.db, asked);
    return { siteId, pairingCode: await issuePairingCode(app, siteId) };
  },
  alarms: async (opened) => listAlarms(await opened()),
  async 'driver-export'(opened, options) {
    const driverId = options.id('driver');
    return exportDriver(await opened(), driverId);
  },
  async 'driver-erase'(opened, options, complain) {
    const driverId = options.id('driver');
    const outcome = await eraseDriver(await opened(), driverId);
    if (outcome === 'not-found') return null;
    if (outcome === 'erased') return { outcome };
    complain('Money of this driver is still on its way. Nothing was changed; try again later.');
    return { ok: false, outcome };
  },
  'list-key-rotate': async (opened) => ({ generation: await rotateSigningKey(await opened()) }),
};

function currencyOf(options: AdminOptions): string {
  const currency = options.needed('currency');
  if (Intl.supportedValuesOf('currency').includes(currency)) return currency;
  throw new WrongCommand('--currency is an ISO 4217 code in capitals: KRW, USD, …');
}

function timeZoneOf(options: AdminOptions): string {
  const timeZone = options.needed('time-zone');
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    throw new WrongCommand('--time-zone is a name of the time zone database: Asia/Seoul, Europe/Berlin, …');
  }
}

/** For the test that holds the help to the commands. */
export const adminCommands: readonly string[] = [...Object.keys(commands), 'keys-rotate'];

/**
 * @param open how the store is opened
 * @returns the exit code
 */
export async function runAdmin(
  args: string[],
  say: Say,
  complain: Say,
  open: typeof openApp = openApp,
): Promise<number> {
  try {
    return await run(new AdminOptions(args), say, complain, open);
  } catch (error) {
    if (error instanceof WrongCommand) {
      complain(`${error.message}\nNothing was changed. All commands: npm run server -- admin --help`);
      return 2;
    }
    if (error instanceof FileFaults || error instanceof ORPCError || error instanceof NoSuchStore) {
      complain(error.message);
      return 1;
    }
    throw error;
  }
}

async function run(options: AdminOptions, say: Say, complain: Say, open: typeof openApp): Promise<number> {
  const answer = (value: unknown) => say(JSON.stringify(value));
  const { command } = options;
  if (command === 'help') {
    say(adminUsage());
    return 0;
  }
  if (adminCommands.includes(command)) {
    const [odd] = optionsUnknownTo(command, options.given);
    if (odd !== undefined) throw new WrongCommand(`${command} knows no --${odd}.`);
    const [stray] = options.rest;
    if (stray !== undefined) throw new WrongCommand(`“${stray}” stands there without an option’s name.`);
    const twice = options.given.find((name, index) => options.given.indexOf(name) !== index);
    if (twice !== undefined) throw new WrongCommand(`--${twice} is there twice.`);
  }
  const opening: ServerOptions = {
    existing: true,
    dataDir: options.text('data'),
    databaseUrl: options.text('database-url'),
    masterKeyFile: options.text('master-key-file'),
  };
  if (command === 'keys-rotate') return rotateKeys(opening, answer);
  const chosen = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (chosen === undefined) {
    complain(adminUsage());
    return 2;
  }
  let store: Awaited<ReturnType<typeof open>> | null = null;
  const opened = async (): Promise<App> => {
    store ??= await open(opening);
    return store.app;
  };
  try {
    const said = await chosen(opened, options, complain);
    if (said === null) {
      answer({ ok: false });
      complain('There is no such thing. Nothing was changed.');
      return 1;
    }
    if (Array.isArray(said)) for (const line of said) answer(line);
    // A file's text is said as it is.
    else if (typeof said === 'object' && said !== null && 'text' in said) say(String(said.text).trimEnd());
    else answer(said);
    return typeof said === 'object' && said !== null && 'ok' in said && said.ok === false ? 1 : 0;
  } finally {
    await closeIfOpen(store);
  }
}

// TypeScript believes a variable that only a callback sets to be what it was.
const closeIfOpen = (store: { close(): Promise<void> } | null) => store?.close();

/**
 * New key first, then everything sealed anew, then the old keys go: whenever this is cut off, every
 * sealed text still has its key in the file.
 */
async function rotateKeys(options: ServerOptions, answer: (value: unknown) => void): Promise<number> {
  const path = options.masterKeyFile ?? join(options.dataDir ?? '.', 'master.key');
  // Before anything is written: is there a store, and is nobody in it?
  const { close: closeAgain } = await openApp(options);
  await closeAgain();
  masterKeysFrom(path);
  const write = (lines: string[]) => {
    writeFileSync(`${path}.new`, `${lines.join('\n')}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const fresh = randomBytes(32).toString('hex');
  write([
    fresh,
    ...readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== ''),
  ]);
  const { app, close } = await openApp({ ...options, masterKeyFile: path });
  try {
    const resealed = await resealKeys(app);
    write([fresh]);
    answer({ resealed });
    return 0;
  } finally {
    await close();
  }
}
