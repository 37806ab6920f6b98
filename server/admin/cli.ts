/** Administration from the command line: `npm run server -- admin <command> …`. Answers are lines of JSON. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { App } from '../app.ts';
import { masterKeysFrom } from '../db/index.ts';
import { createSite, issuePairingCode } from '../sites/index.ts';
import { openApp, type ServerOptions } from '../start.ts';
import {
  blockJack,
  eraseDriver,
  exportDriver,
  listAlarms,
  listSites,
  resealKeys,
  revokeSite,
} from './commands.ts';

const usage = `admin commands, with --data DIR or --database-url URL (PGlite's folder must not be in use):
  site-create     --name NAME [--name-ko NAME] --currency KRW --time-zone Asia/Seoul
                  [--reservation-maximum MINOR]   reserve at arrival up to this amount
  site-list
  site-revoke     --site ID       its credentials stop working; enrol anew
  pairing-code    --site ID
  jack-block      --jack ID       a lost jack: known nowhere, good for nothing
  jack-unblock    --jack ID
  alarms                          static codes heard where they cannot be
  driver-export   --driver ID
  driver-erase    --driver ID     who it was is erased; what was paid stays
  keys-rotate                     a new master key; every jack's keys are sealed anew; the old ones go`;

type Say = (line: string) => void;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @returns the exit code */
export async function runAdmin(args: string[], say: Say, complain: Say): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: 'string', default: '.data/server' },
      'database-url': { type: 'string' },
      'master-key-file': { type: 'string' },
      name: { type: 'string' },
      'name-ko': { type: 'string' },
      currency: { type: 'string' },
      'time-zone': { type: 'string' },
      'reservation-maximum': { type: 'string' },
      site: { type: 'string' },
      jack: { type: 'string' },
      driver: { type: 'string' },
    },
  });
  const needed = (name: 'name' | 'currency' | 'time-zone'): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`--${name} is missing.\n${usage}`);
    return value;
  };
  const neededId = (name: 'site' | 'jack' | 'driver'): string => {
    const value = values[name];
    if (value === undefined || !uuid.test(value)) throw new Error(`--${name} wants an id (a UUID).`);
    return value;
  };
  const answer = (value: unknown) => say(JSON.stringify(value));
  const found = (there: boolean): number => {
    answer({ ok: there });
    if (!there) complain('There is no such thing. Nothing was changed.');
    return there ? 0 : 1;
  };
  const commands: Record<string, (app: App) => Promise<number>> = {
    async 'site-create'(app) {
      const maximum = values['reservation-maximum'];
      if (maximum !== undefined && !/^[1-9][0-9]{0,11}$/.test(maximum)) {
        throw new Error('--reservation-maximum is a whole number of minor units.');
      }
      const siteId = await createSite(app, {
        name: needed('name'),
        nameKo: values['name-ko'] ?? null,
        currency: needed('currency'),
        timeZone: needed('time-zone'),
        approvalMode: maximum === undefined ? 'at-completion' : 'reserve-at-arrival',
        reservationMaximumMinor: maximum === undefined ? null : Number(maximum),
      });
      answer({ siteId, pairingCode: await issuePairingCode(app, siteId) });
      return 0;
    },
    async 'site-list'(app) {
      for (const site of await listSites(app)) answer(site);
      return 0;
    },
    async 'site-revoke'(app) {
      answer({ revoked: await revokeSite(app, neededId('site')) });
      return 0;
    },
    async 'pairing-code'(app) {
      const siteId = neededId('site');
      answer({ siteId, pairingCode: await issuePairingCode(app, siteId) });
      return 0;
    },
    'jack-block': async (app) => found(await blockJack(app, neededId('jack'), true)),
    'jack-unblock': async (app) => found(await blockJack(app, neededId('jack'), false)),
    async alarms(app) {
      for (const alarm of await listAlarms(app)) answer(alarm);
      return 0;
    },
    async 'driver-export'(app) {
      const all = await exportDriver(app, neededId('driver'));
      if (all === null) return found(false);
      answer(all);
      return 0;
    },
    async 'driver-erase'(app) {
      const outcome = await eraseDriver(app, neededId('driver'));
      answer({ outcome });
      if (outcome === 'open')
        complain('Money of this driver is still on its way. Nothing was changed; try again later.');
      return outcome === 'erased' ? 0 : 1;
    },
  };
  const command = positionals[0] ?? '';
  const options: ServerOptions = {
    dataDir: values.data,
    databaseUrl: values['database-url'],
    masterKeyFile: values['master-key-file'],
  };
  if (command === 'keys-rotate') return rotateKeys(options, answer);
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (run === undefined) {
    complain(usage);
    return 2;
  }
  const { app, close } = await openApp(options);
  try {
    return await run(app);
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
