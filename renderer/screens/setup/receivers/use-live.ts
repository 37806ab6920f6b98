import { ORPCError } from '@orpc/client';
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import { useKiosk } from '../../../session/index.ts';
import { LiveStore } from './live-store.ts';

export type LiveState = 'waiting' | 'live' | 'broken' | 'forbidden';

const retryMs = 1_000;

/** Listens to the station's levels for as long as the screen is open; takes up again after a break. */
export function useLiveSource(): { store: LiveStore; state: LiveState } {
  const { connection } = useKiosk();
  const [store] = useState(() => new LiveStore());
  const [state, setState] = useState<LiveState>('waiting');
  useEffect(() => {
    const stop = new AbortController();
    const listen = async () => {
      while (!stop.signal.aborted) {
        try {
          await connection.whenConnected(stop.signal);
          for await (const event of await connection.client.receivers.live({}, { signal: stop.signal })) {
            store.take(event);
            setState('live');
          }
        } catch (error) {
          if (stop.signal.aborted) return;
          if (error instanceof ORPCError && (error.code === 'FORBIDDEN' || error.code === 'UNAUTHORIZED')) {
            setState('forbidden');
            return;
          }
        }
        if (stop.signal.aborted) return;
        setState('broken');
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    };
    void listen();
    return () => stop.abort();
  }, [connection, store]);
  return { store, state };
}

export const LiveContext = createContext<{ store: LiveStore; state: LiveState } | null>(null);

export function useLive() {
  const live = use(LiveContext);
  if (live === null) throw new Error('no live signal around this component');
  const summary = useSyncExternalStore(live.store.subscribe, live.store.get);
  return { ...live, summary };
}
