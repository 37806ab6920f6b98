import { Fragment } from 'react';
import type { JournalEntry } from '../../../shared/station-contract/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useWords, type Words } from '../../words/index.ts';
import styles from './story.module.css';

/** The journal's entries of one visit, in words; under their day where it is another than today's, or changes. */
export function Story(props: { entries: readonly JournalEntry[] }) {
  const { w, format } = useWords();
  const { board } = useKiosk();
  if (props.entries.length === 0) {
    return (
      <p className={styles.empty} role="status">
        {w.visit.storyEmpty}
      </p>
    );
  }
  const entries = [...props.entries].sort((a, b) => a.sequence - b.sequence);
  const days = entries.map((entry) => format.day(entry.atMs));
  const today = format.day(board.nowMs());
  return (
    <ol className={styles.story}>
      {entries.map((entry, i) => (
        <Fragment key={entry.sequence}>
          {days[i] === (days[i - 1] ?? today) ? null : <li className={styles.day}>{days[i]}</li>}
          <li>
            <time>{format.clock(entry.atMs)}</time>
            <span>
              <b>{entryWords(entry, w)}</b>
              {entry.person ? <span>{entry.person.displayName}</span> : null}
            </span>
          </li>
        </Fragment>
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
