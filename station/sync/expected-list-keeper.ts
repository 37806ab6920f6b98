/**
 * Keeps the list of expected cars as the payment server has it.
 *
 *   ask for what changed since the kept list ──▶ signed by the pinned key? ──no──▶ refused: the kept list stays
 *        ▲                                              │ yes
 *        └── whole, where it is of another list ◀───────┴──▶ laid over it, in one transaction
 *
 * A key of a later generation is taken where the pinned one vouches for it (shared/auth-code/signing-keys.ts).
 */
import {
  type ExpectedListAnswer,
  type SigningKey,
  trustedKey,
  verifyExpectedList,
} from '../../shared/auth-code/index.ts';
import type { Clock } from '../../shared/domain/index.ts';
import type { StationStatus } from '../../shared/station-contract/index.ts';
import type { Core, Enrolment, ListRefusal } from '../core/types.ts';
import type { Log } from '../setup/index.ts';
import type { ServerClient } from './server-client.ts';

export type ListStatus = NonNullable<StationStatus['expectedList']>;

export const expectedListDelays = {
  /** A little of the past, for clocks that differ … */
  pastMs: 60 * 60_000,
  /** … and more than a day ahead, should the server be lost. */
  aheadMs: 26 * 60 * 60_000,
  /** It is fetched every three minutes: one so old is said to be. */
  staleMs: 15 * 60_000,
};

export class ExpectedListKeeper {
  readonly #deps: { core: Pick<Core, 'news' | 'settings'>; clock: Clock; log: Log };
  #refusal: ListRefusal | null = null;

  constructor(deps: { core: Pick<Core, 'news' | 'settings'>; clock: Clock; log: Log }) {
    this.#deps = deps;
  }

  /** How far the list of expected cars can be relied on. */
  status(): ListStatus {
    const asOfMs = this.#deps.core.news.keptList()?.asOfMs ?? null;
    if (this.#refusal !== null) return { state: 'refused', asOfMs };
    if (asOfMs === null) return { state: 'none', asOfMs };
    const old = this.#deps.clock.nowMs() - asOfMs > expectedListDelays.staleMs;
    return { state: old ? 'stale' : 'fresh', asOfMs };
  }

  /** @returns whether the list is the server's of now @throws what the calls throw */
  async fetch(client: ServerClient, signal: AbortSignal): Promise<boolean> {
    const { core, clock, log } = this.#deps;
    const nowMs = clock.nowMs();
    const span = { fromMs: nowMs - expectedListDelays.pastMs, toMs: nowMs + expectedListDelays.aheadMs };
    let since = core.news.keptList()?.version;
    for (;;) {
      const list = await client.site.expectedCodes({ ...span, ...(since === undefined ? {} : { since }) });
      const refusal = signal.aborted ? null : await this.#check(client, list);
      if (signal.aborted) return false;
      if (refusal !== null) {
        this.#refuse(refusal);
        return false;
      }
      if (core.news.expectedList(list)) {
        this.#refusal = null;
        const { since: changesOf, cars, codes } = list;
        log('server.expected-list', {
          whole: changesOf === undefined,
          cars: cars.length,
          codes: codes.length,
        });
        return true;
      }
      // Changes of a list that is not kept here: asked for without a version it comes whole.
      if (since === undefined) return false;
      since = undefined;
    }
  }

  /** @returns why this list is not to be believed, or null */
  async #check(client: ServerClient, list: ExpectedListAnswer): Promise<ListRefusal | null> {
    const { core } = this.#deps;
    const enrolment = core.settings.enrolment();
    if (enrolment === null) return 'key';
    const key = await this.#keyOf(client, enrolment, list.signedBy ?? 0);
    if (key === null) return 'key';
    if (!verifyExpectedList(key, enrolment.site.siteId, list)) return 'signature';
    if (key.generation !== enrolment.signingKey?.generation) {
      core.news.signingKey(key);
      this.#deps.log('server.key-changed', { generation: key.generation });
    }
    return null;
  }

  async #keyOf(client: ServerClient, enrolment: Enrolment, generation: number): Promise<SigningKey | null> {
    const pinned = enrolment.signingKey;
    if (pinned?.generation === generation) return pinned;
    const { keys } = await client.site.signingKeys({});
    // Enrolled before lists were signed so: the newest key that is heard of first is pinned.
    const first = pinned ?? keys.at(-1);
    return first === undefined ? null : trustedKey(first, keys, generation);
  }

  /** The kept list stays. Told once in the journal, and shown as long as it lasts. */
  #refuse(reason: ListRefusal): void {
    this.#deps.log('server.list-refused', { reason });
    if (this.#refusal === null) this.#deps.core.news.listRefused(reason);
    this.#refusal = reason;
  }
}
