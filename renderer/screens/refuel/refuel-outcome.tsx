import {
  IconAlertTriangle,
  IconCar,
  IconCash,
  IconCircleCheck,
  IconCircleX,
  IconClockX,
  IconDeviceMobile,
  IconQuestionMark,
  IconRefresh,
  IconUpload,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { throwIllegalValue } from '../../../shared/domain/index.ts';
import type { RefuelView, SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { Button, declinedHint, laneName, Plate } from '../../parts/index.ts';
import { useNowMs } from '../../session/index.ts';
import { formatDuration, useWords, type Words } from '../../words/index.ts';
import { useVisitCommands } from '../visit/use-visit-commands.ts';
import styles from './refuel-outcome.module.css';
import { SettleOtherwise } from './settle-otherwise.tsx';

type Tone = 'wait' | 'good' | 'bad' | 'calm';

/** After *Complete*: what the payment does, large enough to read from the next pump. */
export function RefuelOutcome(props: {
  visit: VisitView;
  refuel: RefuelView;
  site: SiteSettings;
  /** Where there is a next car to go to. */
  onNext?: () => void;
}) {
  const { visit, refuel, site } = props;
  const { w, format, locale } = useWords();
  const commands = useVisitCommands(visit);
  const [settling, setSettling] = useState(false);
  const look = outcomeLook(refuel, w);
  const grade = site.grades.find((candidate) => candidate.gradeId === refuel.gradeId);
  const again = refuel.state === 'declined' || refuel.state === 'expired';
  const maySettle = again || refuel.state === 'awaiting-approval' || refuel.state === 'drive-off';
  const facts = [
    laneName(refuel.laneId, site, w),
    grade ? ((locale === 'ko' ? grade.nameKo : null) ?? grade.name) : null,
    refuel.volumeMl === null ? null : format.volume(refuel.volumeMl),
  ].filter((fact) => fact !== null);
  return (
    <section
      className={styles.outcome}
      data-tone={look.tone}
      data-testid="refuel-outcome"
      data-refuel-state={refuel.state}
      aria-label={w.visit.refuel}
    >
      <div className={styles.car}>
        <Plate tail={visit.plateTail} size="medium" />
        <span>{facts.join(' · ')}</span>
      </div>
      {refuel.amount ? <p className={styles.amount}>{format.money(refuel.amount)}</p> : null}
      <div className={styles.state} role="status">
        {look.icon}
        <div>
          <h2>{look.title}</h2>
          <p>{look.hint}</p>
          {refuel.settledOtherwise ? (
            <p>
              {w.outcome.settledBy(
                tenderWord(refuel.settledOtherwise.tender, w),
                refuel.settledOtherwise.by.displayName,
              )}
            </p>
          ) : null}
        </div>
        {refuel.state === 'awaiting-approval' && refuel.approval?.expiresAtMs ? (
          <TimeLeft untilMs={refuel.approval.expiresAtMs} />
        ) : null}
      </div>
      {refuel.sync === 'attention' ? <p className={styles.attention}>{w.outcome.attention}</p> : null}
      <div className={styles.actions}>
        {again ? (
          <Button
            size="big"
            look="strong"
            grow
            icon={<IconRefresh size="1.625rem" />}
            progress={commands.progress}
            onClick={() => void commands.askAgain()}
          >
            {w.outcome.askAgain}
          </Button>
        ) : null}
        {maySettle ? (
          <Button
            size="big"
            icon={<IconCash size="1.625rem" />}
            data-coach="settle"
            onClick={() => setSettling(true)}
          >
            {w.outcome.settle}
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
            {w.refuel.nextCar}
          </Button>
        ) : null}
      </div>
      {refuel.paymentRequestId ? (
        <p className={styles.request}>{w.outcome.requestId(refuel.paymentRequestId)}</p>
      ) : null}
      {settling ? <SettleOtherwise refuel={refuel} onClose={() => setSettling(false)} /> : null}
    </section>
  );
}

function TimeLeft({ untilMs }: { untilMs: number }) {
  const { w } = useWords();
  const leftMs = untilMs - useNowMs();
  return (
    <span className={styles.left} role="timer" aria-label={w.timer.toApprove} aria-live="off">
      {w.outcome.timeLeft(formatDuration(leftMs))}
    </span>
  );
}

function outcomeLook(
  refuel: RefuelView,
  w: Words,
): { tone: Tone; icon: ReactNode; title: string; hint: string } {
  const o = w.outcome;
  const icon = { size: '3rem', 'aria-hidden': true } as const;
  switch (refuel.state) {
    case 'refueling':
      return { tone: 'calm', icon: <IconCar {...icon} />, title: o.refueling, hint: o.refuelingHint };
    case 'awaiting-approval':
      return refuel.approval?.asked === false
        ? { tone: 'wait', icon: <IconUpload {...icon} />, title: o.queued, hint: o.queuedHint }
        : { tone: 'wait', icon: <IconDeviceMobile {...icon} />, title: o.waiting, hint: o.waitingHint };
    case 'paid':
      return { tone: 'good', icon: <IconCircleCheck {...icon} />, title: o.paid, hint: o.paidHint };
    case 'declined':
      return {
        tone: 'bad',
        icon: <IconCircleX {...icon} />,
        title: o.declined,
        hint: declinedHint(refuel.approval?.reason ?? null, o.declinedHint, w),
      };
    case 'expired':
      return { tone: 'bad', icon: <IconClockX {...icon} />, title: o.expired, hint: o.expiredHint };
    case 'unknown':
      return { tone: 'bad', icon: <IconQuestionMark {...icon} />, title: o.unknown, hint: o.unknownHint };
    case 'settled-otherwise':
      return { tone: 'good', icon: <IconCash {...icon} />, title: o.settledOtherwise, hint: o.paidHint };
    case 'cancelled':
      return { tone: 'calm', icon: <IconCircleX {...icon} />, title: o.cancelled, hint: o.cancelledHint };
    case 'drive-off':
      return { tone: 'bad', icon: <IconAlertTriangle {...icon} />, title: o.driveOff, hint: o.driveOffHint };
    default:
      return throwIllegalValue(refuel.state);
  }
}

function tenderWord(tender: 'cash' | 'card-terminal' | 'other', w: Words): string {
  return { cash: w.outcome.cash, 'card-terminal': w.outcome.cardTerminal, other: w.outcome.other }[tender];
}
