import { formatPlate } from '../../shared/domain/index.ts';
import { useWords } from '../words/index.ts';
import styles from './plate.module.css';

export interface PlateProps {
  /** The last four digits only, as on the board … */
  tail?: string;
  /** … or the whole plate, where a car is being chosen. */
  plate?: string;
  size?: 'small' | 'medium' | 'large';
}

/** A number plate that looks like one. */
export function Plate({ tail, plate, size = 'large' }: PlateProps) {
  const { w } = useWords();
  if (plate !== undefined) {
    return (
      <span className={styles.plate} data-size={size} lang="ko">
        {formatPlate(plate)}
      </span>
    );
  }
  return (
    <span className={styles.plate} data-size={size}>
      <span className="visually-hidden">{tail ? w.plate.ending(tail) : w.plate.none}</span>
      <span aria-hidden="true">
        <span className={styles.dots}>•••</span> {tail || '—'}
      </span>
    </span>
  );
}
