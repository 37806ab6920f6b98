/** Whom a site may expect: cars with an order, cars that came before, regulars; with their codes of a span. */
import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import { type ExpectedListAnswer, signExpectedList } from '../../shared/auth-code/index.ts';
import { windowsBetween } from '../../shared/eid/index.ts';
import type { ExpectedCode } from '../../shared/server-contract/index.ts';
import type { App } from '../app.ts';
import { isWord, tables } from '../db/index.ts';
import { asSite, canonicalJson, refuse } from '../http/index.ts';
import { rotatingJackOf } from '../jacks/index.ts';
import { currentSigningKey } from '../sites/index.ts';
import { carsOf } from '../views/index.ts';

const { jacks, preorders, arrivals, siteRegulars, expectedLists } = tables;

export const expectation = {
  /** A driver who visited within this time is expected again. */
  visitedMs: 90 * 24 * 3_600_000,
  /** The longest span of codes given out at once. */
  spanMs: 48 * 3_600_000,
  /** A car that was not seen to leave is forgotten after so long. */
  presentMs: 24 * 3_600_000,
  /** More cars than that are not given out at once: those with an order first. */
  carsMax: 5_000,
  /** Lists whose changes can still be told, per site. */
  listsKept: 8,
};

export const expectedCodes = asSite.expectedCodes.handler(async ({ context, input }) => {
  const { app, siteId } = context;
  const { fromMs, toMs } = input;
  if (fromMs < 0 || toMs < fromMs || toMs - fromMs > expectation.spanMs) {
    throw refuse('invalid-request', 'fromMs and toMs name a span of at most 48 hours.');
  }
  const { db, clock } = app;
  const ordered = db
    .select({ id: preorders.jackId })
    .from(preorders)
    .where(
      and(eq(preorders.siteId, siteId), eq(preorders.shown, true), isWord(preorders.state, 'open', 'ready')),
    );
  const visited = db
    .select({ id: arrivals.jackId })
    .from(arrivals)
    .where(and(eq(arrivals.siteId, siteId), gt(arrivals.arrivedAtMs, clock.nowMs() - expectation.visitedMs)));
  const regular = db
    .select({ id: siteRegulars.jackId })
    .from(siteRegulars)
    .where(eq(siteRegulars.siteId, siteId));
  const found = await db
    .select()
    .from(jacks)
    .where(
      and(
        isNull(jacks.blockedAtMs),
        // One set of jacks, each then found by its key: three conditions with OR would read all jacks there are.
        inArray(jacks.id, union(ordered, visited, regular)),
      ),
    )
    .orderBy(sql`${inArray(jacks.id, ordered)} DESC`, asc(jacks.id))
    .limit(expectation.carsMax + 1);
  const truncated = found.length > expectation.carsMax;
  const rows = found.slice(0, expectation.carsMax);
  const codes: ExpectedCode[] = [];
  for (const row of rows) {
    const keys = rotatingJackOf(app.secrets, row);
    if (keys === null) {
      if (row.staticCode !== null) {
        codes.push({ code: row.staticCode, jackId: row.id, validFromMs: null, validToMs: null });
      }
      continue;
    }
    const rotating = { ...keys, counterAtMs: keys.counterAtMs + row.driftMs };
    // One window more on each side of where its clock was found to be.
    const marginMs = 2 ** rotating.rotationExponent * 1000;
    for (const w of windowsBetween(rotating, Math.max(0, fromMs - marginMs), toMs + marginMs)) {
      codes.push({
        code: w.code,
        jackId: row.id,
        validFromMs: Math.max(0, w.fromMs - marginMs),
        validToMs: w.toMs + marginMs,
      });
    }
  }
  const cars = await carsOf(db, siteId, rows);
  const digestOf = (value: unknown) =>
    createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
  const version = digestOf({ cars, codes });
  const digests: Record<string, string> = {};
  rows.forEach((row, index) => {
    digests[row.id] = digestOf({ car: cars[index], driftMs: row.driftMs });
  });
  const whole: ExpectedListAnswer = {
    version,
    fromMs,
    toMs,
    cars,
    codes,
    ...(truncated ? { truncated } : {}),
  };
  const answer = (await changesSince(app, siteId, input.since, whole, digests)) ?? whole;
  await remember(app, siteId, whole, digests);
  return signExpectedList(await currentSigningKey(app, db), siteId, answer);
});

/** Only what changed since a list that this site was given; null where that is not known any more. */
async function changesSince(
  app: App,
  siteId: string,
  since: string | undefined,
  whole: ExpectedListAnswer,
  digests: Record<string, string>,
): Promise<ExpectedListAnswer | null> {
  if (since === undefined) return null;
  const [before] = await app.db
    .select()
    .from(expectedLists)
    .where(and(eq(expectedLists.siteId, siteId), eq(expectedLists.version, since)));
  if (before === undefined) return null;
  const same = (jackId: string) => before.digests[jackId] === digests[jackId];
  return {
    ...whole,
    since,
    removed: Object.keys(before.digests).filter((jackId) => !Object.hasOwn(digests, jackId)),
    cars: whole.cars.filter((car) => !same(car.jackId)),
    // Of a car that is the same, only the codes of time that the list before did not reach.
    codes: whole.codes.filter(
      (code) => !same(code.jackId) || (code.validToMs !== null && code.validToMs > before.toMs),
    ),
  };
}

async function remember(
  app: App,
  siteId: string,
  whole: ExpectedListAnswer,
  digests: Record<string, string>,
): Promise<void> {
  const { version, toMs } = whole;
  const { db, clock } = app;
  await db
    .insert(expectedLists)
    .values({ siteId, version, toMs, digests, atMs: clock.nowMs() })
    // The same codes over a shorter span: the changes are reckoned from what is surely covered.
    .onConflictDoUpdate({
      target: [expectedLists.siteId, expectedLists.version],
      set: { toMs: sql`LEAST(${expectedLists.toMs}, ${toMs}::bigint)`, digests, atMs: clock.nowMs() },
    });
  const old = await db
    .select({ version: expectedLists.version })
    .from(expectedLists)
    .where(eq(expectedLists.siteId, siteId))
    .orderBy(desc(expectedLists.atMs), desc(expectedLists.toMs))
    .offset(expectation.listsKept);
  if (old.length === 0) return;
  await db.delete(expectedLists).where(
    and(
      eq(expectedLists.siteId, siteId),
      inArray(
        expectedLists.version,
        old.map((list) => list.version),
      ),
    ),
  );
}
