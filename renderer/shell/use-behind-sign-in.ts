import { type ComponentType, useEffect, useState } from 'react';

const againMs = 1_000;
/** The longest that an idle moment is waited for. */
const idleMostMs = 2_000;

/**
 * The screens behind the sign-in. Whoever comes to the kiosk sees whom to sign in as before these are even fetched,
 * and has them before the PIN is typed.
 *
 * @param given the screens, where they are loaded already (tests)
 * @param shown whether the sign-in shows its names
 * @param needed whether somebody is signed in: then at once
 * @returns null until they are there
 */
export function useBehindSignIn(
  given: ComponentType | undefined,
  shown: boolean,
  needed: boolean,
): ComponentType | null {
  const [screens, setScreens] = useState<ComponentType | null>(() => given ?? null);
  const missing = screens === null;
  useEffect(() => {
    if (!missing || !(shown || needed)) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = () => {
      import('./behind-sign-in.tsx').then(
        ({ BehindSignIn }) => setScreens(() => BehindSignIn),
        // The station is beginning anew. A browser may remember that a file did not come, so the page is asked for
        // again: nothing is lost with a sign-in.
        () => {
          timer = setTimeout(() => window.location.reload(), againMs);
        },
      );
    };
    if (needed || !('requestIdleCallback' in window)) {
      load();
      return () => clearTimeout(timer);
    }
    const idle = window.requestIdleCallback(load, { timeout: idleMostMs });
    return () => {
      window.cancelIdleCallback(idle);
      clearTimeout(timer);
    };
  }, [missing, shown, needed]);
  return screens;
}
