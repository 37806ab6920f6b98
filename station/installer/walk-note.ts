/** That a walk test is under way, kept so that a station which was restarted in the middle of it can say so. */
import type { WalkState } from '../../shared/station-contract/index.ts';
import type { SettingsApi } from '../core/types.ts';

export type EndedWalk = NonNullable<WalkState['ended']>;

const key = 'walk-test.running';

export class WalkNote {
  readonly #settings: Pick<SettingsApi, 'recall' | 'remember'>;

  constructor(settings: Pick<SettingsApi, 'recall' | 'remember'>) {
    this.#settings = settings;
  }

  begun({ startedAtMs, by }: { startedAtMs: number; by: string }): void {
    this.#keep(JSON.stringify({ startedAtMs, by }));
  }

  over(): void {
    this.#keep('');
  }

  /** The one that was under way when the station ended. */
  lost(): EndedWalk | null {
    try {
      const { startedAtMs, by } = JSON.parse(this.#settings.recall(key) || '{}') as Record<string, unknown>;
      if (typeof startedAtMs !== 'number' || typeof by !== 'string') return null;
      return { how: 'restart', startedAtMs, by, cancelledBy: null };
    } catch {
      return null;
    }
  }

  /** A disk that will not keep it costs these words after a restart, no walk. */
  #keep(text: string): void {
    try {
      this.#settings.remember(key, text);
    } catch {
      // A full disk says so elsewhere.
    }
  }
}
