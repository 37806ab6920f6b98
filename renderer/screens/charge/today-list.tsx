import {
  IconCircleCheck,
  IconCircleX,
  IconClockX,
  IconDeviceMobile,
  IconQuestionMark,
  IconReceiptOff,
} from '@tabler/icons-react';
import { throwIllegalValue } from '../../../shared/domain/index.ts';
import type { ChargeView } from '../../../shared/station-contract/index.ts';
import { Button, Chip, Plate } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import list from '../refuel/candidates.module.css';
import styles from './charge.module.css';
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
      {charges.state === 'loading' ? (
        <p role="status">{w.app.loading}</p>
      ) : charges.state === 'failed' ? (
        <div className={styles.notice}>
          <p>{w.app.notLoaded}</p>
          <Button onClick={charges.retry}>{w.app.tryAgain}</Button>
        </div>
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

/** A charge's state in a word. */
export function ChargeChip({ charge }: { charge: ChargeView }) {
  const { w } = useWords();
  const icon = { size: '1.125rem', 'aria-hidden': true } as const;
  switch (charge.state) {
    case 'waiting':
      return (
        <Chip tone="blue" icon={<IconDeviceMobile {...icon} />}>
          {charge.approval.asked ? w.card.awaitingApproval : w.card.queued}
        </Chip>
      );
    case 'paid':
      return (
        <Chip tone="green" icon={<IconCircleCheck {...icon} />}>
          {charge.refunds.some((refund) => refund.state === 'given-back')
            ? charge.refundable.amountMinor === 0
              ? w.charge.refundedAll
              : w.charge.refundedPart
            : w.card.paid}
        </Chip>
      );
    case 'declined':
      return (
        <Chip tone="red" icon={<IconCircleX {...icon} />}>
          {w.card.declined}
        </Chip>
      );
    case 'expired':
      return (
        <Chip tone="red" icon={<IconClockX {...icon} />}>
          {w.card.expired}
        </Chip>
      );
    case 'cancelled':
      return (
        <Chip tone="plain" icon={<IconCircleX {...icon} />}>
          {w.card.cancelled}
        </Chip>
      );
    case 'unknown':
      return (
        <Chip tone="red" icon={<IconQuestionMark {...icon} />}>
          {w.card.unknown}
        </Chip>
      );
    default:
      return throwIllegalValue(charge.state);
  }
}
