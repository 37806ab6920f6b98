import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './connection-pills.module.css';
import type { Condition } from './connection-words.ts';

/** One connection: how it is in a word, and on a tap in a sentence that says what to do. */
export function ConnectionPill(props: {
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
