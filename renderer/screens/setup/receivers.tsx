import { IconAntenna } from '@tabler/icons-react';
import { throwIllegalValue } from '../../../shared/domain/index.ts';
import type { ReceiverView } from '../../../shared/station-contract/index.ts';
import { Chip, type Tone } from '../../parts/index.ts';
import { useBoard, useNowMs } from '../../session/index.ts';
import { formatDuration, useWords, type Words } from '../../words/index.ts';
import styles from './setup.module.css';

/** Each receiver, what it hears right now, and what to do when it hears nothing. */
export function Receivers() {
  const { w } = useWords();
  const receivers = useBoard((state) => state.receivers);
  if (receivers.length === 0) {
    return (
      <div className={styles.panel}>
        <b>{w.setup.noReceivers}</b>
        <p>{w.setup.noReceiversHint}</p>
      </div>
    );
  }
  return (
    <ul className={styles.receivers}>
      {receivers.map((receiver) => (
        <Receiver key={receiver.receiverId} receiver={receiver} />
      ))}
    </ul>
  );
}

function Receiver({ receiver }: { receiver: ReceiverView }) {
  const { w, format } = useWords();
  const nowMs = useNowMs();
  const health = healthWords(receiver, nowMs, w);
  const facts = [
    w.setup.reports(format.number(receiver.reportsPerSecond)),
    receiver.discardedBytes > 0 ? w.setup.discarded(format.number(receiver.discardedBytes)) : null,
    receiver.lastReportAtMs === null
      ? w.setup.neverHeard
      : w.setup.lastReport(format.clock(receiver.lastReportAtMs)),
  ].filter((fact) => fact !== null);
  return (
    <li className={styles.receiver} data-testid="receiver" data-health={receiver.health.state}>
      <div className={styles.receiverHead}>
        <IconAntenna size="1.625rem" aria-hidden="true" />
        <span>
          <b>{receiver.name}</b>
          <span>{receiver.spec}</span>
        </span>
        <Chip tone={health.tone}>{health.word}</Chip>
      </div>
      <p>{facts.join(' · ')}</p>
      {health.hint ? <p className={styles.hint}>{health.hint}</p> : null}
    </li>
  );
}

function healthWords(
  receiver: ReceiverView,
  nowMs: number,
  w: Words,
): { tone: Tone; word: string; hint: string | null } {
  const { health } = receiver;
  switch (health.state) {
    case 'healthy':
      return { tone: 'green', word: w.setup.healthy, hint: null };
    case 'starting':
      return { tone: 'amber', word: w.setup.starting, hint: null };
    case 'silent':
      return {
        tone: 'red',
        word: w.setup.silent(formatDuration(nowMs - health.sinceMs)),
        hint: w.setup.silentHint(health.restarts),
      };
    case 'failed': {
      const retry =
        health.retryAtMs === null ? '' : ` ${w.setup.retryIn(formatDuration(health.retryAtMs - nowMs))}`;
      return { tone: 'red', word: w.setup.failed, hint: w.setup.failedHint(health.reason) + retry };
    }
    case 'closed':
      return { tone: 'plain', word: w.setup.closed, hint: null };
    default:
      return throwIllegalValue(health);
  }
}
