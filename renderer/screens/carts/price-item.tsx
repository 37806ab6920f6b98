import { useState } from 'react';
import type { CartLine } from '../../../shared/schemas/index.ts';
import { Button, Dialog, Field, FormActions, Keypad, typeKey } from '../../parts/index.ts';
import type { CommandProgress } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { parseAmount, tidy } from '../refuel/refuel-form.ts';
import styles from './price-item.module.css';

/** Nine digits are more than any site sells a thing for. */
const longest = 10;

/** What the site does not know is priced by hand: the price of one piece on the keypad, and what it is. */
export function PriceItem(props: {
  line: CartLine;
  currency: string;
  progress: CommandProgress;
  onPrice(unitAmountMinor: number, name: string | null): void;
  onClose(): void;
}) {
  const { w, format } = useWords();
  const { line, currency } = props;
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const [pointedOut, setPointedOut] = useState(false);
  const unitMinor = parseAmount(text, currency);
  const money = (amountMinor: number) => format.money({ amountMinor, currency });
  const decimals = tidy('0.1', 'amount', currency).includes('.');
  return (
    <Dialog title={w.carts.priceTitle} snug onClose={props.onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (unitMinor === null || unitMinor === 0) setPointedOut(true);
          else props.onPrice(unitMinor, name.trim() === '' ? null : name.trim());
        }}
      >
        <p>{w.carts.priceExplain(line.barcode ?? line.name)}</p>
        <output className={styles.amount} data-wrong={pointedOut || undefined} aria-label={w.carts.onePiece}>
          {unitMinor === null ? money(0) : money(unitMinor)}
          {line.quantity > 1 ? (
            <small>
              {w.carts.pieces(line.quantity)} = {money((unitMinor ?? 0) * line.quantity)}
            </small>
          ) : null}
        </output>
        {pointedOut && (unitMinor === null || unitMinor === 0) ? (
          <p role="alert" className={styles.wrong}>
            {w.carts.priceNeeded}
          </p>
        ) : null}
        <Keypad
          compact
          corner={decimals ? 'point' : 'clear'}
          onKey={(key) => setText((before) => tidy(typeKey(before, key, longest), 'amount', currency))}
        />
        <Field label={w.carts.whatIsIt} value={name} onChange={setName} maxLength={80} />
        <FormActions>
          <Button size="big" onClick={props.onClose}>
            {w.app.cancel}
          </Button>
          <Button size="big" look="strong" type="submit" grow progress={props.progress}>
            {w.carts.setPrice}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
