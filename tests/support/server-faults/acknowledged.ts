/** Commands that are sent until somebody answers, and what was answered: what the oracle holds the servers to. */
import { ORPCError } from '@orpc/client';
import { NetworkTrouble, ServerProblem } from '../../../station/sync/server-client.ts';

/** A definite answer: the effect, or a refusal with its stable code. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; code: string };

export interface Acknowledged {
  what: string;
  key: string;
  outcome: Outcome<unknown>;
  /** The same request under the same key once more. */
  again(): Promise<Outcome<unknown>>;
}

/** The problem's code, or null when nobody knows what became of the request. */
function definiteRefusal(error: unknown): string | null {
  if (error instanceof NetworkTrouble) return null;
  if (error instanceof ServerProblem) return error.status >= 500 || error.status === 429 ? null : error.code;
  if (error instanceof ORPCError) {
    if (error.status >= 500 || error.status === 429) return null;
    const data: unknown = error.data;
    const body =
      typeof data === 'object' && data !== null && 'body' in data ? (data as { body: unknown }).body : data;
    if (typeof body === 'object' && body !== null && 'code' in body) return String(body.code);
    return error.code;
  }
  // fetch: the connection was refused or cut.
  return error instanceof TypeError || error instanceof Error ? null : String(error);
}

export class Ledger {
  readonly all: Acknowledged[] = [];
  /** Attempts that nobody answered. */
  lost = 0;
  readonly #deadline: () => boolean;

  /** @param deadline true: give up, something is stuck */
  constructor(deadline: () => boolean) {
    this.#deadline = deadline;
  }

  /** Sends until it is answered, always under the same key. */
  async send<T>(what: string, call: (key: string) => Promise<T>): Promise<Outcome<T>> {
    const key = crypto.randomUUID();
    const outcome = await this.ask(what, () => call(key));
    this.all.push({ what, key, outcome, again: () => this.ask(what, () => call(key)) });
    return outcome;
  }

  /** As `send`, of a command that must succeed. */
  async must<T>(what: string, call: (key: string) => Promise<T>): Promise<T> {
    const outcome = await this.send(what, call);
    if (!outcome.ok) throw new Error(`${what} was refused: ${outcome.code}`);
    return outcome.value;
  }

  /** Asks until it is answered; leaves no trace. */
  async ask<T>(what: string, call: () => Promise<T>): Promise<Outcome<T>> {
    for (let attempt = 0; ; attempt++) {
      try {
        return { ok: true, value: await call() };
      } catch (error) {
        const code = definiteRefusal(error);
        if (code !== null) return { ok: false, code };
        this.lost++;
        if (this.#deadline()) {
          throw new Error(`${what}: nobody answered for too long (${String(error)})`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, Math.min(500, 20 * 2 ** attempt)));
      }
    }
  }
}
