import type { ReactNode } from 'react';
import styles from './segmented.module.css';

export interface Segment<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
  count?: number;
}

/** A choice of a few, all visible. */
export function Segmented<T extends string>(props: {
  segments: Segment<NoInfer<T>>[];
  value: T;
  onChange(value: NoInfer<T>): void;
  label: string;
}) {
  return (
    <fieldset className={styles.segments} aria-label={props.label}>
      {props.segments.map((segment) => (
        <button
          key={segment.value}
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
