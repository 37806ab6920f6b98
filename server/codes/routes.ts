/** What a site asks about codes: whom to expect, and who was heard. */
import { createHash } from 'node:crypto';
import { and, asc, eq, gt, inArray, isNull, or } from 'drizzle-orm';
import { parsePlateDigits, plateMatches } from '../../shared/domain/index.ts';
import { windowsBetween } from '../../shared/eid/index.ts';
import type { ExpectedCar, ExpectedCode } from '../../shared/server-contract/index.ts';
import { tables } from '../db/index.ts';
import { asSite, canonicalJson, once, refuse } from '../http/index.ts';
import { rotatingJackOf } from '../jacks/index.ts';
import { carsOf } from '../views/index.ts';
import { resolveCode } from './resolve.ts';
import { watchTravel } from './travel.ts';

const { jacks, preorders, arrivals, siteRegulars, vehicles } = tables;

export const expectation = {
  /** A driver who visited within this time is expected again. */
  visitedMs: 90 * 24 * 3_600_000,
  /** The longest span of codes given out at once. */
  spanMs: 48 * 3_600_000,
  /** A car that was not seen to leave is forgotten after so long. */
  presentMs: 24 * 3_600_000,
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
      and(
        eq(preorders.siteId, siteId),
        eq(preorders.shown, true),
        inArray(preorders.state, ['open', 'ready']),
      ),
    );
  const visited = db
    .select({ id: arrivals.jackId })
    .from(arrivals)
    .where(and(eq(arrivals.siteId, siteId), gt(arrivals.arrivedAtMs, clock.nowMs() - expectation.visitedMs)));
  const regular = db
    .select({ id: siteRegulars.jackId })
    .from(siteRegulars)
    .where(eq(siteRegulars.siteId, siteId));
  const rows = await db
    .select()
    .from(jacks)
    .where(
      and(
        isNull(jacks.blockedAtMs),
        or(inArray(jacks.id, ordered), inArray(jacks.id, visited), inArray(jacks.id, regular)),
      ),
    )
    .orderBy(asc(jacks.id));
  const codes: ExpectedCode[] = [];
  for (const row of rows) {
    const rotating = rotatingJackOf(app.secrets, row);
    if (rotating === null) {
      if (row.staticCode !== null) {
        codes.push({ code: row.staticCode, jackId: row.id, validFromMs: null, validToMs: null });
      }
      continue;
    }
    // One window more on each side: a jack's clock drifts.
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
  const version = createHash('sha256').update(canonicalJson({ cars, codes })).digest('hex').slice(0, 32);
  return { version, fromMs, toMs, cars, codes };
});

type CodeReport = { known: true; car: ExpectedCar } | { known: false };

export const reportCode = asSite.reportCode.handler(({ context, input }) =>
  once<CodeReport>(context, `site:${context.siteId}`, 'reportCode', input, async (work) => {
    const { tx } = work;
    const jack = await resolveCode(tx, input.code, input.heardAtMs);
    // A stranger's code leaves no trace, not even as a request's fingerprint.
    if (jack === null) return { answer: { known: false }, forget: true };
    await watchTravel(work, jack, context.siteId, input.heardAtMs);
    const [car] = await carsOf(tx, context.siteId, [jack]);
    if (car === undefined) throw new Error('a jack without a car');
    return { answer: { known: true, car } };
  }),
);

export const carsByDigits = asSite.carsByDigits.handler(async ({ context, input }) => {
  const { db, clock } = context.app;
  const digits = parsePlateDigits(input.digits);
  if (digits === null) throw refuse('invalid-request', 'Two to four digits.');
  const present = await db
    .select({ jack: jacks, plate: vehicles.plate, arrival: arrivals })
    .from(arrivals)
    .innerJoin(jacks, eq(jacks.id, arrivals.jackId))
    .innerJoin(vehicles, eq(vehicles.id, jacks.vehicleId))
    .where(
      and(
        eq(arrivals.siteId, context.siteId),
        isNull(arrivals.departedAtMs),
        isNull(jacks.blockedAtMs),
        gt(arrivals.arrivedAtMs, clock.nowMs() - expectation.presentMs),
      ),
    )
    .orderBy(asc(arrivals.arrivedAtMs), asc(arrivals.visitId));
  const matching = present.filter(({ plate }) => plateMatches(plate, digits));
  const cars = await carsOf(
    db,
    context.siteId,
    matching.map(({ jack }) => jack),
  );
  return {
    cars: cars.map((car, index) => {
      const match = matching[index];
      if (match === undefined) throw new Error('more cars than arrivals');
      return { ...car, visitId: match.arrival.visitId, arrivedAtMs: match.arrival.arrivedAtMs };
    }),
  };
});
