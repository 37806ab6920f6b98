/**
 * Compares what was acknowledged with what is in effect, once nothing is under way any more. Every fault is a
 * sentence; none means that nothing was lost and nothing doubled.
 */
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import type { Ledger } from './acknowledged.ts';
import type { Expected, Journeys } from './journeys.ts';
import type { SiteListener } from './site-listener.ts';

export interface Truth {
  databaseUrl: string;
  ledger: Ledger;
  journeys: Journeys;
  listeners: SiteListener[];
}

async function inDatabase<T>(url: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

type Row = Record<string, string | number | null>;

/** Questions whose every row is a fault. */
const mustBeEmpty: [fault: string, question: string][] = [
  [
    'an operation has no outcome',
    `SELECT id, kind, state FROM processor_operations WHERE state IN ('pending', 'unknown')`,
  ],
  ['a lease is stuck', `SELECT id, leased_until_ms FROM processor_operations WHERE leased_until_ms > 0`],
  [
    'a reservation holds money for nobody',
    `SELECT id, reservation_state FROM payment_requests WHERE reservation_state IN ('waiting', 'held', 'releasing')`,
  ],
  [
    'a payment request was left',
    `SELECT id, kind, state FROM payment_requests WHERE state IN ('waiting', 'approved', 'unknown')`,
  ],
  [
    'a ledger transaction does not sum to zero',
    `SELECT transaction_id, SUM(amount_minor) FROM ledger_entries GROUP BY transaction_id, currency HAVING SUM(amount_minor) <> 0`,
  ],
  [
    'something was captured twice',
    `SELECT authorisation FROM sandbox_ledger WHERE kind IN ('capture', 'purchase') GROUP BY authorisation HAVING COUNT(*) > 1`,
  ],
  [
    'a hold was neither taken nor released',
    `SELECT a.authorisation FROM sandbox_ledger a WHERE a.kind = 'authorise' AND NOT EXISTS
       (SELECT 1 FROM sandbox_ledger e WHERE e.authorisation = a.authorisation AND e.kind IN ('capture', 'void'))`,
  ],
  [
    'more was given back than taken',
    `SELECT authorisation FROM sandbox_ledger GROUP BY authorisation
     HAVING SUM(amount_minor) FILTER (WHERE kind = 'refund') > SUM(amount_minor) FILTER (WHERE kind IN ('capture', 'purchase'))`,
  ],
  [
    'the processor moved what our books do not know',
    `SELECT s.reference, s.kind FROM sandbox_ledger s WHERE s.kind <> 'decline' AND NOT EXISTS
       (SELECT 1 FROM ledger_entries e WHERE e.operation_id = s.reference)`,
  ],
  [
    'our books have what the processor did not move',
    `SELECT e.operation_id FROM ledger_entries e WHERE e.account = 'taken-at-processor' AND NOT EXISTS
       (SELECT 1 FROM sandbox_ledger s WHERE s.reference = e.operation_id AND s.amount_minor = ABS(e.amount_minor))`,
  ],
  [
    'a key has neither an answer nor what to resume',
    `SELECT scope FROM idempotency_keys WHERE answer IS NULL AND resume IS NULL`,
  ],
  [
    'a stream has a gap, or one position twice',
    `SELECT s.stream FROM event_streams s JOIN events e ON e.stream = s.stream
     GROUP BY s.stream, s.last_position HAVING COUNT(*) <> s.last_position OR MIN(e.position) <> 1`,
  ],
  [
    'a transaction was left open',
    `SELECT pid, state FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
       AND state_change < now() - interval '5 seconds'`,
  ],
  ['a lock is waited for', `SELECT pid, locktype FROM pg_locks WHERE NOT granted`],
  ['a trip is open in two ways', `SELECT cart_id FROM cart_trips WHERE ended_at_ms IS NULL`],
];

/** Acknowledged commands that leave one row each. */
const counted: [what: string, question: string][] = [
  ['arrival', 'SELECT COUNT(*)::int AS count FROM arrivals'],
  ['completion', 'SELECT COUNT(*)::int AS count FROM refuels'],
  [
    'charge',
    `SELECT COUNT(*)::int AS count FROM payment_requests WHERE kind = 'charge' AND description = 'faults'`,
  ],
  ['refund', 'SELECT COUNT(*)::int AS count FROM refunds'],
  ['take cart', 'SELECT COUNT(*)::int AS count FROM cart_trips'],
  ['put in cart', 'SELECT COALESCE(SUM(quantity), 0)::int AS count FROM cart_lines'],
  ['handed over', `SELECT COUNT(*)::int AS count FROM preorders WHERE state = 'handed-over'`],
];

async function moneyFaults(client: pg.Client, expected: readonly Expected[]): Promise<string[]> {
  const faults: string[] = [];
  const { rows } = await client.query<{ subject_id: string; taken: string; given: string }>(
    `SELECT subject_id, COALESCE(-SUM(amount_minor) FILTER (WHERE amount_minor < 0), 0) AS taken,
            COALESCE(SUM(amount_minor) FILTER (WHERE amount_minor > 0), 0) AS given
     FROM ledger_entries WHERE account = 'owed-to-sites' GROUP BY subject_id`,
  );
  const books = new Map(rows.map((row) => [row.subject_id, row]));
  for (const { id, kind, takenMinor, givenBackMinor } of expected) {
    const row = books.get(id);
    books.delete(id);
    const [taken, given] = [Number(row?.taken ?? 0), Number(row?.given ?? 0)];
    if (taken !== takenMinor || given !== givenBackMinor) {
      faults.push(
        `${kind} ${id}: taken ${taken} for ${takenMinor}, given back ${given} for ${givenBackMinor}`,
      );
    }
  }
  for (const id of books.keys()) faults.push(`${id}: money moved for what nobody asked for`);
  const balance = await client.query<Row>(
    `SELECT
       (SELECT COALESCE(SUM(amount_minor), 0) FROM ledger_entries WHERE account = 'taken-at-processor')::bigint AS ours,
       (SELECT COALESCE(SUM(amount_minor) FILTER (WHERE kind IN ('capture', 'purchase')), 0)
             - COALESCE(SUM(amount_minor) FILTER (WHERE kind = 'refund'), 0) FROM sandbox_ledger)::bigint AS theirs,
       (SELECT COALESCE(SUM(amount_minor), 0) FROM ledger_entries WHERE account = 'held-at-processor')::bigint AS held`,
  );
  const { ours, theirs, held } = balance.rows[0] ?? {};
  if (ours !== theirs) faults.push(`the books say ${ours} was taken, the processor ${theirs}`);
  if (Number(held) !== 0) faults.push(`${held} is still held at the processor by our books`);
  return faults;
}

async function streamFaults(client: pg.Client, listener: SiteListener): Promise<string[]> {
  const faults: string[] = [];
  const name = `site ${listener.siteId}`;
  const { rows } = await client.query<{ position: string; payload: unknown }>(
    'SELECT position, payload FROM events WHERE stream = $1 AND position > $2 ORDER BY position',
    [`site:${listener.siteId}`, listener.from ?? 0],
  );
  if (rows.length !== listener.heard.length) {
    faults.push(`${name}: ${rows.length} events were told, ${listener.heard.length} were heard`);
  }
  for (const [n, { position, event }] of listener.heard.entries()) {
    const row = rows[n];
    if (Number(row?.position) !== position) {
      faults.push(`${name}: heard position ${position} where ${row?.position} comes next`);
      break;
    }
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(event)), row?.payload)) {
      faults.push(`${name}: event ${position} was heard otherwise than it was told`);
    }
  }
  const versions = new Map<string, number>();
  for (const { event } of listener.heard) {
    if (event.type !== 'payment-request') continue;
    const { paymentRequestId, version } = event.paymentRequest;
    if (version < (versions.get(paymentRequestId) ?? 0))
      faults.push(`${name}: ${paymentRequestId} went back in time`);
    versions.set(paymentRequestId, version);
  }
  return faults;
}

