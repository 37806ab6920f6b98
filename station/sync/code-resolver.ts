/**
 * Asks the payment server whose a code is, carefully: strangers' codes are many (the whole street),
 * so each is asked at most once in a while, few at a time, and what is nobody's is only ever
 * remembered in memory.
 */
import type { BeaconCode, Clock } from '../../shared/domain/index.ts';
import type { Resolver, ServerAnswer } from '../core/types.ts';
import { classify, type FailedOutcome } from './outcome.ts';
import type { ServerClient } from './server-client.ts';

/** A rotating code lives about a quarter of an hour; a car registered meanwhile is found after this. */
const unknownForMs = 10 * 60_000;
const maxRemembered = 20_000;
const maxInFlight = 8;

export interface CodeResolverDeps {
  clock: Clock;
  onReached: () => void;
  onTrouble: (failure: FailedOutcome) => void;
}

export class CodeResolver implements Resolver {
  readonly #deps: CodeResolverDeps;
  #client: ServerClient | null = null;
  /** Code → until when it counts as nobody's. In the order of insertion: the oldest goes first. */
  readonly #unknownUntilMs = new Map<BeaconCode, number>();
  readonly #inFlight = new Map<BeaconCode, Promise<ServerAnswer>>();

  constructor(deps: CodeResolverDeps) {
    this.#deps = deps;
  }

  use(client: ServerClient | null): void {
    this.#client = client;
  }

  /** The expected list changed: who was nobody may be somebody now. */
  forgetUnknown(): void {
    this.#unknownUntilMs.clear();
  }

  get remembered(): number {
    return this.#unknownUntilMs.size;
  }

  async askServer(code: BeaconCode, heardAtMs: number, laneId: string | null): Promise<ServerAnswer> {
    const untilMs = this.#unknownUntilMs.get(code);
    if (untilMs !== undefined) {
      if (untilMs > this.#deps.clock.monotonicMs()) return { kind: 'unknown' };
      this.#unknownUntilMs.delete(code);
    }
    const asked = this.#inFlight.get(code);
    if (asked !== undefined) return asked;
    // Too many at once: answered as if the line were busy, the core asks again later.
    if (this.#client === null || this.#inFlight.size >= maxInFlight) return { kind: 'unreachable' };
    const answer = this.#ask(this.#client, code, heardAtMs, laneId);
    this.#inFlight.set(code, answer);
    try {
      return await answer;
    } finally {
      this.#inFlight.delete(code);
    }
  }

  async #ask(
    client: ServerClient,
    code: BeaconCode,
    heardAtMs: number,
    laneId: string | null,
  ): Promise<ServerAnswer> {
    try {
      const answer = await client.site.reportCode({ code, heardAtMs: Math.round(heardAtMs), laneId });
      this.#deps.onReached();
      if (answer.known) return { kind: 'known', car: answer.car };
      this.#rememberUnknown(code);
      return { kind: 'unknown' };
    } catch (error) {
      const failure = classify(error);
      // What a line that is no longer used was told says nothing of the one that is.
      if (client === this.#client) this.#deps.onTrouble(failure);
      // "Fatal" cannot be helped by asking again at once; it counts as nobody's for a while.
      if (failure.outcome === 'fatal') {
        this.#rememberUnknown(code);
        return { kind: 'unknown' };
      }
      return { kind: 'unreachable' };
    }
  }

  #rememberUnknown(code: BeaconCode): void {
    if (this.#unknownUntilMs.size >= maxRemembered) {
      for (const oldest of this.#unknownUntilMs.keys()) {
        this.#unknownUntilMs.delete(oldest);
        break;
      }
    }
    this.#unknownUntilMs.set(code, this.#deps.clock.monotonicMs() + unknownForMs);
  }
}
