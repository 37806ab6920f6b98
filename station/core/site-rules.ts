/** What the site's settings must obey when a person changes them. */
import type { RefusalReason, SiteSettings } from '../../shared/station-contract/index.ts';
import type { VisitRecord } from '../records/index.ts';

export interface SiteFault {
  reason: RefusalReason;
  /** Which lane, grade or value it is about. */
  detail: string;
}

/**
 * The first rule that the new settings break, or null. Only what differs is judged: settings of an older
 * version that would not pass today keep working until somebody touches them.
 *
 * @param enrolled The payment server says in which currency and time zone this site works, and from which amount
 *   on the jack's code is required.
 */
export function siteFault(
  before: SiteSettings,
  after: SiteSettings,
  enrolled: boolean,
  live: Iterable<VisitRecord>,
): SiteFault | null {
  if (after.currency !== before.currency) {
    if (enrolled) return { reason: 'set-by-server', detail: 'currency' };
    if (!Intl.supportedValuesOf('currency').includes(after.currency)) {
      return { reason: 'currency-unknown', detail: after.currency };
    }
  }
  if (after.timeZone !== before.timeZone) {
    if (enrolled) return { reason: 'set-by-server', detail: 'timeZone' };
    if (!isTimeZone(after.timeZone)) return { reason: 'time-zone-unknown', detail: after.timeZone };
  }
  if (enrolled && after.jackRequiredFromMinor !== before.jackRequiredFromMinor) {
    return { reason: 'set-by-server', detail: 'jackRequiredFromMinor' };
  }
  const limitsTouched = after.amberAfterMs !== before.amberAfterMs || after.redAfterMs !== before.redAfterMs;
  if (limitsTouched && after.redAfterMs <= after.amberAfterMs) {
    return { reason: 'limits-out-of-order', detail: `${after.amberAfterMs} ms, ${after.redAfterMs} ms` };
  }
  const open = [...live].filter((visit) => visit.closed === null);
  return laneFault(before, after, open) ?? gradeFault(before, after, open);
}

/** Records and reports name a lane by its id: one that a car stands in neither vanishes nor becomes another kind. */
function laneFault(
  before: SiteSettings,
  after: SiteSettings,
  open: readonly VisitRecord[],
): SiteFault | null {
  const twice =
    firstTwice(after.lanes.map((lane) => lane.laneId)) ??
    firstTwice(after.lanes.map((lane) => `${lane.kind} ${lane.number}`));
  if (twice !== null && JSON.stringify(after.lanes) !== JSON.stringify(before.lanes)) {
    return { reason: 'lane-twice', detail: twice };
  }
  const used = new Set(
    open.flatMap((visit) => [visit.laneId, refuelOpen(visit) ? visit.refuel.laneId : null]),
  );
  for (const lane of before.lanes) {
    const kept = after.lanes.find((other) => other.laneId === lane.laneId);
    if (kept?.kind !== lane.kind && used.has(lane.laneId)) {
      return { reason: 'lane-in-use', detail: lane.laneId };
    }
  }
  return null;
}

/** A price may change at any moment (a refuel keeps its own); a grade that is being pumped stays. */
function gradeFault(
  before: SiteSettings,
  after: SiteSettings,
  open: readonly VisitRecord[],
): SiteFault | null {
  const twice = firstTwice(after.grades.map((grade) => grade.gradeId));
  if (twice !== null && JSON.stringify(after.grades) !== JSON.stringify(before.grades)) {
    return { reason: 'grade-twice', detail: twice };
  }
  const used = new Set(open.flatMap((visit) => (refuelOpen(visit) ? [visit.refuel.gradeId] : [])));
  const gone = before.grades.find(
    ({ gradeId }) => used.has(gradeId) && !after.grades.some((other) => other.gradeId === gradeId),
  );
  return gone === undefined ? null : { reason: 'grade-in-use', detail: gone.gradeId };
}

function refuelOpen(visit: VisitRecord): visit is VisitRecord & { refuel: object } {
  return (
    visit.refuel !== null &&
    !['paid', 'settled-otherwise', 'cancelled', 'drive-off'].includes(visit.refuel.state)
  );
}

function firstTwice(values: readonly string[]): string | null {
  return values.find((value, index) => values.indexOf(value) !== index) ?? null;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
