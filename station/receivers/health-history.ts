import type { DiagnosticsBundle } from '../../shared/station-contract/index.ts';
import type { LinkHealth } from './link-stability.ts';

export type HealthEntry = DiagnosticsBundle['healthHistory'][number];

const kept = 500;

/** The last changes of every receiver's health, for the diagnostics bundle. In memory, bounded. */
export class HealthHistory {
  #entries: HealthEntry[] = [];

  add(receiverId: string, health: LinkHealth, atMs: number): void {
    const reason = health.state === 'failed' || health.state === 'unstable' ? health.reason : null;
    const losses = health.state === 'unstable' ? health.losses : undefined;
    const last = this.#entries.findLast((entry) => entry.receiverId === receiverId);
    // One that is lost every minute all night must not push out what led up to it.
    if (losses !== undefined && last?.losses !== undefined) {
      last.losses = Math.max(last.losses, losses);
      last.reason = reason;
      return;
    }
    this.#entries.push({ atMs: Math.round(atMs), receiverId, state: health.state, reason, losses });
    if (this.#entries.length > kept) this.#entries = this.#entries.slice(-kept);
  }

  entries(): HealthEntry[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }
}
