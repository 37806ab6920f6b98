import { defineConfig } from '@playwright/test';
import { browserForTests } from './tools/checks/browser-for-tests.ts';

// Four projects: the kiosk in a browser against the real station and payment server (the training apart), every
// state of every screen on the fake station, and the Electron shell (its tests skip themselves, with the reason,
// where Electron's runtime is not on the machine).
export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: false,
  // Each file starts a payment server, a station and a lot of its own (tools/test.ts runs four files at once).
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    // A trace costs every test time, also those that pass: TRACE=1 where one that fails is to be looked into.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    ...browserForTests(),
  },
  projects: [
    // The longest of all, and most of it is waiting: as the first it is done when the others are, as the last alone.
    { name: 'training', testDir: 'tests/e2e', testMatch: 'training.spec.ts' },
    { name: 'kiosk', testDir: 'tests/e2e', testIgnore: 'training.spec.ts' },
    { name: 'screens', testDir: 'tests/screens' },
    { name: 'electron', testDir: 'tests/e2e-electron' },
  ],
});
