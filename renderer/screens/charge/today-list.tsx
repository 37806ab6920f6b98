import { IconReceiptOff } from '@tabler/icons-react';
import { Plate, Waiting } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import list from '../refuel/candidates.module.css';
import styles from './charge.module.css';
import { ChargeChip } from './charge-chip.tsx';
import type { Charges } from './use-charges.ts';

/** What was charged today, newest first; a tap opens it again. */
export function TodayList({ charges, onOpen }: { charges: Charges; onOpen(chargeId: string): void }) {
  const { w, format } = useWords();
  return (
    <section className={styles.today} aria-label={w.charge.today}>
      <div className={styles.todayHead}>
        <h2 className={list.title}>{w.charge.today}</h2>
        {charges.paid && charges.list.length > 0 ? (
          <p>
            {w.charge.paidToday(format.money(charges.paid))}
            {charges.givenBack && charges.givenBack.amountMinor > 0
              ? ` · ${w.charge.givenBackToday(format.money(charges.givenBack))}`
              : ''}
          </p>
        ) : null}
      </div>
      {charges.asked.data === undefined ? (
        <Waiting asked={charges.asked} />
      ) : charges.list.length === 0 ? (
        <p className={styles.empty}>
          <IconReceiptOff size="1.75rem" aria-hidden="true" />
          {w.charge.noneToday}
        </p>
      ) : (
        <ul className={styles.rows}>
          {charges.list.map((charge) => (
            <li key={charge.chargeId}>
              <button
                type="button"
                data-testid="charge-row"
                data-charge-state={charge.state}
                onClick={() => onOpen(charge.chargeId)}
              >
                <span>{format.clock(charge.requestedAtMs)}</span>
                <Plate tail={charge.plateTail} size="small" />
                <b>{format.money(charge.amount)}</b>
                <span className={styles.rowNote}>{charge.note ?? charge.requestedBy.displayName}</span>
                <ChargeChip charge={charge} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
