/** What the wanted visits of some business days add up to. Read in slices, so that no tap waits for it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { businessDayOf, businessDayRange, comesAgain } from '../../shared/domain/index.ts';
import type {
  ArrivalsOfDay,
  LogKind,
  LogSummary,
  PaymentGroup,
  Person,
  SiteSettings,
} from '../../shared/station-contract/index.ts';
import type { CartPaymentRecord } from '../records/index.ts';
import { cartPaymentGroup } from './cart-log.ts';
import type { Wanted } from './log-query.ts';
import type { JobFacts, LogStore, VisitFacts } from './log-store.ts';
import type { Span } from './span.ts';
import type { Words } from './word-index.ts';

/** So much of the log is read at a stretch. */
const sliceMs = 6 * 3_600_000;
const hourMs = 3_600_000;
const twoMinutesMs = 120_000;
/** A hold that is older has run out at any bank. */
export const reservationsLookBackMs = 31 * 24 * hourMs;

/** A business day, and the moment at which it begins. */
interface DayStart {
  day: string;
  fromMs: number;
}

/** The business days of a span of whole ones. */
function dayStartsOf({ fromMs, toMs }: Span, site: SiteSettings): DayStart[] {
  const { timeZone, businessDayStartHour } = site;
  const days: DayStart[] = [];
  let day = businessDayOf(fromMs, timeZone, businessDayStartHour);
  for (;;) {
    const start = businessDayRange(day, timeZone, businessDayStartHour).fromMs;
    if (start >= toMs) return days;
    days.push({ day, fromMs: start });
    day = new Date(Date.parse(`${day}T00:00:00Z`) + 24 * hourMs).toISOString().slice(0, 10);
  }
}

interface Sum {
  count: number;
  amountMinor: number;
}

export async function summarise(
  store: LogStore,
  wanted: Wanted,
  { span, found, carts }: { span: Span; found: readonly Words[] | null; carts: readonly CartPaymentRecord[] },
  site: SiteSettings,
  nowMs: number,
): Promise<LogSummary> {
  const totals = new Totals(site, dayStartsOf(span, site));
  totals.addCarts(carts);
  for (let fromMs = span.fromMs; fromMs < span.toMs; fromMs += sliceMs) {
    const slice = { fromMs, toMs: Math.min(fromMs + sliceMs, span.toMs) };
    const ids = found?.flatMap(({ visitId, firstHeardAtMs }) =>
      firstHeardAtMs >= slice.fromMs && firstHeardAtMs < slice.toMs ? [visitId] : [],
    );
    if (ids?.length === 0) continue;
    totals.add(store.visits(wanted, slice, ids), store.jobs(wanted, slice, ids));
    await nextTurn();
  }
  return {
    ...span,
    currency: site.currency,
    ...totals.done(),
    reservationsToRelease: store.reservations(nowMs - reservationsLookBackMs).length,
  };
}

class Totals {
  readonly #site: SiteSettings;
  readonly #kinds = new Map<LogKind, Sum>();
  readonly #payments = new Map<PaymentGroup, Sum>();
  readonly #staff = new Map<string, Sum & { person: Person }>();
  readonly #lanes = new Map<string | null, Sum>();
  readonly #waits: number[] = [];
  /** By twice the hour, and one more where it comes again. */
  readonly #hours = new Map<number, LogSummary['hours'][number]>();
  readonly #knownBy = { jack: 0, phone: 0, staff: 0 };
  readonly #days = new Map<string, ArrivalsOfDay>();
  readonly #dayStarts: readonly DayStart[];
  readonly #wallHours = new Map<number, number>();
  readonly #people = new Map<string, Person>();
  readonly #hourFormat: Intl.DateTimeFormat;
  #visits = 0;
  #missed = 0;
  #settledMinor = 0;
  #givenBackMinor = 0;

