/** The visits as a spreadsheet wants them: local times, plain numbers, the words of the screen. */
import { currencyExponent, zoneShown } from '../../../shared/domain/index.ts';
import type { LogVisit, SiteSettings } from '../../../shared/station-contract/index.ts';
import { chargeWord, pickupWord, refuelWord } from '../../parts/index.ts';
import type { Spoken } from '../../words/index.ts';
import { type Cell, csvOf } from './csv.ts';
import { amountOf, servedBy, waitMsOf } from './day-figures.ts';

export interface LogCsv {
  /** The byte order mark and the names of the columns. */
  head: string;
  /** Lines of a page of visits. */
  lines(visits: readonly LogVisit[]): string;
}

export function logCsv(from: {
  spoken: Spoken;
  site: SiteSettings;
  laneOf(visit: LogVisit): string;
}): LogCsv {
  const { w } = from.spoken;
  const timeZone = zoneShown(from.site.timeZone);
  // The Swedish form of a date and time is the ISO form.
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  // The hour that comes twice when the clocks go back is told apart by it.
  const zone = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const offset = (atMs: number) =>
    (zone.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC');
  const row = (visit: LogVisit): Cell[] => {
    const atMs = visit.arrivedAtMs ?? visit.firstHeardAtMs;
    const amount = amountOf(visit);
    const waitMs = waitMsOf(visit);
    const jobs = [
      visit.pickup ? [w.logKinds.pickup, pickupWord(visit.pickup.state, w)] : null,
      visit.refuel ? [w.logKinds.refuel, refuelWord(visit.refuel.state, w)] : null,
      ...(visit.charges ?? []).map((charge) => [w.logKinds.charge, chargeWord(charge.state, w)]),
    ].filter((job) => job !== null);
    return [
      local.format(atMs),
      jobs.length === 0 ? (w.logKinds.none ?? '') : jobs.map(([kind]) => kind).join(' + '),
      visit.plate,
      from.laneOf(visit),
      amount === null ? null : amount.amountMinor / 10 ** currencyExponent(amount.currency),
      amount?.currency ?? null,
      jobs.map(([, state]) => state).join(' + '),
      waitMs === null ? null : Math.round(waitMs / 1000),
      servedBy(visit)?.displayName ?? null,
      offset(atMs),
    ];
  };
  const names = [
    w.log.time,
    w.log.kind,
    w.log.car,
    w.log.lane,
    w.log.amount,
    w.logbook.currency,
    w.log.state,
    w.logbook.waitSeconds,
    w.log.by,
    w.logbook.timeZone,
  ];
  return { head: `\uFEFF${csvOf([names])}`, lines: (visits) => csvOf(visits.map(row)) };
}
