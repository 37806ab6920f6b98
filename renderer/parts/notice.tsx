import { IconHourglass, IconLock, IconRefreshAlert } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Role } from '../../shared/station-contract/index.ts';
import { failureOf } from '../station/index.ts';
import { useWords } from '../words/index.ts';
import { Button } from './button.tsx';
import styles from './notice.module.css';

/** In place of what would stand here: why it does not, and the way on. */
export function Notice(props: {
  icon: ReactNode;
  /** Something went wrong: said at once to who hears the screen. */
  alarming?: boolean;
  /** In place of a whole screen. */
  whole?: boolean | undefined;
  children: ReactNode;
}) {
  return (
    <div
      className={styles.notice}
      role={props.alarming ? 'alert' : 'status'}
      data-whole={props.whole || undefined}
    >
      {props.icon}
      {props.children}
    </div>
  );
}

/** What a query knows of its answer. */
interface Asked {
  isError: boolean;
  error: Error | null;
  refetch(): unknown;
}

/**
 * In place of an answer that is not there: that it is on its way; that it could not be had, and how to ask again; or
 * who may have it.
 */
export function Waiting(props: { asked: Asked; whole?: boolean; failed?: string }) {
  const { asked, whole } = props;
  const { w } = useWords();
  if (!asked.isError) return <Loading whole={whole} />;
  const failure = asked.error === null ? null : failureOf(asked.error);
  if (failure?.kind === 'forbidden') return <NotAllowed who={failure.needs} whole={whole} />;
  return (
    <Notice whole={whole} alarming icon={<IconRefreshAlert {...iconOf(whole)} />}>
      <p>{props.failed ?? w.app.notLoaded}</p>
      <Button onClick={() => void asked.refetch()}>{w.app.tryAgain}</Button>
    </Notice>
  );
}

export function Loading({ whole }: { whole?: boolean | undefined }) {
  const { w } = useWords();
  return (
    <Notice whole={whole} icon={<IconHourglass {...iconOf(whole)} />}>
      <p>{w.app.loading}</p>
    </Notice>
  );
}

/** Not for this role: who may. */
export function NotAllowed(props: { who: readonly Role[]; whole?: boolean | undefined }) {
  const { w } = useWords();
  return (
    <Notice whole={props.whole} icon={<IconLock {...iconOf(props.whole)} />}>
      <p>
        {w.app.notAllowed}
        <br />
        {w.app.notAllowedWho(props.who.map((role) => w.roles[role]).join(', '))}
      </p>
    </Notice>
  );
}

const iconOf = (whole: boolean | undefined) =>
  ({ size: whole ? '3rem' : '1.5rem', stroke: whole ? 1.5 : 2, 'aria-hidden': true }) as const;
