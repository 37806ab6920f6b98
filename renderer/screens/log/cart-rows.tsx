import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import type { CartPaymentView, LogQuery } from '../../../shared/station-contract/index.ts';
import { Chip, chargeWord, Waiting } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './daily-log.module.css';

/** Drawn at most; the rest is said. */
const shown = 200;
const tones = {
  waiting: 'blue',
  paid: 'green',
  declined: 'red',
  expired: 'red',
  cancelled: 'plain',
  unknown: 'red',
} as const satisfies Record<CartPaymentView['state'], string>;

/** Checkouts of carts: they belong to no car, so they have a list of their own. Nothing where there is none. */
export const CartRows = memo(function CartRows({ query, many }: { query: LogQuery; many: boolean }) {
  const { w, format, locale } = useWords();
  const { queries } = useKiosk();
  const wanted = query.kind === null || query.kind === 'cart';
  const asked = useQuery({
    ...queries.dailyLog.carts.queryOptions({ input: { ...query, limit: shown } }),
    enabled: wanted,
    staleTime: 0,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  if (!wanted) return null;
  if (asked.isError && asked.data === undefined)
    return <Waiting asked={asked} failed={w.logbook.cartsNotLoaded} />;
  if (asked.data === undefined) return query.kind === 'cart' ? <Waiting asked={asked} /> : null;
  const { payments, total } = asked.data;
  if (total === 0) return query.kind === 'cart' ? <p className={styles.empty}>{w.logbook.noCarts}</p> : null;
  const namesOf = ({ lines }: CartPaymentView) =>
    lines.map((line) => (locale === 'ko' ? (line.nameKo ?? line.name) : line.name)).join(', ');
  return (
    <div className={styles.visits}>
      <h2 className={styles.cut}>{w.logbook.carts}</h2>
      <section className={styles.wide} aria-label={w.logbook.carts} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{w.log.time}</th>
              <th scope="col">{w.logKinds.cart}</th>
              <th scope="col">{w.logbook.goods}</th>
              <th scope="col" data-number>
                {w.log.amount}
              </th>
              <th scope="col">{w.log.state}</th>
            </tr>
          </thead>
          <tbody>
            {payments.map((payment) => (
              <tr key={payment.paymentRequestId} data-testid="cart-row">
                <td>
                  {many ? `${format.day(payment.askedAtMs)} ` : ''}
                  {format.clock(payment.askedAtMs)}
                </td>
                <td>{format.number(payment.cartNumber)}</td>
                <td className={styles.goods}>{namesOf(payment)}</td>
                <td data-number>
                  <b>{format.money(payment.amount)}</b>
                </td>
                <td>
                  <Chip tone={tones[payment.state]}>{chargeWord(payment.state, w)}</Chip>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {total > payments.length ? (
        <p className={styles.cut}>
          {w.logbook.troubleCut(format.number(payments.length), format.number(total))}
        </p>
      ) : null}
    </div>
  );
});
