import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseFileName, openStationDatabase } from './index.ts';
import { migrate, newestVersion } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { applicationId } from './open.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'station-db-'));
  path = join(dir, databaseFileName);
});
afterEach(() => rmSync(dir, { recursive: true }));

function open() {
  const opened = openStationDatabase(dir);
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}
function refusal() {
  const opened = openStationDatabase(dir);
  if (opened.ok) throw new Error('was opened');
  return opened.error;
}

describe('opening the records', () => {
  it('keeps what was written over a restart', () => {
    const first = open();
    first.sqlite.prepare("INSERT INTO meta VALUES ('a', '0012')").run();
    first.close();
    const second = open();
    expect(second.sqlite.prepare('SELECT value FROM meta').pluck().get()).toBe('0012');
    second.close();
  });

  it('refuses a second station on the same data folder, and lets it in once the first has ended', () => {
    const first = open();
    expect(refusal().code).toBe('in-use');
    expect(refusal().message).toMatch(/Another station/);
    first.close();
    open().close();
  });

  it('refuses a damaged file and leaves every byte of it in place', () => {
    writeFileSync(path, 'this is no database, but it is somebody’s data '.repeat(100));
    const before = readFileSync(path);
    expect(refusal().code).toBe('damaged');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('refuses a file whose pages were overwritten', () => {
    const db = open();
    const insert = db.sqlite.prepare('INSERT INTO meta VALUES (?, ?)');
    db.sqlite.transaction(() => {
      for (let i = 0; i < 2000; i++) insert.run(`key ${i}`, 'x'.repeat(50));
    })();
    db.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * 30, 4096 * 34);
    writeFileSync(path, bytes);
    expect(refusal().code).toBe('damaged');
  });

  it('refuses records of a newer version', () => {
    const db = open();
    db.sqlite.pragma('user_version = 999');
    db.close();
    expect(refusal().code).toBe('newer');
  });

  it('refuses the database of another program', () => {
    const other = new Database(path);
    other.exec('CREATE TABLE somebody_elses (x)');
    other.close();
    expect(refusal().code).toBe('foreign');
  });

  it('brings records from before there were charges to today, with every visit, and keeps a copy', () => {
    const before = new Database(path);
    before.pragma(`application_id = ${applicationId}`);
    before.exec(migrations[0]?.sql ?? '');
    before.pragma('user_version = 1');
    before.prepare("INSERT INTO meta VALUES ('a', 'b')").run();
    before.close();
    const db = open();
    expect(db.sqlite.pragma('user_version', { simple: true })).toBe(newestVersion);
    expect(db.sqlite.prepare('SELECT count(*) FROM charges').pluck().get()).toBe(0);
    expect(db.sqlite.prepare("SELECT value FROM meta WHERE key = 'a'").pluck().get()).toBe('b');
    db.close();
    expect(existsSync(join(dir, 'before-migration-from-1.sqlite'))).toBe(true);
  });

  it('leaves the records as they were when a migration fails half-way, and keeps a copy from before', () => {
    const db = open();
    db.sqlite.prepare("INSERT INTO meta VALUES ('a', 'b')").run();
    const broken = {
      version: newestVersion + 1,
      name: 'broken',
      sql: 'CREATE TABLE half (x TEXT) STRICT; CREATE TABLE meta (x TEXT)',
    };
    expect(() => migrate(db.sqlite, newestVersion, dir, [broken])).toThrow();
    expect(db.sqlite.pragma('user_version', { simple: true })).toBe(newestVersion);
    expect(db.sqlite.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get()).toBe(0);
    db.close();
    const copy = new Database(join(dir, `before-migration-from-${newestVersion}.sqlite`), { readonly: true });
    expect(copy.prepare('SELECT value FROM meta').pluck().get()).toBe('b');
    copy.close();
  });
});
