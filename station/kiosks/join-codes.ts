/**
 * The one-use code that lets a device in, as long as somebody reads it from the first kiosk.
 *
 *   make ─▶ open ──right code, device kept──▶ used
 *             ├──ten minutes──▶ expired
 *             ├──ten wrong tries──▶ void        (a stranger on the network can make a person ask for another
 *             └──another made, cancelled──▶ void  code; guessing 10⁸ in ten tries is worth 1 in 10 million)
 *
 * Only in memory: a restart voids it. What is wrong with a code is never said: expired, used and wrong look alike.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { isSameSecret } from '../../shared/auth-code/index.ts';
import { type Clock, TokenBucket } from '../../shared/domain/index.ts';
import type { Actor } from '../core/types.ts';

/** All limits in one place. */
export const joinLimits = {
  digits: 8,
  validMs: 10 * 60_000,
  wrongTries: 10,
  /** One address: five tries at once, then one in thirty seconds. */
  addressTries: 5,
  addressRefillMs: 30_000,
  /** All addresses together, so that a thousand IPv6 addresses are no thousand guessers. */
  tries: 20,
  refillMs: 3_000,
  /** Addresses remembered at most; the one that came first goes. */
  addresses: 512,
} as const;

export type CodeTry =
  | { kind: 'right'; by: Actor }
  | { kind: 'wrong' }
  | { kind: 'wait'; retryAfterMs: number };

interface OpenCode {
  digest: Buffer;
  by: Actor;
  expiresAtMs: number;
  /** The same by the monotonic clock: a corrected clock makes no code live longer or shorter. */
  endsMs: number;
  wrongTries: number;
}

export class JoinCodes {
  readonly #clock: Clock;
  readonly #everybody: TokenBucket;
  readonly #addresses = new Map<string, TokenBucket>();
  #open: OpenCode | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#everybody = new TokenBucket(clock, joinLimits.tries, joinLimits.refillMs);
  }

  /** How many addresses are remembered now. */
  get addresses(): number {
    return this.#addresses.size;
  }

  /** @returns the digits, told this once. */
  make(by: Actor): { code: string; expiresAtMs: number } {
    const code = String(randomInt(10 ** joinLimits.digits)).padStart(joinLimits.digits, '0');
    const expiresAtMs = this.#clock.nowMs() + joinLimits.validMs;
    const endsMs = this.#clock.monotonicMs() + joinLimits.validMs;
    this.#open = { digest: digestOf(code), by, expiresAtMs, endsMs, wrongTries: 0 };
    return { code, expiresAtMs };
  }

  cancel(): void {
    this.#open = null;
  }

  open(): { by: Actor; expiresAtMs: number; wrongTries: number } | null {
    this.#forgetOld();
    if (this.#open === null) return null;
    const { by, expiresAtMs, wrongTries } = this.#open;
    return { by, expiresAtMs, wrongTries };
  }

  /** A right one stays open until {@link cancel}: the caller voids it once the device is kept. */
  try(typed: string, address: string): CodeTry {
    const here = this.#bucketOf(address);
    const waitMs = here.take() || this.#everybody.take();
    if (waitMs > 0) return { kind: 'wait', retryAfterMs: waitMs };
    this.#forgetOld();
    const open = this.#open;
    // As long and as much work without a code: whether one is open is nobody's business.
    const isRight = isSameSecret(digestOf(typed.replace(/\D/g, '')), open?.digest ?? randomBytes(32));
    if (open === null) return { kind: 'wrong' };
    if (isRight) {
      // Whoever has a code is no guesser: letting ten tablets in at once costs nothing.
      here.giveBack();
      this.#everybody.giveBack();
      return { kind: 'right', by: open.by };
    }
    open.wrongTries += 1;
    if (open.wrongTries >= joinLimits.wrongTries) this.#open = null;
    return { kind: 'wrong' };
  }

  #forgetOld(): void {
    if (this.#open === null) return;
    if (this.#clock.monotonicMs() >= this.#open.endsMs) this.#open = null;
  }

  #bucketOf(address: string): TokenBucket {
    const known = this.#addresses.get(address);
    if (known !== undefined) return known;
    if (this.#addresses.size >= joinLimits.addresses) {
      const [first] = this.#addresses.keys();
      if (first !== undefined) this.#addresses.delete(first);
    }
    const bucket = new TokenBucket(this.#clock, joinLimits.addressTries, joinLimits.addressRefillMs);
    this.#addresses.set(address, bucket);
    return bucket;
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