  constructor(site: SiteSettings, dayStarts: readonly DayStart[]) {
    this.#site = site;
    this.#dayStarts = dayStarts;
    this.#hourFormat = new Intl.DateTimeFormat('en-US', {
      timeZone: site.timeZone,
      hour: '2-digit',
      hourCycle: 'h23',
    });
  }

  add(visits: readonly VisitFacts[], jobs: readonly JobFacts[]): void {
    const byVisit = new Map<string, JobFacts[]>();
    for (const job of jobs) {
      const known = byVisit.get(job.job_visit);
      if (known) known.push(job);
      else byVisit.set(job.job_visit, [job]);
    }
    for (const visit of visits) this.#addVisit(visit, byVisit.get(visit.visit_id) ?? []);
  }

  /** Paid by phone, in no lane, by nobody of the staff: only sums by kind and state. */
  addCarts(payments: readonly CartPaymentRecord[]): void {
    for (const payment of payments) {
      if (payment.currency !== this.#site.currency) continue;
      const group = cartPaymentGroup(payment.state);
      const settled = group === 'settled' ? payment.amountMinor : 0;
      add(this.#kinds, 'cart', settled);
      add(this.#payments, group, payment.amountMinor);
      this.#settledMinor += settled;
      for (const refund of payment.refunds) {
        if (refund.state === 'given-back') this.#givenBackMinor += refund.amountMinor;
      }
    }
  }

  #addVisit(visit: VisitFacts, jobs: readonly JobFacts[]): void {
    this.#visits += 1;
    let laneMinor = 0;
    let servedAtMs = Number.POSITIVE_INFINITY;
    for (const job of jobs) {
      const settled = job.payment === 'settled' ? job.amount_minor : 0;
      add(this.#kinds, job.kind, settled);
      add(this.#payments, job.payment, job.amount_minor);
      if (job.person !== null) this.#addStaff(job.person, settled);
      laneMinor += settled;
      this.#settledMinor += settled;
      this.#givenBackMinor += job.given_back_minor;
      servedAtMs = Math.min(servedAtMs, job.served_at_ms ?? Number.POSITIVE_INFINITY);
    }
    if (jobs.length === 0) add(this.#kinds, 'none', 0);
    add(this.#lanes, visit.lane_id, laneMinor);
    if (visit.arrived_at_ms !== null && Number.isFinite(servedAtMs)) {
      this.#waits.push(Math.max(0, servedAtMs - visit.arrived_at_ms));
    }
    // Whoever only drove by, or said to come and did not, is a visit, but no arrival.
    if (visit.arrived_at_ms === null && !Number.isFinite(servedAtMs)) return;
    this.#knownBy[visit.known_by] += 1;
    this.#addToDay(visit);
    const hour = this.#hour(visit.arrived_at_ms ?? visit.first_heard_at_ms);
    if (jobs.some((job) => job.kind === 'pickup')) hour.pickup += 1;
    else if (jobs.some((job) => job.kind === 'refuel')) hour.refuel += 1;
    else hour.other += 1;
  }

  #addToDay(visit: VisitFacts): void {
    const atMs = visit.first_heard_at_ms;
    const place = this.#dayStarts.findLastIndex(({ fromMs }) => fromMs <= atMs);
    const day = this.#dayStarts[place]?.day ?? '';
    let counts = this.#days.get(day);
    if (counts === undefined) {
      counts = { day, jack: 0, phone: 0, staff: 0, late: 0, missed: 0, corrected: 0 };
      this.#days.set(day, counts);
    }
    counts[visit.known_by] += 1;
    if (visit.known_by !== 'staff') counts.corrected += visit.lane_corrected;
    else if (visit.heard === 1) counts.late += 1;
    else if (visit.jack_id !== null) {
      counts.missed += 1;
      this.#missed += 1;
    }
  }

  #addStaff(json: string, settledMinor: number): void {
    let person = this.#people.get(json);
    if (person === undefined) {
      const { staffId, displayName, role } = JSON.parse(json) as Person;
      person = { staffId, displayName, role };
      this.#people.set(json, person);
    }
    const known = this.#staff.get(person.staffId);
    if (known) {
      known.count += 1;
      known.amountMinor += settledMinor;
    } else this.#staff.set(person.staffId, { person, count: 1, amountMinor: settledMinor });
  }

  #hour(atMs: number): LogSummary['hours'][number] {
    // Zones are apart by quarters of an hour: within one the wall's hour does not change.
    const quarter = Math.floor(atMs / (hourMs / 4));
    let place = this.#wallHours.get(quarter);
    if (place === undefined) {
      const again = comesAgain(atMs, this.#site.timeZone);
      place = Number(this.#hourFormat.format(atMs)) * 2 + (again ? 1 : 0);
      this.#wallHours.set(quarter, place);
    }
    let counts = this.#hours.get(place);
    if (counts === undefined) {
      const again = place % 2 === 1 ? ({ again: true } as const) : {};
      counts = { hour: Math.floor(place / 2), ...again, pickup: 0, refuel: 0, other: 0 };
      this.#hours.set(place, counts);
    }
    return counts;
  }

  done(): Omit<LogSummary, 'fromMs' | 'toMs' | 'currency' | 'reservationsToRelease'> {
    const waits = this.#waits.sort((a, b) => a - b);
    const start = this.#site.businessDayStartHour;
    const place = ({ hour, again }: LogSummary['hours'][number]) =>
      ((hour - start + 24) % 24) + (again ? 0.5 : 0);
    return {
      visits: this.#visits,
      settledMinor: this.#settledMinor,
      givenBackMinor: this.#givenBackMinor,
      kinds: [...this.#kinds].map(([kind, sum]) => ({ kind, ...sum })),
      payments: [...this.#payments].map(([payment, sum]) => ({ payment, ...sum })),
      staff: [...this.#staff.values()].sort((a, b) => b.count - a.count),
      lanes: [...this.#lanes].map(([laneId, sum]) => ({ laneId, ...sum })).sort((a, b) => b.count - a.count),
      waits: {
        served: waits.length,
        medianMs: percentile(waits, 0.5),
        p90Ms: percentile(waits, 0.9),
        underTwoMinutes:
          waits.length === 0 ? null : waits.filter((wait) => wait < twoMinutesMs).length / waits.length,
      },
      hours: [...this.#hours.values()].sort((a, b) => place(a) - place(b)),
      knownBy: this.#knownBy,
      missed: this.#missed,
      days: [...this.#days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
    };
  }
}

function add<K>(sums: Map<K, Sum>, key: K, amountMinor: number): void {
  const known = sums.get(key);
  if (known) {
    known.count += 1;
    known.amountMinor += amountMinor;
  } else sums.set(key, { count: 1, amountMinor });
}

/** Between the two neighbours, in proportion (Hyndman and Fan 1996, definition 7). `sorted` rises. */
export function percentile(sorted: readonly number[], part: number): number | null {
  const place = (sorted.length - 1) * part;
  const lower = sorted[Math.floor(place)];
  const upper = sorted[Math.ceil(place)];
  if (lower === undefined || upper === undefined) return null;
  return lower + (upper - lower) * (place - Math.floor(place));
}
