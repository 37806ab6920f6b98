import {
  IconAlertTriangle,
  IconAntennaBars5,
  IconAntennaBarsOff,
  IconCloudCheck,
  IconCloudOff,
  IconUpload,
} from '@tabler/icons-react';
import { useBoard, useConnection, useSite } from '../session/index.ts';
import { useWhen, useWords } from '../words/index.ts';
import { ConnectionPill } from './connection-pill.tsx';
import { type Condition, radioCondition, serverCondition } from './connection-words.ts';

/** Radio, server, and what still has to be sent: each opens to a sentence that says what to do. */
export function ConnectionPills() {
  const { w } = useWords();
  const when = useWhen();
  const status = useBoard((state) => state.status);
  const receivers = useBoard((state) => state.receivers);
  const site = useSite();
  const lost = useConnection().kind === 'lost';
  if (status === null) return null;
  // Without the station nobody here knows how its radio and its server are: neither may look well.
  const unknown: Condition = { level: 'unknown', short: null, sentence: w.connection.stationLost };
  const radio = lost ? unknown : radioCondition(status.radio, receivers, site, w);
  const server = lost ? unknown : serverCondition(status, w);
  const { waiting, attention, oldestWaitingAtMs } = status.outbox;
  const outbox: Condition = {
    level: attention > 0 ? 'bad' : waiting > 0 ? 'warn' : 'fine',
    short: attention > 0 ? w.connection.attention(attention) : w.connection.outbox(waiting),
    sentence: [
      attention > 0 ? w.connection.outboxAttention(attention) : null,
      waiting > 0
        ? w.connection.outboxWaiting(waiting, when(oldestWaitingAtMs ?? 0))
        : w.connection.outboxEmpty,
    ]
      .filter((sentence) => sentence !== null)
      .join(' '),
  };
  return (
    <>
      {waiting + attention > 0 ? (
        <ConnectionPill
          testId="pill-outbox"
          name={w.connection.outboxTitle}
          condition={outbox}
          icon={attention > 0 ? <IconAlertTriangle size="1.125rem" /> : <IconUpload size="1.125rem" />}
          alone
        />
      ) : null}
      <ConnectionPill
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
      <ConnectionPill
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
