/**
 * Keeps one receiver alive. A link lives once; after a failure a new one is made.
 *
 *              open ok              nobody heard for silentMs: scan restarted
 *   starting ──────────▶ healthy ─────────────────────────────▶ silent ──┐ again every silentMs,
 *      ▲                    ▲ └────────── somebody heard ◀────────┘      │ after three a new link
 *      │                    │                                            │
 *      └── back-off ◀── failed ◀── cable out, no answer, open refused ◀──┘
 *             └── open ok, but deaf before it failed, its cable in ──▶ silent
 *                 (deaf: it had fallen silent, or failed twice before anybody was heard)
 *
 * Scans stop without an error in every Bluetooth stack, and a silent receiver looks like a quiet day:
 * hence the watchdog. What is found here is told as {@link LinkStability} judges it: one that is lost
 * again and again is not called well in between.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Receiver, ReceiverError, ReceiverEvent, ReceiverFactory } from '../../drivers/receiver.ts';
import { backoffMs, type Cancel, type Clock, err, ok, type Result } from '../../shared/domain/index.ts';
import { linkDelays } from './link-delays.ts';
import { type LinkHealth, LinkStability } from './link-stability.ts';

type ReportListener = (event: ReceiverEvent) => void;

export interface SupervisedLinkOptions {
  factory: ReceiverFactory;
  clock: Clock;
  random: () => number;
  /** Every event of the living link; the hot path. */
  onEvent: ReportListener;
  onHealth: (health: LinkHealth) => void;
  /** A recording that has ended is not started again. */
  mayEnd: boolean;
  silentMs?: number;
}

export class SupervisedLink {
  readonly #options: SupervisedLinkOptions;
  readonly #silentMs: number;
  readonly #stability: LinkStability;
  /** As it is found. */
  #health: LinkHealth;
  /** As it is told. */
  #told: LinkHealth;
  #receiver: Receiver | null = null;
  #unsubscribe: () => void = () => {};
  #cancelRetry: Cancel = () => {};
  #cancelWatch: Cancel = () => {};
  #failures = 0;
  /** Since somebody was heard, over every link. */
  #restarts = 0;
  /** Reports before this link was opened; null: it is not open. */
  #reportsAtOpen: number | null = null;
  /** Failures of links that heard nobody, since somebody was heard. */
  #deafFailures = 0;
  #restarting = false;
  #reports = 0;
  #seenReports = 0;
  /** These two by the monotonic clock: a corrected wall clock neither blinds the watchdog nor wakes it. */
  #quietSinceMs: number;
  #lastHeardMs = 0;
  /** When something was last done about it: the scan restarted, or the link opened. Monotonic, too. */
  #lastTriedMs = 0;
  #discardedBefore = 0;
  #lastReportAtMs: number | null = null;
  #stopped = false;

  constructor(options: SupervisedLinkOptions) {
    this.#options = options;
    this.#silentMs = options.silentMs ?? linkDelays.silentMs;
    this.#quietSinceMs = options.clock.monotonicMs();
    this.#stability = new LinkStability(options.clock);
    this.#health = { state: 'starting', sinceMs: options.clock.nowMs() };
    this.#told = this.#health;
  }

  /** As the site is told: `unstable` where it is lost again and again, whether or not it is open just now. */
  get health(): LinkHealth {
    return this.#told;
  }
  /** All reports so far, over every link. */
  get reports(): number {
    return this.#reports;
  }
  get lastReportAtMs(): number | null {
    return this.#lastReportAtMs;
  }
  get discardedBytes(): number {
    return this.#discardedBefore + (this.#receiver?.counters().discardedBytes ?? 0);
  }

  start(): void {
    void this.#attempt();
    this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    this.#cancelWatch();
    await this.#drop();
    this.#set({ state: 'closed', sinceMs: this.#options.clock.nowMs() });
  }

