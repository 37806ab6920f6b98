import { IconHandGrab } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { PickupView } from '../../../shared/station-contract/index.ts';
import { Button, Dialog, DigitBoxes, FormActions, type Key, Keypad, typeKey } from '../../parts/index.ts';
import type { CommandProgress } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './hand-over-check.module.css';

const plateDigits = 4;

/** A static code can be copied: a person compares the plate, or asks for the pickup number. */
export function HandOverCheck(props: {
  pickup: PickupView;
  progress: CommandProgress;
  onCheck(check: string): Promise<boolean>;
  onClose(): void;
}) {
  const { w } = useWords();
  const { pickup } = props;
  const byPlate = pickup.check.kind !== 'pickup-number';
  // `A17`: the letters are given, the driver's digits are typed.
  const letters = byPlate ? '' : pickup.number.replace(/[0-9]+$/, '');
  const length = byPlate ? plateDigits : Math.max(1, pickup.number.length - letters.length);
  const [digits, setDigits] = useState('');
  /** What the station is asked about. Digits typed meanwhile are the next try, and wait for its answer. */
  const [asked, setAsked] = useState<string | null>(null);
  const onKey = useCallback(
    (key: Key) => {
      if (key !== 'point') setDigits((before) => typeKey(before, key, length));
    },
    [length],
  );
  const submit = async () => {
    if (digits.length < length || asked !== null) return;
    setAsked(digits);
    setDigits('');
    const handedOver = await props.onCheck(letters + digits);
    setAsked(null);
    if (handedOver) props.onClose();
  };
  return (
    <Dialog title={w.handOver.checkTitle} onClose={props.onClose} size="26rem" snug>
      <form
        className={styles.check}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{byPlate ? w.handOver.checkDigits : w.handOver.checkNumber}</p>
        <div className={styles.entry}>
          {letters ? <span className={styles.letters}>{letters}</span> : null}
          <DigitBoxes
            text={digits || (asked ?? '')}
            length={length}
            label={byPlate ? w.handOver.digits : w.handOver.number}
          />
        </div>
        <Keypad onKey={onKey} />
        <FormActions>
          <Button
            type="submit"
            size="big"
            look="strong"
            grow
            progress={props.progress}
            // Digits typed on a keyboard, then Enter: that hands over, and does not close the question.
            data-autofocus
            icon={<IconHandGrab size="1.625rem" />}
            aria-disabled={asked !== null || digits.length < length}
          >
            {w.handOver.submit}
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
