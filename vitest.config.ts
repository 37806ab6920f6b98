import { defineConfig } from 'vitest/config';

// Unit tests stand beside their code (*.test.ts); integration tests, which need system parts
// (socat, dbus-daemon, a real PostgreSQL), live in tests/integration.
export default defineConfig({
  test: {
    include: [
      '{drivers,station,server,simulator,training,shared,electron,tools}/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'tests/integration/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'out/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
