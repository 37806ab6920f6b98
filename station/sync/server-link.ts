/**
 * The station's line to the payment server: enrolment, events in, outbox out, the expected list, the
 * look-up of unknown payments, and the one word about it all that the kiosk shows.
 *
 *   not-enrolled ──enrol──▶ connecting ──▶ connected ⇄ unreachable(network | refused | error)
 */
import type { Cancel, Clock } from '../../shared/domain/index.ts';
import { every } from '../../shared/domain/index.ts';
import type { SiteSettings, StationStatus } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Core, Enrolment, ServerFollowUps } from '../core/types.ts';
import { enrolmentKey, errorFields, type Log } from '../setup/index.ts';
import type { CodeResolver } from './code-resolver.ts';
import { credentialDelays, isRenewalDue, renewCredential } from './credential-renewal.ts';
import { ExpectedListKeeper, type ListStatus } from './expected-list-keeper.ts';
import { OutboxSender } from './outbox-sender.ts';
import { classify, type FailedOutcome } from './outcome.ts';
import { createServerClient, type ServerClient } from './server-client.ts';
import { listenToSiteNews } from './site-news.ts';
import { ToldFollowUps } from './told-follow-ups.ts';

export type ServerStatus = StationStatus['server'];

const listEveryMs = 3 * 60_000;
const lookUpEveryMs = 15_000;
/** Events tell of every checkout; so far back it is asked whether one was missed. */
const cartPaymentsBackMs = 48 * 60 * 60_000;

export interface ServerLinkDeps {
  core: Core;
  resolver: CodeResolver;
  clock: Clock;
  log: Log;
  onStatus: (status: ServerStatus) => void;
  fetch?: typeof globalThis.fetch;
  random?: () => number;
  timeoutMs?: number;
}

export interface EnrolInput {
  serverUrl: string;
  pairingCode: string;
  /** The kiosk's command; null when the operator enrols by the command line. */
  idempotencyKey: string | null;
}

/** Asks the server for its statement of [fromMs, toMs). Never rejects. */
export type StatementCall = (span: {
  fromMs: number;
  toMs: number;
}) => Promise<CommandResult<Awaited<ReturnType<ServerClient['site']['statement']>>['lines']>>;

/** Asks the server what is still to give back and who left unpaid; out of reach, what it told last. Never rejects. */
export type FollowUpsCall = () => Promise<{ reached: boolean; told: ServerFollowUps | null }>;

interface Line {
  client: ServerClient;
  stop: AbortController;
  listening: Promise<void>;
  cancels: Cancel[];
}

export class ServerLink {
  readonly #deps: ServerLinkDeps;
  readonly #sender: OutboxSender;
  readonly #list: ExpectedListKeeper;
  readonly #toldFollowUps: ToldFollowUps;
  #status: ServerStatus;
  #line: Line | null = null;
  #fetchingList: Promise<void> | null = null;
  #listWantedAgain = false;
  #fetchingMenu = false;
  #menuWantedAgain = false;
  #lookingUp = false;
  #renewing = false;
  #renewNotBeforeMs = 0;
  /** Answers of enrolments by their command's key. */
  readonly #enrolments = new Map<string, Promise<CommandResult<{ site: SiteSettings }>>>();

