import { IconCar, IconCreditCardPay, IconGasStation, IconShoppingBag } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { formatPlate } from '../../../shared/domain/index.ts';
import type { LogVisit, SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { Plate, visitLaneName, Waiting } from '../../parts/index.ts';
import { useRoute } from '../../shell/route.ts';
import { formatDuration, useWords } from '../../words/index.ts';
import { PickupChip, RefuelChip } from '../arrivals/job-lines.tsx';
import { ChargeChip } from '../charge/charge-chip.tsx';
import styles from './daily-log.module.css';
import { amountOf, servedBy, waitMsOf } from './day-figures.ts';
import type { LogRows } from './use-log.ts';

const rowPx = 56;
/** Its height in the style sheet: drawn is what fits into it, until it has been measured. */
const tallPx = 512;

/** Every wanted visit; only the rows in view exist, so that a year scrolls as a day does. */
export const LogTable = memo(function LogTable(props: {
  rows: LogRows;
  site: SiteSettings;
  filtered: boolean;
  many: boolean;
}) {
  const { w } = useWords();
  const { rows, site, many } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const total = rows.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 4,
    initialRect: { width: 0, height: tallPx },
    observeElementRect,
    // Nobody is led to a row, and rows are all as tall: it would only be told to stay where it is, and lay the page out for it.
    scrollToFn: () => {},
  });
  const inSight = virtual.getVirtualItems();
  const from = inSight[0]?.index ?? 0;
  const to = inSight.at(-1)?.index ?? -1;
  const { show } = rows;
  useEffect(() => show(from, Math.max(to, 0)), [show, from, to]);
  if (rows.asked.isError || rows.total === null) {
    return (
      <div className={styles.empty}>
        <Waiting asked={rows.asked} />
      </div>
    );
  }
  if (total === 0) return <p className={styles.empty}>{props.filtered ? w.log.noHits : w.log.empty}</p>;
  const indexes = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return (
    <div ref={scroller} className={styles.scroll}>
      <table className={styles.table} aria-rowcount={total + 1}>
        <TableHead />
        <tbody>
          {from > 0 ? <Space height={from * rowPx} /> : null}
          {indexes.map((index) => (
            <LogRow key={index} index={index} visit={rows.at(index)} site={site} withDay={many} />
          ))}
          {to < total - 1 ? <Space height={(total - 1 - to) * rowPx} /> : null}
        </tbody>
      </table>
    </div>
  );
});

/**
 * As the library's own, but told by the browser alone, after it has laid the page out: asked for at once it would have
 * to lay it out twice.
 */
function observeElementRect(
  { scrollElement }: { scrollElement: Element | null },
  tell: (rect: { width: number; height: number }) => void,
): (() => void) | undefined {
  if (scrollElement === null) return;
  const sized = new ResizeObserver(([entry]) => {
    const box = entry?.contentRect;
    // Out of sight it has no size, and nothing is gained by forgetting its rows.
    if (box !== undefined && box.height > 0)
      tell({ width: Math.round(box.width), height: Math.round(box.height) });
  });
  sized.observe(scrollElement);
  return () => sized.disconnect();
}

/** In place of the rows that are not drawn. */
function Space({ height }: { height: number }) {
  return (
    <tr>
      <td colSpan={8} style={{ height, padding: 0 }} />
    </tr>
  );
}

/** On paper everything is drawn. */
export function PrintTable(props: { visits: readonly LogVisit[]; site: SiteSettings; many: boolean }) {
  return (
    <table className={styles.table} data-print-only>
      <TableHead />
      <tbody>
        {props.visits.map((visit, index) => (
          <LogRow key={visit.visitId} index={index} visit={visit} site={props.site} withDay={props.many} />
        ))}
      </tbody>
    </table>
  );
}

function TableHead() {
  const { w } = useWords();
  return (
    <thead>
      <tr>
        <th scope="col">{w.log.time}</th>
        <th scope="col">{w.log.kind}</th>
        <th scope="col">{w.log.car}</th>
        <th scope="col">{w.log.lane}</th>
        <th scope="col" data-number>
          {w.log.amount}
        </th>
        <th scope="col">{w.log.state}</th>
        <th scope="col" data-number>
          {w.log.wait}
        </th>
        <th scope="col">{w.log.by}</th>
      </tr>
    </thead>
  );
}

interface LogRowProps {
  index: number;
  visit: LogVisit | undefined;
  site: SiteSettings;
  withDay: boolean;
}

const LogRow = memo(function LogRow(props: LogRowProps) {
  const { w, format } = useWords();
  const { go } = useRoute();
  const { visit } = props;
  if (visit === undefined) {
    return (
      <tr aria-rowindex={props.index + 2}>
        <td colSpan={8}>…</td>
      </tr>
    );
  }
  const amount = amountOf(visit);
  const wait = waitMsOf(visit);
  const atMs = visit.arrivedAtMs ?? visit.firstHeardAtMs;
  return (
    <tr aria-rowindex={props.index + 2} data-testid="log-row" data-plate-tail={visit.plateTail}>
      <td>
        {props.withDay ? `${format.day(atMs)} ` : ''}
        {format.clock(atMs)}
      </td>
      <td>
        <Kind visit={visit} />
      </td>
      <td>
        <button
          type="button"
          className={styles.car}
          aria-label={w.log.open(formatPlate(visit.plate))}
          onClick={() => go({ screen: 'visit', visitId: visit.visitId })}
        >
          <Plate plate={visit.plate} size="small" />
        </button>
      </td>
      <td>{visitLaneName(visit, props.site, w)}</td>
      <td data-number>
        <b>{amount === null ? '—' : format.money(amount)}</b>
      </td>
      <td>
        {visit.refuel ? <RefuelChip refuel={visit.refuel} w={w} /> : null}{' '}
        {visit.pickup ? <PickupChip pickup={visit.pickup} /> : null}{' '}
        {visit.charges?.map((charge) => (
          <ChargeChip key={charge.chargeId} charge={charge} />
        ))}
      </td>
      <td data-number>{wait === null ? '—' : formatDuration(wait)}</td>
      <td>{servedBy(visit)?.displayName ?? '—'}</td>
    </tr>
  );
});

function Kind({ visit }: { visit: VisitView }) {
  const { w } = useWords();
  const icon = { size: '1.25rem', 'aria-hidden': true } as const;
  return (
    <span className={styles.kind}>
      {visit.pickup ? (
        <>
          <IconShoppingBag {...icon} /> {w.board.pickup}
        </>
      ) : null}
      {visit.refuel ? (
        <>
          <IconGasStation {...icon} /> {w.board.refuel}
        </>
      ) : null}
      {visit.charges ? (
        <>
          <IconCreditCardPay {...icon} /> {w.charge.title}
        </>
      ) : null}
      {visit.pickup === null && visit.refuel === null && !visit.charges ? (
        <>
          <IconCar {...icon} /> {w.log.visitNoJob}
        </>
      ) : null}
    </span>
  );
}
