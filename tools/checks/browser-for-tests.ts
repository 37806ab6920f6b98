import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from '@playwright/test';
import { findChromium } from '../launch/window.ts';

/** A browser under test speaks to the kiosk and to nobody else. */
const quietFlags = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Playwright options for the system's own Chromium (`CHROMIUM` overrides): Playwright's download is not
 * used, so tests run where only the distribution's packages can be had. Without one, Playwright falls
 * back to its own browser and says how to install it.
 */
export function browserForTests(): Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> {
  const executablePath = findChromium() ?? undefined;
  // Chromium's sandbox refuses to run as root, which is what most CI containers are.
  const asRoot = process.getuid?.() === 0;
  return {
    browserName: 'chromium',
    launchOptions: { executablePath, args: asRoot ? [...quietFlags, '--no-sandbox'] : quietFlags },
  };
}
