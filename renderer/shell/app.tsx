import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { Activity, memo, type ReactNode, StrictMode, useEffect, useState } from 'react';
import { Toaster } from '../parts/index.ts';
import { ShutOut } from '../screens/join/index.ts';
import { SignIn } from '../screens/sign-in/index.ts';
import { TrainingGate } from '../screens/training/index.ts';
import { type Kiosk, KioskContext, useConnection, useSession } from '../session/index.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from '../theme/theme.ts';
import { useDocumentLanguage, useWords } from '../words/index.ts';
import { ScreenFault } from './screen-fault.tsx';
import { Shell } from './shell.tsx';
import { useAutoLock } from './use-auto-lock.ts';

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

/** The whole kiosk around one connection to one station. */
export function App({ kiosk }: { kiosk: Kiosk }) {
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
            <Doors />
          </MantineProvider>
        </QueryClientProvider>
      </KioskContext>
    </StrictMode>
  );
}

/** Sign-in in front; behind it, out of sight and out of reach, the screens as they were left. */
function Doors() {
  const session = useSession();
  const { locale } = useWords();
  useDocumentLanguage(locale);
  useAutoLock();
  const signedIn = session.kind === 'signed-in';
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
      {signedIn ? null : <SignIn />}
      {[...kept].sort().map((staffId) => (
        <Activity mode={staffId === mine ? 'visible' : 'hidden'} key={staffId}>
          <Kept>
            <Toaster>
              <ScreenFault>
                <TrainingGate screens={<Shell />}>
                  <Shell />
                </TrainingGate>
              </ScreenFault>
            </Toaster>
          </Kept>
        </Activity>
      ))}
    </>
  );
}
