/** A bundle leaves the site: everything secret that the station keeps is planted, and none of it may be in it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { aCar, aPreorder, codeNumber, key } from '../core/test-lot.ts';
import { scrubLine } from './diagnostics.ts';
import { InstallerWorld } from './installer.testing.ts';

const worlds: InstallerWorld[] = [];
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.end();
});

const credential = 'site_cred_Zk3vQ9-planted-credential-0001';
const signingKey = { generation: 1, publicKey: 'MCowBQYDK2VwAyEAplantedSigningKey0001aaaabbbbccccddddeee' };
const enrolmentSecret = 'c0ffee'.repeat(10);
const pairingCode = 'KM7Q-2XPA-9RTV';
const plate = '서울12가3456';

/** A station that has been in use: enrolled, people signed in, a car expected and here. */
async function usedStation(): Promise<InstallerWorld> {
  const one = new InstallerWorld();
  worlds.push(one);
  const { lot } = one;
  const { settings } = lot.core;
  settings.keepEnrolment(
    null,
    {
      serverUrl: 'https://station:hunter2secret@pay.example.invalid/api',
      credential,
      signingKey,
      site: {
        siteId: newId(),
        name: 'Seoul-ro',
        nameKo: '서울로점',
        currency: 'KRW',
        timeZone: 'Asia/Seoul',
      },
    } as never,
    null,
  );
  settings.remember('setup.enrolment-secret', enrolmentSecret);
  const added = await lot.core.staff.add(lot.manager, {
    ...key(),
    displayName: 'Kim Planted',
    role: 'cashier',
    pin: '907241',
  });
  if (!added.ok) throw new Error(JSON.stringify(added.error));
  const [person] = lot.core.staff.people();
  if (person === undefined) throw new Error('nobody works here');
  const signedIn = await lot.core.staff.signIn({ staffId: person.staffId, pin: '907241', kioskId: null });
  if (!signedIn.ok) throw new Error(JSON.stringify(signedIn.error));
  const car = aCar({
    vehicle: { plate, model: 'Ioniq 5', color: 'white', fuel: 'gasoline' },
    preorders: [aPreorder()],
  });
  const code = codeNumber(77);
  lot.expect({ car, codes: [code] });
  lot.presence(code, 'approaching');
  lot.presence(code, 'arrived', { laneId: 'bay-1' });
  await one.start();
  one.installer = one.newInstaller();
  one.stand(code, 5, { 'bay-1': -50, entrance: -76 });
  one.installer.startWalk(one.lot.installer, { ...key(), code });
  writeFileSync(
    join(lot.dir, 'station.log'),
    [
      `{"event":"station.ready","msg":"The station serves its kiosk."}`,
      `{"event":"server.connected","authorization":"Bearer ${credential}"}`,
      `{"event":"oops","msg":"credential ${credential} for ${plate} and 123나 4567, code ${code}"}`,
      `{"event":"oops","msg":"enrol with ${pairingCode} at https://user:pass@pay.example.invalid"}`,
      `{"event":"oops","msg":"secret ${enrolmentSecret} key ${signingKey.publicKey}"}`,
    ].join('\n'),
  );
  return one;
}

describe('a diagnostics bundle', () => {
  it('tells what runs, how it is set, what the receivers went through and the last log lines', async () => {
    const one = await usedStation();
    const bundle = await one.installer.diagnostics();
    expect(bundle.settings).toMatchObject({ enrolled: true, serverHost: 'pay.example.invalid' });
    expect(bundle.receivers).toHaveLength(3);
    expect(bundle.healthHistory.map(({ state }) => state)).toContain('healthy');
    expect(bundle.logLines).toHaveLength(5);
    expect(bundle.logLines[0]).toContain('The station serves its kiosk.');
  });

  it('goes on with the log before where the log was just turned over', async () => {
    const one = await usedStation();
    const old = Array.from({ length: 300 }, (_, n) => `{"event":"receiver.alarm","n":${n}}`).join('\n');
    writeFileSync(join(one.lot.dir, 'station.log.1'), `${old}\n`);
    const { logLines } = await one.installer.diagnostics();
    expect(logLines).toHaveLength(200);
    expect(logLines[0]).toContain('"n":105');
    expect(logLines.at(-5)).toContain('The station serves its kiosk.');
  });

  it('holds nothing that was planted in the settings and in the log', async () => {
    const one = await usedStation();
    const text = JSON.stringify(await one.installer.diagnostics());
    const planted = [
      credential,
      signingKey.publicKey,
      enrolmentSecret,
      pairingCode,
      plate,
      '12가3456',
      '123나 4567',
      codeNumber(77),
      codeNumber(77).split(':')[1] ?? '?',
      'hunter2secret',
      'user:pass',
    ];
    expect(planted.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('holds nothing that stands in the tables of people, sessions, kiosks, expected cars and codes', async () => {
    const one = await usedStation();
    const db = new Database(join(one.lot.dir, 'station.sqlite'), { readonly: true });
    const secret = [
      'SELECT display_name, pin_hash FROM staff',
      'SELECT token_hash FROM sessions',
      'SELECT * FROM expected_cars',
      'SELECT * FROM expected_codes',
      "SELECT value FROM meta WHERE key NOT IN ('site')",
    ].flatMap((sql) => db.prepare(sql).all() as Record<string, unknown>[]);
    db.close();
    const words = new Set(secret.flatMap((row) => Object.values(row).flatMap(stringsIn)));
    // Not empty tables: people with their hashes, a car, its code.
    expect([...words].some((word) => word.startsWith('scrypt'))).toBe(true);
    expect(words).toContain(plate);
    const text = JSON.stringify(await one.installer.diagnostics());
    const site = JSON.stringify(one.lot.core.settings.site());
    const told = [...words].filter((word) => text.includes(word) && !site.includes(word));
    // Words of the language, not of anybody.
    expect(told.filter((word) => !['static', 'gasoline', 'white'].includes(word))).toEqual([]);
  });

  it.each([
    ['a plate of a region', 'car 서울12가3456 came', 'car … came'],
    ['a credential in an address', 'GET https://a:b@pay.example/x', 'GET https://pay.example/x'],
    ['a token', 'authorization: Bearer abc.def-ghi', 'authorization: Bearer …'],
    ['a code from the air', `heard ${'ab12'.repeat(8)}`, 'heard …'],
    ['a pairing code', 'enrol with KM7Q-2XPA-9RTV now', 'enrol with … now'],
    ['no id of ours', `receiver ${'0193a5c0-7a00-7000-8000-000000000001'}`, undefined],
  ])('blanks in the log %s', (_what, line, clean) => {
    expect(scrubLine(line, [])).toBe(clean ?? line);
  });
});

/** Every string of some length inside a value, be it JSON or not. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    try {
      const parsed: unknown = JSON.parse(value);
      if (typeof parsed === 'object' && parsed !== null) return stringsIn(parsed);
    } catch {
      // Not JSON: the string itself.
    }
    return value.length >= 5 ? [value] : [];
  }
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
