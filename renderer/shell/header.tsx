import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { afterLayout, Clock } from '../parts/index.ts';
import { useWords } from '../words/index.ts';
import { ConnectionPills } from './connection-pills.tsx';
import styles from './header.module.css';

/** The head of every screen: what it is, its own controls, the connections, the time. */
export function Header(props: {
  title: ReactNode;
  children?: ReactNode;
  extra?: ReactNode;
  /** Its own controls are left out where there is no room for them. */
  wideOnly?: boolean;
  /** Its own controls are too many to stand beside the title: they have a row of their own. */
  below?: boolean;
  onBack?: () => void;
}) {
  const { w } = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What was pressed went with its screen: the keyboard, and a screen reader, go on from here.
    return afterLayout(() => {
      if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
    });
  }, []);
  return (
    <header className={styles.header}>
      {props.onBack ? (
        <button type="button" className={styles.back} aria-label={w.app.back} onClick={props.onBack}>
          <IconArrowLeft size="1.625rem" />
        </button>
      ) : null}
      <h1 className={styles.title} ref={title} tabIndex={-1}>
        {props.title}
      </h1>
      <div
        className={styles.own}
        data-wide-only={props.wideOnly || undefined}
        data-below={props.below || undefined}
      >
        {props.children}
      </div>
      <div className={styles.side}>
        {props.extra}
        <ConnectionPills />
        <Clock className={styles.clock} />
      </div>
    </header>
  );
}
