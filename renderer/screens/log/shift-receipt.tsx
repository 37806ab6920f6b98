import type { ShiftView, SiteSettings } from '../../../shared/station-contract/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './receipt.module.css';

/** An X or Z report as a receipt: for a roll of 80 mm and for a sheet. A reprint says COPY. */
export function ShiftReceipt(props: { shift: ShiftView; site: SiteSettings; atMs: number; copy: boolean }) {
  const { w, format, locale } = useWords();
  const { shift, site } = props;
  const { report, closed } = shift;
  const { currency } = shift.float;
  const money = (amountMinor: number) => format.money({ amountMinor, currency });
  const when = (atMs: number) => `${format.day(atMs)} ${format.clock(atMs)}`;
  const { undone } = report;
  const gone = report.sales.reduce((sum, one) => sum + one.amountMinor, 0) - (undone?.amountMinor ?? 0);
  return (
    <article className={styles.receipt} lang={locale}>
      {props.copy ? <p className={styles.copy}>{w.shift.copy}</p> : null}
      {site.simulated ? <p className={styles.copy}>{w.shift.notReal}</p> : null}
      <h1>{(locale === 'ko' ? site.nameKo : null) ?? site.name}</h1>
      <h2>{closed === null ? w.shift.xReport : w.shift.zReport}</h2>
      <Lines
        lines={[
          [w.shift.person, shift.person.displayName],
          [w.shift.openedAt, when(shift.openedAtMs)],
          ...(closed === null
            ? []
            : ([[w.shift.closedAt, `${when(closed.atMs)} ${closed.by.displayName}`]] as const)),
          [w.shift.printedAt, when(props.atMs)],
        ]}
      />
      {report.sales.length === 0 ? <p>{w.shift.nothingSold}</p> : null}
      <Lines
        lines={[
          ...report.sales.map(
            (one) =>
              [
                `${w.logKinds[one.kind] ?? one.kind} × ${format.number(one.count)}`,
                money(one.amountMinor),
              ] as const,
          ),
          ...line(
            undone !== undefined,
            `${w.shift.undone} × ${format.number(undone?.count ?? 0)}`,
            money(-(undone?.amountMinor ?? 0)),
          ),
        ]}
        total={[w.shift.sum, money(gone)]}
      />
      <Lines
        lines={report.tenders.map((one) => [
          `${w.tenders[one.tender] ?? one.tender} × ${format.number(one.count)}`,
          money(one.amountMinor),
        ])}
      />
      <Lines
        lines={[
          ...line(report.givenBack.count > 0, w.logbook.givenBack, money(report.givenBack.amountMinor)),
          ...line(
            report.notGivenBack !== undefined,
            `${w.shift.notGivenBack} × ${format.number(report.notGivenBack?.count ?? 0)}`,
            money(-(report.notGivenBack?.amountMinor ?? 0)),
          ),
          ...line(
            report.waiting.count > 0,
            `${w.shift.waiting} × ${format.number(report.waiting.count)}`,
            money(report.waiting.amountMinor),
          ),
          ...line(report.unsent > 0, w.shift.unsent, format.number(report.unsent)),
          ...line(report.needsAttention > 0, w.shift.attention, format.number(report.needsAttention)),
        ]}
      />
      <Lines
        lines={[
          [w.shift.float, money(shift.float.amountMinor)],
          [w.shift.expected, money(report.expectedCashMinor)],
          ...line(closed !== null, w.shift.counted, money(closed?.countedMinor ?? 0)),
        ]}
        total={
          closed === null
            ? undefined
            : [w.shift.difference, money(closed.countedMinor - report.expectedCashMinor)]
        }
      />
      {closed?.handedTo ? <p>{w.shift.passedTo(closed.handedTo.displayName)}</p> : null}
      {closed?.note ? <p>{closed.note}</p> : null}
      {closed === null ? null : <p className={styles.signature}>{w.shift.signature}</p>}
    </article>
  );
}

type Pair = readonly [name: string, value: string];
const line = (shown: boolean, name: string, value: string): Pair[] => (shown ? [[name, value]] : []);

function Lines(props: { lines: readonly Pair[]; total?: Pair | undefined }) {
  if (props.lines.length === 0) return null;
  return (
    <dl>
      {props.lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {props.total === undefined ? null : (
        <div data-strong>
          <dt>{props.total[0]}</dt>
          <dd>{props.total[1]}</dd>
        </div>
      )}
    </dl>
  );
}
