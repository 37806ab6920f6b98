/**
 * Is the database away, rather than the request wrong? Then the answer is 503: the same request again, under
 * the same Idempotency-Key, is safe and may well succeed.
 */

/** Node's network errors, and PostgreSQL's classes 08 (connection), 53 (resources) and 57P (shutting down). */
const codes =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08[0-9A-Z]{3}|53[0-9]{3}|57P0[1-5])$/;
/** Where `pg` and PGlite give no code. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|PGlite is closed|Cannot use a pool after calling end)/;

export function isStoreTrouble(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && codes.test(cause.code)) return true;
    if (messages.test(cause.message)) return true;
  }
  return false;
}
