/**
 * Statements written out once and sent often: no text is built for them, PostgreSQL has them prepared, and what
 * they answer is taken as it comes.
 */
import type { Db, Tx } from './open.ts';

/** What both drivers do with a text and its values. */
interface Sender {
  query(asked: unknown, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** The connection that drizzle runs this transaction on, or the pool (its session is not in its types). */
function senderOf(tx: Tx | Db): Sender {
  const { client } = (tx as unknown as { session: { client: Sender } }).session;
  return client;
}

/**
 * Sends a statement in this transaction, at once: those sent in the same turn travel together, in the order of
 * the calls. On the database itself it is a transaction of its own.
 *
 * @returns its rows, with the columns' own names
 */
export async function sendIn<Row>(tx: Tx | Db, text: string, values: unknown[]): Promise<Row[]> {
  const sender = senderOf(tx);
  // PGlite takes the text itself, our pool a text that it may give a name.
  const asked = 'isServerPool' in sender ? { text } : text;
  const { rows } = await sender.query(asked, values);
  return rows as Row[];
}
