import { IconAntenna, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReceiverView } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, FormActions } from '../../../parts/index.ts';
import { useBoard, useCommand, useKiosk, useNowMs } from '../../../session/index.ts';
import { useWhen, useWords } from '../../../words/index.ts';
import { NewerVersion } from '../newer-version.tsx';
import { healthWords } from './health-words.ts';
import { NameForm } from './name-form.tsx';
import styles from './receivers.module.css';
import { Remedy } from './remedy.tsx';

/** Every receiver with its health, what it hears, and what to do when it hears nothing. */
export function ReceiverList() {
  const { w } = useWords();
  const receivers = useBoard((state) => state.receivers);
  const [asking, setAsking] = useState<{ what: 'name' | 'remove'; receiver: ReceiverView } | null>(null);
  if (receivers.length === 0) {
    return (
      <div className={styles.none}>
        <b>{w.setup.noReceivers}</b>
        <p>{w.receivers.noneHint}</p>
      </div>
    );
  }
  return (
    <>
      <ul className={styles.list}>
        {receivers.map((receiver) => (
          <Receiver
            key={receiver.receiverId}
            receiver={receiver}
            onAsk={(what) => setAsking({ what, receiver })}
          />
        ))}
      </ul>
      {asking?.what === 'name' ? <Rename receiver={asking.receiver} onDone={() => setAsking(null)} /> : null}
      {asking?.what === 'remove' ? (
        <Remove receiver={asking.receiver} onDone={() => setAsking(null)} />
      ) : null}
    </>
  );
}

function Receiver({ receiver, onAsk }: { receiver: ReceiverView; onAsk(what: 'name' | 'remove'): void }) {
  const { w, format } = useWords();
  const when = useWhen();
  const r = w.receivers;
  const nowMs = useNowMs();
  const health = healthWords(receiver, nowMs, w);
  const facts = [
    w.setup.reports(format.number(Math.round(receiver.reportsPerSecond))),
    receiver.discardedBytes > 0 ? w.setup.discarded(format.number(receiver.discardedBytes)) : null,
    receiver.lastReportAtMs === null ? w.setup.neverHeard : w.setup.lastReport(when(receiver.lastReportAtMs)),
  ].filter((fact) => fact !== null);
  return (
    <li
      className={styles.receiver}
      data-testid="receiver"
      data-receiver={receiver.receiverId}
      data-health={receiver.health.state}
    >
      <div className={styles.receiverHead}>
        <IconAntenna size="1.625rem" aria-hidden="true" />
        <span>
          <b>{receiver.name}</b>
          <span className={styles.second}>{receiver.spec}</span>
        </span>
        <Chip tone={health.tone}>{health.word}</Chip>
      </div>
      <div className={styles.facts}>
        <p>{facts.join(' · ')}</p>
        <button type="button" aria-label={r.renameOf(receiver.name)} onClick={() => onAsk('name')}>
          <IconPencil size="1.25rem" />
        </button>
        <button type="button" aria-label={r.removeOf(receiver.name)} onClick={() => onAsk('remove')}>
          <IconTrash size="1.25rem" />
        </button>
      </div>
      {health.hint ? <p className={styles.hint}>{health.hint}</p> : null}
      {receiver.health.state === 'failed' ? (
        <Remedy spec={receiver.spec} reason={receiver.health.reason} />
      ) : null}
    </li>
  );
}

function Rename({ receiver, onDone }: { receiver: ReceiverView; onDone(): void }) {
  const { w } = useWords();
  const r = w.receivers;
  const { client } = useKiosk();
  const command = useCommand(client.receivers.rename);
  const { receiverId } = receiver;
  const [seen, setSeen] = useState(receiver.name);
  const now = useBoard((state) => state.receivers.find((one) => one.receiverId === receiverId)?.name ?? seen);
  const [begunWith, setBegunWith] = useState(receiver.name);
  // Its own name may come over the board before the answer does.
  const [sent, setSent] = useState(receiver.name);
  const submit = async (name: string) => {
    setSent(name);
    const result = await command.run({ receiverId, name, seen });
    if (result?.ok) onDone();
  };
  return (
    <Dialog title={r.renameOf(receiver.name)} onClose={onDone}>
      <NameForm
        key={begunWith}
        name={begunWith}
        submit={w.setup.save}
        progress={command.progress}
        onSubmit={(name) => void submit(name)}
      >
        {now === seen || now === sent ? null : (
          <NewerVersion
            now={now}
            onTake={() => {
              setSeen(now);
              setBegunWith(now);
            }}
            onKeep={() => setSeen(now)}
          />
        )}
      </NameForm>
    </Dialog>
  );
}

function Remove({ receiver, onDone }: { receiver: ReceiverView; onDone(): void }) {
  const { w } = useWords();
  const r = w.receivers;
  const { client } = useKiosk();
  const command = useCommand(client.receivers.remove);
  const remove = async () => {
    const result = await command.run({ receiverId: receiver.receiverId });
    if (result !== null) onDone();
  };
  return (
    <Dialog title={r.removeOf(receiver.name)} onClose={onDone}>
      <p>{r.removeExplain}</p>
      <FormActions>
        <Button size="big" look="danger" progress={command.progress} onClick={() => void remove()}>
          {r.remove}
        </Button>
      </FormActions>
    </Dialog>
  );
}
