import { IconPencil } from '@tabler/icons-react';
import type { CartLine } from '../../../shared/schemas/index.ts';
import { Button } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './carts.module.css';

/** What is in a cart. Where something has no price, whoever may sets one. */
export function CartLines(props: {
  lines: readonly CartLine[];
  currency: string;
  onPrice?: ((line: CartLine) => void) | undefined;
}) {
  return (
    <ul className={styles.lines}>
      {props.lines.map((line) => (
        <Line key={line.lineId} line={line} currency={props.currency} onPrice={props.onPrice} />
      ))}
    </ul>
  );
}

function Line(props: { line: CartLine; currency: string; onPrice?: ((line: CartLine) => void) | undefined }) {
  const { w, format, locale } = useWords();
  const { line, currency, onPrice } = props;
  const name = locale === 'ko' ? (line.nameKo ?? line.name) : line.name;
  const unit = format.money({ amountMinor: line.unitAmountMinor, currency });
  const grams = new Intl.NumberFormat(locale).format(line.weightGram ?? 0);
  const many =
    line.weightGram === null
      ? w.carts.pieces(line.quantity)
      : `${w.carts.grams(grams)} · ${w.carts.perKilogram(unit)}`;
  return (
    <li className={styles.line} data-testid="cart-line" data-unknown={line.known ? undefined : true}>
      <span>
        {line.known ? name : w.carts.unknownItem}
        <small>
          {line.known || line.barcode === null ? '' : `${line.barcode} · `}
          {many}
          {line.pricedBy === undefined ? '' : ` · ${w.carts.pricedBy(line.pricedBy)}`}
        </small>
      </span>
      {line.known ? (
        <span>{format.money({ amountMinor: line.amountMinor, currency })}</span>
      ) : onPrice === undefined ? (
        <span>{w.carts.noPrice}</span>
      ) : (
        <Button icon={<IconPencil size="1.25rem" aria-hidden="true" />} onClick={() => onPrice(line)}>
          {w.carts.setPrice}
        </Button>
      )}
    </li>
  );
}
