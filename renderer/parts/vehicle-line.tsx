import { carModelName, useWords, type Words } from '../words/index.ts';
import styles from './vehicle-line.module.css';

/** Paint as it looks from afar; a colour the kiosk does not know gets no dot. */
const paints: Record<string, string> = {
  white: '#fdfdfd',
  black: '#14181f',
  grey: '#888b90',
  gray: '#888b90',
  silver: '#c4c9cf',
  blue: '#3b6fd6',
  navy: '#22366b',
  red: '#cc2b34',
  green: '#2f8f57',
  mint: '#9fe0c8',
  yellow: '#f2c531',
  orange: '#ee8130',
  brown: '#7c5638',
  beige: '#dccdb2',
  purple: '#7b4fb5',
  pink: '#f0a3b8',
};

export function colorName(color: string, w: Words): string {
  return w.colors[color.toLowerCase()] ?? color;
}

/** Model and colour: `Sonata · grey`, `쏘나타 · 회색`, with a dot of paint. */
export function VehicleLine({ model, color }: { model: string; color: string }) {
  const { w, locale } = useWords();
  const paint = paints[color.toLowerCase()];
  const text = [carModelName(model, locale), colorName(color, w)].filter((part) => part !== '').join(' · ');
  if (text === '') return null;
  return (
    <span className={styles.line}>
      {paint ? <span className={styles.paint} style={{ background: paint }} aria-hidden="true" /> : null}
      {text}
    </span>
  );
}
