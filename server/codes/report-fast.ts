/**
 * The usual code report (a car that this site heard before, or whose way here was long enough), many at once:
 *
 *   look    codes, where they were heard last, cars, keys already used      a few reads for all of them
 *   keep    last_heard and the answers under their keys                     one statement, one commit for all
 *
 * Whatever is not usual takes the way of `once` with a transaction of its own, which does everything: a
 * repeated key, a first hearing, one that raises an alarm or moves a tracked drift, one that another report
 * overtook between looking and keeping. So a mistake here can only cost time.
 */
import { and, isNull, sql } from 'drizzle-orm';
import { codeBehaviourOf, parseBeaconCode } from '../../shared/domain/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import type { App } from '../app.ts';
import { anyOf, batchedPer, tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';
import { keptAnswer } from '../http/index.ts';
import { carsAtSites } from '../views/index.ts';
import { driftAfter } from './drift.ts';
import { resolveHeard } from './resolve.ts';
import { couldTravel } from './travel.ts';

const { jacks, lastHeard, idempotencyKeys } = tables;

export type CodeReport = { known: true; car: ExpectedCar } | { known: false };

export interface AskedReport {
  siteId: string;
  /** Whose key it is: `site:<id>`. */
  caller: string;
  code: string;
  heardAtMs: number;
  key: string;
  keyHash: string;
  fingerprint: string;
}

type LastHeardRow = typeof lastHeard.$inferSelect;

/** What was found of a report that is usual and of a car we know. */
interface Found {
  asked: AskedReport;
  jack: JackRow;
  /** Where a static code was heard last; rotating ones cannot be copied and are not watched. */
  before: LastHeardRow | null;
  car: ExpectedCar;
}

/** `null`: not usual. */
type Looked = Found | { known: false } | null;

/** Those that need a window each (rotating) are asked one by one, the static ones together. */
async function jacksOf(app: App, asked: AskedReport[]): Promise<(JackRow | null | 'unusual')[]> {
  const behaviours = asked.map(({ code }) => {
    const parsed = parseBeaconCode(code);
    return parsed === null ? null : codeBehaviourOf(parsed);
  });
  const staticCodes = [...new Set(asked.filter((_, n) => behaviours[n] === 'static').map((a) => a.code))];
  const [rows, rotating] = await Promise.all([
    staticCodes.length === 0
      ? []
      : app.db
          .select()
          .from(jacks)
          .where(and(anyOf(jacks.staticCode, staticCodes), isNull(jacks.blockedAtMs))),
    Promise.all(
      asked.map(({ code, heardAtMs }, n) =>
        behaviours[n] === 'rotating' ? resolveHeard(app.db, code, heardAtMs) : null,
      ),
    ),
  ]);
  const byCode = new Map(rows.map((row) => [row.staticCode, row]));
  return asked.map(({ code, heardAtMs }, n) => {
    if (behaviours[n] === 'static') return byCode.get(code) ?? null;
    const heard = rotating[n] ?? null;
    if (heard === null) return null;
    const drifts =
      heard.window !== null && driftAfter(heard.jack, heard.window, heardAtMs) !== heard.jack.driftMs;
    return drifts ? 'unusual' : heard.jack;
  });
}

async function look(app: App, asked: AskedReport[]): Promise<Looked[]> {
  const [heard, used] = await Promise.all([
    jacksOf(app, asked),
    app.db
      .select({ scope: idempotencyKeys.scope, keyHash: idempotencyKeys.keyHash })
      .from(idempotencyKeys)
      .where(
        and(
          anyOf(
            idempotencyKeys.scope,
            asked.map((a) => a.caller),
          ),
          anyOf(
            idempotencyKeys.keyHash,
            asked.map((a) => a.keyHash),
          ),
        ),
      ),
  ]);
  const usedKeys = new Set(used.map(({ scope, keyHash }) => `${scope} ${keyHash}`));
  const known = asked.flatMap((a, n) => {
    const jack = heard[n];
    const isUsed = usedKeys.has(`${a.caller} ${a.keyHash}`);
    return jack === null || jack === undefined || jack === 'unusual' || isUsed ? [] : [{ asked: a, jack }];
  });
  const [lastRows, cars] = await Promise.all([
    app.db
      .select()
      .from(lastHeard)
      .where(
        anyOf(
          lastHeard.jackId,
          known.map(({ jack }) => jack.id),
        ),
      ),
    carsAtSites(
      app.db,
      known.map(({ asked: { siteId }, jack }) => ({ siteId, jack })),
    ),
  ]);
  const lastOf = new Map(lastRows.map((row) => [row.jackId, row]));
  const foundOf = new Map<AskedReport, Looked>();
  for (const [n, { asked: a, jack }] of known.entries()) {
    const car = cars[n];
    const before = lastOf.get(jack.id) ?? null;
    const travelled = before !== null && couldTravel(before, a.siteId, a.heardAtMs);
    const usual = car !== undefined && (jack.behaviour === 'rotating' || travelled);
    foundOf.set(a, usual ? { asked: a, jack, before, car } : null);
  }
  return asked.map((a, n) => {
    if (heard[n] === null && !usedKeys.has(`${a.caller} ${a.keyHash}`)) return { known: false };
    return foundOf.get(a) ?? null;
  });
}

/** @returns which of them were kept; the others were overtaken */
async function keep(app: App, found: Found[]): Promise<boolean[]> {
  const column = <T>(of: (f: Found) => T) => sql.param(found.map(of));
  const nowMs = app.clock.nowMs();
  const { rows } = (await app.db.execute(sql`
    WITH asked AS (
      SELECT * FROM unnest(
        ${column((f) => f.jack.id)}::uuid[], ${column((f) => f.asked.siteId)}::uuid[],
        ${column((f) => f.asked.heardAtMs)}::bigint[],
        ${column((f) => f.before?.siteId ?? null)}::uuid[], ${column((f) => f.before?.heardAtMs ?? null)}::bigint[],
        ${column((f) => f.asked.caller)}::text[], ${column((f) => f.asked.keyHash)}::text[],
        ${column((f) => f.asked.fingerprint)}::text[],
        ${column((f) => keptAnswer(f.asked.key, f.asked.caller, { known: true, car: f.car }))}::text[]
      ) AS a (jack_id, site_id, heard_at_ms, before_site_id, before_at_ms, scope, key_hash, fingerprint, answer)
    ), locked AS (
      SELECT l.jack_id, l.site_id, l.heard_at_ms FROM last_heard l
      WHERE l.jack_id = ANY(${column((f) => f.jack.id)}::uuid[])
      ORDER BY l.jack_id FOR UPDATE
    ), fits AS (
      SELECT a.* FROM asked a LEFT JOIN locked l ON l.jack_id = a.jack_id
      WHERE a.before_site_id IS NULL OR l.site_id = a.site_id OR (l.site_id = a.before_site_id AND l.heard_at_ms = a.before_at_ms)
    ), heard AS (
      UPDATE last_heard l SET site_id = f.site_id, heard_at_ms = f.heard_at_ms
      FROM (SELECT DISTINCT ON (jack_id) jack_id, site_id, heard_at_ms FROM fits ORDER BY jack_id, heard_at_ms DESC) f
      WHERE l.jack_id = f.jack_id AND l.heard_at_ms <= f.heard_at_ms
    )
    INSERT INTO idempotency_keys (scope, key_hash, fingerprint, answer, created_at_ms)
    SELECT scope, key_hash, fingerprint, answer, ${nowMs}::bigint FROM fits ORDER BY scope, key_hash
    ON CONFLICT DO NOTHING
    RETURNING scope, key_hash`)) as unknown as { rows: { scope: string; key_hash: string }[] };
  const kept = new Set(rows.map((row) => `${row.scope} ${row.key_hash}`));
  // The same key twice in one batch: one is kept, the other hears of it as a repetition does.
  return found.map(({ asked: a }) => kept.delete(`${a.caller} ${a.keyHash}`));
}

const lookOne = batchedPer(look);
const keepOne = batchedPer(keep);

/** @returns null when the report is not usual and nothing was kept of it */
export async function reportUsual(app: App, asked: AskedReport): Promise<CodeReport | null> {
  const looked = await lookOne(app, asked);
  if (looked === null || 'known' in looked) return looked;
  // An error (a deadlock with another server, say) undid the statement: the other way tries anew.
  const kept = await keepOne(app, looked).catch(() => false);
  return kept ? { known: true, car: looked.car } : null;
}
