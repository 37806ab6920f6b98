import { IconAlertTriangle, IconShieldLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Choices, Dialog, FormActions, useToast, Waiting } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './setup.module.css';

const choices = [7, 30, 90, 180, 365, 1_825];

/** How long plates are kept, what is erased by then, and what the station cannot erase by itself. */
export function PrivacyPanel() {
  const { w, format } = useWords();
  const p = w.privacy;
  const { queries, client } = useKiosk();
  const toast = useToast();
  const asked = useQuery(queries.privacy.get.queryOptions({ input: {}, staleTime: 0 }));
  const command = useCommand(client.privacy.set);
  const [wanted, setWanted] = useState<number | null>(null);
  const state = asked.data;
  const save = async (retentionDays: number) => {
    const result = await command.run({ retentionDays });
    if (!result?.ok) return;
    toast({ tone: 'done', text: p.saved(p.days(retentionDays)) });
    setWanted(null);
    void asked.refetch();
  };
  return (
    <section className={styles.panel} aria-label={p.title}>
      <h2>
        <IconShieldLock size="1.375rem" aria-hidden="true" /> {p.title}
      </h2>
      <p>{p.explain}</p>
      {state === undefined ? (
        <Waiting asked={asked} />
      ) : (
        <>
          <Choices
            label={p.howLong}
            value={String(state.retentionDays)}
            onChange={(days) =>
              // What is erased does not come back: a shorter time is asked about first.
              Number(days) < state.retentionDays ? setWanted(Number(days)) : void save(Number(days))
            }
            choices={[...new Set([...choices, state.retentionDays])]
              .sort((a, b) => a - b)
              .map((days) => ({ value: String(days), label: p.days(days) }))}
          />
          <p data-testid="privacy-state">
            {p.kept(format.number(state.visitsWithPlate))}{' '}
            {state.erasedAtMs === null ? p.neverErased : p.lastErased(format.day(state.erasedAtMs))}
          </p>
          {state.openMarks > 0 ? <p>{p.openMarks(format.number(state.openMarks))}</p> : null}
          {state.olderBackups > 0 ? (
            <p className={styles.warning}>
              <IconAlertTriangle size="1.25rem" aria-hidden="true" />{' '}
              {p.olderBackups(format.number(state.olderBackups))}
            </p>
          ) : (
            <p>{p.backups}</p>
          )}
        </>
      )}
      {wanted === null ? null : (
        <Dialog title={p.shorterTitle(p.days(wanted))} onClose={() => setWanted(null)}>
          <p>{p.shorterExplain}</p>
          <FormActions>
            <Button size="big" onClick={() => setWanted(null)}>
              {w.app.cancel}
            </Button>
            <Button
              size="big"
              look="danger"
              grow
              progress={command.progress}
              onClick={() => void save(wanted)}
            >
              {p.shorterSubmit}
            </Button>
          </FormActions>
        </Dialog>
      )}
    </section>
  );
}
