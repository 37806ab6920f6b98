import { useEffect } from 'react';
import { useKiosk, useSession, useSite } from '../session/index.ts';

/** Locks when nobody has touched the kiosk for as long as the site allows. */
export function useAutoLock(): void {
  const kiosk = useKiosk();
  const signedIn = useSession().kind === 'signed-in';
  const autoLockMs = useSite()?.autoLockMs ?? null;
  useEffect(() => {
    if (!signedIn || autoLockMs === null) return;
    let timer = setTimeout(lock, autoLockMs);
    function lock() {
      void kiosk.lock();
    }
    const onTouch = () => {
      clearTimeout(timer);
      timer = setTimeout(lock, autoLockMs);
    };
    const events = ['pointerdown', 'pointermove', 'keydown'] as const;
    for (const name of events) window.addEventListener(name, onTouch, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const name of events) window.removeEventListener(name, onTouch);
    };
  }, [kiosk, signedIn, autoLockMs]);
}