/** Every acknowledged command once more under its own key: the same answer, and nothing happens. */
async function repeatFaults(client: pg.Client, ledger: Ledger): Promise<string[]> {
  const footprint = async () =>
    (
      await client.query<Row>(
        `SELECT (SELECT COUNT(*) FROM ledger_entries) AS entries, (SELECT COUNT(*) FROM sandbox_ledger) AS moved,
                (SELECT SUM(last_position) FROM event_streams) AS told, (SELECT COUNT(*) FROM payment_requests) AS requests,
                (SELECT COUNT(*) FROM idempotency_keys) AS keys`,
      )
    ).rows[0];
  const before = await footprint();
  const faults: string[] = [];
  // What was refused by a thrown refusal is judged anew, as is a stranger's code; effects are what is kept.
  const effects = ledger.all.filter(({ outcome }) => outcome.ok);
  for (let at = 0; at < effects.length; at += 16) {
    await Promise.all(
      effects.slice(at, at + 16).map(async ({ what, key, outcome, again }) => {
        const repeated = await again();
        // An answer given while the outcome was open is rendered anew: the same thing, as it came out.
        // An edit whose larger hold is still asked for shows the order as it was.
        const open =
          what === 'edit' || JSON.stringify(outcome).match(/"(unknown|approved|authorising)"/) !== null;
        if (!repeated.ok) faults.push(`${what} ${key}: repeated, it is refused (${repeated.code})`);
        else if (!open && !isDeepStrictEqual(repeated, outcome))
          faults.push(`${what} ${key}: repeated, it is answered otherwise`);
      }),
    );
  }
  if (!isDeepStrictEqual(await footprint(), before))
    faults.push('repeating what was acknowledged changed something');
  return faults;
}

