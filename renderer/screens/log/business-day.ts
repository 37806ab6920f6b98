/** The site's business days: a day begins at the site's own hour, in the site's time zone. */
import { businessDayOf as dayOf, zoneShown } from '../../../shared/domain/index.ts';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';

type Zone = Pick<SiteSettings, 'timeZone' | 'businessDayStartHour'>;

const hourMs = 3_600_000;

/** `YYYY-MM-DD` of the business day in which a moment lies. */
export function businessDayOf(atMs: number, site: Zone): string {
  return dayOf(atMs, zoneShown(site.timeZone), site.businessDayStartHour);
}

/** The day `by` days later (or earlier). */
export function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * 24 * hourMs).toISOString().slice(0, 10);
}

/** A moment by which a day can be named, whatever the time zone. */
export const noonOf = (day: string): number => Date.parse(`${day}T12:00:00Z`);
