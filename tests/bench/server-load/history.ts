/** Visits of the past, by the million: refuels that were asked for, approved, captured and booked, written by the database itself. */
import pg from 'pg';

const perChunk = 250_000;

export interface HistoryOptions {
  databaseUrl: string;
  /** Visits from this one … */
  from: number;
  /** … up to this one; the history that is there ends at `from`. */
  to: number;
  /** The newest visit's time (UTC ms); each older one lies `apartMs` before. */
  nowMs: number;
  apartMs: number;
}

/**
 * Spreads the visits over the sites and jacks that are there. Keys and events are kept for seven days only, so
 * only the visits of the last seven days have them.
 */
export async function writeHistory({ databaseUrl, from, to, nowMs, apartMs }: HistoryOptions): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  // Rows that belong together are made together here: no need to check each of them again.
  await client.query(`SET session_replication_role = replica`);
  await client.query(`SET synchronous_commit = off`);
  await client.query(
    `CREATE TEMP TABLE IF NOT EXISTS the_sites AS SELECT row_number() OVER () - 1 AS n, id FROM sites`,
  );
  await client.query(
    `CREATE TEMP TABLE IF NOT EXISTS the_jacks AS SELECT row_number() OVER () - 1 AS n, id, driver_id FROM jacks`,
  );
  await client.query('CREATE INDEX ON the_sites (n)');
  await client.query('CREATE INDEX ON the_jacks (n)');
  await client.query('ANALYZE the_sites');
  await client.query('ANALYZE the_jacks');
  for (let at = from; at < to; at += perChunk) {
    const end = Math.min(to, at + perChunk);
    await client.query('BEGIN');
    await client.query(
      `CREATE TEMP TABLE past ON COMMIT DROP AS
       SELECT v.n, s.id AS site_id, j.id AS jack_id, j.driver_id, uuidv7() AS visit_id, uuidv7() AS request_id,
              uuidv7() AS refuel_id, uuidv7() AS hold_id, uuidv7() AS capture_id,
              $3::bigint - v.n * $4::bigint AS at_ms, 10000 + (v.n % 90) * 1000 AS amount
       FROM generate_series($1::bigint, $2::bigint - 1) AS v (n)
       JOIN the_sites s ON s.n = v.n % (SELECT COUNT(*) FROM the_sites)
       JOIN the_jacks j ON j.n = v.n % (SELECT COUNT(*) FROM the_jacks)`,
      [at, end, nowMs, apartMs],
    );
    await client.query(
      `INSERT INTO arrivals SELECT site_id, visit_id, jack_id, at_ms, 'pump-1', 'pump', at_ms + 300000 FROM past`,
    );
    await client.query(
      `INSERT INTO payment_requests (id, kind, site_id, driver_id, jack_id, visit_id, amount_minor, currency, captured_minor,
         state, version, processor_token, authorisation, used_step, created_at_ms, expires_at_ms, approved_at_ms, settled_at_ms)
       SELECT request_id, 'refuel', site_id, driver_id, jack_id, visit_id, amount, 'KRW', amount, 'paid', 3, 'tok_ok',
              'auth_' || hold_id, at_ms / 60000, at_ms, at_ms + 120000, at_ms, at_ms FROM past`,
    );
    await client.query(
      `INSERT INTO refuels SELECT site_id, refuel_id, visit_id, jack_id, 'pump-1', 1, 'gasoline', 1000000, amount, amount, 'KRW',
         request_id, at_ms FROM past`,
    );
    await client.query(
      `INSERT INTO processor_operations (id, subject_kind, subject_id, kind, processor_token, authorisation, amount_minor,
         currency, state, attempts, next_at_ms, created_at_ms, settled_at_ms)
       SELECT o.id, 'payment-request', request_id, o.kind, 'tok_ok', 'auth_' || hold_id, amount, 'KRW', 'succeeded', 1,
              at_ms, at_ms, at_ms
       FROM past, LATERAL (VALUES (hold_id, 'authorise'), (capture_id, 'capture')) AS o (id, kind)`,
    );
    await client.query(
      `INSERT INTO ledger_entries (transaction_id, operation_id, account, site_id, driver_id, subject_kind, subject_id,
         amount_minor, currency, at_ms)
       SELECT e.operation_id, e.operation_id, e.account, site_id, driver_id, 'payment-request', request_id,
              e.sign * amount, 'KRW', at_ms
       FROM past, LATERAL (VALUES (hold_id, 'held-at-processor', 1), (hold_id, 'held-of-drivers', -1),
         (capture_id, 'held-at-processor', -1), (capture_id, 'held-of-drivers', 1),
         (capture_id, 'taken-at-processor', 1), (capture_id, 'owed-to-sites', -1)) AS e (operation_id, account, sign)`,
    );
    await client.query(
      `INSERT INTO idempotency_keys (scope, key_hash, fingerprint, answer, created_at_ms)
       SELECT 'site:' || site_id, encode(sha256(k.id::text::bytea), 'hex'), 'past', 'past', at_ms
       FROM past, LATERAL (VALUES (visit_id), (request_id), (refuel_id)) AS k (id)
       WHERE at_ms > $1::bigint - 7 * 86400000::bigint`,
      [nowMs],
    );
    await client.query(
      `INSERT INTO events SELECT 'site:' || site_id, n + 1, at_ms, '{"type": "expected-codes-changed"}' FROM past
       WHERE at_ms > $1::bigint - 7 * 86400000::bigint`,
      [nowMs],
    );
    await client.query('COMMIT');
  }
  await client.query(
    `INSERT INTO event_streams SELECT stream, MAX(position) FROM events GROUP BY stream
     ON CONFLICT (stream) DO UPDATE SET last_position = GREATEST(event_streams.last_position, excluded.last_position)`,
  );
  await client.query('ANALYZE');
  await client.end();
}
