import { useId } from 'react';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { useWords } from '../../words/index.ts';
import type { RefuelForm, RefuelSum } from './refuel-form.ts';
import styles from './sum-fields.module.css';

/** Volume and amount: type either, the other follows from the price. */
export function SumFields(props: {
  site: SiteSettings;
  form: RefuelForm;
  field: 'volume' | 'amount';
  sum: RefuelSum;
  onSum(field: 'volume' | 'amount', text: string): void;
  onField(field: 'volume' | 'amount'): void;
  onSubmit(): void;
}) {
  const { w, format } = useWords();
  const { sum, form, site } = props;
  const derivedVolume = sum.volumeMl === null ? '' : (sum.volumeMl / 1000).toFixed(3);
  const derivedAmount =
    sum.amountMinor === null
      ? ''
      : format.money({ amountMinor: sum.amountMinor, currency: site.currency }).replace(/[^0-9.,]/g, '');
  return (
    <div className={styles.two}>
      <SumField
        label={w.refuel.volume}
        unit={w.refuel.litres}
        value={form.typed === 'volume' ? form.text : derivedVolume}
        derived={form.typed === 'amount' && derivedVolume !== ''}
        active={props.field === 'volume'}
        onFocus={() => props.onField('volume')}
        onChange={(text) => props.onSum('volume', text)}
        onSubmit={props.onSubmit}
      />
      <SumField
        label={w.refuel.amount}
        unit={currencySign(site.currency)}
        before
        value={form.typed === 'amount' ? form.text : derivedAmount}
        derived={form.typed === 'volume' && derivedAmount !== ''}
        active={props.field === 'amount'}
        onFocus={() => props.onField('amount')}
        onChange={(text) => props.onSum('amount', text)}
        onSubmit={props.onSubmit}
      />
    </div>
  );
}

function SumField(props: {
  label: string;
  unit: string;
  before?: boolean;
  value: string;
  derived: boolean;
  active: boolean;
  onFocus(): void;
  onChange(text: string): void;
  onSubmit(): void;
}) {
  const { w } = useWords();
  const id = useId();
  const unit = <span className={styles.unit}>{props.unit}</span>;
  return (
    <div
      className={styles.field}
      data-active={props.active || undefined}
      data-coach={props.before ? 'amount' : undefined}
    >
      <label htmlFor={id}>{props.label}</label>
      {props.derived ? <span className={styles.derived}>{w.refuel.follows}</span> : null}
      <div className={styles.row}>
        {props.before ? unit : null}
        <input
          id={id}
          // Our own keypad is on the screen; the machine's would cover it.
          inputMode="none"
          autoComplete="off"
          placeholder="0"
          value={props.value}
          data-derived={props.derived || undefined}
          onFocus={props.onFocus}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') props.onSubmit();
          }}
        />
        {props.before ? null : unit}
      </div>
    </div>
  );
}

function currencySign(currency: string): string {
  const parts = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}
