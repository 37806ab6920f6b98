import type { LogSummary, SiteSettings } from '../../../shared/station-contract/index.ts';
import { laneName } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './daily-log.module.css';

/** Sums by kind, state, person and lane, and how arrivals became known. */
export function Totals({ summary, site }: { summary: LogSummary; site: SiteSettings }) {
  const { w, format } = useWords();
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
                [w.logbook.missed, summary.missed],
              ] as const
            ).map(([name, count]) => (
              <tr key={name} title={name === w.logbook.missed ? w.logbook.missedExplain : undefined}>
                <th scope="row">{name}</th>
                <td>{format.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
