import { useEffect, useRef, useState } from 'react';

/** What had the focus; a menu's item is gone with its menu, so the menu's button stands for it. */
function openerNow(): HTMLElement | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return null;
  const menuButton = active.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return menuButton ? document.getElementById(menuButton) : active;
}

/**
 * Gives the focus back when a dialog goes: to what opened it or, when that is gone with what was
 * done (the button that handed over), to the next thing to do in the same card or screen.
 */
export function useFocusReturn(): void {
  const [opener] = useState(openerNow);
  const [around] = useState(() => [opener?.closest('[data-visit-id]'), opener?.closest('main')]);
  const mounted = useRef(false);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
      // When the dialog is out of the document, and what follows it is in.
      setTimeout(() => {
        const active = document.activeElement;
        const taken = active instanceof HTMLElement && active !== document.body && active.isConnected;
        if (mounted.current || taken) return;
        const next = around
          .filter((part) => part?.isConnected)
          .map(
            (part) =>
              part?.querySelector<HTMLElement>('[data-look="strong"]') ??
              part?.querySelector<HTMLElement>('button'),
          )
          .find((found) => found !== null && found !== undefined);
        (opener?.isConnected ? opener : next)?.focus({ preventScroll: true });
      });
    };
  }, [opener, around]);
}
