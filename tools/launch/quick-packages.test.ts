import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { projectRoot, quickPackages } from './child.ts';

/** Names what a program of its own gets of each part of drizzle-orm that ours use, and whether it is one package. */
const program = `
  const parts = ['', '/better-sqlite3', '/node-postgres', '/pg-core', '/pglite', '/sqlite-core'];
  const got = {};
  for (const part of parts) got[part] = Object.keys(await import('drizzle-orm' + part)).sort();
  const { is, SQL, sql } = await import('drizzle-orm');
  const { PgTable, pgTable, text } = await import('drizzle-orm/pg-core');
  const one = is(sql\`a\`, SQL) && is(pgTable('t', { a: text() }), PgTable);
  console.log(JSON.stringify({ got, one, at: import.meta.resolve('drizzle-orm/pg-core') }));
`;

describe('the quicker way to a package', () => {
  it('leads to the package’s own modules, each of them once', () => {
    const args = ['--import', quickPackages, '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    expect(JSON.parse(stdout)).toMatchObject({
      one: true,
      at: import.meta.resolve('drizzle-orm/pg-core'),
      got: {
        '': expect.arrayContaining(['and', 'eq', 'sql']),
        '/better-sqlite3': expect.arrayContaining(['drizzle']),
        '/node-postgres': expect.arrayContaining(['drizzle']),
        '/pg-core': expect.arrayContaining(['pgTable', 'uuid']),
        '/pglite': expect.arrayContaining(['drizzle']),
        '/sqlite-core': expect.arrayContaining(['sqliteTable']),
      },
    });
  });
});
