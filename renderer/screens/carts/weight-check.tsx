import { IconCircleCheck, IconHourglass, IconScale } from '@tabler/icons-react';
import type { CartWeight } from '../../../shared/schemas/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './carts.module.css';

/** Expected against measured, as two bars on one scale, with the band in which they count as the same. */
export function WeightCheck({ weight }: { weight: CartWeight }) {
  const { w, locale } = useWords();
  const { expectedGram, toleranceGram, measuredGram, verdict } = weight;
  const most = Math.max(expectedGram + toleranceGram, measuredGram ?? 0, 1) * 1.05;
  const share = (gram: number) => `${Math.max(0, Math.min(100, (gram / most) * 100))}%`;
  const grams = (gram: number) => w.carts.grams(new Intl.NumberFormat(locale).format(gram));
  const Icon = verdict === 'fits' ? IconCircleCheck : verdict === 'waiting' ? IconHourglass : IconScale;
  return (
    <section className={styles.weight} data-verdict={verdict} aria-label={w.carts.weightCheck}>
      <p className={styles.verdict}>
        <Icon size="1.5rem" aria-hidden="true" />
        {w.cartVerdicts[verdict]}
      </p>
      <dl>
        <dt>{w.carts.expected}</dt>
        <dd>
          <span className={styles.bar} aria-hidden="true">
            <span className={styles.expected} style={{ width: share(expectedGram) }} />
            <span
              className={styles.band}
              style={{ left: share(expectedGram - toleranceGram), width: share(2 * toleranceGram) }}
            />
          </span>
          {grams(expectedGram)} ±{grams(toleranceGram)}
        </dd>
        <dt>{w.carts.measured}</dt>
        <dd>
          <span className={styles.bar} aria-hidden="true">
            <span className={styles.measured} style={{ width: share(measuredGram ?? 0) }} />
          </span>
          {measuredGram === null ? w.carts.notWeighed : grams(measuredGram)}
        </dd>
      </dl>
    </section>
  );
}
