/**
 * Whether the database answers, for the log: that it was lost is said once, and that it is there again.
 *
 *   there ──a failure that is the database's──▶ lost ──a round of work that went well──▶ there
 */
import type { Clock } from '../shared/domain/index.ts';
import { isStoreTrouble } from './http/store-trouble.ts';
import type { Log } from './log.ts';

export interface StoreWatch {
  /** @returns whether it was the database's failure */
  failed(error: unknown): boolean;
  answered(): void;
}

export function storeWatch(clock: Clock, log: Log): StoreWatch {
  let lostAtMs: number | null = null;
  return {
    failed(error) {
      if (!isStoreTrouble(error)) return false;
      if (lostAtMs === null) {
        lostAtMs = clock.monotonicMs();
        log.error('store-lost', error);
      }
      return true;
    },
    answered() {
      if (lostAtMs === null) return;
      log.info('store-found', { awayMs: Math.round(clock.monotonicMs() - lostAtMs) });
      lostAtMs = null;
    },
  };
}
