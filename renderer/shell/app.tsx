import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  Activity,
  type ComponentType,
  memo,
  type ReactNode,
  StrictMode,
  useCallback,
  useEffect,
  useState,
} from 'react';
import { ShutOut } from '../screens/join/index.ts';
import { SignIn } from '../screens/sign-in/index.ts';
import { type Kiosk, KioskContext, useConnection, useSession } from '../session/index.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from '../theme/theme.ts';
import { useDocumentLanguage, useWords } from '../words/index.ts';
import { useAutoLock } from './use-auto-lock.ts';
import { useBehindSignIn } from './use-behind-sign-in.ts';

/**
 * Out of sight its screens are not drawn again: they would see whoever is signed in now, and throw away what their
 * owner left half done. Back in sight they hear of everything by themselves.
 */
const Kept = memo(
  function Kept({ children }: { children: ReactNode }) {
    return children;
  },
  () => true,
);

/** Screens of so many people are kept as they left them. */
const mostKept = 4;

/**
 * The whole kiosk around one connection to one station.
 *
 * @param behindSignIn the screens behind the sign-in, where they are loaded already; else they are fetched when needed
 */
export function App({ kiosk, behindSignIn }: { kiosk: Kiosk; behindSignIn?: ComponentType }) {
  return (
    <StrictMode>
      <KioskContext value={kiosk}>
        <QueryClientProvider client={kiosk.queryClient}>
          <MantineProvider
            theme={theme}
            cssVariablesResolver={cssVariablesResolver}
            colorSchemeManager={colorSchemeManager}
            defaultColorScheme="auto"
          >
            <Doors behindSignIn={behindSignIn} />
          </MantineProvider>
        </QueryClientProvider>
      </KioskContext>
    </StrictMode>
  );
}

/** Sign-in in front; behind it, out of sight and out of reach, the screens as they were left. */
function Doors({ behindSignIn }: { behindSignIn?: ComponentType }) {
  const session = useSession();
  const { locale } = useWords();
  useDocumentLanguage(locale);
  useAutoLock();
  const signedIn = session.kind === 'signed-in';
  const [namesShown, setNamesShown] = useState(false);
  const onNames = useCallback(() => setNamesShown(true), []);
  const Screens = useBehindSignIn(behindSignIn, namesShown, signedIn);
  // Whose screens are kept, the latest first: somebody who steps in for a moment loses nobody's half-filled form.
  const [owners, setOwners] = useState<readonly string[]>([]);
  const person = session.kind === 'signed-out' ? null : session.person;
  useEffect(() => {
    if (!signedIn || person === null) return;
    setOwners((before) =>
      [person.staffId, ...before.filter((id) => id !== person.staffId)].slice(0, mostKept),
    );
  }, [signedIn, person]);
  const connection = useConnection();
  if (connection.kind === 'shut-out') return <ShutOut />;
  const mine = signedIn ? (person?.staffId ?? null) : null;
  const kept = mine === null || owners.includes(mine) ? owners : [mine, ...owners];
  return (
    <>
      {signedIn ? null : <SignIn onNames={onNames} />}
      {Screens === null
        ? null
        : [...kept].sort().map((staffId) => (
            <Activity mode={staffId === mine ? 'visible' : 'hidden'} key={staffId}>
              <Kept>
                <Screens />
              </Kept>
            </Activity>
          ))}
    </>
  );
}
