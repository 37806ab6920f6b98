import type { DiagnosticsBundle } from '../../shared/station-contract/index.ts';
import type { LinkHealth } from './supervised-link.ts';

export type HealthEntry = DiagnosticsBundle['healthHistory'][number];

const kept = 500;

/** The last changes of every receiver's health, for the diagnostics bundle. In memory, bounded. */
export class HealthHistory {
  #entries: HealthEntry[] = [];

  add(receiverId: string, health: LinkHealth, atMs: number): void {
    const reason = health.state === 'failed' ? health.reason : null;
    this.#entries.push({ atMs: Math.round(atMs), receiverId, state: health.state, reason });
    if (this.#entries.length > kept) this.#entries = this.#entries.slice(-kept);
  }

  entries(): HealthEntry[] {
    return [...this.#entries];
  }
}
