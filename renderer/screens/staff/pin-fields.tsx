import { Field } from '../../parts/index.ts';
import { useWords, type Words } from '../../words/index.ts';

/** A new PIN, typed twice. */
export function PinFields(props: {
  pin: string;
  again: string;
  onPin(pin: string): void;
  onAgain(again: string): void;
  /** After the first attempt to save: say what is wrong. */
  judged: boolean;
}) {
  const { w } = useWords();
  const fault = props.judged ? pinFault(props.pin, props.again, w) : null;
  const digits = (text: string) => text.replace(/[^0-9]/g, '').slice(0, 8);
  return (
    <>
      <Field
        label={w.staff.pin}
        value={props.pin}
        secret
        numeric
        error={fault === w.staff.pinShape ? fault : null}
        onChange={(text) => props.onPin(digits(text))}
      />
      <Field
        label={w.staff.pinAgain}
        value={props.again}
        secret
        numeric
        error={fault === w.staff.pinsDiffer ? fault : null}
        onChange={(text) => props.onAgain(digits(text))}
      />
    </>
  );
}

/** Why the PIN cannot be taken yet, or null. */
export function pinFault(pin: string, again: string, w: Words): string | null {
  if (!/^[0-9]{4,8}$/.test(pin)) return w.staff.pinShape;
  return pin === again ? null : w.staff.pinsDiffer;
}
