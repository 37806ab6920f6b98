import { IconCreditCardPay } from '@tabler/icons-react';
import type { VisitView } from '../../../shared/station-contract/index.ts';
import { useWords } from '../../words/index.ts';
import styles from '../arrivals/job-lines.module.css';
import { SyncChip } from '../arrivals/job-lines.tsx';
import { ChargeChip } from './charge-chip.tsx';

/** The car's latest charge in one line, for its card on the board. */
export function ChargeLine({ visit }: { visit: VisitView }) {
  const { w, format } = useWords();
  const charge = visit.charges?.at(-1);
  if (charge === undefined) return null;
  return (
    <div className={styles.line} data-testid="charge-line">
      <IconCreditCardPay size="1.375rem" aria-hidden="true" />
      <div className={styles.what}>
        <span>{charge.note ?? w.charge.title}</span>
        <ChargeChip charge={charge} />
        <SyncChip sync={charge.sync} />
      </div>
      <span className={styles.amount}>{format.money(charge.amount)}</span>
    </div>
  );
}
