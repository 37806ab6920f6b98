import type { JournalEntry } from '../../../shared/station-contract/index.ts';
import { useWords, type Words } from '../../words/index.ts';
import styles from './story.module.css';

/** The journal's entries of one visit, in words. */
export function Story(props: { entries: readonly JournalEntry[] }) {
  const { w, format } = useWords();
  if (props.entries.length === 0) {
    return (
      <p className={styles.empty} role="status">
        {w.visit.storyEmpty}
      </p>
    );
  }
  return (
    <ol className={styles.story}>
      {[...props.entries]
        .sort((a, b) => a.sequence - b.sequence)
        .map((entry) => (
          <li key={entry.sequence}>
            <time>{format.clock(entry.atMs)}</time>
            <span>
              <b>{entryWords(entry, w)}</b>
              {entry.person ? <span>{entry.person.displayName}</span> : null}
            </span>
          </li>
        ))}
    </ol>
  );
}

function entryWords(entry: JournalEntry, w: Words): string {
  const what = w.journal[entry.kind] ?? entry.kind;
  const { state } = entry.details;
  const known = typeof state === 'string' ? w.paymentStates[state] : undefined;
  return known === undefined ? what : `${what}: ${known}`;
}
