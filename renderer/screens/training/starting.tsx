import { useEffect, useState } from 'react';
import { useWords } from '../../words/index.ts';
import styles from './starting.module.css';

/** Longer than a training takes that has all it begins from: this is the first one here, or the machine is busy. */
const longMs = 8_000;

/** A training is being set up: that it goes on, and why it may take longer. */
export function Starting({ className }: { className?: string | undefined }) {
  const { w } = useWords();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), longMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={className} role="status" data-testid="training-starting">
      <p>{long ? w.training.startingLong : w.training.starting}</p>
      <progress className={styles.bar} aria-label={w.training.starting} />
    </div>
  );
}
