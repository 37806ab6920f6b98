/**
 * A site's business day starts at its own hour in its own time zone: a sale at 02:00 belongs to the
 * evening before where the day starts at 04:00. Days are named `YYYY-MM-DD`.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

const known = new Map<string, boolean>();

/** Whether this machine knows the zone: a browser may be older than a zone's name. */
export function knowsZone(timeZone: string): boolean {
  let knows = known.get(timeZone);
  if (knows === undefined) {
    try {
      formatOf(timeZone);
      knows = true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      knows = false;
    }
    known.set(timeZone, knows);
  }
  return knows;
}

/** For what is only shown: UTC where this machine does not know the zone. Who shows it says so. */
export const zoneShown = (timeZone: string): string => (knowsZone(timeZone) ? timeZone : 'UTC');

/** The wall clock of a time zone at an instant, written as if it were UTC. */
function wallClockMs(atMs: number, timeZone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The instant at which a wall clock shows this time. A time that a change of clocks skips is the
 * instant of the change; one that comes twice is its first coming.
 */
function instantOf(wallMs: number, timeZone: string): number {
  const day = 24 * 3_600_000;
  const offsets = [wallMs - day, wallMs + day].map((ms) => wallClockMs(ms, timeZone) - ms);
  const [before = 0, after = 0] = offsets;
  const early = wallMs - Math.max(before, after);
  const late = wallMs - Math.min(before, after);
  if (wallClockMs(early, timeZone) === wallMs) return early;
  if (wallClockMs(late, timeZone) === wallMs) return late;
  // Skipped: between the two offsets; the clock jumps at `late` shifted back to the hour of the change.
  let low = early;
  let high = late;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallClockMs(middle, timeZone) < wallMs) low = middle;
    else high = middle;
  }
  return high;
}

/** Of each zone, by the day of UTC, whether its clocks change about then: seldom, and asking is dear. */
const changes = new Map<string, Map<number, boolean>>();

function clocksChange(atMs: number, timeZone: string): boolean {
  let ofZone = changes.get(timeZone);
  if (ofZone === undefined) {
    ofZone = new Map();
    changes.set(timeZone, ofZone);
  }
  const day = Math.floor(atMs / dayMs);
  let change = ofZone.get(day);
  if (change === undefined) {
    // From an hour before it, which is how far a time is looked back for.
    const [before = 0, after = 0] = [day * dayMs - hourMs, (day + 1) * dayMs].map(
      (ms) => wallClockMs(ms, timeZone) - ms,
    );
    change = before !== after;
    if (ofZone.size > 1_000) ofZone.clear();
    ofZone.set(day, change);
  }
  return change;
}

/** Has the wall shown this time before, half an hour or an hour ago? No zone goes back by anything else. */
export function comesAgain(atMs: number, timeZone: string): boolean {
  if (!clocksChange(atMs, timeZone)) return false;
  const wall = wallClockMs(atMs, timeZone);
  return [hourMs / 2, hourMs].some((byMs) => wallClockMs(atMs - byMs, timeZone) === wall);
}

const dayName = (wallMs: number) => new Date(wallMs).toISOString().slice(0, 10);

/** @param startHour 0–23, the hour at which the site's day starts. */
export function businessDayOf(atMs: number, timeZone: string, startHour: number): string {
  const wall = wallClockMs(atMs, timeZone) - startHour * 3_600_000;
  const day = dayName(wall);
  // Where the clocks go back across the hour at which the day began, it goes on: it does not begin twice.
  return atMs < businessDayRange(day, timeZone, startHour).toMs ? day : dayName(wall + 24 * 3_600_000);
}

/** [fromMs, toMs) of a business day; 23 or 25 hours long where the clocks change. */
export function businessDayRange(
  day: string,
  timeZone: string,
  startHour: number,
): { fromMs: number; toMs: number } {
  const wall = Date.parse(`${day}T00:00:00Z`) + startHour * 3_600_000;
  return {
    fromMs: instantOf(wall, timeZone),
    toMs: instantOf(wall + 24 * 3_600_000, timeZone),
  };
}
