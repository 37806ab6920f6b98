/** Administration from the command line: `npm run server -- admin <command> …`. Answers are lines of JSON. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORPCError } from '@orpc/server';
import type { App } from '../app.ts';
import { masterKeysFrom } from '../db/index.ts';
import { createSite, issuePairingCode, rotateSigningKey, siteRow } from '../sites/index.ts';
import { openApp, type ServerOptions } from '../start.ts';
import { eraseDriver, exportDriver, listAlarms, listSites, resealKeys, revokeSite } from './commands.ts';
import { adminUsage, optionsUnknownTo } from './help.ts';
import { jackCommands } from './jack-commands.ts';
import { AdminOptions, WrongCommand } from './options.ts';
import { siteCommands } from './site-commands.ts';
import { FileFaults } from './table-file.ts';

type Say = (line: string) => void;
type Command = (app: App, options: AdminOptions, complain: Say) => Promise<unknown>;

/** Each answers with what is said: a list line by line, null where there is no such thing. */
const commands: Record<string, Command> = {
  ...siteCommands,
  ...jackCommands,
  async 'site-create'(app, options) {
    const maximum = options.whole('reservation-maximum', 1, 1_000_000_000_000) ?? null;
    const siteId = await createSite(app, {
      name: options.needed('name'),
      nameKo: options.text('name-ko') ?? null,
      currency: currencyOf(options),
      timeZone: timeZoneOf(options),
      approvalMode: maximum === null ? 'at-completion' : 'reserve-at-arrival',
      reservationMaximumMinor: maximum,
    });
    return { siteId, pairingCode: await issuePairingCode(app, siteId) };
  },
  'site-list': (app) => listSites(app),
  async 'site-revoke'(app, options) {
    const { id: siteId } = await siteRow(app.db, options.id('site'));
    return { revoked: await revokeSite(app, siteId) };
  },
  async 'pairing-code'(app, options) {
    const { id: siteId } = await siteRow(app.db, options.id('site'));
    return { siteId, pairingCode: await issuePairingCode(app, siteId) };
  },
  alarms: (app) => listAlarms(app),
  'driver-export': (app, options) => exportDriver(app, options.id('driver')),
  async 'driver-erase'(app, options, complain) {
    const outcome = await eraseDriver(app, options.id('driver'));
    if (outcome === 'not-found') return null;
    if (outcome === 'erased') return { outcome };
    complain('Money of this driver is still on its way. Nothing was changed; try again later.');
    return { ok: false, outcome };
  },
  'list-key-rotate': async (app) => ({ generation: await rotateSigningKey(app) }),
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
    if (error instanceof FileFaults || error instanceof ORPCError) {
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
  const { app, close } = await open(opening);
  try {
    const said = await chosen(app, options, complain);
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
    await close();
  }
}

/**
 * New key first, then everything sealed anew, then the old keys go: whenever this is cut off, every
 * sealed text still has its key in the file.
 */
async function rotateKeys(options: ServerOptions, answer: (value: unknown) => void): Promise<number> {
  const path = options.masterKeyFile ?? join(options.dataDir ?? '.', 'master.key');
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
