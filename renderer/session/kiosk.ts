/**
 * The kiosk's own composition root: connection, board, session and preferences, wired together once.
 *
 *   station ──wire──▶ StationConnection ──board.watch──▶ BoardStore ──▶ screens
 *   screens ──command──▶ StationConnection ──▶ station ──answer──▶ BoardStore
 */
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient } from '@tanstack/react-query';
import type { BoardEvent, Person } from '../../shared/station-contract/index.ts';
import { BoardStore, Ticker } from '../board/index.ts';
import { failureOf, type Headers, type OpenWire, StationConnection, watchBoard } from '../station/index.ts';
import { PreferencesStore } from './preferences.ts';
import { SessionStore } from './session-store.ts';

export type Kiosk = ReturnType<typeof createKiosk>;

/** @param preferences Of another kiosk in the same window, with which it shares language and sound. */
export function createKiosk(
  openWireWith: (headers: Headers) => OpenWire,
  preferences: PreferencesStore = new PreferencesStore(),
) {
  const session = new SessionStore();
  const connection = new StationConnection(openWireWith(() => session.headers()));
  const board = new BoardStore();
  const ticker = new Ticker(() => board.nowMs());
  const queries = createTanstackQueryUtils(connection.client);
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        // A refusal stays one, however often it is asked for.
        retry: (failures, error) => failures < 1 && !isRefusal(error),
        networkMode: 'always',
        refetchOnWindowFocus: false,
      },
    },
  });
  // What could not be had while the station was away is fetched by itself when it is back.
  connection.subscribe(() => {
    if (connection.state().kind !== 'connected') return;
    void queryClient.refetchQueries({
      type: 'active',
      predicate: ({ state }) => state.status === 'error' && !isRefusal(state.error),
    });
  });

  // A removed device knows nobody any more, and nobody's screens.
  connection.subscribe(() => {
    if (connection.state().kind !== 'shut-out') return;
    session.lock(true);
    session.forget(session.token());
  });

  const hear = (event: BoardEvent) => {
    board.apply(event);
    // It may bring a corrected clock: the seconds follow in the same breath as the cars.
    if (event.type === 'snapshot') ticker.catchUp();
  };
  let watching: AbortController | null = null;
  session.subscribe(() => {
    const signedIn = session.get().kind === 'signed-in';
    if (signedIn && watching === null) {
      watching = new AbortController();
      void watchBoard({
        connection,
        signal: watching.signal,
        onEvent: hear,
        onSignedOut: () => {
          session.lock(true);
          session.forget(session.token());
        },
      });
    } else if (!signedIn && watching !== null) {
      watching.abort();
      watching = null;
      // What one person may read must not wait in memory for the next.
      queryClient.clear();
    }
  });

  return {
    session,
    connection,
    client: connection.client,
    board,
    hear,
    preferences,
    ticker,
    queries,
    queryClient,
    start: () => connection.start(),
    stop: () => {
      watching?.abort();
      connection.stop();
    },
    /** `next`: who goes on here. Ends the sign-in here at once, and at the station as soon as it hears of it. */
    lock: async (next?: Person) => {
      const token = session.token();
      session.lock(false, next);
      await connection.client.session.signOut({}).catch(() => undefined);
      session.forget(token);
    },
  };
}

function isRefusal(error: unknown): boolean {
  const kind = failureOf(error)?.kind;
  return kind === 'forbidden' || kind === 'refused' || kind === 'signed-out';
}
