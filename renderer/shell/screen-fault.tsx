import { Component, type ReactNode } from 'react';
import { Button } from '../parts/index.ts';
import { useWords } from '../words/index.ts';
import styles from './screen-fault.module.css';

/** A fault in one screen says so and offers a way on, instead of a white page. */
export class ScreenFault extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <FaultWords onRetry={() => this.setState({ failed: false })} />;
  }
}

function FaultWords({ onRetry }: { onRetry(): void }) {
  const { w } = useWords();
  return (
    <main className={styles.fault} role="alert">
      <p>{w.failure.screen}</p>
      <Button look="strong" onClick={onRetry}>
        {w.app.tryAgain}
      </Button>
    </main>
  );
}
