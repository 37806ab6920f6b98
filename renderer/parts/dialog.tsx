import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../words/index.ts';

/** A question in front of everything else. Closing it is always possible and changes nothing. */
export function Dialog(props: {
  title: string;
  onClose(): void;
  children: ReactNode;
  size?: string;
  opened?: boolean;
}) {
  const { w } = useWords();
  return (
    <Modal
      opened={props.opened ?? true}
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? '32rem'}
      closeButtonProps={{ 'aria-label': w.app.close, size: 48 }}
      styles={{
        title: { fontSize: 'var(--k-text-lg)', fontWeight: 750 },
        content: { background: 'var(--k-panel)' },
        header: { background: 'var(--k-panel)' },
      }}
    >
      {props.children}
    </Modal>
  );
}
