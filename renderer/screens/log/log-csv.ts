import { currencyExponent } from '../../../shared/domain/index.ts';
import type { LogVisit, SiteSettings } from '../../../shared/station-contract/index.ts';
import type { Spoken } from '../../words/index.ts';
import { csvOf } from './csv.ts';
import { amountOf, servedBy, waitMsOf } from './day-figures.ts';

/** The visits as a spreadsheet wants them: local times, plain numbers, the words of the screen. */
export function logCsv(
  visits: readonly LogVisit[],
  from: { spoken: Spoken; site: SiteSettings; laneOf(visit: LogVisit): string },
): string {
  const { w } = from.spoken;
  // The Swedish form of a date and time is the ISO form.
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone: from.site.timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const head = [
    w.log.time,
    w.log.kind,
    w.log.car,
    w.log.lane,
    w.log.amount,
    w.logbook.currency,
    w.log.state,
    `${w.log.wait} (s)`,
    w.log.by,
  ];
  const rows = visits.map((visit) => {
    const amount = amountOf(visit);
    const waitMs = waitMsOf(visit);
    const jobs = [
      visit.pickup ? [w.logKinds.pickup, visit.pickup.state] : null,
      visit.refuel ? [w.logKinds.refuel, visit.refuel.state] : null,
      ...(visit.charges ?? []).map((charge) => [w.logKinds.charge, charge.state]),
    ].filter((job) => job !== null);
    return [
      local.format(visit.arrivedAtMs ?? visit.firstHeardAtMs),
      jobs.length === 0 ? (w.logKinds.none ?? '') : jobs.map(([kind]) => kind).join(' + '),
      visit.plate,
      from.laneOf(visit),
      amount === null ? null : amount.amountMinor / 10 ** currencyExponent(amount.currency),
      amount?.currency ?? null,
      jobs.map(([, state]) => state).join(' + '),
      waitMs === null ? null : Math.round(waitMs / 1000),
      servedBy(visit)?.displayName ?? null,
    ];
  });
  return csvOf([head, ...rows]);
}
