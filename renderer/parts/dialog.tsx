import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../words/index.ts';
import { useFocusReturn } from './use-focus-return.ts';

/** A question in front of everything else. Closing it is always possible and changes nothing. */
export function Dialog(props: {
  title: string;
  onClose(): void;
  children: ReactNode;
  size?: string;
  opened?: boolean;
  /** Holds something that needs a handheld's whole width. */
  snug?: boolean;
}) {
  const { w } = useWords();
  useFocusReturn();
  return (
    <Modal
      opened={props.opened ?? true}
      onClose={props.onClose}
      // Ours: a dialog here is taken away, not closed, and what opened it may have changed meanwhile.
      returnFocus={false}
      title={props.title}
      size={props.size ?? '32rem'}
      // A low screen has no height to spare.
      yOffset="max(0.5rem, min(5dvh, 50dvh - 18rem))"
      {...(props.snug ? { xOffset: '0.5rem', padding: 'clamp(0.75rem, 2.5vw, 1.25rem)' } : {})}
      closeButtonProps={{ 'aria-label': w.app.close, size: 48 }}
      styles={{
        title: { fontSize: 'var(--k-text-lg)', fontWeight: 750, lineHeight: 1.3, textWrap: 'balance' },
        content: { background: 'var(--k-panel)' },
        header: { background: 'var(--k-panel)', paddingBottom: 0 },
      }}
    >
      {props.children}
    </Modal>
  );
}
