/** Numbers, money and times as people of each language read them. */
import {
  formatMoney,
  formatUnitPrice,
  formatVolume,
  knowsZone,
  type Money,
  zoneShown,
} from '../../shared/domain/index.ts';

export type Locale = 'en' | 'ko';

/** Milliseconds → `3:12`, from one hour on `1:03:12`. Never negative. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

export interface Formats {
  money(money: Money): string;
  volume(volumeMl: number): string;
  unitPrice(unitPriceMilli: number, currency: string): string;
  /** `14:32` in the site's time zone; with the zone, `01:30 GMT-4`, where the clocks went back and it comes twice. */
  clock(atMs: number): string;
  /** The clock; of another day than now, with the day: `Fri 20 Nov 14:32`. */
  when(atMs: number, nowMs: number): string;
  /** `Fri 20 Nov`. */
  day(atMs: number): string;
  /** A calendar's day `YYYY-MM-DD`, with its year: `20 November 2026`, `2026년 11월 20일`. */
  date(day: string): string;
  /** The month that a calendar's day lies in: `November 2026`, `2026년 11월`. */
  month(day: string): string;
  number(value: number): string;
  /** How long ago, in whole minutes, hours or days: `3 hours`, `3시간`. */
  age(ms: number): string;
  /** The same as a time in the past: `3 hours ago`, `3시간 전에`; of less than a minute `just now`, `방금`. */
  ago(ms: number): string;
  /** A wait, rounded as people say it: `3:12`; whole minutes in Korean limits: `3분`. */
  limit(ms: number): string;
}

const quarterMs = 900_000;
/** Of each clock, by the quarter of an hour, in which it never changes: whether its times come twice that day. */
const twice = new WeakMap<Intl.DateTimeFormat, Map<number, boolean>>();

/** Whether the wall shows the same time half an hour or an hour before or after: no zone goes back by anything else. */
function comesTwice(atMs: number, clock: Intl.DateTimeFormat): boolean {
  let known = twice.get(clock);
  if (known === undefined) {
    known = new Map();
    twice.set(clock, known);
  }
  const quarter = Math.floor(atMs / quarterMs);
  let isTwice = known.get(quarter);
  if (isTwice === undefined) {
    const atWall = clock.format(quarter * quarterMs);
    isTwice = [-4, -2, 2, 4].some((by) => clock.format((quarter + by) * quarterMs) === atWall);
    // A log of years is scrolled through: what it left behind is not kept for ever.
    if (known.size > 2_000) known.clear();
    known.set(quarter, isTwice);
  }
  return isTwice;
}

const made = new Map<string, Formats>();

/**
 * The same for everybody who asks: every part of every card does, and to make them takes far longer than to use them.
 *
 * @param timeZone IANA name; null before the site is known: the machine's own
 */
export function formatsFor(locale: Locale, timeZone: string | null): Formats {
  const key = `${locale} ${timeZone}`;
  let formats = made.get(key);
  if (formats === undefined) {
    formats = make(locale, timeZone);
    made.set(key, formats);
  }
  return formats;
}

function make(locale: Locale, timeZone: string | null): Formats {
  const tag = locale === 'ko' ? 'ko-KR' : 'en-GB';
  const zone = timeZone === null ? undefined : zoneShown(timeZone);
  // Another clock than the one on the wall is told by its name.
  const always = timeZone !== null && !knowsZone(timeZone);
  const clock = new Intl.DateTimeFormat(tag, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  });
  const clockWithZone = new Intl.DateTimeFormat(tag, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
    timeZoneName: 'short',
  });
  const clockOf = (atMs: number) => (always || comesTwice(atMs, clock) ? clockWithZone : clock).format(atMs);
  const day = new Intl.DateTimeFormat(tag, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: zone,
  });
  // A calendar's day is the same in every time zone.
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(tag, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  const ofDay = (day: string) => Date.parse(`${day}T00:00:00Z`);
  const number = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 });
  const inUnits = (name: 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay: 'long' });
  // The name of every card counts in minutes: made once as well.
  const unit = { minute: inUnits('minute'), hour: inUnits('hour'), day: inUnits('day') };
  const age = (ms: number) => {
    const minutes = Math.max(0, Math.floor(ms / 60_000));
    if (minutes < 60) return unit.minute.format(minutes);
    return minutes < 48 * 60
      ? unit.hour.format(Math.floor(minutes / 60))
      : unit.day.format(Math.floor(minutes / 1_440));
  };
  return {
    money: (money) => formatMoney(money, tag),
    volume: (volumeMl) => formatVolume(volumeMl, tag),
    unitPrice: (unitPriceMilli, currency) => formatUnitPrice(unitPriceMilli, currency, tag),
    clock: clockOf,
    when: (atMs, nowMs) => {
      const ofDay = day.format(atMs);
      return ofDay === day.format(nowMs) ? clockOf(atMs) : `${ofDay} ${clockOf(atMs)}`;
    },
    day: (atMs) => day.format(atMs),
    date: (ofCalendar) => date.format(ofDay(ofCalendar)),
    month: (ofCalendar) => month.format(ofDay(ofCalendar)),
    number: (value) => number.format(value),
    age,
    ago: (ms) => {
      if (ms < 60_000) return locale === 'ko' ? '방금' : 'just now';
      return locale === 'ko' ? `${age(ms)} 전에` : `${age(ms)} ago`;
    },
    limit: (ms) => (locale === 'ko' && ms % 60_000 === 0 ? `${ms / 60_000}분` : formatDuration(ms)),
  };
}
