/** What a site asks about codes: who was heard, and whose plate that is. */
import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import { parsePlateDigits, plateMatches } from '../../shared/domain/index.ts';
import { tables } from '../db/index.ts';
import { asSite, keyedRequest, once, refuse } from '../http/index.ts';
import { carsOf } from '../views/index.ts';
import { trackDrift } from './drift.ts';
import { expectation } from './expected.ts';
import { type CodeReport, reportUsual } from './report-fast.ts';
import { resolveHeard } from './resolve.ts';
import { watchTravel } from './travel.ts';

const { jacks, arrivals, vehicles } = tables;

export const reportCode = asSite.reportCode.handler(async ({ context, input }) => {
  const caller = `site:${context.siteId}`;
  const { code, heardAtMs } = input;
  const keyed = keyedRequest(context, caller, 'reportCode', input);
  const usual = await reportUsual(context.app, { siteId: context.siteId, caller, code, heardAtMs, ...keyed });
  if (usual !== null) return usual;
  return once<CodeReport>(context, caller, 'reportCode', input, async (work) => {
    const { tx } = work;
    const heard = await resolveHeard(tx, input.code, input.heardAtMs);
    // A stranger's code leaves no trace, not even as a request's fingerprint.
    if (heard === null) return { answer: { known: false }, forget: true };
    const { jack, window } = heard;
    if (window !== null) await trackDrift(work, jack, window, input.heardAtMs);
    await watchTravel(work, jack, context.siteId, input.heardAtMs);
    const [car] = await carsOf(tx, context.siteId, [jack]);
    if (car === undefined) throw new Error('a jack without a car');
    return { answer: { known: true, car } };
  });
});

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
