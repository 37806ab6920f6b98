/**
 * A static code can be copied. One car cannot be at two sites at once: the same code heard at both in
 * less time than a car needs between them raises an alarm. It refuses nobody: plate digits and the
 * approval on the phone still stand between a copied code and money.
 */
import { eq, lte, sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';

const { lastHeard, alarms, sites } = tables;

export const travelLimits = {
  /** Nobody drives faster on average (km/h, as the crow flies). */
  speedKmh: 250,
  /** Between sites whose places are not known. */
  unknownDistanceMs: 120_000,
};
const earthRadiusKm = 6371;

/** Great-circle distance (haversine), in km. */
export function distanceKm(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const dLat = radians(b.latitude - a.latitude);
  const dLon = radians(b.longitude - a.longitude);
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)));
}

async function shortestTravelMs(work: Work, siteId: string, otherId: string): Promise<number> {
  const rows = await work.tx.select().from(sites).where(sql`${sites.id} IN (${siteId}, ${otherId})`);
  const places = rows.map(({ latitude, longitude }) => ({ latitude, longitude }));
  const [a, b] = places;
  if (a?.latitude == null || a.longitude == null || b?.latitude == null || b.longitude == null) {
    return travelLimits.unknownDistanceMs;
  }
  const km = distanceKm(
    { latitude: a.latitude, longitude: a.longitude },
    { latitude: b.latitude, longitude: b.longitude },
  );
  return (km / travelLimits.speedKmh) * 3_600_000;
}

/** Half way round the earth: who had so long may come from anywhere. */
const anywhereMs = ((Math.PI * earthRadiusKm) / travelLimits.speedKmh) * 3_600_000;

/** Surely no alarm, without looking where the two sites are: the same site, or time enough for any way. */
export function couldTravel(
  before: { siteId: string; heardAtMs: number },
  siteId: string,
  heardAtMs: number,
): boolean {
  return before.siteId === siteId || Math.abs(heardAtMs - before.heardAtMs) >= anywhereMs;
}

/** Notes where a static jack was heard; raises the alarm where it cannot have come from there. */
export async function watchTravel(
  work: Work,
  jack: JackRow,
  siteId: string,
  heardAtMs: number,
): Promise<void> {
  if (jack.behaviour !== 'static') return;
  const [before] = await work.tx.select().from(lastHeard).where(eq(lastHeard.jackId, jack.id)).for('update');
  if (before !== undefined && before.siteId !== siteId) {
    const apartMs = Math.abs(heardAtMs - before.heardAtMs);
    if (apartMs < (await shortestTravelMs(work, siteId, before.siteId))) {
      const id = newId();
      await work.tx.insert(alarms).values({
        id,
        kind: 'impossible-travel',
        jackId: jack.id,
        siteId,
        otherSiteId: before.siteId,
        heardAtMs,
        otherHeardAtMs: before.heardAtMs,
        raisedAtMs: work.nowMs,
      });
      work.afterCommit(() =>
        work.app.log.warn('impossible-travel', { alarmId: id, jackId: jack.id, siteId }),
      );
    }
  }
  await work.tx
    .insert(lastHeard)
    .values({ jackId: jack.id, siteId, heardAtMs })
    .onConflictDoUpdate({
      target: lastHeard.jackId,
      set: { siteId, heardAtMs },
      // A report that comes late does not move the car back.
      setWhere: lte(lastHeard.heardAtMs, heardAtMs),
    });
}
