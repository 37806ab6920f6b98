import { createServer } from 'node:net';

/** @returns `preferred` when nobody listens there on loopback, else 0 (any free port). */
export function freePort(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(preferred, '127.0.0.1', () => probe.close(() => resolve(preferred)));
  });
}
