import { defineConfig } from 'vitest/config';

const node = 'drivers,station,server,simulator,training,shared,electron,tools';

// Unit tests stand beside their code (*.test.ts); integration tests, which need system parts
// (socat, dbus-daemon, a real PostgreSQL), live in tests/integration.
export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', 'out/**'],
    // These end what hangs. A store in memory alone takes ten seconds to begin on a slow machine.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        // Half of the time went into loading the same modules again for each file: these keep no state
        // in their modules, so files follow one another in one worker.
        test: { name: 'node', include: [`{${node}}/**/*.test.ts`], isolate: false },
      },
      {
        extends: true,
        // Likewise, with React and a page; a thread is begun sooner than a process.
        test: {
          name: 'screens',
          include: ['renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['renderer/dev/page-for-tests.ts'],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/support/vitest-setup.ts'],
          // As above; and a PostgreSQL in the process begins in a third of the time when one was there before.
          isolate: false,
        },
      },
    ],
  },
});
