import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Person } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, FormActions, Waiting } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './staff.module.css';

/** Where a person is signed in, and what the journal says they did, newest first. */
export function PersonStory({ person, onClose }: { person: Person; onClose(): void }) {
  const { w, format } = useWords();
  const s = w.personStory;
  const { queries } = useKiosk();
  const [beforeSequence, setBeforeSequence] = useState<number | null>(null);
  const story = useQuery(
    queries.staff.story.queryOptions({ input: { staffId: person.staffId, beforeSequence }, staleTime: 0 }),
  );
  const when = (atMs: number) => `${format.day(atMs)} ${format.clock(atMs)}`;
  const next = story.data?.nextBeforeSequence ?? null;
  return (
    <Dialog title={s.title(person.displayName)} onClose={onClose} size="40rem">
      {story.data === undefined ? <Waiting asked={story} /> : null}
      {story.data?.signIns.length === 0 ? <p>{s.notSignedIn}</p> : null}
      {(story.data?.signIns ?? []).map((signIn) => (
        <p key={`${signIn.kiosk} ${signIn.sinceMs}`}>
          {s.signedIn(signIn.kiosk ?? s.thisKiosk, when(signIn.sinceMs))}
        </p>
      ))}
      {story.data?.entries.length === 0 ? <p>{s.nothing}</p> : null}
      <ol className={styles.did}>
        {(story.data?.entries ?? []).map((entry) => (
          <li key={entry.sequence} className={styles.deed}>
            <time>{when(entry.atMs)}</time>
            <span>{w.journal[entry.kind] ?? entry.kind}</span>
          </li>
        ))}
      </ol>
      {next === null ? null : (
        <FormActions>
          <Button size="big" onClick={() => setBeforeSequence(next)}>
            {s.older}
          </Button>
        </FormActions>
      )}
    </Dialog>
  );
}
