import { memo } from 'react';
import type { ArrivalsOfDay, LogSummary, SiteSettings } from '../../../shared/station-contract/index.ts';
import { laneName } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import { noonOf } from './business-day.ts';
import styles from './daily-log.module.css';

/** Sums by kind, state, person and lane, and how arrivals became known. */
export const Totals = memo(function Totals({ summary, site }: { summary: LogSummary; site: SiteSettings }) {
  const { w, format } = useWords();
  const sumOf = (what: 'late' | 'corrected') => summary.days.reduce((sum, day) => sum + day[what], 0);
  const lane = (laneId: string | null) => (laneId === null ? w.logbook.noLane : laneName(laneId, site, w));
  const money = (amountMinor: number) => format.money({ amountMinor, currency: summary.currency });
  const tables = [
    {
      title: w.logbook.kind,
      lines: summary.kinds.map((one) => ({ ...one, name: w.logKinds[one.kind] ?? one.kind })),
    },
    {
      title: w.logbook.payment,
      lines: summary.payments.map((one) => ({ ...one, name: w.paymentGroups[one.payment] ?? one.payment })),
    },
    {
      title: w.logbook.staff,
      lines: summary.staff.map((one) => ({ ...one, name: one.person.displayName })),
    },
    { title: w.logbook.lane, lines: summary.lanes.map((one) => ({ ...one, name: lane(one.laneId) })) },
  ];
  return (
    <section className={styles.panel} aria-label={w.logbook.totals}>
      <h2>{w.logbook.totals}</h2>
      <div className={styles.totals}>
        {tables.map(({ title, lines }) => (
          <table key={title} className={styles.sums}>
            <thead>
              <tr>
                <th scope="col">{title}</th>
                <th scope="col">{w.logbook.count}</th>
                <th scope="col">{w.log.amount}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.name}>
                  <th scope="row">{line.name}</th>
                  <td>{format.number(line.count)}</td>
                  <td>{money(line.amountMinor)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
        <table className={styles.sums}>
          <thead>
            <tr>
              <th scope="col">{w.logbook.known}</th>
              <th scope="col">{w.logbook.count}</th>
            </tr>
          </thead>
          <tbody>
            {(
              [
                [w.logbook.byJack, summary.knownBy.jack],
                [w.logbook.byPhone, summary.knownBy.phone],
                [w.logbook.byStaff, summary.knownBy.staff],
                [w.logbook.missed, summary.missed, w.logbook.missedExplain],
                [w.logbook.late, sumOf('late'), w.logbook.lateExplain],
                [w.logbook.corrected, sumOf('corrected'), w.logbook.correctedExplain],
              ] as const
            ).map(([name, count, explain]) => (
              <tr key={name} title={explain}>
                <th scope="row">{name}</th>
                <td>{format.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {summary.days.length > 1 ? <KnownByDay days={summary.days} /> : null}
    </section>
  );
});

/** How arrivals became known, day by day: a receiver that goes deaf shows here first. */
function KnownByDay({ days }: { days: readonly ArrivalsOfDay[] }) {
  const { w, format } = useWords();
  const columns = [
    ['jack', w.logbook.byJack],
    ['phone', w.logbook.byPhone],
    ['staff', w.logbook.byStaff],
    ['missed', w.logbook.missed],
    ['late', w.logbook.late],
    ['corrected', w.logbook.corrected],
  ] as const;
  return (
    <details className={styles.byDay}>
      <summary>
        {w.logbook.known}: {w.logbook.byDay}
      </summary>
      <div className={styles.wide}>
        <table className={styles.sums} data-testid="known-by-day">
          <thead>
            <tr>
              <th scope="col">{w.logbook.oneDay}</th>
              {columns.map(([key, name]) => (
                <th key={key} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.day}>
                <th scope="row">{format.day(noonOf(day.day))}</th>
                {columns.map(([key]) => (
                  <td key={key}>{format.number(day[key])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
