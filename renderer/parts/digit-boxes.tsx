import styles from './digit-boxes.module.css';

/** The digits typed so far, each in its own box; the next one to come is marked. */
export function DigitBoxes({ text, length, label }: { text: string; length: number; label: string }) {
  return (
    <div className={styles.boxes} role="img" aria-label={`${label}: ${text.split('').join(' ') || '—'}`}>
      {[...Array(length).keys()].map((place) => (
        <span
          key={place}
          className={styles.box}
          data-state={place < text.length ? 'filled' : place === text.length ? 'next' : 'empty'}
        >
          {text[place] ?? ''}
        </span>
      ))}
    </div>
  );
}
