import { useEffect, useRef } from 'react';
import { ScanReader, scannedKey } from './scan-reader.ts';

/** Somebody is typing, or answers a question: a scan is theirs. */
const isTaken = (target: EventTarget | null) =>
  (target instanceof HTMLElement && target.closest('input, textarea, select') !== null) ||
  document.querySelector('[role="dialog"], [role="menu"]') !== null;

/**
 * Calls `onScan` with what a barcode scanner read while this screen stands open. What came as slowly as a
 * hand types is a scan only where `isOrder` knows it.
 */
export function useScanner(onScan: (text: string) => void, isOrder: (text: string) => boolean): void {
  const latest = useRef({ onScan, isOrder });
  useEffect(() => {
    latest.current = { onScan, isOrder };
  }, [onScan, isOrder]);
  useEffect(() => {
    const reader = new ScanReader();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      // Shift comes down before a capital letter and is part of it.
      if (event.key === 'Shift' || event.key === 'CapsLock') return;
      const scan = reader.key(scannedKey(event), event.timeStamp);
      if (scan === null || !(scan.quick || latest.current.isOrder(scan.text))) return;
      // The scanner's Enter must not press whatever button has the focus.
      event.preventDefault();
      event.stopPropagation();
      latest.current.onScan(scan.text);
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}
