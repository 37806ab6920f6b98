/**
 * What every driver needs to keep the contract of `receiver.ts`: its listeners, counters and the
 * health union. Drivers hold one of these; they do not inherit from it.
 */
import type { Clock } from '../shared/domain/index.ts';
import type {
  AdvertisingReport,
  DiscardReason,
  ReceiverCounters,
  ReceiverError,
  ReceiverEvent,
  ReceiverHealth,
  ReceiverListener,
  Unsubscribe,
} from './receiver.ts';

export class ReceiverCore {
  readonly #clock: Clock;
  readonly #listeners = new Set<ReceiverListener>();
  readonly #counters: ReceiverCounters = { packets: 0, reports: 0, discardedBytes: 0, unknownEvents: 0 };
  #health: ReceiverHealth = { state: 'unopened' };
  #lastReportAtMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  subscribe(listener: ReceiverListener): Unsubscribe {
    // A wrapper of its own, so that one function subscribed twice is two subscriptions.
    const own: ReceiverListener = (event) => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  health(): ReceiverHealth {
    // The time of the last report changes thousands of times a second: joined when asked, not stored.
    return this.#health.state === 'healthy'
      ? { ...this.#health, lastReportAtMs: this.#lastReportAtMs }
      : this.#health;
  }

  counters(): ReceiverCounters {
    return { ...this.#counters };
  }

  get isOpen(): boolean {
    return this.#health.state === 'starting' || this.#health.state === 'healthy';
  }

  get isEnded(): boolean {
    return this.#health.state === 'failed' || this.#health.state === 'closed';
  }

  starting(): void {
    this.#setHealth({ state: 'starting', sinceAtMs: this.#clock.nowMs() });
  }

  healthy(): void {
    if (this.isEnded) return;
    this.#setHealth({
      state: 'healthy',
      sinceAtMs: this.#clock.nowMs(),
      lastReportAtMs: this.#lastReportAtMs,
    });
  }

  /** The first reason stays: what follows a failure is its echo. */
  failed(reason: ReceiverError): void {
    if (this.isEnded) return;
    this.#setHealth({ state: 'failed', reason, atMs: this.#clock.nowMs() });
  }

  closed(): void {
    if (this.#health.state === 'closed') return;
    this.#setHealth({ state: 'closed', atMs: this.#clock.nowMs() });
    this.#listeners.clear();
  }

  packet(): void {
    this.#counters.packets++;
  }

  unknownEvent(): void {
    this.#counters.unknownEvents++;
  }

  report(report: AdvertisingReport): void {
    this.#counters.reports++;
    this.#lastReportAtMs = report.atMs;
    this.#emit({ type: 'report', report });
  }

  discarded(bytes: number, reason: DiscardReason): void {
    if (bytes <= 0) return;
    this.#counters.discardedBytes += bytes;
    this.#emit({ type: 'discarded', bytes, reason, atMs: this.#clock.nowMs() });
  }

  #setHealth(health: ReceiverHealth): void {
    this.#health = health;
    this.#emit({ type: 'health', health });
  }

  #emit(event: ReceiverEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
