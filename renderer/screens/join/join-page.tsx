import { MantineProvider } from '@mantine/core';
import { StrictMode, useState } from 'react';
import { createKiosk, KioskContext } from '../../session/index.ts';
import { openWireFor } from '../../station/index.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from '../../theme/theme.ts';
import { JoinScreen } from './join-screen.tsx';

/** The join screen as a page of its own. Its kiosk is never started: there is no wire for strangers. */
export function JoinPage() {
  const [kiosk] = useState(() => createKiosk(openWireFor));
  return (
    <StrictMode>
      <KioskContext value={kiosk}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={cssVariablesResolver}
          colorSchemeManager={colorSchemeManager}
          defaultColorScheme="auto"
        >
          <JoinScreen onJoined={() => window.location.replace('/')} />
        </MantineProvider>
      </KioskContext>
    </StrictMode>
  );
}
