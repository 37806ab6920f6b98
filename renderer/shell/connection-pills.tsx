import { Popover } from '@mantine/core';
import {
  IconAlertTriangle,
  IconAntennaBars5,
  IconAntennaBarsOff,
  IconCloudCheck,
  IconCloudOff,
  IconUpload,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useBoard, useConnection } from '../session/index.ts';
import { useWords } from '../words/index.ts';
import styles from './connection-pills.module.css';
import { type Condition, radioCondition, serverCondition } from './connection-words.ts';

/** Radio, server, and what still has to be sent: each opens to a sentence that says what to do. */
export function ConnectionPills() {
  const { w, format } = useWords();
  const status = useBoard((state) => state.status);
  const receivers = useBoard((state) => state.receivers);
  const lost = useConnection().kind === 'lost';
  if (status === null) return null;
  // Without the station nobody here knows how its radio and its server are: neither may look well.
  const unknown: Condition = { level: 'unknown', short: null, sentence: w.connection.stationLost };
  const radio = lost ? unknown : radioCondition(status.radio, receivers, w);
  const server = lost ? unknown : serverCondition(status, w);
  const { waiting, attention, oldestWaitingAtMs } = status.outbox;
  const outbox: Condition = {
    level: attention > 0 ? 'bad' : waiting > 0 ? 'warn' : 'fine',
    short: attention > 0 ? w.connection.attention(attention) : w.connection.outbox(waiting),
    sentence: [
      attention > 0 ? w.connection.outboxAttention(attention) : null,
      waiting > 0
        ? w.connection.outboxWaiting(waiting, format.clock(oldestWaitingAtMs ?? 0))
        : w.connection.outboxEmpty,
    ]
      .filter((sentence) => sentence !== null)
      .join(' '),
  };
  return (
    <>
      {waiting + attention > 0 ? (
        <Pill
          testId="pill-outbox"
          name={w.connection.outboxTitle}
          condition={outbox}
          icon={attention > 0 ? <IconAlertTriangle size="1.125rem" /> : <IconUpload size="1.125rem" />}
          alone
        />
      ) : null}
      <Pill
        testId="pill-radio"
        name={w.connection.radio}
        condition={radio}
        icon={
          radio.level === 'bad' || lost ? (
            <IconAntennaBarsOff size="1.125rem" />
          ) : (
            <IconAntennaBars5 size="1.125rem" />
          )
        }
      />
      <Pill
        testId="pill-server"
        name={w.connection.server}
        condition={server}
        icon={
          server.level === 'bad' || lost ? (
            <IconCloudOff size="1.125rem" />
          ) : (
            <IconCloudCheck size="1.125rem" />
          )
        }
      />
    </>
  );
}

function Pill(props: {
  name: string;
  condition: Condition;
  icon: ReactNode;
  testId: string;
  alone?: boolean;
}) {
  const { condition } = props;
  // Begins with what is to be read on it, so that it can be called by voice.
  const title = [props.alone ? null : props.name, condition.short].filter(Boolean).join(' ');
  return (
    <Popover width={300} position="bottom-end" shadow="md" radius="md" withArrow>
      <Popover.Target>
        <button
          type="button"
          className={styles.pill}
          data-level={condition.level}
          data-testid={props.testId}
          aria-label={`${title}: ${condition.sentence}`}
        >
          {props.icon}
          {props.alone ? null : <span className={styles.name}>{props.name}</span>}{' '}
          {condition.short ? <span className={styles.short}>{condition.short}</span> : null}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles.sentence}>
        <strong>{props.name}</strong>
        <p>{condition.sentence}</p>
      </Popover.Dropdown>
    </Popover>
  );
}
