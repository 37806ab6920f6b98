/**
 * Follows the board's event stream for as long as somebody is signed in. After a break it resumes
 * behind the last event it saw; the station answers with a snapshot when that is too long ago.
 */
import { getEventMeta, ORPCError } from '@orpc/client';
import type { BoardEvent } from '../../shared/station-contract/index.ts';
import type { StationConnection } from './connection.ts';

export interface BoardWatchOptions {
  connection: StationConnection;
  onEvent(event: BoardEvent): void;
  /** The station no longer knows this sign-in. */
  onSignedOut(): void;
  signal: AbortSignal;
  /** Longest silence of a healthy stream; beats come more often than this. */
  silenceMs?: number;
}

const retryMs = 500;

export async function watchBoard(options: BoardWatchOptions): Promise<void> {
  const { connection, signal, silenceMs = 30_000 } = options;
  let lastEventId: string | undefined;
  while (!signal.aborted) {
    try {
      await connection.whenConnected(signal);
      const events = await connection.client.board.watch({}, { signal, lastEventId });
      let watchdog = setTimeout(() => connection.breakWire(), silenceMs);
      try {
        for await (const event of events) {
          clearTimeout(watchdog);
          watchdog = setTimeout(() => connection.breakWire(), silenceMs);
          lastEventId = getEventMeta(event)?.id ?? lastEventId;
          options.onEvent(event);
        }
      } finally {
        clearTimeout(watchdog);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ORPCError && error.code === 'UNAUTHORIZED') {
        options.onSignedOut();
        return;
      }
    }
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
