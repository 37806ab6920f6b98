/**
 * The usual completion (a refuel that is told for the first time, of a car that entered, with nothing reserved), many
 * at once:
 *
 *   look   visits, cars, sites; what is there already       one read for all of them
 *   keep   requests, refuels, answers, events               one statement, one commit for all
 *
 * Whatever is not usual takes the way of `once` with a transaction of its own, which does everything: a repeated key or
 * refuel, a reservation, a visit that changed between looking and keeping, whatever is refused. So a mistake here can
 * only cost time.
 */
import { type Fuel, fuelMismatch } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type App, wakeBothSides } from '../app.ts';
import { requestEvent } from '../approvals/index.ts';
import { batchedPer, sendIn } from '../db/index.ts';
import type { PaymentRequestRow } from '../db/schema.ts';
import { appendingTold, driverStream, siteStream } from '../events/index.ts';
import { type KeyedRequest, keptAnswer } from '../http/index.ts';
import { renderRequest } from '../views/index.ts';

export interface AskedCompletion extends KeyedRequest {
  /** Whose key it is: `site:<id>`. */
  caller: string;
  siteId: string;
  refuel: {
    refuelId: string;
    paymentRequestId: string;
    visitId: string;
    jackId: string;
    laneId: string;
    pumpNumber: number;
    fuel: Fuel;
    unitPriceMilli: number;
    volumeMl: number;
    amount: { amountMinor: number; currency: string };
    completedAtMs: number;
  };
}

/** A completion of which everything is right. */
interface Right {
  asked: AskedCompletion;
  /** Which writing of the visit's row was seen: whoever asks for a reservation, or sees the car leave, writes it anew. */
  visitSeen: string;
  row: PaymentRequestRow;
}

const lookAll = `
  SELECT asked.n, a.xmin::text AS visit_seen, j.driver_id, v.fuel AS registered_fuel, s.currency, s.approval_ms
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[])
    WITH ORDINALITY AS asked (site_id, visit_id, jack_id, refuel_id, request_id, scope, key_hash, n)
  JOIN arrivals a ON a.site_id = asked.site_id AND a.visit_id = asked.visit_id AND a.jack_id = asked.jack_id
  JOIN jacks j ON j.id = a.jack_id
  JOIN vehicles v ON v.id = j.vehicle_id
  JOIN sites s ON s.id = a.site_id
  WHERE NOT EXISTS (SELECT 1 FROM refuels r WHERE r.site_id = asked.site_id AND r.id = asked.refuel_id)
    AND NOT EXISTS (SELECT 1 FROM payment_requests p WHERE p.id = asked.request_id)
    AND NOT EXISTS (
      SELECT 1 FROM payment_requests p
      WHERE p.site_id = asked.site_id AND p.visit_id = asked.visit_id AND p.kind = 'refuel-reservation')
    AND NOT EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.scope = asked.scope AND k.key_hash = asked.key_hash)`;

interface Seen {
  /** Numbers of eight bytes come as text from one of the two drivers. */
  n: number | string;
  visit_seen: string;
  driver_id: string;
  registered_fuel: Fuel | null;
  currency: string;
  approval_ms: number | string;
}

async function look(app: App, asked: AskedCompletion[]): Promise<(Right | null)[]> {
  const seen = await sendIn<Seen>(app.db, lookAll, [
    asked.map((a) => a.siteId),
    asked.map((a) => a.refuel.visitId),
    asked.map((a) => a.refuel.jackId),
    asked.map((a) => a.refuel.refuelId),
    asked.map((a) => a.refuel.paymentRequestId),
    asked.map((a) => a.caller),
    asked.map((a) => a.keyHash),
  ]);
  const nowMs = app.clock.nowMs();
  const right: (Right | null)[] = asked.map(() => null);
  const taken = new Set<string>();
  for (const one of seen) {
    const index = Number(one.n) - 1;
    const a = asked[index];
    if (a === undefined || one.currency !== a.refuel.amount.currency) continue;
    // The same refuel, request or key twice at one moment: the second hears what became of the first.
    const once = [
      `refuel ${a.siteId} ${a.refuel.refuelId}`,
      `request ${a.refuel.paymentRequestId}`,
      `key ${a.caller} ${a.keyHash}`,
    ];
    if (once.some((mark) => taken.has(mark))) continue;
    for (const mark of once) taken.add(mark);
    const { paymentRequestId, visitId, jackId, fuel, amount } = a.refuel;
    right[index] = {
      asked: a,
      visitSeen: one.visit_seen,
      row: {
        id: paymentRequestId,
        kind: 'refuel',
        siteId: a.siteId,
        driverId: one.driver_id,
        jackId,
        visitId,
        amountMinor: amount.amountMinor,
        currency: amount.currency,
        capturedMinor: null,
        state: 'waiting',
        reservationState: null,
        reason: null,
        version: 1,
        processorToken: null,
        authorisation: null,
        attempts: 0,
        usedStep: null,
        reservationId: null,
        verification: 'jack',
        description: null,
        wrongFuel: fuelMismatch(one.registered_fuel, fuel),
        refundedMinor: 0,
        createdAtMs: nowMs,
        expiresAtMs: nowMs + Number(one.approval_ms),
        approvedAtMs: null,
        settledAtMs: null,
      },
    };
  }
  return right;
}

/**
 * Visits are locked in the order of their ids. A refuel, a request or a key that came meanwhile is an error that undoes
 * all of it: nothing of one can stay without the rest.
 */
