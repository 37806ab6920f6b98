import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { Fuel } from '../../../shared/domain/index.ts';
import { Button, Dialog, FormActions } from '../../parts/index.ts';
import type { CommandProgress } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './wrong-fuel.module.css';

/** Two confirmations, and the second is in another place: a habit cannot tap through both. */
export function WrongFuel(props: {
  registered: Fuel;
  chosen: Fuel;
  progress: CommandProgress;
  onConfirmed(): void;
  onClose(): void;
}) {
  const { w } = useWords();
  const [once, setOnce] = useState(false);
  const chosen = w.fuels[props.chosen];
  return (
    <Dialog title={once ? w.refuel.mismatchSecondTitle : w.refuel.mismatchTitle} onClose={props.onClose}>
      <div className={styles.warning} role="alert">
        <IconAlertTriangle size="3rem" aria-hidden="true" />
        <p>{once ? w.refuel.mismatchSecond : w.refuel.mismatch(w.fuels[props.registered], chosen)}</p>
      </div>
      <FormActions>
        {once ? (
          <>
            <Button size="big" look="danger" progress={props.progress} onClick={props.onConfirmed}>
              {w.refuel.mismatchSecondButton}
            </Button>
            <Button size="big" grow onClick={props.onClose}>
              {w.refuel.changeGrade}
            </Button>
          </>
        ) : (
          <>
            <Button size="big" look="strong" grow onClick={props.onClose}>
              {w.refuel.changeGrade}
            </Button>
            <Button size="big" look="danger" onClick={() => setOnce(true)}>
              {w.refuel.mismatchFirst(chosen)}
            </Button>
          </>
        )}
      </FormActions>
    </Dialog>
  );
}
