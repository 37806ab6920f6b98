import type { Fuel } from '../../shared/domain/index.ts';
import { useWords } from '../words/index.ts';
import styles from './fuel-badge.module.css';

/** The registered fuel, large: the last thing seen before the nozzle is taken. */
export function FuelBadge({
  fuel,
  caption,
  small,
}: {
  fuel: Fuel | null;
  caption?: string;
  small?: boolean;
}) {
  const { w } = useWords();
  if (fuel === null) return <span className={styles.none}>{w.refuel.fuelNotKnown}</span>;
  return (
    <span className={styles.fuel} data-fuel={fuel} data-small={small || undefined}>
      {w.fuels[fuel]}
      {caption ? <small>{caption}</small> : null}
    </span>
  );
}
