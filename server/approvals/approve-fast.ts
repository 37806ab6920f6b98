/**
 * The usual yes (a refuel or a charge of an exact amount that waits, the right code), many at once:
 *
 *   look     requests, jacks, cards; each code is checked here           one read for all of them
 *   keep     approved, what the processor is asked, keys, events         one statement, one commit for all
 *   ask      the processor, each by itself
 *   settle   what it answered (settle-fast.ts)                           one statement, one commit for all
 *
 * Whatever is not usual takes the way of `once` with a transaction of its own, which does everything: a repeated key,
 * a wrong code, a reservation, a cart's checkout, a request that ended, or that changed between looking and keeping.
 * So a mistake here can only cost time.
 */
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { authCodeChallenge, verifyAuthCode } from '../../shared/auth-code/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type App, wakeBothSides } from '../app.ts';
import { batchedPer, sendIn, tables } from '../db/index.ts';
import type { OperationRow, PaymentRequestRow } from '../db/schema.ts';
import { appendingTold, driverStream, siteStream } from '../events/index.ts';
import type { KeyedRequest } from '../http/index.ts';
import { authKeyOf } from '../jacks/index.ts';
import { askPlanned, operationDelays } from '../payments/index.ts';
import { renderRequest } from '../views/index.ts';
import { type Approved, requestEvent, settleUsual } from './settle-fast.ts';

const { paymentRequests, paymentMethods, jacks, cartTrips } = tables;

export interface AskedApproval extends KeyedRequest {
  /** Whose key it is: `phone:<id>`. */
  caller: string;
  driverId: string;
  paymentRequestId: string;
  decision: {
    siteId: string;
    amount: { amountMinor: number; currency: string };
    authCode?: string | undefined;
    paymentMethodId?: string | undefined;
  };
}

/** A yes of which everything is right. */
interface Right {
  asked: AskedApproval;
  row: PaymentRequestRow;
  /** The step of the code that was used; null where none is asked for. */
  usedStep: number | null;
  processorToken: string;
}

/** The card that was named, or else the newest. */
const tokenOf = (methodId: SQL): SQL<string | null> => sql<string | null>`(
  SELECT ${paymentMethods.processorToken} FROM ${paymentMethods}
  WHERE ${paymentMethods.driverId} = ${paymentRequests.driverId} AND (${methodId} IS NULL OR ${paymentMethods.id} = ${methodId})
  ORDER BY ${paymentMethods.createdAtMs} DESC, ${paymentMethods.id} DESC LIMIT 1)`;

async function look(app: App, asked: AskedApproval[]): Promise<(Right | null)[]> {
  const rows = await app.db
    .select({
      n: sql<string>`asked.n`,
      row: paymentRequests,
      jack: { id: jacks.id, authKeySealed: jacks.authKeySealed },
      processorToken: tokenOf(sql`asked.method_id`),
    })
    .from(
      sql`unnest(
        ${sql.param(asked.map((a) => a.paymentRequestId))}::uuid[], ${sql.param(asked.map((a) => a.driverId))}::uuid[],
        ${sql.param(asked.map((a) => a.decision.paymentMethodId ?? null))}::uuid[]
      ) WITH ORDINALITY AS asked (id, driver_id, method_id, n)`,
    )
    .innerJoin(
      paymentRequests,
      and(sql`${paymentRequests.id} = asked.id`, sql`${paymentRequests.driverId} = asked.driver_id`),
    )
    .innerJoin(jacks, and(eq(jacks.id, paymentRequests.jackId), isNull(jacks.blockedAtMs)))
    .where(
      sql`(${paymentRequests.kind} = 'refuel' OR (${paymentRequests.kind} = 'charge' AND NOT EXISTS (
        SELECT 1 FROM ${cartTrips} WHERE ${cartTrips.paymentRequestId} = ${paymentRequests.id})))`,
    );
  const nowMs = app.clock.nowMs();
  const right: (Right | null)[] = asked.map(() => null);
  const taken = new Set<string>();
  for (const { n, row, jack, processorToken } of rows) {
    const index = Number(n) - 1;
    const one = asked[index];
    if (one === undefined || processorToken === null) continue;
    // Two answers to one request, or two asks under one key, at one moment: the second hears what became of the first.
    const key = `${one.caller} ${one.keyHash}`;
    if (taken.has(row.id) || taken.has(key)) continue;
    if (row.state !== 'waiting' || row.expiresAtMs <= nowMs) continue;
    const { siteId, amount, authCode } = one.decision;
    if (siteId !== row.siteId) continue;
    if (amount.amountMinor !== row.amountMinor || amount.currency !== row.currency) continue;
    let usedStep: number | null = null;
    if (row.verification !== 'phone') {
      if (authCode === undefined) continue;
      const challenge = authCodeChallenge({ siteId, paymentRequestId: row.id, ...amount });
      const verdict = verifyAuthCode(authKeyOf(app.secrets, jack), challenge, authCode, nowMs);
      if (verdict.verdict !== 'right') continue;
      usedStep = verdict.step;
    }
    taken.add(row.id).add(key);
    right[index] = { asked: one, row, usedStep, processorToken };
  }
  return right;
}

