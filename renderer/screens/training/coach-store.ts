import type { CoachView } from '../../../shared/station-contract/index.ts';
import type { StationClient, StationConnection } from '../../station/index.ts';

const retryMs = 2_000;

/** What the coach says now, followed for as long as the training runs. */
export class CoachStore {
  #view: CoachView | null = null;
  #listeners = new Set<() => void>();

  readonly get = (): CoachView | null => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async follow(
    real: { client: StationClient; connection: StationConnection },
    trainingId: string,
    signal: AbortSignal,
  ) {
    while (!signal.aborted) {
      try {
        await real.connection.whenConnected(signal);
        for await (const view of await real.client.training.coach({ trainingId }, { signal }))
          this.#set(view);
      } catch {
        // The line broke or the kiosk is locked: the next look gets the newest.
      }
      if (signal.aborted || this.#view?.state === 'failed') return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  #set(view: CoachView): void {
    this.#view = view;
    for (const listener of [...this.#listeners]) listener();
  }
}
