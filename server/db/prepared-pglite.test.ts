import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { preparedPglite } from './prepared-pglite.ts';
import { tidy } from './tidying.ts';

let store: PGlite;
let client: PGlite;

beforeAll(async () => {
  store = await PGlite.create();
  client = preparedPglite(store);
  await store.exec(
    'CREATE TABLE things (id integer PRIMARY KEY, big bigint, says text, yes boolean, what jsonb)',
  );
});
afterAll(() => store.close());

const codeOf = (error: unknown) => (error as { code?: string }).code;
const insert = 'INSERT INTO things (id, says) VALUES ($1, $2)';
const says = async (id: number) =>
  (await client.query<{ says: string }>('SELECT says FROM things WHERE id = $1', [id])).rows[0]?.says;

describe('a statement that comes often', () => {
  it('answers after it was prepared what it answered before', async () => {
    const text = `SELECT $1::bigint AS big, $2::text AS says, $3::boolean AS yes, $4::jsonb AS what, $5::text AS none,
      $6::text[] AS many, $7::uuid AS id, now()::timestamptz > '2000-01-01' AS now`;
    const values = [
      ...[9_007_199_254_740_991, 'a "b" \\ {c}, 한글', true, { a: [1, null] }, null],
      ...[['x', 'y"z', '\\', null, '{}'], '01890a5d-ac96-774b-bcce-b302099a8057'],
    ];
    for (const options of [undefined, { rowMode: 'array' as const }]) {
      const plain = await store.query(text, values, options);
      for (let times = 0; times < 8; times++) {
        const { rows, fields } = await client.query(text, values, options);
        expect({ rows, fields }).toEqual({ rows: plain.rows, fields: plain.fields });
      }
    }
  });

  it('says how many rows it changed', async () => {
    for (let id = 1; id <= 6; id++) expect((await client.query(insert, [id, 'x'])).affectedRows).toBe(1);
    const update = 'UPDATE things SET says = $1 WHERE id <= $2';
    for (let times = 0; times < 5; times++)
      expect((await client.query(update, ['y', 4])).affectedRows).toBe(4);
  });

  it('that is refused throws with the database’s code, and the next one is none the worse', async () => {
    for (let times = 0; times < 5; times++) {
      await expect(client.query(insert, [1, 'twice'])).rejects.toSatisfy((e) => codeOf(e) === '23505');
      expect(await says(1)).toBe('y');
    }
    const divide = 'SELECT 1 / $1::integer AS it';
    for (let times = 0; times < 5; times++) {
      await expect(client.query(divide, [0])).rejects.toSatisfy((e) => codeOf(e) === '22012');
      expect((await client.query(divide, [1])).rows).toEqual([{ it: 1 }]);
    }
    const unread = 'SELECT $1::integer FROM nothing_of_the_kind';
    for (let times = 0; times < 5; times++) {
      await expect(client.query(unread, [1])).rejects.toSatisfy((e) => codeOf(e) === '42P01');
    }
    const few = 'SELECT $1::text, $2::text';
    for (let times = 0; times < 5; times++) await expect(client.query(few, ['one'])).rejects.toThrow();
    expect(await says(2)).toBe('y');
  });

  it('that fails in a transaction undoes all of it', async () => {
    for (let times = 0; times < 5; times++) {
      const failing = client.transaction(async (tx) => {
        await tx.query(insert, [100 + times, 'undone']);
        await tx.query(insert, [1, 'twice']);
      });
      await expect(failing).rejects.toSatisfy((e) => codeOf(e) === '23505');
      expect(await says(100 + times)).toBeUndefined();
    }
    await client.transaction((tx) => tx.query(insert, [200, 'stays']));
    expect(await says(200)).toBe('stays');
  });

  it('waits for a transaction that is open, and is refused by one that ended', async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let ended: { query(text: string, values: unknown[]): Promise<unknown> } | null = null;
    let begun = () => {};
    const isOpen = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const open = client.transaction(async (tx) => {
      ended = tx;
      begun();
      await tx.query(insert, [300, 'first']);
      await gate;
      await tx.query('UPDATE things SET says = $1 WHERE id = $2', ['second', 300]);
    });
    await isOpen;
    const seen = says(300);
    goOn();
    await open;
    expect(await seen).toBe('second');
    await expect(async () => ended?.query(insert, [301, 'late'])).rejects.toThrow('closed');
    expect(await says(301)).toBeUndefined();
  });
});

it('all else of it is the store’s own', async () => {
  expect(client).toBeInstanceOf(PGlite);
  expect([client.ready, client.closed, client.serializers]).toEqual([true, false, store.serializers]);
  const [{ rows } = { rows: [] }] = await client.exec('SELECT 7 AS it');
  expect(rows).toEqual([{ it: 7 }]);
});

it('lets itself be listened to', async () => {
  const heard: unknown[] = [];
  const query = client.query.bind(client);
  const listening = vi.spyOn(client, 'query').mockImplementation((text, ...more) => {
    heard.push(text);
    return query(text, ...more);
  });
  await client.query('SELECT 7');
  listening.mockRestore();
  await client.query('SELECT 8');
  expect(heard).toEqual(['SELECT 7']);
});

it('a store that was closed refuses what it had prepared, in words', async () => {
  // A copy: one that begins from nothing takes seconds.
  const other = await PGlite.create({ loadDataDir: await store.dumpDataDir('none') });
  const asking = preparedPglite(other);
  const ask = () => asking.query('SELECT $1::integer AS it', [1]);
  for (let times = 0; times < 4; times++) expect((await ask()).rows).toEqual([{ it: 1 }]);
  await asking.close();
  expect(other.closed).toBe(true);
  await expect(ask()).rejects.toThrow('closed');
});

describe('the tidying', () => {
  const size = async () =>
    Number((await store.query<{ n: number }>(`SELECT pg_relation_size('kept') AS n`)).rows[0]?.n);
  // What changed is counted once a second at most.
  const counted = () => store.exec('SELECT pg_stat_force_next_flush()');
  const fill = async () => {
    await store.exec(`INSERT INTO kept SELECT n, repeat('x', 100) FROM generate_series(1, 5000) n`);
    await counted();
  };

  it('gives plans that fit, and does nothing where nothing changed', async () => {
    await store.exec('CREATE TABLE kept (id integer, says text)');
    await fill();
    expect(await tidy(store)).toContain('kept');
    const { rows } = await store.query<{ n: number }>(
      `SELECT reltuples AS n FROM pg_class WHERE relname = 'kept'`,
    );
    expect(rows[0]?.n).toBe(5000);
    await counted();
    expect(await tidy(store)).toEqual([]);
  });

  it('makes the room of what was deleted be used again', async () => {
    const before = await size();
    for (let day = 0; day < 4; day++) {
      await store.exec('DELETE FROM kept');
      await counted();
      expect(await tidy(store)).toContain('kept');
      await fill();
    }
    expect(await size()).toBe(before);
  });
});
