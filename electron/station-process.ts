/**
 * Keeps one station running.
 *
 *   stopped ──start──▶ starting ──ready──▶ running
 *                       ▲    │ ended, or      │ ended
 *             back-off  │    │ not ready      │
 *                       └─ waiting ◀──────────┘
 *   any ──stop──▶ stopping ──ended──▶ stopped
 *
 * A process object lives once: a restart forks a new one, and what the old one still says is not heard.
 * The station writes its records durably before it answers, so ending it at any moment loses nothing.
 */
import type { StationFailure, StationProcessStatus } from './station-status.ts';
import { backOffMs, type Timers } from './timers.ts';

export const stationDelays = {
  /** First wait after the station ended by itself; doubles each time. */
  firstRetryMs: 250,
  maxRetryMs: 30_000,
  /** After running this long, earlier failures are forgotten. */
  steadyAfterMs: 60_000,
  /** A station that has not said "ready" by then (migrations included) is ended and started again. */
  startMs: 120_000,
  /** From "stop" to ending it by force; the station gives itself 10 s. */
  stopMs: 12_000,
};

/** As much of Electron's UtilityProcess as is used. */
export interface StationChild<Port> {
  postMessage(message: unknown, transfer?: Port[]): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
}

export interface StationProcessOptions<Port> {
  /** Starts `station/utility-process.ts`. */
  fork(): StationChild<Port>;
  timers: Timers;
  onStatus(status: StationProcessStatus): void;
  /** The very first start made a manager; the PIN is told this once and kept nowhere. */
  onFirstManagerPin?(pin: string): void;
}

export class StationProcess<Port> {
  readonly #options: StationProcessOptions<Port>;
  #status: StationProcessStatus = { state: 'stopped' };
  #child: StationChild<Port> | null = null;
  #failures = 0;
  #failure: StationFailure | null = null;
  #readyAtMs: number | null = null;
  #callOff = () => {};
  #whenStopped: PromiseWithResolvers<void> | null = null;

  constructor(options: StationProcessOptions<Port>) {
    this.#options = options;
  }

  get status(): StationProcessStatus {
    return this.#status;
  }

  start(): void {
    if (this.#status.state === 'stopped') this.#fork();
  }

  /**
   * Gives the station a port to a window. It may still be starting: ports wait inside it.
   * @returns false when there is no station to give it to; ask again at the next `starting`.
   */
  connect(port: Port): boolean {
    if (this.#child === null || this.#status.state === 'stopping') return false;
    this.#child.postMessage({ type: 'connect' }, [port]);
    return true;
  }

  /** Asks it to end in order, and ends it by force when it does not. Resolves once it is gone. */
  stop(): Promise<void> {
    if (this.#whenStopped) return this.#whenStopped.promise;
    this.#callOff();
    const child = this.#child;
    if (child === null) {
      this.#become({ state: 'stopped' });
      return Promise.resolve();
    }
    const whenStopped = Promise.withResolvers<void>();
    this.#whenStopped = whenStopped;
    this.#become({ state: 'stopping' });
    this.#callOff = this.#options.timers.after(stationDelays.stopMs, () => void child.kill());
    child.postMessage({ type: 'stop' });
    return whenStopped.promise;
  }

  #fork(): void {
    const { fork, timers } = this.#options;
    this.#failure = null;
    this.#readyAtMs = null;
    const child = fork();
    this.#child = child;
    child.on('message', (message) => {
      if (this.#child === child) this.#hear(message);
    });
    child.on('exit', () => {
      if (this.#child === child) this.#ended();
    });
    this.#callOff = timers.after(stationDelays.startMs, () => void child.kill());
    this.#become({ state: 'starting' });
  }

  #hear(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    if (message.type === 'failed') this.#failure = failureIn(message);
    if (message.type !== 'ready' || this.#status.state !== 'starting') return;
    this.#callOff();
    this.#readyAtMs = this.#options.timers.nowMs();
    this.#become({ state: 'running' });
    if ('firstManagerPin' in message && typeof message.firstManagerPin === 'string') {
      this.#options.onFirstManagerPin?.(message.firstManagerPin);
    }
  }

  #ended(): void {
    this.#callOff();
    this.#child = null;
    if (this.#whenStopped) {
      this.#become({ state: 'stopped' });
      this.#whenStopped.resolve();
      this.#whenStopped = null;
      return;
    }
    const { timers } = this.#options;
    const ranMs = this.#readyAtMs === null ? 0 : timers.nowMs() - this.#readyAtMs;
    this.#failures = ranMs >= stationDelays.steadyAfterMs ? 1 : this.#failures + 1;
    const retryInMs = backOffMs(this.#failures, stationDelays.firstRetryMs, stationDelays.maxRetryMs);
    this.#callOff = timers.after(retryInMs, () => this.#fork());
    this.#become({ state: 'waiting', retryInMs, failures: this.#failures, failure: this.#failure });
  }

  #become(status: StationProcessStatus): void {
    this.#status = status;
    this.#options.onStatus(status);
  }
}

function failureIn(message: object): StationFailure {
  const { code, message: sentence } = message as { code?: unknown; message?: unknown };
  return { code: String(code ?? 'unknown'), message: String(sentence ?? '') };
}
