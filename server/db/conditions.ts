/** Conditions whose statements stay the same text, so that the database prepares them once and uses its indexes. */
import { type Column, type SQL, sql } from 'drizzle-orm';

/** `column` is one of these, however many they are: one parameter, not one for each. */
export function anyOf(column: Column, values: readonly (string | number)[]): SQL {
  return sql`${column} = ANY(${sql.param(values)}::${sql.raw(`${column.getSQLType()}[]`)})`;
}

/**
 * `column` is one of these words, written into the statement: an index that holds only rows with such words
 * serves it whatever the plan. For words of the program only, never for what somebody sent.
 */
export function isWord<C extends Column>(column: C, ...words: (C['_']['data'] & string)[]): SQL {
  for (const word of words) if (!/^[a-z-]+$/.test(word)) throw new Error(`not a word: ${word}`);
  const list = words.map((word) => `'${word}'`);
  return list.length === 1
    ? sql`${column} = ${sql.raw(list.join())}`
    : sql`${column} IN (${sql.raw(list.join(', '))})`;
}
