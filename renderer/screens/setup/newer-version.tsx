import { IconAlertTriangle } from '@tabler/icons-react';
import { Button } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './setup.module.css';

/** Somebody else saved what is being typed here: nothing is lost, and nothing is saved before the person chose. */
export function NewerVersion(props: {
  /** What is there now, where it can be said in a word. */
  now?: string;
  onTake(): void;
  onKeep(): void;
}) {
  const { w } = useWords();
  const f = w.siteForm;
  return (
    <div className={styles.newer} role="alert" data-testid="newer-version">
      <p>
        <IconAlertTriangle size="1.25rem" aria-hidden="true" />{' '}
        {props.now === undefined ? f.newer : f.newerNow(props.now)}
      </p>
      <div className={styles.newerActions}>
        <Button onClick={props.onTake}>{f.takeTheirs}</Button>
        <Button onClick={props.onKeep}>{f.keepMine}</Button>
      </div>
    </div>
  );
}
