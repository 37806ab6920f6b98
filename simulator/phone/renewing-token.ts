/**
 * The phone's token, renewed from time to time, as a station renews its credential: at every moment, whatever is cut
 * off where, the phone has one that works.
 *
 *   due ─► ask (old one, same key until answered) ─► use the new one ─► answered: the old one is forgotten
 *            ▲ no reply: again, later                    │ ▲ no reply: it again
 *            └── a new key, after a pause ◀── 401: the old one again
 *
 * The old one dies at the server with the first use of the new one, streams included. A call that was on its way with
 * the old one then is made again with the new one: same words, same key.
 */
import { ORPCError } from '@orpc/client';
import { type Cancel, type Clock, newId } from '../../shared/domain/index.ts';
import type { ConnectPhone, PhoneApi } from './phone-api.ts';

export const tokenDelays = {
  renewAfterMs: 30 * 60_000,
  /** Between attempts when nobody replies, doubling. */
  againMs: 1_000,
  againMostMs: 60_000,
} as const;

export interface RenewingTokenOptions {
  connect: ConnectPhone;
  clock: Clock;
  token: string;
  renewAfterMs?: number;
  onRenewed?: () => void;
}

export class RenewingToken {
  readonly #options: RenewingTokenOptions;
  #api: PhoneApi;
  #cancel: Cancel = () => {};
  #closed = false;

  constructor(options: RenewingTokenOptions) {
    this.#options = options;
    this.#api = options.connect(options.token);
    this.#plan();
  }

  /** The server as this phone reaches it now. What is asked must carry its own idempotency key: it may be asked twice. */
  async use<T>(ask: (api: PhoneApi) => Promise<T>): Promise<T> {
    const used = this.#api;
    try {
      return await ask(used);
    } catch (error) {
      if (!isUnauthorized(error) || this.#api === used) throw error;
      return ask(this.#api);
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #plan(): void {
    const { renewAfterMs = tokenDelays.renewAfterMs } = this.#options;
    this.#later(renewAfterMs, () => this.#renew(newId(), tokenDelays.againMs));
  }

  #later(ms: number, action: () => Promise<void>): void {
    if (this.#closed) return;
    this.#cancel = this.#options.clock.schedule(ms, () => void action());
  }

  async #renew(idempotencyKey: string, againMs: number): Promise<void> {
    try {
      const { token } = await this.#api.phone.renewToken({}, { context: { idempotencyKey } });
      await this.#takeOver(this.#options.connect(token), tokenDelays.againMs);
    } catch (error) {
      // Shut out for good (revoked): the driver has to register this phone anew.
      if (isUnauthorized(error)) return;
      this.#later(againMs, () => this.#renew(idempotencyKey, next(againMs)));
    }
  }

  /** The first use decides which of the two is good. */
  async #takeOver(renewed: PhoneApi, againMs: number): Promise<void> {
    if (this.#closed) return;
    try {
      await renewed.phone.approvals({});
    } catch (error) {
      if (isUnauthorized(error)) this.#plan();
      else this.#later(againMs, () => this.#takeOver(renewed, next(againMs)));
      return;
    }
    this.#api = renewed;
    this.#options.onRenewed?.();
    this.#plan();
  }
}

const next = (ms: number) => Math.min(tokenDelays.againMostMs, ms * 2);

function isUnauthorized(error: unknown): boolean {
  return error instanceof ORPCError && error.status === 401;
}
