import {
  IconArrowBackUp,
  IconCar,
  IconCircleCheck,
  IconCircleX,
  IconClockX,
  IconDeviceMobile,
  IconQuestionMark,
  IconReceiptRefund,
  IconRefresh,
  IconUpload,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { throwIllegalValue } from '../../../shared/domain/index.ts';
import type { ChargeView, RefundView } from '../../../shared/station-contract/index.ts';
import { Button, Chip, declinedHint, Plate } from '../../parts/index.ts';
import { useCommand, useKiosk, useMay, useNowMs } from '../../session/index.ts';
import { formatDuration, useWhen, useWords, type Words } from '../../words/index.ts';
import outcome from '../refuel/refuel-outcome.module.css';
import styles from './charge.module.css';
import { RefundDialog } from './refund-dialog.tsx';

type Tone = 'wait' | 'good' | 'bad' | 'calm';

/** What became of a payment request, large enough to read across the counter. */
export function ChargeOutcome(props: { charge: ChargeView; tail: string; onNext?: () => void }) {
  const { charge } = props;
  const { w, format } = useWords();
  const { client } = useKiosk();
  const may = useMay('charge');
  const askAgain = useCommand(client.charges.askAgain);
  const cancel = useCommand(client.charges.cancel);
  const refund = useCommand(client.charges.refund);
  const [refunding, setRefunding] = useState(false);
  const look = lookOf(charge, w);
  const { chargeId } = charge;
  const again =
    may && (charge.state === 'declined' || charge.state === 'expired' || charge.state === 'cancelled');
  const mayCancel =
    may && charge.state === 'waiting' && !charge.cancelAsked && charge.approval.state !== 'approved';
  const mayRefund = may && charge.state === 'paid' && charge.refundable.amountMinor > 0;
  return (
    <section
      className={outcome.outcome}
      data-tone={look.tone}
      data-testid="charge-outcome"
      data-charge-state={charge.state}
      aria-label={w.charge.title}
    >
      <div className={outcome.car}>
        <Plate tail={props.tail} size="medium" />
        <span>
          {[charge.note, charge.verification === 'jack' ? w.charge.byJack : w.charge.byPhone]
            .filter((fact) => fact !== null)
            .join(' · ')}
        </span>
      </div>
      <p className={outcome.amount}>{format.money(charge.amount)}</p>
      <div className={outcome.state} role="status">
        {look.icon}
        <div>
          <h2>{look.title}</h2>
          <p>{look.hint}</p>
        </div>
        {charge.state === 'waiting' && charge.approval.expiresAtMs !== null ? (
          <TimeLeft untilMs={charge.approval.expiresAtMs} />
        ) : null}
      </div>
      {charge.sync === 'attention' ? <p className={outcome.attention}>{w.outcome.attention}</p> : null}
      {charge.refunds.length === 0 ? null : (
        <ul className={styles.refunds} aria-label={w.charge.refunds}>
          {charge.refunds.map((refund) => (
            <Refund key={refund.refundId} refund={refund} />
          ))}
        </ul>
      )}
      <div className={outcome.actions}>
        {again ? (
          <Button
            size="big"
            look="strong"
            grow
            icon={<IconRefresh size="1.625rem" />}
            progress={askAgain.progress}
            onClick={() => void askAgain.run({ chargeId })}
          >
            {w.outcome.askAgain}
          </Button>
        ) : null}
        {mayCancel ? (
          <Button
            size="big"
            icon={<IconCircleX size="1.625rem" />}
            progress={cancel.progress}
            onClick={() => void cancel.run({ chargeId })}
          >
            {w.charge.cancel}
          </Button>
        ) : null}
        {mayRefund ? (
          <Button size="big" icon={<IconArrowBackUp size="1.625rem" />} onClick={() => setRefunding(true)}>
            {w.charge.refund}
          </Button>
        ) : null}
        {props.onNext ? (
          <Button
            size="big"
            look={again ? 'quiet' : 'strong'}
            grow={!again}
            icon={<IconCar size="1.625rem" />}
            onClick={props.onNext}
          >
            {w.charge.next}
          </Button>
        ) : null}
      </div>
      <p className={outcome.request}>{w.outcome.requestId(charge.paymentRequestId)}</p>
      {refunding ? (
        <RefundDialog
          refundable={charge.refundable}
          progress={refund.progress}
          refund={async (input) => (await refund.run({ chargeId: charge.chargeId, ...input }))?.ok === true}
          onClose={() => setRefunding(false)}
        />
      ) : null}
    </section>
  );
}

function TimeLeft({ untilMs }: { untilMs: number }) {
  const { w } = useWords();
  const leftMs = untilMs - useNowMs();
  return (
    <span className={outcome.left} role="timer" aria-label={w.timer.toApprove} aria-live="off">
      {w.outcome.timeLeft(formatDuration(leftMs))}
    </span>
  );
}

function Refund({ refund }: { refund: RefundView }) {
  const { w, format } = useWords();
  const when = useWhen();
  const { amount, by, allowedBy, reason } = refund;
  return (
    <li data-testid="refund" data-refund-state={refund.state}>
      <IconReceiptRefund size="1.5rem" aria-hidden="true" />
      <b>{format.money(amount)}</b>
      <span>
        {by.staffId === allowedBy.staffId
          ? w.charge.refundBy(by.displayName, when(refund.atMs))
          : w.charge.refundAllowed(by.displayName, allowedBy.displayName, when(refund.atMs))}
        {` · ${reason}`}
      </span>
      <RefundChip state={refund.state} />
    </li>
  );
}

function RefundChip({ state }: { state: RefundView['state'] }) {
  const { w } = useWords();
  const icon = { size: '1.125rem', 'aria-hidden': true } as const;
  switch (state) {
    case 'waiting':
      return (
        <Chip tone="blue" icon={<IconUpload {...icon} />}>
          {w.charge.refundWaiting}
        </Chip>
      );
    case 'given-back':
      return (
        <Chip tone="green" icon={<IconCircleCheck {...icon} />}>
          {w.charge.refundGiven}
        </Chip>
      );
    case 'refused':
      return (
        <Chip tone="red" icon={<IconCircleX {...icon} />}>
          {w.charge.refundRefused}
        </Chip>
      );
    case 'set-aside':
      return (
        <Chip tone="plain" icon={<IconCircleX {...icon} />}>
          {w.charge.refundSetAside}
        </Chip>
      );
    default:
      return throwIllegalValue(state);
  }
}

function lookOf(charge: ChargeView, w: Words): { tone: Tone; icon: ReactNode; title: string; hint: string } {
  const o = w.outcome;
  const c = w.charge;
  const icon = { size: '3rem', 'aria-hidden': true } as const;
  switch (charge.state) {
    case 'waiting':
      if (charge.cancelAsked)
        return { tone: 'wait', icon: <IconCircleX {...icon} />, title: c.cancelling, hint: c.cancellingHint };
      if (!charge.approval.asked && charge.sync === 'attention')
        return { tone: 'bad', icon: <IconCircleX {...icon} />, title: c.notAsked, hint: c.notAskedHint };
      if (!charge.approval.asked)
        return { tone: 'wait', icon: <IconUpload {...icon} />, title: o.queued, hint: c.queuedHint };
      return charge.approval.state === 'approved'
        ? { tone: 'wait', icon: <IconDeviceMobile {...icon} />, title: c.approved, hint: c.approvedHint }
        : { tone: 'wait', icon: <IconDeviceMobile {...icon} />, title: o.waiting, hint: o.waitingHint };
    case 'paid':
      return { tone: 'good', icon: <IconCircleCheck {...icon} />, title: o.paid, hint: c.paidHint };
    case 'declined':
      return {
        tone: 'bad',
        icon: <IconCircleX {...icon} />,
        title: o.declined,
        hint: declinedHint(charge.approval.reason, c.notChargedHint, w),
      };
    case 'expired':
      return { tone: 'bad', icon: <IconClockX {...icon} />, title: o.expired, hint: c.notChargedHint };
    case 'cancelled':
      return { tone: 'calm', icon: <IconCircleX {...icon} />, title: o.cancelled, hint: o.cancelledHint };
    case 'unknown':
      return { tone: 'bad', icon: <IconQuestionMark {...icon} />, title: o.unknown, hint: o.unknownHint };
    default:
      return throwIllegalValue(charge.state);
  }
}
