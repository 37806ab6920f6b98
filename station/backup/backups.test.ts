import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { aCar, codeNumber, key, refusedFor, TestLot } from '../core/test-lot.ts';
import { Backups, backupsKept } from './index.ts';

let lot: TestLot;
let restarts = 0;
const backups = () =>
  new Backups({ core: lot.core, clock: lot.clock, dataDir: lot.dir, restart: () => (restarts += 1) });
beforeEach(() => {
  lot = new TestLot();
  restarts = 0;
});
afterEach(() => lot.close());

async function made(door = backups()) {
  const result = await door.make(lot.manager, key());
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.backup;
}
const kept = (fileName: string) => ({ ...key(), source: { kind: 'kept' as const, fileName } });
const journalKinds = () =>
  lot.core.log.journal({ beforeSequence: null, limit: 50 }).entries.map((e) => e.kind);
const pending = () => existsSync(join(lot.dir, 'restore-pending.sqlite'));

/** Brings a file along, piece by piece, as a kiosk does. */
function bring(door: Backups, bytes: Buffer, piece = 100_000) {
  const uploadId = newId();
  for (let offset = 0; offset < bytes.length; offset += piece) {
    const base64 = bytes.subarray(offset, offset + piece).toString('base64');
    expect(door.upload({ uploadId, offset, base64 }).ok).toBe(true);
  }
  return { ...key(), source: { kind: 'upload' as const, uploadId } };
}

describe('a backup', () => {
  it('is one file with everything that was marked before it, and the same tap makes it once', async () => {
    lot.arrival(aCar(), codeNumber(1), 'bay-1');
    const door = backups();
    const tap = key();
    const [first, twice] = await Promise.all([door.make(lot.manager, tap), door.make(lot.manager, tap)]);
    expect(first).toEqual(twice);
    expect(await door.make(lot.manager, tap)).toEqual(first);
    expect(door.list().backups).toHaveLength(1);
    expect(journalKinds()[0]).toBe('backup-made');
    const [file] = readdirSync(join(lot.dir, 'backups'));
    const copy = new Database(join(lot.dir, 'backups', String(file)), { readonly: true });
    expect(copy.prepare("SELECT count(*) FROM journal WHERE kind = 'visit-arrived'").pluck().get()).toBe(1);
    copy.close();
  });

  it('comes down in pieces that make the same file again', async () => {
    const door = backups();
    const { fileName } = await made(door);
    const parts: Buffer[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const piece = door.read({ fileName, offset });
      if (!piece.ok) throw new Error('not read');
      parts.push(Buffer.from(piece.value.base64, 'base64'));
      offset = piece.value.nextOffset;
    }
    expect(Buffer.concat(parts).equals(readFileSync(join(lot.dir, 'backups', fileName)))).toBe(true);
    expect(refusedFor(door.read({ fileName: '../station.sqlite', offset: 0 }))).toBe('backup-not-found');
  });

  it('lets the oldest go when there are many', async () => {
    for (let i = 0; i < backupsKept + 2; i++) {
      await made();
      lot.clock.advance(1000);
    }
    expect(backups().list().backups).toHaveLength(backupsKept);
  });

  it('is a manager’s', async () => {
    expect(refusedFor(await backups().make(lot.cashier, key()))).toBe('FORBIDDEN');
    const { fileName } = await made();
    expect(refusedFor(backups().restore(lot.installer, kept(fileName)))).toBe('FORBIDDEN');
    expect(pending()).toBe(false);
  });
});

