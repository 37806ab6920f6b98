/** Administration from the command line: `node server/main.ts admin <command> …`. */
import { parseArgs } from 'node:util';
import { createSite, issuePairingCode } from '../sites/index.ts';
import { openApp } from '../start.ts';

const usage = `admin commands (with --data DIR or --database-url URL; PGlite's folder must not be in use):
  site-create   --name NAME [--name-ko NAME] --currency KRW --time-zone Asia/Seoul
                [--reservation-maximum MINOR]      reserve at arrival up to this amount
  pairing-code  --site ID`;

type Say = (line: string) => void;

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
    },
  });
  const needed = (name: 'name' | 'currency' | 'time-zone' | 'site'): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`--${name} is missing.\n${usage}`);
    return value;
  };
  const command = positionals[0];
  if (command !== 'site-create' && command !== 'pairing-code') {
    complain(usage);
    return 2;
  }
  const { app, close } = await openApp({
    dataDir: values.data,
    databaseUrl: values['database-url'],
    masterKeyFile: values['master-key-file'],
  });
  try {
    if (command === 'site-create') {
      const maximum = values['reservation-maximum'];
      const siteId = await createSite(app, {
        name: needed('name'),
        nameKo: values['name-ko'] ?? null,
        currency: needed('currency'),
        timeZone: needed('time-zone'),
        approvalMode: maximum === undefined ? 'at-completion' : 'reserve-at-arrival',
        reservationMaximumMinor: maximum === undefined ? null : Number(maximum),
      });
      say(JSON.stringify({ siteId, pairingCode: await issuePairingCode(app, siteId) }));
    } else {
      const siteId = needed('site');
      say(JSON.stringify({ siteId, pairingCode: await issuePairingCode(app, siteId) }));
    }
    return 0;
  } finally {
    await close();
  }
}
