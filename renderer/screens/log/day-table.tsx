import { IconCar, IconCreditCardPay, IconGasStation, IconShoppingBag } from '@tabler/icons-react';
import { formatPlate } from '../../../shared/domain/index.ts';
import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { Plate, visitLaneName } from '../../parts/index.ts';
import { useRoute } from '../../shell/route.ts';
import { formatDuration, useWords } from '../../words/index.ts';
import { PickupChip, RefuelChip } from '../arrivals/job-lines.tsx';
import { ChargeChip } from '../charge/charge-chip.tsx';
import styles from './daily-log.module.css';
import { waitMsOf } from './day-figures.ts';

type DayVisit = VisitView & { plate: string };

/** Every visit of the day; a row opens its story. */
export function DayTable(props: { visits: readonly DayVisit[]; search: string; site: SiteSettings }) {
  const { w, format } = useWords();
  const { go } = useRoute();
  const wanted = props.search.trim().toLowerCase();
  const shown = props.visits.filter(
    (visit) =>
      wanted === '' ||
      visit.plate.toLowerCase().includes(wanted) ||
      visit.pickup?.number.toLowerCase().includes(wanted.replace(/^#/, '')),
  );
  if (shown.length === 0) {
    return <p className={styles.empty}>{props.visits.length === 0 ? w.log.empty : w.log.noHits}</p>;
  }
  const amountOf = (visit: DayVisit) =>
    visit.refuel?.amount ?? visit.pickup?.paid ?? visit.charges?.at(-1)?.amount ?? null;
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
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
        <tbody>
          {shown.map((visit) => {
            const amount = amountOf(visit);
            const wait = waitMsOf(visit);
            const by =
              visit.pickup?.handedOverBy ??
              visit.refuel?.startedBy ??
              visit.charges?.at(-1)?.requestedBy ??
              visit.claimedBy;
            return (
              <tr key={visit.visitId}>
                <td>{format.clock(visit.arrivedAtMs ?? visit.firstHeardAtMs)}</td>
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
                <td>{by?.displayName ?? '—'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

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
