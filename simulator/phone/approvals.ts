/**
 * How a driver answers what the phone asks: once per request, after looking at it for a while.
 *
 *   asked ──delay──▶ decline ─────────────────────────────────▶ answered
 *                 └▶ approve ──phone's own yes is enough──▶ send ─▶ answered
 *                 └▶ approve ──jack has power──▶ code ──▶ send ─▶ answered
 *                       │  ▲                                │
 *                       ▼  │ engine on                      └ no reply: same key, same code, again
 *                  waiting for power (until the request expires)
 *                 └▶ silent: kept, in case the driver changes their mind
 */
import { type Cancel, type Clock, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import type { VirtualJack } from '../jack/index.ts';
import { type PhoneApi, problemCodeOf } from './phone-api.ts';

export const phoneAnswers = ['approve', 'decline', 'silent'] as const;
export type PhoneAnswer = (typeof phoneAnswers)[number];

export const approvalDelays = {
  /** Between attempts when the server does not reply. */
  retryMs: 1_000,
  retryMostMs: 15_000,
  /** Attempts with a fresh code after the server called one stale or replayed. */
  freshCodes: 3,
} as const;

type Decision =
  | { answer: 'decline' }
  | {
      answer: 'approve';
      siteId: string;
      amount: PaymentRequest['amount'];
      /** Absent where the phone's own yes is enough (`verification: 'phone'`). */
      authCode?: string;
      paymentMethodId?: string;
    };

interface Asked {
  request: PaymentRequest;
  state: 'looking' | 'undecided' | 'waiting-for-power' | 'sending' | 'answered';
  freshCodes: number;
  cancel: Cancel;
}

export interface ApprovalsOptions {
  clock: Clock;
  jack: VirtualJack;
  /** Drawn anew for every request, ms. */
  delayMs: () => number;
  answer: PhoneAnswer;
  /** The card the driver picks when the phone's own program completes the payment. */
  paymentMethodId?: string;
  send: PhoneApi['phone']['answerApproval'];
  /** An approval reached its end at the server: `answered`, or refused with a problem code. */
  onAnswered?: (request: PaymentRequest, outcome: string) => void;
}

export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #asked = new Map<string, Asked>();
  readonly #stopListening: () => void;
  #answer: PhoneAnswer;
  #closed = false;

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    this.#answer = options.answer;
    this.#stopListening = options.jack.onPowered(() => {
      for (const asked of this.#asked.values()) if (asked.state === 'waiting-for-power') this.#decide(asked);
    });
  }

  get answer(): PhoneAnswer {
    return this.#answer;
  }

  /** The driver changes their mind; requests that were left unanswered are looked at again. */
  set answer(answer: PhoneAnswer) {
    this.#answer = answer;
    for (const asked of this.#asked.values()) {
      if (asked.state === 'undecided' || asked.state === 'waiting-for-power') this.#decide(asked);
    }
  }

  /** Told of a request, perhaps for the second time (events repeat after a reconnect). */
  told(request: PaymentRequest): void {
    const known = this.#asked.get(request.paymentRequestId);
    if (known !== undefined) {
      if (request.version >= known.request.version) known.request = request;
      if (request.state !== 'waiting' && known.state !== 'sending') this.#settle(known);
      return;
    }
    if (request.state !== 'waiting' || this.#closed) return;
    const asked: Asked = { request, state: 'looking', freshCodes: 0, cancel: () => {} };
    this.#asked.set(request.paymentRequestId, asked);
    asked.cancel = this.#options.clock.schedule(this.#options.delayMs(), () => this.#decide(asked));
  }

  /** Requests still open on this phone. */
  get open(): number {
    return [...this.#asked.values()].filter((a) => a.state !== 'answered').length;
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    for (const asked of this.#asked.values()) asked.cancel();
  }

  #decide(asked: Asked): void {
    if (this.#closed || asked.state === 'answered' || asked.state === 'sending') return;
    if (this.#options.clock.nowMs() >= asked.request.expiresAtMs) {
      this.#settle(asked);
      return;
    }
    switch (this.#answer) {
      case 'silent':
        asked.state = 'undecided';
        return;
      case 'decline':
        this.#send(asked, { answer: 'decline' });
        return;
      case 'approve': {
        const { siteId, amount, paymentRequestId, verification } = asked.request;
        if (verification === 'phone') {
          const { paymentMethodId } = this.#options;
          this.#send(asked, { answer: 'approve', siteId, amount, paymentMethodId });
          return;
        }
        const authCode = this.#options.jack.authenticate({ siteId, paymentRequestId, ...amount });
        if (authCode === null) asked.state = 'waiting-for-power';
        else this.#send(asked, { answer: 'approve', siteId, amount, authCode });
        return;
      }
    }
  }

  #send(asked: Asked, decision: Decision): void {
    asked.state = 'sending';
    void this.#attempt(asked, decision, newId(), approvalDelays.retryMs);
  }

  async #attempt(asked: Asked, decision: Decision, key: string, retryMs: number): Promise<void> {
    const { paymentRequestId } = asked.request;
    try {
      const { paymentRequest } = await this.#options.send(
        { paymentRequestId, decision },
        { context: { idempotencyKey: key } },
      );
      asked.request = paymentRequest;
      this.#settle(asked, 'answered');
    } catch (error) {
      if (this.#closed) return;
      const problem = problemCodeOf(error);
      const stale = problem === 'auth-code-stale' || problem === 'auth-code-replayed';
      if (stale && asked.freshCodes < approvalDelays.freshCodes) {
        asked.freshCodes += 1;
        asked.state = 'looking';
        // A code is good once per minute: a replayed one needs the jack's next time step.
        const waitMs = problem === 'auth-code-replayed' ? 60_000 : 0;
        asked.cancel = this.#options.clock.schedule(waitMs, () => this.#decide(asked));
      } else if (problem !== null) {
        this.#settle(asked, problem);
      } else {
        // No reply: it may have been taken. The same key and the same words cannot count twice.
        asked.cancel = this.#options.clock.schedule(retryMs, () => {
          void this.#attempt(asked, decision, key, Math.min(approvalDelays.retryMostMs, retryMs * 2));
        });
      }
    }
  }

  #settle(asked: Asked, outcome?: string): void {
    asked.cancel();
    asked.state = 'answered';
    if (outcome !== undefined) this.#options.onAnswered?.(asked.request, outcome);
    // Known for good, so that a repeated event asks nobody twice; bounded all the same.
    if (this.#asked.size > 200) {
      for (const [id, old] of this.#asked) {
        if (old.state === 'answered') {
          this.#asked.delete(id);
          break;
        }
      }
    }
  }
}
