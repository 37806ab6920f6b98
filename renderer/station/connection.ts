/**
 * The connection to the station: keeps one wire open and opens the next when it breaks.
 *
 *   connecting ──open──▶ connected ──wire closed / no beat──▶ lost ──back-off──▶ connecting …
 *        └──────────────────┴──this device was removed──▶ shut-out
 *
 * A call made while there is no wire fails at once (`NotSentError`): nothing a person tapped is
 * kept to run later behind their back.
 */
import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { StationContract } from '../../shared/station-contract/index.ts';
import { type OpenWire, ShutOutError, type Wire } from './wire.ts';

export type StationClient = ContractRouterClient<StationContract>;

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'connected' }
  /** `sinceMs`: by this page's monotonic clock, which no correction moves. */
  | { kind: 'lost'; sinceMs: number; attempts: number }
  /** The end: this device was removed from the site's kiosks, and nothing is tried any more. */
  | { kind: 'shut-out' };

/** The station was not reachable when the call was made: it has never seen it. */
export class NotSentError extends Error {
  constructor() {
    super('no wire to the station');
    this.name = 'NotSentError';
  }
}

export const connectionDelays = {
  /** First wait after a break; doubles up to `backOffMaxMs`, with up to a quarter of jitter. */
  backOffMs: 250,
  backOffMaxMs: 5_000,
};

export class StationConnection {
  readonly client: StationClient;
  #open: OpenWire;
  #wire: Wire | null = null;
  #state: ConnectionState = { kind: 'connecting' };
  #listeners = new Set<() => void>();
  #stop = new AbortController();

  constructor(open: OpenWire) {
    this.#open = open;
    const link: ClientLink<ClientContext> = {
      call: async (path, input, options) => {
        const wire = this.#wire;
        if (wire === null) throw new NotSentError();
        return await wire.link.call(path, input, options);
      },
    };
    this.client = createORPCClient(link);
  }

  readonly state = (): ConnectionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stop.abort();
    this.#wire?.close();
  }

  /** The wire looks open but says nothing: drop it, so that a fresh one is opened. */
  breakWire(): void {
    this.#wire?.close();
  }

  /** Resolves as soon as there is a wire; rejects only when `signal` aborts. */
  whenConnected(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (signal.aborted) reject(new Error('given up'));
        else if (this.#state.kind === 'connected') resolve();
        else return;
        stopListening();
        signal.removeEventListener('abort', check);
      };
      const stopListening = this.subscribe(check);
      signal.addEventListener('abort', check);
      check();
    });
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }

  async #run(): Promise<void> {
    let attempts = 0;
    let lostAtMs: number | null = null;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const wire = await this.#open(signal);
        this.#wire = wire;
        attempts = 0;
        lostAtMs = null;
        this.#set({ kind: 'connected' });
        if ((await wire.closed) === 'shut-out') throw new ShutOutError();
      } catch (error) {
        if (error instanceof ShutOutError && !signal.aborted) {
          this.#wire = null;
          this.#set({ kind: 'shut-out' });
          return;
        }
        // Nobody there yet: the state below says so, and the next attempt follows.
      }
      this.#wire = null;
      if (signal.aborted) return;
      lostAtMs ??= performance.now();
      attempts += 1;
      this.#set({ kind: 'lost', sinceMs: lostAtMs, attempts });
      const base = Math.min(
        connectionDelays.backOffMaxMs,
        connectionDelays.backOffMs * 2 ** Math.min(attempts - 1, 8),
      );
      await pause(base * (1 + Math.random() / 4), signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