  constructor(deps: ServerLinkDeps) {
    this.#deps = deps;
    this.#status = { state: 'not-enrolled' };
    this.#list = new ExpectedListKeeper(deps);
    this.#toldFollowUps = new ToldFollowUps(deps);
    this.#sender = new OutboxSender({
      outbox: deps.core.outbox,
      news: deps.core.news,
      clock: deps.clock,
      log: deps.log,
      random: deps.random ?? Math.random,
      onReached: () => this.reached(),
      onTrouble: (failure) => this.trouble(failure),
    });
  }

  status(): ServerStatus {
    return this.#status;
  }

  listStatus(): ListStatus {
    return this.#list.status();
  }

  /** Starts with the kept enrolment, if there is one. */
  start(): void {
    const enrolment = this.#deps.core.settings.enrolment();
    if (enrolment !== null) this.#connect(enrolment);
  }

  async stop(): Promise<void> {
    await this.#disconnect();
    await this.#sender.stop();
  }

  /**
   * One-use pairing code → credential, kept durably before this answers. A site that is enrolled
   * enrols again only when the server refuses the credential it has.
   */
  enrol(actor: Actor | null, input: EnrolInput): Promise<CommandResult<{ site: SiteSettings }>> {
    const { idempotencyKey } = input;
    const before = this.#enrolments.get(idempotencyKey ?? '');
    if (before !== undefined) return before;
    const answer = this.#enrol(actor, input);
    if (idempotencyKey === null) return answer;
    // Sent twice, also while the first is on its way, it happens once; a refusal may be tried again.
    this.#enrolments.set(idempotencyKey, answer);
    answer.then(
      ({ ok }) => ok || this.#enrolments.delete(idempotencyKey),
      () => this.#enrolments.delete(idempotencyKey),
    );
    return answer;
  }

  async #enrol(actor: Actor | null, input: EnrolInput): Promise<CommandResult<{ site: SiteSettings }>> {
    const { core, log } = this.#deps;
    const credentialRefused = this.#status.state === 'unreachable' && this.#status.reason === 'refused';
    if (core.settings.enrolment() !== null && !credentialRefused) return refused('already-enrolled');
    const client = this.#clientFor(input.serverUrl, null);
    let answer: Awaited<ReturnType<ServerClient['public']['enrol']>>;
    try {
      const stationName = core.settings.site().name.slice(0, 60);
      const idempotencyKey = enrolmentKey(core.settings, input.serverUrl, input.pairingCode);
      answer = await client.public.enrol(
        { pairingCode: input.pairingCode, stationName },
        { context: { idempotencyKey } },
      );
    } catch (error) {
      const failure = classify(error);
      log('server.enrolment-failed', { code: failure.error.code });
      return failure.outcome === 'transient'
        ? refused('server-unreachable', failure.error.code)
        : refused('pairing-code-refused', failure.error.code);
    }
    const { credential, site, signingKey } = answer;
    const enrolment = { serverUrl: input.serverUrl, credential, site, signingKey };
    const kept = core.settings.keepEnrolment(actor, enrolment, input.idempotencyKey);
    if (kept.ok) {
      log('server.enrolled', { siteId: answer.site.siteId });
      await this.#disconnect();
      // Positions in another stream mean nothing here.
      core.news.keepLastEventId('');
      this.#connect(enrolment);
    }
    return kept;
  }

  /** The server's books of this site. Asked while somebody looks; an outage is an answer, not an error. */
  async statement(span: { fromMs: number; toMs: number }): ReturnType<StatementCall> {
    const line = this.#line;
    if (line === null) return refused('not-enrolled');
    try {
      const { lines } = await line.client.site.statement(span);
      this.reached();
      return { ok: true, value: lines };
    } catch (error) {
      const failure = classify(error);
      this.trouble(failure);
      return refused('server-unreachable', failure.error.code);
    }
  }

  async followUps(): ReturnType<FollowUpsCall> {
    const line = this.#line;
    if (line === null) return { reached: false, told: this.#toldFollowUps.last() };
    try {
      const told = await this.#toldFollowUps.ask(line.client);
      this.reached();
      return { reached: true, told };
    } catch (error) {
      this.trouble(classify(error));
      return { reached: false, told: this.#toldFollowUps.last() };
    }
  }

  reached(): void {
    if (this.#line === null || this.#status.state === 'connected') return;
    this.#set({ state: 'connected', sinceMs: this.#deps.clock.nowMs() });
    this.#deps.core.settings.confirmCredential();
    this.#deps.log('server.connected');
    this.#sender.wake();
    this.#fetchAll();
  }

  #fetchAll(): void {
    this.#fetchList();
    this.#fetchCarts();
    this.#fetchMenu();
    this.#fetchSite();
    this.#lookUp();
  }

  /** The site's rules; an event tells of every change after that. */
  #fetchSite(): void {
    const line = this.#line;
    if (line === null) return;
    line.client.site
      .site({})
      .then(({ site, credential }) => {
        if (this.#line !== line) return;
        this.#deps.core.news.site(site);
        const nowMs = this.#deps.clock.nowMs();
        if (nowMs >= this.#renewNotBeforeMs && isRenewalDue(credential, nowMs)) void this.#renew(line);
      })
      // Also when the store would not keep what was fetched: the next time does.
      .catch((error: unknown) => this.#deps.log('server.news-failed', { code: classify(error).error.code }));
  }

  /** A new credential, kept before it is used (credential-renewal.ts). A failure is no news: the next time does. */
  async #renew(line: Line): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      const enrolment = await renewCredential(
        line.client,
        this.#deps.core.settings,
        () => this.#line === line,
      );
      if (enrolment !== null) await this.#goOnWith(enrolment);
    } catch (error) {
      this.#deps.log('server.credential-not-renewed', { code: classify(error).error.code });
    } finally {
      this.#renewing = false;
    }
  }

  async #goOnWith(enrolment: Enrolment): Promise<void> {
    await this.#disconnect();
    this.#connect(enrolment);
  }

  /** The server does not know the credential that it gave: the one before still counts, as the new one was never used. */
  #returnToFormer(): boolean {
    const former = this.#deps.core.settings.returnToFormerCredential();
    if (former === null) return false;
    this.#deps.log('server.credential-not-renewed', { code: 'unauthorized' });
    this.#renewNotBeforeMs = this.#deps.clock.nowMs() + credentialDelays.pauseMs;
    void this.#goOnWith(former);
    return true;
  }

  /** How all carts are; events tell of every change after that. A failure is no news: the next time does. */
  #fetchCarts(): void {
    const line = this.#line;
    if (line === null) return;
    const failed = (error: unknown) =>
      this.#deps.log('server.carts-failed', { code: classify(error).error.code });
    line.client.site
      .carts({})
      .then(({ carts }) => {
        if (this.#line === line) this.#deps.core.news.fleet(carts);
      })
      .catch(failed);
    const nowMs = this.#deps.clock.nowMs();
    line.client.site
      .cartPayments({ fromMs: nowMs - cartPaymentsBackMs, toMs: nowMs + 60_000 })
      .then(({ payments }) => {
        if (this.#line === line) this.#deps.core.news.cartPayments(payments);
      })
      .catch(failed);
  }

  /** One fetch after the other, so that no older menu comes after a newer one. A failure is no news: the next time does. */
  #fetchMenu(): void {
    if (this.#fetchingMenu) {
      this.#menuWantedAgain = true;
      return;
    }
    const line = this.#line;
    if (line === null) return;
    this.#fetchingMenu = true;
    void this.#fetchMenuOnce(line).then(() => {
      this.#fetchingMenu = false;
      if (!this.#menuWantedAgain) return;
      this.#menuWantedAgain = false;
      this.#fetchMenu();
    });
  }

  async #fetchMenuOnce(line: Line): Promise<void> {
    try {
      const { items } = await line.client.site.publishedMenu({});
      if (this.#line === line) this.#deps.core.news.menu(items);
    } catch (error) {
      this.#deps.log('server.news-failed', { ...errorFields(error), code: classify(error).error.code });
    }
  }

  trouble(failure: FailedOutcome): void {
    if (this.#line === null || failure.outcome === 'fatal') return;
    if (failure.outcome === 'refused' && this.#returnToFormer()) return;
    const reason =
      failure.outcome === 'refused' ? 'refused' : failure.because === 'network' ? 'network' : 'error';
    const status = this.#status;
    if (status.state === 'unreachable' && status.reason === reason) return;
    const sinceMs = status.state === 'unreachable' ? status.sinceMs : this.#deps.clock.nowMs();
    this.#set({ state: 'unreachable', sinceMs, reason });
    this.#deps.log(reason === 'refused' ? 'server.refused' : 'server.lost', { code: failure.error.code });
  }

  #connect(enrolment: Enrolment): void {
    const { core, clock, log } = this.#deps;
    const client = this.#clientFor(enrolment.serverUrl, enrolment.credential);
    const stop = new AbortController();
    this.#set({ state: 'connecting' });
    const listening = listenToSiteNews(
      {
        client,
        news: core.news,
        clock,
        log,
        random: this.#deps.random ?? Math.random,
        onOpen: () => this.reached(),
        onTrouble: (failure) => this.trouble(failure),
        onExpectedCodesChanged: () => this.#fetchList(),
        onMenuChanged: () => this.#fetchMenu(),
        onUnreadable: () => this.#fetchAll(),
        onJacksForgotten: (jackIds, erase) => core.privacy.forget(jackIds, erase),
        // Its rules came with the event; how the credential is, is asked.
        onSiteChanged: () => this.#fetchSite(),
      },
      stop.signal,
    );
    this.#line = {
      client,
      stop,
      listening,
      cancels: [
        every(clock, listEveryMs, () => this.#fetchList()),
        every(clock, lookUpEveryMs, () => this.#lookUp()),
        every(clock, listEveryMs, () => this.#fetchCarts()),
        every(clock, listEveryMs, () => this.#fetchMenu()),
        every(clock, listEveryMs, () => this.#fetchSite()),
      ],
    };
    this.#deps.resolver.use(client);
    this.#sender.use(client);
  }

  async #disconnect(): Promise<void> {
    const line = this.#line;
    this.#line = null;
    this.#sender.use(null);
    this.#deps.resolver.use(null);
    if (line === null) return;
    for (const cancel of line.cancels) cancel();
    line.stop.abort();
    await line.listening;
  }

  #clientFor(serverUrl: string, credential: string | null): ServerClient {
    const { clock, fetch, timeoutMs } = this.#deps;
    return createServerClient({ serverUrl, credential, clock, fetch, timeoutMs });
  }

  #set(status: ServerStatus): void {
    this.#status = status;
    this.#deps.onStatus(status);
  }

  #fetchList(): void {
    if (this.#fetchingList !== null) {
      this.#listWantedAgain = true;
      return;
    }
    const line = this.#line;
    if (line === null) return;
    this.#fetchingList = this.#fetchListOnce(line).finally(() => {
      this.#fetchingList = null;
      if (!this.#listWantedAgain) return;
      this.#listWantedAgain = false;
      this.#fetchList();
    });
  }

  async #fetchListOnce(line: Line): Promise<void> {
    const { log, resolver } = this.#deps;
    try {
      if (await this.#list.fetch(line.client, line.stop.signal)) resolver.forgetUnknown();
      if (!line.stop.signal.aborted) this.reached();
    } catch (error) {
      if (line.stop.signal.aborted) return;
      const failure = classify(error);
      log('server.news-failed', { ...errorFields(error), code: failure.error.code });
      this.trouble(failure);
    } finally {
      this.#deps.onStatus(this.#status);
    }
  }

  /** "Unknown" and overdue payments: ask the server what became of them before anybody tries again. */
  #lookUp(): void {
    const line = this.#line;
    if (line === null || this.#lookingUp || this.#status.state !== 'connected') return;
    const requests = this.#deps.core.refuels.unknownPaymentRequests();
    if (requests.length === 0) return;
    this.#lookingUp = true;
    void this.#lookUpEach(line, requests).finally(() => {
      this.#lookingUp = false;
    });
  }

  async #lookUpEach(line: Line, requests: readonly string[]): Promise<void> {
    const { core, log } = this.#deps;
    for (const paymentRequestId of requests) {
      if (line.stop.signal.aborted) return;
      try {
        const { paymentRequest } = await line.client.site.getPaymentRequest({ paymentRequestId });
        if (line.stop.signal.aborted) return;
        core.news.paymentRequest(paymentRequest);
      } catch (error) {
        if (line.stop.signal.aborted) return;
        const failure = classify(error);
        log('server.lookup-failed', { paymentRequestId, code: failure.error.code });
        if (failure.outcome === 'fatal') continue;
        this.trouble(failure);
        return;
      }
    }
  }
}

function refused(
  reason: 'already-enrolled' | 'not-enrolled' | 'pairing-code-refused' | 'server-unreachable',
  detail?: string,
): CommandResult<never> {
  return { ok: false, error: { code: 'REFUSED', reason, detail } };
}