describe('restoring', () => {
  it('brings the records of back then, keeps those of now aside, and says so in the journal', async () => {
    lot.core.settings.updateSite(lot.manager, { ...key(), changes: { name: 'As it was' } });
    const { fileName } = await made();
    lot.core.settings.updateSite(lot.manager, { ...key(), changes: { name: 'A mistake' } });
    expect(backups().restore(lot.manager, kept(fileName))).toEqual({ ok: true, value: { restarting: true } });
    expect(lot.core.settings.site().name).toBe('A mistake');
    lot.clock.advance(1000);
    expect(restarts).toBe(1);
    lot.restart();
    expect(lot.core.settings.site().name).toBe('As it was');
    const [newest] = lot.core.log.journal({ beforeSequence: null, limit: 1 }).entries;
    expect(newest).toMatchObject({
      kind: 'records-restored',
      person: { displayName: 'Soo' },
      details: { fileName, keptAs: 'before-restore-1.sqlite' },
    });
    expect(lot.core.log.verifyJournal().unbroken).toBe(true);
    const aside = new Database(join(lot.dir, 'before-restore-1.sqlite'), { readonly: true });
    const site = aside.prepare("SELECT value FROM meta WHERE key = 'site'").pluck().get();
    expect(String(site)).toContain('A mistake');
    aside.close();
    lot.restart();
    expect(journalKinds().filter((kind) => kind === 'records-restored')).toHaveLength(1);
  });

  it('ends every sign-in of back then', async () => {
    const [person] = await lot.core.staff.seed([{ displayName: 'Mina', role: 'cashier', pin: '7391' }]);
    const signIn = await lot.core.staff.signIn({
      staffId: person?.staffId ?? '',
      pin: '7391',
      kioskId: null,
    });
    if (!signIn.ok) throw new Error('not signed in');
    const { fileName } = await made();
    backups().restore(lot.manager, kept(fileName));
    lot.restart();
    expect(lot.core.staff.session(signIn.value.token)).toBe(null);
  });

  it('lets nobody in again who was removed since, and keeps those in who are', async () => {
    const join = (name: string) => {
      const joined = lot.core.kiosks.join(lot.manager, name);
      if (!joined.ok) throw new Error(joined.error);
      return joined.value;
    };
    const lost = join('Lost');
    const stays = join('Stays');
    const { fileName } = await made();
    lot.core.kiosks.remove(lot.manager, { ...key(), kioskId: lost.kioskId });
    const later = join('Later');
    expect(backups().restore(lot.manager, kept(fileName)).ok).toBe(true);
    lot.restart();
    expect(lot.core.kiosks.admit(lost.credential)).toBe(null);
    expect(lot.core.kiosks.admit(stays.credential)).toBe(stays.kioskId);
    // Let in after the backup was made: the records of back then do not know it.
    expect(lot.core.kiosks.admit(later.credential)).toBe(null);
  });

  it('keeps the credential of now at the same site: that of back then may be dead', async () => {
    const enrol = (siteId: string, credential: string) =>
      lot.core.settings.keepEnrolment(
        null,
        {
          serverUrl: 'https://pay.example',
          credential,
          site: {
            ...{ siteId, name: 'S', nameKo: null, currency: 'KRW', timeZone: 'Asia/Seoul' },
            ...{ approvalMode: 'at-completion', reservationMaximumMinor: null, jackRequiredFromMinor: null },
          },
        },
        null,
      );
    const siteId = newId();
    enrol(siteId, 'site_back-then');
    const { fileName } = await made();
    lot.core.settings.keepRenewedCredential('site_now', 'any');
    backups().restore(lot.manager, kept(fileName));
    lot.restart();
    expect(lot.core.settings.enrolment()).toMatchObject({
      credential: 'site_now',
      formerCredential: 'site_back-then',
    });
    // Of another site it is of no use there.
    enrol(newId(), 'site_another');
    backups().restore(lot.manager, kept(fileName));
    lot.restart();
    expect(lot.core.settings.enrolment()).toMatchObject({ credential: 'site_back-then', site: { siteId } });
  });

  it('takes a file that somebody brought along, in order and whole', async () => {
    const { fileName } = await made();
    const bytes = readFileSync(join(lot.dir, 'backups', fileName));
    const door = backups();
    expect(door.restore(lot.manager, bring(door, bytes)).ok).toBe(true);
    expect(pending()).toBe(true);
    const uploadId = newId();
    expect(refusedFor(door.upload({ uploadId, offset: 5, base64: '' }))).toBe('upload-broken');
    const unknown = { ...key(), source: { kind: 'upload' as const, uploadId } };
    expect(refusedFor(door.restore(lot.manager, unknown))).toBe('backup-not-found');
  });

  it('refuses what is no backup, another program’s, newer, damaged or tampered with; nothing changes', async () => {
    const { fileName } = await made();
    const path = join(lot.dir, 'backups', fileName);
    const good = readFileSync(path);
    const spoilt = (spoil: (db: Database.Database) => void) => {
      const copy = join(lot.dir, 'spoilt.sqlite');
      writeFileSync(copy, good);
      const db = new Database(copy);
      spoil(db);
      db.close();
      return readFileSync(copy);
    };
    const reasonFor = (bytes: Buffer) => {
      const door = backups();
      return refusedFor(door.restore(lot.manager, bring(door, bytes)));
    };
    expect(reasonFor(Buffer.from('no database at all, but long enough to be looked at'.repeat(100)))).toBe(
      'backup-foreign',
    );
    expect(reasonFor(spoilt((db) => db.pragma('application_id = 7')))).toBe('backup-foreign');
    expect(
      reasonFor(
        spoilt((db) => db.exec('CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM staff; END')),
      ),
    ).toBe('backup-foreign');
    expect(reasonFor(spoilt((db) => db.pragma('user_version = 999')))).toBe('backup-newer');
    const tampered = spoilt((db) => {
      const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
        name: string;
        sql: string;
      }[];
      for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
      db.exec(`UPDATE journal SET details = '{"changed":["nothing"]}' WHERE sequence = 1`);
      for (const { sql } of triggers) db.exec(sql);
    });
    expect(reasonFor(tampered)).toBe('backup-journal-broken');
    const torn = Buffer.from(good);
    torn.fill(0x5a, 8192, 8192 + 6000);
    expect(['backup-damaged', 'backup-journal-broken']).toContain(reasonFor(torn));
    expect(reasonFor(good.subarray(0, good.length - 8192))).toBe('backup-damaged');
    expect(pending()).toBe(false);
    expect(restarts).toBe(0);
    lot.restart();
    expect(lot.core.settings.site().name).toBe('Test site');
  });

  it('goes on where a power cut stopped it, whichever step it was', async () => {
    lot.core.settings.updateSite(lot.manager, { ...key(), changes: { name: 'As it was' } });
    const { fileName } = await made();
    lot.core.settings.updateSite(lot.manager, { ...key(), changes: { name: 'A mistake' } });
    backups().restore(lot.manager, kept(fileName));
    lot.core.close();
    // The log was moved, the records not yet: the log stands where the next start will look for it.
    writeFileSync(join(lot.dir, 'before-restore-1.sqlite-wal'), '');
    lot.restart();
    expect(lot.core.settings.site().name).toBe('As it was');
    expect(existsSync(join(lot.dir, 'before-restore-1.sqlite'))).toBe(true);
  });
});
