import { type ReactNode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import styles from './receipt.module.css';

/**
 * Prints something alone, as on a receipt printer or a sheet; what stands on the screen stays off the paper.
 *
 *   print(node) → drawn beside the app → body[data-paper] hides the rest → the system's dialog → taken away
 */
export function usePaper(): { print(node: ReactNode): void; paper: ReactNode } {
  const [node, setNode] = useState<ReactNode>(null);
  useEffect(() => {
    if (node === null) return;
    document.body.dataset.paper = '';
    try {
      window.print();
    } finally {
      delete document.body.dataset.paper;
      setNode(null);
    }
  }, [node]);
  const paper =
    node === null
      ? null
      : createPortal(
          <div className={styles.paper} data-testid="paper">
            {node}
          </div>,
          document.body,
        );
  return { print: setNode, paper };
}
