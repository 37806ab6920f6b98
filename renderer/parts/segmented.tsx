import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { afterLayout } from './after-layout.ts';
import styles from './segmented.module.css';
import { useMoreBeside } from './use-more-beside.ts';

export interface Segment<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
  count?: number;
}

/** A choice of a few, side by side; where they do not fit they are swiped, and an edge says that there is more. */
export function Segmented<T extends string>(props: {
  segments: Segment<NoInfer<T>>[];
  value: T;
  onChange(value: NoInfer<T>): void;
  label: string;
}) {
  const chosen = useRef<HTMLButtonElement>(null);
  const row = useRef<HTMLFieldSetElement>(null);
  const more = useMoreBeside(row);
  useEffect(() => {
    if (props.value === undefined) return undefined;
    return afterLayout(() => chosen.current?.scrollIntoView({ block: 'nearest', inline: 'center' }));
  }, [props.value]);
  return (
    <fieldset ref={row} className={styles.segments} aria-label={props.label}>
      <span
        className={styles.edge}
        data-side="before"
        data-more={more.before || undefined}
        aria-hidden="true"
      >
        <IconChevronLeft size="1.25rem" />
      </span>
      {props.segments.map((segment) => (
        <button
          key={segment.value}
          ref={segment.value === props.value ? chosen : undefined}
          type="button"
          aria-pressed={segment.value === props.value}
          className={styles.segment}
          onClick={() => props.onChange(segment.value)}
        >
          {segment.icon}
          <span>{segment.label}</span>
          {segment.count === undefined ? null : <span className={styles.count}>{segment.count}</span>}
        </button>
      ))}
      <span className={styles.edge} data-side="after" data-more={more.after || undefined} aria-hidden="true">
        <IconChevronRight size="1.25rem" />
      </span>
    </fieldset>
  );
}