/** Locked in the order of their ids; what still is as it was seen is approved, with all that goes with it. */
const keepAll = `
  WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::text[])
      AS a (id, version, used_step, token, operation_id, scope, key_hash, fingerprint, payload, site, driver)
  ), locked AS (
    SELECT r.id, r.version, r.state, r.expires_at_ms, r.jack_id, r.amount_minor, r.currency FROM payment_requests r
    WHERE r.id = ANY($1::uuid[]) ORDER BY r.id FOR UPDATE
  ), fits AS (
    SELECT a.*, l.amount_minor, l.currency FROM asked a
    JOIN locked l ON l.id = a.id AND l.version = a.version AND l.state = 'waiting' AND l.expires_at_ms > $12::bigint
    JOIN jacks j ON j.id = l.jack_id AND j.blocked_at_ms IS NULL
  ), keyed AS (
    INSERT INTO idempotency_keys (scope, key_hash, fingerprint, resume, created_at_ms)
    SELECT scope, key_hash, fingerprint, jsonb_build_object('kind', 'payment-request', 'id', id), $12::bigint FROM fits
    ORDER BY scope, key_hash
    ON CONFLICT DO NOTHING RETURNING scope, key_hash
  ), kept AS (
    SELECT f.*, f.payload::jsonb AS event FROM fits f JOIN keyed k ON k.scope = f.scope AND k.key_hash = f.key_hash
  ), approved AS (
    UPDATE payment_requests r SET state = 'approved', version = r.version + 1, used_step = k.used_step,
      approved_at_ms = $12::bigint, processor_token = k.token
    FROM kept k WHERE r.id = k.id RETURNING r.id
  ), planned AS (
    INSERT INTO processor_operations (id, subject_kind, subject_id, kind, processor_token, amount_minor, currency, state,
      attempts, leased_until_ms, leased_by, next_at_ms, created_at_ms)
    SELECT operation_id, 'payment-request', id, 'purchase', token, amount_minor, currency, 'pending',
      1, $13::bigint, $14::int, $12::bigint, $12::bigint FROM kept
  ), told AS (
    SELECT driver AS stream, event AS payload, 1 AS n FROM kept UNION ALL SELECT site, event, 2 FROM kept
  ), ${appendingTold('$12')}
  SELECT id FROM approved`;

/** @returns of each what stands in the books now, or null when it was not kept */
async function keep(app: App, right: Right[]): Promise<(Approved | null)[]> {
  const nowMs = app.clock.nowMs();
  const leasedUntilMs = nowMs + operationDelays.leaseMs;
  const approved = right.map(({ asked, row, usedStep, processorToken }): Approved => {
    const after = {
      ...row,
      state: 'approved' as const,
      version: row.version + 1,
      usedStep,
      approvedAtMs: nowMs,
      processorToken,
    };
    const operation: OperationRow = {
      id: newId(),
      subjectKind: 'payment-request',
      subjectId: row.id,
      kind: 'purchase',
      processorToken,
      authorisation: null,
      amountMinor: row.amountMinor,
      currency: row.currency,
      state: 'pending',
      attempts: 1,
      leasedUntilMs,
      leasedBy: app.store.instance,
      nextAtMs: nowMs,
      detail: null,
      createdAtMs: nowMs,
      settledAtMs: null,
    };
    return { asked, row: after, operation };
  });
  const payloads = await Promise.all(
    approved.map(async ({ row }) => requestEvent(await renderRequest(app.db, row))),
  );
  const rows = await sendIn<{ id: string }>(app.db, keepAll, [
    approved.map(({ row }) => row.id),
    right.map(({ row }) => row.version),
    approved.map(({ row }) => row.usedStep),
    approved.map(({ row }) => row.processorToken),
    approved.map(({ operation }) => operation.id),
    approved.map(({ asked }) => asked.caller),
    approved.map(({ asked }) => asked.keyHash),
    approved.map(({ asked }) => asked.fingerprint),
    payloads,
    approved.map(({ row }) => siteStream(row.siteId)),
    approved.map(({ row }) => driverStream(row.driverId)),
    nowMs,
    leasedUntilMs,
    app.store.instance,
  ]);
  const kept = new Set(rows.map(({ id }) => id));
  wakeBothSides(
    app,
    approved.map(({ row }) => row).filter(({ id }) => kept.has(id)),
  );
  return approved.map((one) => (kept.has(one.row.id) ? one : null));
}

async function approveAll(app: App, asked: AskedApproval[]): Promise<(Approved | null)[]> {
  const right = (await look(app, asked)).filter((one) => one !== null);
  if (right.length === 0) return asked.map(() => null);
  const kept = await keep(app, right);
  const keptOf = new Map(right.map(({ asked: one }, n) => [one, kept[n] ?? null]));
  return asked.map((one) => keptOf.get(one) ?? null);
}

const approve = batchedPer(approveAll);

/**
 * @returns null when this approval, or its outcome, is not usual. What was kept of it stands under its key, as if the
 *   answer had been lost: `once` goes on from there.
 */
export async function approveUsual(app: App, asked: AskedApproval): Promise<PaymentRequest | null> {
  // An error undid the statement (a deadlock with another server, say), alone as well: the other way tells why.
  const approved = await approve(app, asked).catch(() => null);
  if (approved === null) return null;
  let paid: PaymentRequest | null = null;
  await askPlanned(app, approved.operation, async (answer) => {
    if (answer.outcome !== 'succeeded') return false;
    paid = await settleUsual(app, approved, answer.authorisation);
    return paid !== null;
  }).catch((error) => app.log.error('operation-failed', error, { operationId: approved.operation.id }));
  return paid;
}
