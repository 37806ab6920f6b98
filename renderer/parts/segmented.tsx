import { type ReactNode, useEffect, useRef } from 'react';
import styles from './segmented.module.css';

export interface Segment<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
  count?: number;
}

/** A choice of a few, side by side; on a narrow screen they can be swiped. */
export function Segmented<T extends string>(props: {
  segments: Segment<NoInfer<T>>[];
  value: T;
  onChange(value: NoInfer<T>): void;
  label: string;
}) {
  const chosen = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (props.value !== undefined) chosen.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [props.value]);
  return (
    <fieldset className={styles.segments} aria-label={props.label}>
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
    </fieldset>
  );
}