  /** Makes and opens a new link. `healthy` is said only where the old one had not fallen silent. */
  async #attempt(): Promise<void> {
    const { factory, clock } = this.#options;
    const receiver = factory();
    this.#receiver = receiver;
    const reportsBefore = this.#reports;
    this.#unsubscribe = receiver.subscribe((event) => this.#onEvent(receiver, event));
    const opened = await this.#open(receiver);
    if (this.#stopped || this.#receiver !== receiver) return;
    if (!opened.ok) return this.#failed(receiver, opened.error);
    this.#lastTriedMs = clock.monotonicMs();
    this.#reportsAtOpen = reportsBefore;
    if (this.#health.state === 'silent') return;
    // Opened anew it is as deaf as before, until somebody is heard.
    if (
      this.#reports === reportsBefore &&
      (this.#restarts > 0 || this.#deafFailures > linkDelays.deafFailuresForgiven)
    ) {
      this.#setSilent();
      return;
    }
    if (this.#deafFailures === 0) this.#quietSinceMs = clock.monotonicMs();
    // A recording of no length may be over by now.
    if (receiver.health().state === 'healthy') this.#set({ state: 'healthy', sinceMs: clock.nowMs() });
  }

  /** Opening ends: with the driver's answer, its exception, or our patience. */
  #open(receiver: Receiver): Promise<Result<void, ReceiverError>> {
    return this.#within(linkDelays.openTimeoutMs, receiver.open(), 'opening');
  }

  #within(
    limitMs: number,
    work: Promise<Result<void, ReceiverError>>,
    what: string,
  ): Promise<Result<void, ReceiverError>> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(limitMs, () =>
        resolve(err({ code: 'no-answer', text: `${what} took too long` })),
      );
      work
        .then(resolve, (error: unknown) => resolve(err({ code: 'port-failed', text: String(error) })))
        .finally(cancel);
    });
  }

  #onEvent(receiver: Receiver, event: ReceiverEvent): void {
    if (this.#receiver !== receiver || this.#stopped) return;
    if (event.type === 'report') {
      this.#reports += 1;
      this.#lastReportAtMs = event.report.atMs;
      this.#lastHeardMs = this.#options.clock.monotonicMs();
      this.#deafFailures = 0;
      if (this.#health.state === 'silent') this.#heardAgain();
      else this.#restarts = 0;
      this.#options.onEvent(event);
      return;
    }
    if (event.type !== 'health') return;
    if (event.health.state === 'failed') this.#failed(receiver, event.health.reason);
    if (event.health.state === 'closed') this.#ended(receiver);
  }

  #heardAgain(): void {
    this.#restarts = 0;
    this.#failures = 0;
    this.#set({ state: 'healthy', sinceMs: this.#options.clock.nowMs() });
  }

  #ended(receiver: Receiver): void {
    if (!this.#options.mayEnd) {
      this.#failed(receiver, { code: 'port-lost', text: 'the link ended' });
      return;
    }
    this.#unsubscribe();
    this.#set({ state: 'closed', sinceMs: this.#options.clock.nowMs() });
  }

  #failed(receiver: Receiver, reason: ReceiverError): void {
    if (this.#receiver !== receiver || this.#stopped) return;
    const { clock, random } = this.#options;
    void this.#drop();
    this.#failures += 1;
    if (this.#reportsAtOpen === this.#reports) this.#deafFailures += 1;
    this.#reportsAtOpen = null;
    // The cable was out: what is plugged in now may be another device, and is judged anew.
    if (reason.code === 'port-lost') {
      this.#restarts = 0;
      this.#deafFailures = 0;
    }
    const waitMs = backoffMs(this.#failures, linkDelays.backoff, random);
    // Since the first failure, however many attempts follow.
    const sinceMs = this.#health.state === 'failed' ? this.#health.sinceMs : clock.nowMs();
    this.#set({
      state: 'failed',
      sinceMs,
      reason: reason.code,
      retryAtMs: Math.round(clock.nowMs() + waitMs),
    });
    this.#cancelRetry = clock.schedule(waitMs, () => {
      void this.#attempt();
    });
  }

  async #drop(): Promise<void> {
    const receiver = this.#receiver;
    this.#receiver = null;
    this.#unsubscribe();
    if (receiver === null) return;
    this.#discardedBefore += receiver.counters().discardedBytes;
    // Whatever closing says, or if it never ends, this link is not used again.
    await this.#within(linkDelays.closeTimeoutMs, receiver.close().then(ok), 'closing');
  }

  #watch(): void {
    this.#cancelWatch = this.#options.clock.schedule(linkDelays.watchEveryMs, () => {
      this.#judgeSilence();
      this.#tell();
      if (!this.#stopped) this.#watch();
    });
  }

  #judgeSilence(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#reports !== this.#seenReports) {
      this.#seenReports = this.#reports;
      this.#quietSinceMs = this.#lastHeardMs;
      if (this.#health.state === 'healthy') this.#failures = 0;
    }
    const state = this.#health.state;
    if ((state !== 'healthy' && state !== 'silent') || this.#options.mayEnd) return;
    if (nowMs - Math.max(this.#quietSinceMs, this.#lastTriedMs) < this.#silentMs) return;
    void this.#restartScan();
  }

  async #restartScan(): Promise<void> {
    const receiver = this.#receiver;
    if (receiver === null || this.#restarting) return;
    this.#restarts += 1;
    this.#lastTriedMs = this.#options.clock.monotonicMs();
    this.#setSilent();
    if (this.#restarts % (linkDelays.restartsBeforeNewLink + 1) === 0) return this.#renew(receiver);
    this.#restarting = true;
    const restarted = await this.#within(
      linkDelays.restartTimeoutMs,
      receiver.restartScan(),
      'restarting the scan',
    );
    this.#restarting = false;
    if (!restarted.ok) this.#failed(receiver, restarted.error);
  }

  /** Restarting the scan did not help: close and open everything, staying `silent` until somebody is heard. */
  async #renew(old: Receiver): Promise<void> {
    if (this.#receiver !== old) return;
    await this.#drop();
    if (!this.#stopped && this.#receiver === null) await this.#attempt();
  }

  #setSilent(): void {
    const { clock } = this.#options;
    const quietForMs = clock.monotonicMs() - this.#quietSinceMs;
    const sinceMs =
      this.#health.state === 'silent' ? this.#health.sinceMs : Math.round(clock.nowMs() - quietForMs);
    this.#set({ state: 'silent', sinceMs, restarts: this.#restarts });
  }

  #set(health: LinkHealth): void {
    this.#health = health;
    this.#tell();
  }

  /** As time passes, too: losses grow old, and who is away for long is no longer only unstable. */
  #tell(): void {
    const told = this.#stability.judge(this.#health);
    if (isDeepStrictEqual(told, this.#told)) return;
    this.#told = told;
    this.#options.onHealth(told);
  }
}
