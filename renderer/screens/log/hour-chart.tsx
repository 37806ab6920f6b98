import { memo, useState } from 'react';
import type { LogSummary } from '../../../shared/station-contract/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './hour-chart.module.css';

const width = 720;
const height = 160;
const foot = 24;
const kinds = ['pickup', 'refuel', 'other'] as const;

/** Arrivals by the hour on the site's wall; the same as a table for who cannot read bars. null: not heard of yet. */
export const HourChart = memo(function HourChart({ hours }: { hours: LogSummary['hours'] | null }) {
  const { w } = useWords();
  const [asTable, setAsTable] = useState(false);
  const names = { pickup: w.board.pickup, refuel: w.board.refuel, other: w.logbook.other };
  // Where the clocks went back an hour came twice.
  const nameOf = ({ hour, again }: LogSummary['hours'][number]) =>
    again === true ? w.logbook.hourAgain(hour) : String(hour);
  if (hours === null) {
    return (
      <section className={styles.chart} aria-label={w.logbook.hours}>
        <div className={styles.head}>
          <h2>{w.logbook.hours}</h2>
        </div>
        <p>—</p>
      </section>
    );
  }
  const most = Math.max(1, ...hours.flatMap((hour) => kinds.map((kind) => hour[kind])));
  const step = width / Math.max(hours.length, 6);
  const bar = Math.min(22, (step - 6) / 3);
  return (
    <section className={styles.chart} aria-label={w.logbook.hours}>
      <div className={styles.head}>
        <h2>{w.logbook.hours}</h2>
        <ul>
          {kinds.map((kind) => (
            <li key={kind} data-kind={kind}>
              {names[kind]}
            </li>
          ))}
        </ul>
        <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? w.logbook.asChart : w.logbook.asTable}
        </button>
      </div>
      {hours.length === 0 ? (
        <p>{w.logbook.noArrivals}</p>
      ) : asTable ? (
        <table>
          <thead>
            <tr>
              <th scope="col">{w.logbook.hour}</th>
              {kinds.map((kind) => (
                <th key={kind} scope="col">
                  {names[kind]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.map((hour) => (
              <tr key={nameOf(hour)}>
                <th scope="row">{nameOf(hour)}</th>
                {kinds.map((kind) => (
                  <td key={kind}>{hour[kind]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={w.logbook.hours}>
          {hours.map((hour, i) => (
            <g key={nameOf(hour)} transform={`translate(${i * step + step / 2} 0)`}>
              {kinds.map((kind, k) => {
                const tall = (hour[kind] / most) * (height - foot - 8);
                return (
                  <rect
                    key={kind}
                    data-kind={kind}
                    x={(k - 1.5) * bar}
                    y={height - foot - tall}
                    width={Math.max(1, bar - 2)}
                    height={tall}
                    rx="3"
                  />
                );
              })}
              <text y={height - 6} textAnchor="middle">
                {nameOf(hour)}
              </text>
            </g>
          ))}
        </svg>
      )}
    </section>
  );
});
