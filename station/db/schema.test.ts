import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStationDatabase, type StationDatabase, schema } from './index.ts';

let dir = '';
let db: StationDatabase;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'station-db-'));
  const opened = openStationDatabase(dir);
  if (!opened.ok) throw new Error(opened.error.message);
  db = opened.value;
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true });
});

interface ColumnInfo {
  name: string;
  type: string;
  notnull: number;
}

describe('the schema', () => {
  it('has only STRICT tables, so that no column turns text into a number', () => {
    const tables = db.sqlite.prepare('PRAGMA table_list').all() as Array<{ name: string; strict: number }>;
    const ours = tables.filter((t) => !t.name.startsWith('sqlite_'));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((t) => t.strict !== 1)).toEqual([]);
  });

  it('is what drizzle believes it to be: same tables, columns, types and NOT NULLs', () => {
    const declared = Object.values(schema as Record<string, SQLiteTable>).map((t) => getTableConfig(t));
    const names = db.sqlite
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    expect(declared.map((t) => t.name).sort()).toEqual([...names].sort());
    for (const table of declared) {
      const real = db.sqlite.pragma(`table_info(${table.name})`) as ColumnInfo[];
      expect(
        table.columns.map((c) => [c.name, c.getSQLType().toUpperCase(), c.notNull]),
        table.name,
      ).toEqual(real.map((c) => [c.name, c.type, c.notnull === 1]));
    }
  });

  it('keeps every plate and code as TEXT', () => {
    for (const table of Object.values(schema as Record<string, SQLiteTable>)) {
      for (const column of getTableConfig(table).columns) {
        if (/plate|code|number|jack/.test(column.name)) {
          expect([column.name, column.getSQLType()]).toEqual([column.name, 'text']);
        }
      }
    }
  });

  it('gives the plate "0012" back as "0012"', () => {
    db.sqlite.prepare("INSERT INTO expected_cars VALUES ('j', '0012', '{}', 0, 0)").run();
    expect(db.sqlite.prepare('SELECT plate_normal FROM expected_cars').pluck().get()).toBe('0012');
    expect(() =>
      db.sqlite.prepare("INSERT INTO expected_cars VALUES ('k', x'0012', '{}', 0, 0)").run(),
    ).toThrow(/cannot store BLOB/);
  });

  it('refuses to change or delete a journal row', () => {
    db.sqlite.prepare("INSERT INTO journal VALUES (1, 0, 'x', NULL, NULL, NULL, '{}', 'h')").run();
    expect(() => db.sqlite.prepare("UPDATE journal SET kind = 'y'").run()).toThrow(/append-only/);
    expect(() => db.sqlite.prepare('DELETE FROM journal').run()).toThrow(/append-only/);
  });

  it('waits for the disk at every commit', () => {
    expect(db.sqlite.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
  });
});
