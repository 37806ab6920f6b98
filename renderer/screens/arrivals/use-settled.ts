import { useEffect, useState } from 'react';

/** A second tap of the same gesture, or one that was aimed before the button changed, comes within this. */
export const changedUnderFingerMs = 500;

/** @returns whether `action` has been on the button long enough for a tap to be meant for it. */
export function useSettled(action: string): boolean {
  const [settledOn, setSettledOn] = useState(action);
  useEffect(() => {
    if (settledOn === action) return;
    const timer = setTimeout(() => setSettledOn(action), changedUnderFingerMs);
    return () => clearTimeout(timer);
  }, [action, settledOn]);
  return settledOn === action;
}
