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
  const url = import.meta.resolve('drizzle-orm/pg-core');
  console.log(JSON.stringify({ got, url, one: is(sql\`a\`, SQL) && is(pgTable('t', { a: text() }), PgTable) }));
`;

function run(...options: string[]): unknown {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = [...options, '--input-type=module', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, env, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('the quicker way to a package', () => {
  it('leads to the very same modules', () => {
    const quick = run('--import', quickPackages);
    expect(quick).toMatchObject({ one: true, got: { '/pglite': expect.arrayContaining(['drizzle']) } });
    expect(quick).toEqual(run());
  });
});
