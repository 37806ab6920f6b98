import type { ButtonHTMLAttributes, ReactNode } from 'react';
import type { CommandProgress } from '../session/index.ts';
import { useWords } from '../words/index.ts';
import styles from './button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `strong`: the one action of a card; `quiet`: everything else; `danger`: cannot be taken back. */
  look?: 'strong' | 'quiet' | 'danger' | 'plain';
  size?: 'small' | 'normal' | 'big';
  icon?: ReactNode;
  /** While a command is under way the button says so and further taps do nothing. */
  progress?: CommandProgress;
  grow?: boolean;
  /** It has just become another action: it takes no taps yet, and comes up as it settles. */
  settling?: boolean;
}

/** A button with an icon and words. Under way, it keeps its place and says what is happening. */
export function Button(props: ButtonProps) {
  const {
    look = 'quiet',
    size = 'normal',
    icon,
    progress = 'idle',
    grow,
    settling = false,
    children,
    className,
    ...rest
  } = props;
  const { w } = useWords();
  const busy = progress !== 'idle';
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || settling || rest['aria-disabled'] || undefined}
      data-settling={settling || undefined}
      data-look={look}
      data-size={size}
      data-grow={grow || undefined}
      className={className ? `${styles.button} ${className}` : styles.button}
    >
      {busy ? <span className={styles.spinner} aria-hidden="true" /> : icon}
      <span className={styles.words}>
        {progress === 'sending' ? w.action.sending : progress === 'checking' ? w.action.checking : children}
      </span>
    </button>
  );
}
