/**
 * The usual outcome of an approval (the money was taken), many at once: the operation, the request, the books, a
 * drive-off that it settles, the answer under its key, and what both sides hear of it, in one statement and one commit
 * for all. What is no longer as it was left is not touched: it is settled by itself (settlement.ts).
 */
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type App, wakeBothSides } from '../app.ts';
import { batchedPer, sendIn } from '../db/index.ts';
import type { OperationRow, PaymentRequestRow } from '../db/schema.ts';
import { appendingTold, driverStream, siteStream } from '../events/index.ts';
import { type KeyedRequest, keptAnswer } from '../http/index.ts';
import { renderRequest } from '../views/index.ts';

/** A request that was approved, as it stands in the database with what the processor is asked for it. */
export interface Approved {
  /** Under whose key the answer is kept. */
  asked: KeyedRequest & { caller: string };
  row: PaymentRequestRow;
  operation: OperationRow;
}

interface Taken extends Approved {
  authorisation: string;
}

/** What both sides hear of a request that does not wait any more. */
export const requestEvent = (paymentRequest: PaymentRequest): string =>
  JSON.stringify({ type: 'payment-request', paymentRequest });

/** Operations first and then requests, as everybody who settles, each in the order of their ids. */
const settleAll = `
  WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[],
      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
      AS a (operation_id, id, version, authorisation, transaction_id, site_id, driver_id, scope, key_hash, answer,
        payload, site, driver)
  ), operations AS (
    SELECT o.id, o.subject_id, o.amount_minor, o.currency FROM processor_operations o
    WHERE o.id = ANY($1::uuid[]) AND o.state IN ('pending', 'unknown') ORDER BY o.id FOR UPDATE
  ), locked AS (
    SELECT r.id, r.version, r.state, o.id AS operation_id, o.amount_minor, o.currency
    FROM operations o JOIN payment_requests r ON r.id = o.subject_id ORDER BY r.id FOR UPDATE OF r
  ), fits AS (
    SELECT a.*, a.payload::jsonb AS event, l.amount_minor, l.currency FROM asked a
    JOIN locked l ON l.operation_id = a.operation_id AND l.id = a.id AND l.version = a.version AND l.state = 'approved'
  ), settled AS (
    UPDATE processor_operations o SET state = 'succeeded', leased_until_ms = 0, leased_by = NULL, next_at_ms = $14::bigint,
      authorisation = f.authorisation, settled_at_ms = $14::bigint
    FROM fits f WHERE o.id = f.operation_id
  ), paid AS (
    UPDATE payment_requests r SET state = 'paid', version = r.version + 1, reason = NULL, authorisation = f.authorisation,
      captured_minor = f.amount_minor, settled_at_ms = $14::bigint
    FROM fits f WHERE r.id = f.id RETURNING r.id
  ), booked AS (
    INSERT INTO ledger_entries (transaction_id, operation_id, account, site_id, driver_id, subject_kind, subject_id,
      amount_minor, currency, at_ms)
    SELECT f.transaction_id, f.operation_id, e.account, f.site_id, f.driver_id, 'payment-request', f.id,
      e.sign * f.amount_minor, f.currency, $14::bigint
    FROM fits f CROSS JOIN (VALUES ('taken-at-processor', 1), ('owed-to-sites', -1)) AS e (account, sign)
    WHERE f.amount_minor <> 0
  ), came_back AS (
    UPDATE drive_offs d SET settled_at_ms = $14::bigint, settled_how = 'driver'
    FROM fits f JOIN refuels u ON u.payment_request_id = f.id
    WHERE d.site_id = u.site_id AND d.refuel_id = u.id AND d.settled_at_ms IS NULL
  ), answered AS (
    UPDATE idempotency_keys k SET answer = f.answer
    FROM fits f WHERE k.scope = f.scope AND k.key_hash = f.key_hash AND k.answer IS NULL
  ), told AS (
    SELECT driver AS stream, event AS payload, 1 AS n FROM fits UNION ALL SELECT site, event, 2 FROM fits
  ), ${appendingTold('$14')}
  SELECT id FROM paid`;

/** @returns of each what both sides hear now, or null where nothing was kept */
async function settle(app: App, taken: Taken[]): Promise<(PaymentRequest | null)[]> {
  const nowMs = app.clock.nowMs();
  const after = await Promise.all(
    taken.map(({ row, operation, authorisation }) =>
      renderRequest(app.db, {
        ...row,
        state: 'paid',
        version: row.version + 1,
        reason: null,
        authorisation,
        capturedMinor: operation.amountMinor,
        settledAtMs: nowMs,
      }),
    ),
  );
  const rows = await sendIn<{ id: string }>(app.db, settleAll, [
    taken.map(({ operation }) => operation.id),
    taken.map(({ row }) => row.id),
    taken.map(({ row }) => row.version),
    taken.map(({ authorisation }) => authorisation),
    taken.map(() => newId()),
    taken.map(({ row }) => row.siteId),
    taken.map(({ row }) => row.driverId),
    taken.map(({ asked }) => asked.caller),
    taken.map(({ asked }) => asked.keyHash),
    taken.map(({ asked }, n) => keptAnswer(asked.key, asked.caller, { paymentRequest: after[n] })),
    after.map(requestEvent),
    taken.map(({ row }) => siteStream(row.siteId)),
    taken.map(({ row }) => driverStream(row.driverId)),
    nowMs,
  ]);
  const kept = new Set(rows.map(({ id }) => id));
  wakeBothSides(
    app,
    taken.map(({ row }) => row).filter(({ id }) => kept.has(id)),
  );
  return taken.map(({ row }, n) => (kept.has(row.id) ? (after[n] ?? null) : null));
}

const settleOne = batchedPer(settle);

/** @returns the request as it is now, or null when nothing was kept */
export function settleUsual(
  app: App,
  approved: Approved,
  authorisation: string,
): Promise<PaymentRequest | null> {
  return settleOne(app, { ...approved, authorisation });
}
