/**
 * The makers' list: whose key goes with a static code, written at manufacture. A static code can be heard and said by
 * anybody; on the list it is bound to the one jack that holds the key.
 *
 *   code → SHA-256 of the jack's 32-byte authentication key        (the key itself never leaves the jack's phone and us)
 */
import { createHash } from 'node:crypto';
import { asc, eq, gt, sql } from 'drizzle-orm';
import { isSameSecret } from '../../shared/auth-code/index.ts';
import { anyOf, type Db, type Tx, tables } from '../db/index.ts';

const { makersList } = tables;

export interface ListedJack {
  code: string;
  keyHash: string;
  maker: string | null;
}

export function keyHashOf(authenticationKey: Uint8Array): string {
  return createHash('sha256').update(authenticationKey).digest('hex');
}

export type Listing = 'not-listed' | 'this-key' | 'another-key';

/** Is this the key that the maker wrote down for the code? */
export async function listingOf(db: Db | Tx, code: string, authenticationKey: Uint8Array): Promise<Listing> {
  const [row] = await db.select().from(makersList).where(eq(makersList.code, code));
  if (row === undefined) return 'not-listed';
  return isSameSecret(row.keyHash, keyHashOf(authenticationKey)) ? 'this-key' : 'another-key';
}

export async function listedJack(db: Db | Tx, code: string): Promise<ListedJack | null> {
  const [row] = await db.select().from(makersList).where(eq(makersList.code, code));
  return row === undefined ? null : { code: row.code, keyHash: row.keyHash, maker: row.maker };
}

const rowsAtOnce = 5_000;

/** Of these codes those that are listed with another key. */
export async function listedOtherwise(tx: Tx, rows: readonly ListedJack[]): Promise<string[]> {
  const differ: string[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.slice(from, from + rowsAtOnce);
    const there = await tx
      .select()
      .from(makersList)
      .where(
        anyOf(
          makersList.code,
          some.map((row) => row.code),
        ),
      );
    const hashOf = new Map(there.map((row) => [row.code, row.keyHash]));
    for (const { code, keyHash } of some) {
      const listed = hashOf.get(code);
      if (listed !== undefined && !isSameSecret(listed, keyHash)) differ.push(code);
    }
  }
  return differ;
}

/** Adds them; what is listed already is listed so from now on. */
export async function putOnList(tx: Tx, rows: readonly ListedJack[], nowMs: number): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.slice(from, from + rowsAtOnce);
    const column = (of: (row: ListedJack) => string | null) => sql.param(some.map(of));
    await tx.execute(sql`
      INSERT INTO makers_list (code, key_hash, maker, listed_at_ms)
      SELECT code, key_hash, maker, ${nowMs}::bigint FROM unnest(
        ${column((row) => row.code)}::text[], ${column((row) => row.keyHash)}::text[], ${column((row) => row.maker)}::text[]
      ) AS t (code, key_hash, maker)
      ON CONFLICT (code) DO UPDATE
      SET key_hash = excluded.key_hash, maker = excluded.maker, listed_at_ms = excluded.listed_at_ms
      WHERE (makers_list.key_hash, makers_list.maker) IS DISTINCT FROM (excluded.key_hash, excluded.maker)`);
  }
}

/** The whole list, in the codes' order, a part at a time. */
export async function* wholeList(db: Db | Tx): AsyncGenerator<ListedJack[]> {
  let after = '';
  for (;;) {
    const rows = await db
      .select({ code: makersList.code, keyHash: makersList.keyHash, maker: makersList.maker })
      .from(makersList)
      .where(gt(makersList.code, after))
      .orderBy(asc(makersList.code))
      .limit(rowsAtOnce);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.code;
  }
}
