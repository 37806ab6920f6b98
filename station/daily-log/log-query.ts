/**
 * A query of the daily log → SQL. What a pickup, a refuel or a charge means for the day (its payment group,
 * its amount, who did it, when the waiting ended) is said once, here.
 */
import type { LogKind, LogQuery } from '../../shared/station-contract/index.ts';
import { movedOn } from '../records/index.ts';
import { soughtOf } from './word-index.ts';

export const jobKinds = ['pickup', 'refuel', 'charge'] as const;
export type JobKind = (typeof jobKinds)[number];

const jobSelects: Record<JobKind, string> = {
  pickup: `SELECT p.visit_id AS job_visit, 'pickup' AS kind,
      CASE WHEN p.payment = 'unknown' THEN 'unknown' WHEN p.state = 'handed-over' THEN 'settled'
           WHEN p.state = 'cancelled' THEN 'cancelled' ELSE 'waiting' END AS payment,
      CASE WHEN p.paid_as_cart = 1 THEN 0 ELSE p.paid_minor END AS amount_minor, 0 AS given_back_minor,
      p.handed_over_by AS person, p.handed_over_at_ms AS served_at_ms FROM pickups p WHERE NOT ${movedOn('p')}`,
  refuel: `SELECT r.visit_id AS job_visit, 'refuel' AS kind,
      CASE WHEN r.state = 'unknown' THEN 'unknown' WHEN r.state IN ('paid', 'settled-otherwise') THEN 'settled'
           WHEN r.state IN ('declined', 'expired', 'drive-off') THEN 'unpaid'
           WHEN r.state = 'cancelled' THEN 'cancelled' ELSE 'waiting' END AS payment,
      coalesce(r.amount_minor, 0) AS amount_minor, 0 AS given_back_minor,
      r.started_by AS person, r.started_at_ms AS served_at_ms FROM refuels r`,
  charge: `SELECT c.visit_id AS job_visit, 'charge' AS kind,
      CASE WHEN c.state = 'unknown' THEN 'unknown' WHEN c.state = 'paid' THEN 'settled'
           WHEN c.state IN ('declined', 'expired') THEN 'unpaid'
           WHEN c.state = 'cancelled' THEN 'cancelled' ELSE 'waiting' END AS payment,
      c.amount_minor AS amount_minor,
      (SELECT coalesce(sum(g.value ->> 'amountMinor'), 0) FROM json_each(c.refunds) g
        WHERE g.value ->> 'state' = 'given-back') AS given_back_minor,
      c.requested_by AS person, NULL AS served_at_ms FROM charges c`,
};

export type Wanted = Omit<LogQuery, 'fromDay' | 'toDay'>;

/** Named parameters of every query: `fromMs` and `toMs` (half-open), and those of the filters in use. */
export interface Sql {
  where: string;
  params: Record<string, string | number>;
}

/**
 * The visits wanted, as conditions on `visits v`.
 *
 * @param found ids of the visits whose words match, from the word index; null: the tables are scanned for them
 */
export function visitsWanted(wanted: Wanted, found: readonly string[] | null = null): Sql {
  // The plus keeps SQLite from walking the time index where few visits were found.
  const time = found === null ? 'v.first_heard_at_ms' : '+v.first_heard_at_ms';
  const conditions = [`${time} >= @fromMs`, `${time} < @toMs`];
  const params: Sql['params'] = {};
  if (wanted.laneId !== null) {
    conditions.push('v.lane_id = @laneId');
    params.laneId = wanted.laneId;
  }
  if (wanted.kind === 'cart') conditions.push('0');
  if (found !== null) {
    conditions.push('v.visit_id IN (SELECT value FROM json_each(@found))');
    params.found = JSON.stringify(found);
  } else if (wanted.text.trim() !== '') {
    Object.assign(params, soughtOf(wanted.text));
    conditions.push(`(
      (@plate <> '' AND instr(v.plate_normal, @plate) > 0)
      OR instr(lower(v.model), @words) > 0
      OR v.visit_id IN (SELECT visit_id FROM pickups n WHERE instr(lower(n.number), @words) > 0)
      OR v.visit_id IN (SELECT visit_id FROM charges n WHERE instr(lower(n.note), @words) > 0))`);
  }
  if (wanted.kind === 'none') {
    for (const kind of jobKinds) conditions.push(`NOT ${jobExists(kind, [])}`);
    if (wanted.payment !== null) conditions.push('0');
    if (wanted.staffId !== null) {
      conditions.push("v.claimed_by ->> 'staffId' = @staffId");
      params.staffId = wanted.staffId;
    }
    return { where: conditions.join(' AND '), params };
  }
  const job = jobConditions(wanted);
  if (wanted.kind !== null || job.conditions.length > 0) {
    const ways = kindsOf(wanted.kind).map((kind) => jobExists(kind, job.conditions));
    // Who only claimed a car has done something for it too.
    if (wanted.kind === null && wanted.payment === null) ways.push("v.claimed_by ->> 'staffId' = @staffId");
    conditions.push(`(${ways.join(' OR ')})`);
    Object.assign(params, job.params);
  }
  return { where: conditions.join(' AND '), params };
}

/** Pickups, refuels and charges of the wanted visits, as far as they are wanted themselves. */
export function jobsWanted(
  wanted: Wanted,
  found: readonly string[] | null = null,
): { sql: string; params: Sql['params'] } | null {
  if (wanted.kind === 'none' || wanted.kind === 'cart') return null;
  const visits = visitsWanted(wanted, found);
  const job = jobConditions(wanted);
  const more = job.conditions.map((condition) => ` AND ${condition}`).join('');
  const selects = kindsOf(wanted.kind).map(
    (kind) => `SELECT j.*, v.lane_id, v.arrived_at_ms FROM visits v
      JOIN (${jobSelects[kind]}) j ON j.job_visit = v.visit_id WHERE ${visits.where}${more}`,
  );
  return { sql: selects.join('\nUNION ALL\n'), params: { ...visits.params, ...job.params } };
}

function jobConditions(wanted: Wanted): { conditions: string[]; params: Sql['params'] } {
  const conditions: string[] = [];
  const params: Sql['params'] = {};
  if (wanted.payment !== null) {
    conditions.push('j.payment = @payment');
    params.payment = wanted.payment;
  }
  if (wanted.staffId !== null) {
    conditions.push("j.person ->> 'staffId' = @staffId");
    params.staffId = wanted.staffId;
  }
  return { conditions, params };
}

function jobExists(kind: JobKind, conditions: string[]): string {
  const more = conditions.map((condition) => ` AND ${condition}`).join('');
  return `EXISTS (SELECT 1 FROM (${jobSelects[kind]}) j WHERE j.job_visit = v.visit_id${more})`;
}

function kindsOf(kind: LogKind | null): readonly JobKind[] {
  return kind === null || kind === 'none' || kind === 'cart' ? jobKinds : [kind];
}