/**
 * @param repeat false: the servers are gone, so nothing can be sent again
 * @returns faults as sentences; empty is what is promised
 */
export async function faultsOf(
  { databaseUrl, ledger, journeys, listeners }: Truth,
  repeat = true,
): Promise<string[]> {
  return inDatabase(databaseUrl, async (client) => {
    const faults: string[] = [];
    for (const [fault, question] of mustBeEmpty) {
      const { rows } = await client.query<Row>(question);
      if (rows.length > 0) faults.push(`${fault}: ${JSON.stringify(rows.slice(0, 3))} (${rows.length})`);
    }
    for (const [what, question] of counted) {
      const { rows } = await client.query<{ count: number }>(question);
      const acknowledged = ledger.all.filter((a) => a.what === what && a.outcome.ok).length;
      if (rows[0]?.count !== acknowledged)
        faults.push(`${what}: ${acknowledged} acknowledged, ${rows[0]?.count} in effect`);
    }
    faults.push(...(await moneyFaults(client, journeys.expected)));
    for (const listener of listeners) faults.push(...(await streamFaults(client, listener)));
    if (repeat) faults.push(...(await repeatFaults(client, ledger)));
    return faults;
  });
}

/** Is anything still under way? Asked until it is not. */
export async function isQuiet(databaseUrl: string): Promise<boolean> {
  return inDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT (SELECT COUNT(*) FROM processor_operations WHERE state IN ('pending', 'unknown'))::int
            + (SELECT COUNT(*) FROM payment_requests WHERE reservation_state IN ('waiting', 'held', 'releasing') OR state IN ('waiting', 'approved', 'unknown'))::int AS count`,
    );
    return rows[0]?.count === 0;
  });
}

/** The last position of each site's stream. */
export async function lastPositions(databaseUrl: string): Promise<Map<string, number>> {
  return inDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ stream: string; last_position: string }>(
      'SELECT * FROM event_streams',
    );
    return new Map(rows.map((row) => [row.stream, Number(row.last_position)]));
  });
}