const keepAll = `
  WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[],
      $9::int[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[], $15::bigint[], $16::boolean[],
      $17::bigint[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[])
      AS a (site_id, visit_id, visit_seen, refuel_id, id, jack_id, driver_id, lane_id, pump_number, fuel,
        unit_price_milli, volume_ml, amount_minor, currency, completed_at_ms, wrong_fuel, expires_at_ms, scope, key_hash,
        fingerprint, answer, to_site, to_driver, site, driver)
  ), locked AS (
    SELECT a.site_id, a.visit_id, a.jack_id, a.xmin::text AS seen FROM arrivals a
    WHERE a.site_id = ANY($1::uuid[]) AND a.visit_id = ANY($2::uuid[])
    ORDER BY a.site_id, a.visit_id FOR UPDATE
  ), fits AS (
    SELECT a.* FROM asked a JOIN locked l ON l.site_id = a.site_id AND l.visit_id = a.visit_id
      AND l.jack_id = a.jack_id AND l.seen = a.visit_seen
  ), keyed AS (
    INSERT INTO idempotency_keys (scope, key_hash, fingerprint, answer, created_at_ms)
    SELECT scope, key_hash, fingerprint, answer, $26::bigint FROM fits
  ), requested AS (
    INSERT INTO payment_requests (id, kind, site_id, driver_id, jack_id, visit_id, amount_minor, currency, state, version,
      wrong_fuel, created_at_ms, expires_at_ms)
    SELECT id, 'refuel', site_id, driver_id, jack_id, visit_id, amount_minor, currency, 'waiting', 1,
      wrong_fuel, $26::bigint, expires_at_ms FROM fits
  ), completed AS (
    INSERT INTO refuels (site_id, id, visit_id, jack_id, lane_id, pump_number, fuel, unit_price_milli, volume_ml,
      amount_minor, currency, payment_request_id, completed_at_ms)
    SELECT site_id, refuel_id, visit_id, jack_id, lane_id, pump_number, fuel, unit_price_milli, volume_ml,
      amount_minor, currency, id, completed_at_ms FROM fits
    RETURNING payment_request_id AS id
  ), told AS (
    SELECT driver AS stream, to_driver::jsonb AS payload, 1 AS n FROM fits
    UNION ALL SELECT site, to_site::jsonb, 2 FROM fits
  ), ${appendingTold('$26')}
  SELECT id FROM completed`;

/** @returns of each what the driver is asked now, or null when it was not kept */
async function keep(app: App, right: Right[]): Promise<(PaymentRequest | null)[]> {
  const rendered = await Promise.all(right.map(({ row }) => renderRequest(app.db, row)));
  const rows = await sendIn<{ id: string }>(app.db, keepAll, [
    right.map(({ row }) => row.siteId),
    right.map(({ row }) => row.visitId),
    right.map(({ visitSeen }) => visitSeen),
    right.map(({ asked }) => asked.refuel.refuelId),
    right.map(({ row }) => row.id),
    right.map(({ row }) => row.jackId),
    right.map(({ row }) => row.driverId),
    right.map(({ asked }) => asked.refuel.laneId),
    right.map(({ asked }) => asked.refuel.pumpNumber),
    right.map(({ asked }) => asked.refuel.fuel),
    right.map(({ asked }) => asked.refuel.unitPriceMilli),
    right.map(({ asked }) => asked.refuel.volumeMl),
    right.map(({ row }) => row.amountMinor),
    right.map(({ row }) => row.currency),
    right.map(({ asked }) => asked.refuel.completedAtMs),
    right.map(({ row }) => row.wrongFuel),
    right.map(({ row }) => row.expiresAtMs),
    right.map(({ asked }) => asked.caller),
    right.map(({ asked }) => asked.keyHash),
    right.map(({ asked }) => asked.fingerprint),
    right.map(({ asked }, n) => keptAnswer(asked.key, asked.caller, { paymentRequest: rendered[n] })),
    rendered.map(requestEvent),
    rendered.map((paymentRequest) => JSON.stringify({ type: 'approval-asked', paymentRequest })),
    right.map(({ row }) => siteStream(row.siteId)),
    right.map(({ row }) => driverStream(row.driverId)),
    app.clock.nowMs(),
  ]);
  const kept = new Set(rows.map(({ id }) => id));
  wakeBothSides(
    app,
    right.map(({ row }) => row).filter(({ id }) => kept.has(id)),
  );
  return right.map(({ row }, n) => (kept.has(row.id) ? (rendered[n] ?? null) : null));
}

async function completeAll(app: App, asked: AskedCompletion[]): Promise<(PaymentRequest | null)[]> {
  const right = (await look(app, asked)).filter((one) => one !== null);
  if (right.length === 0) return asked.map(() => null);
  const kept = await keep(app, right);
  const keptOf = new Map(right.map(({ asked: one }, n) => [one, kept[n] ?? null]));
  return asked.map((one) => keptOf.get(one) ?? null);
}

const complete = batchedPer(completeAll);

/**
 * Price, volume and amount must agree.
 *
 * @returns null when this completion is not usual, or its answer was lost; then nothing was kept of it, or all of it
 *   under its key
 */
export function completeUsual(app: App, asked: AskedCompletion): Promise<PaymentRequest | null> {
  // An error undid the statement (one of them came meanwhile, or a deadlock), alone as well: the other way tells why.
  return complete(app, asked).catch(() => null);
}
