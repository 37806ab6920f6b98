/**
 * Ends an HTTP server without cutting anybody short: what was asked before is answered, nothing new is taken.
 *
 *   open ──drain──► draining (answers carry `connection: close`) ──all answered, or drainMs──► drained
 */
import type { Server, ServerResponse } from 'node:http';

/** Longer than the processor may take to answer; who waits still is cut, and sends the same again to another server. */
export const drainMs = 12_000;

export interface Drain {
  /** Counts an answer that is to be waited for. */
  began(response: ServerResponse): void;
  /** No new connections; resolves when all answers that were begun are out, at the latest after {@link drainMs}. */
  drain(): Promise<void>;
}

export function drainOf(server: Server): Drain {
  const open = new Set<ServerResponse>();
  let draining = false;
  let allOut = () => {};
  return {
    began(response) {
      if (draining) response.setHeader('connection', 'close');
      open.add(response);
      response.once('close', () => {
        open.delete(response);
        if (draining && open.size === 0) allOut();
      });
    },
    async drain() {
      draining = true;
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
      server.close(() => {});
      server.closeIdleConnections();
      if (open.size === 0) return;
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, drainMs);
        allOut = () => {
          clearTimeout(late);
          resolve();
        };
      });
    },
  };
}
