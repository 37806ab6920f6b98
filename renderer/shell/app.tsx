import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { Activity, StrictMode, useEffect, useState } from 'react';
import { Toaster } from '../parts/index.ts';
import { SignIn } from '../screens/sign-in/index.ts';
import { type Kiosk, KioskContext, useSession } from '../session/index.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from '../theme/theme.ts';
import { useDocumentLanguage, useWords } from '../words/index.ts';
import { ScreenFault } from './screen-fault.tsx';
import { Shell } from './shell.tsx';
import { useAutoLock } from './use-auto-lock.ts';

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
  const [owner, setOwner] = useState<string | null>(null);
  const person = session.kind === 'signed-out' ? null : session.person;
  useEffect(() => {
    if (signedIn && person !== null) setOwner(person.staffId);
  }, [signedIn, person]);
  const screensOf = signedIn ? (person?.staffId ?? null) : owner;
  return (
    <>
      {signedIn ? null : <SignIn />}
      {screensOf === null ? null : (
        <Activity mode={signedIn ? 'visible' : 'hidden'} key={screensOf}>
          <Toaster>
            <ScreenFault>
              <Shell />
            </ScreenFault>
          </Toaster>
        </Activity>
      )}
    </>
  );
}
