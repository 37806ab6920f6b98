import type { ReactNode } from 'react';
import styles from './chip.module.css';

export type Tone = 'plain' | 'green' | 'amber' | 'blue' | 'violet' | 'red';

/** A state in a word, with an icon and a colour that say the same. */
export function Chip({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={styles.chip} data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}
