import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { AttentionItem } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, Field, FormActions, serverSaid, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWhen, useWords } from '../../words/index.ts';
import styles from './attention-list.module.css';

/** Marks that the payment server refused: kept until a person has looked. */
export function AttentionList(props: { items: readonly AttentionItem[]; onChanged(): void }) {
  const { w } = useWords();
  const when = useWhen();
  const { client } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.log.resolveAttention);
  const [aside, setAside] = useState<AttentionItem | null>(null);
  const [reason, setReason] = useState('');
  const resolve = async (item: AttentionItem, how: 'send-again' | 'set-aside', why: string) => {
    const result = await command.run({ outboxId: item.outboxId, how, reason: why });
    if (!result?.ok) return;
    toast({ tone: 'done', text: how === 'send-again' ? w.log.doneSendAgain : w.log.doneSetAside });
    setAside(null);
    setReason('');
    props.onChanged();
  };
  return (
    <section className={styles.list} aria-label={w.log.attentionTitle}>
      <h2>
        <IconAlertTriangle size="1.375rem" aria-hidden="true" />
        {w.log.attentionTitle}
      </h2>
      <ul>
        {props.items.map((item) => (
          <li key={item.outboxId}>
            <span className={styles.what}>
              <b>{w.marks[item.kind] ?? item.kind}</b>
              <span>
                {when(item.createdAtMs)}
                {/* What the station itself found has never been sent, and never is. */}
                {item.kind === 'conflict' ? null : ` · ${w.log.attempts(item.attempts)}`}
              </span>
              <Why item={item} />
            </span>
            {item.kind === 'conflict' ? null : (
              <Button progress={command.progress} onClick={() => void resolve(item, 'send-again', '')}>
                {w.log.sendAgain}
              </Button>
            )}
            <Button onClick={() => setAside(item)}>{w.log.setAside}</Button>
          </li>
        ))}
      </ul>
      {aside === null ? null : (
        <Dialog title={w.log.setAsideTitle} onClose={() => setAside(null)}>
          <p>{w.log.setAsideExplain}</p>
          <Field label={w.log.reason} value={reason} onChange={setReason} maxLength={200} autoFocus />
          <FormActions>
            <Button size="big" onClick={() => setAside(null)}>
              {w.app.cancel}
            </Button>
            <Button
              size="big"
              look="danger"
              grow
              progress={command.progress}
              onClick={() => void resolve(aside, 'set-aside', reason.trim())}
            >
              {w.log.setAside}
            </Button>
          </FormActions>
        </Dialog>
      )}
    </section>
  );
}

function Why({ item: { kind, lastError } }: { item: AttentionItem }) {
  const { w } = useWords();
  if (lastError === null) return null;
  const { words, itsText } = serverSaid(kind, lastError, w);
  return (
    <>
      <span className={styles.why}>{words}</span>
      {itsText === null ? null : <small lang="en">{w.serverSaid.inItsWords(itsText)}</small>}
    </>
  );
}
