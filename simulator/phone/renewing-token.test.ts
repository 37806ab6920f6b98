import { ORPCError } from '@orpc/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import type { ConnectPhone } from './phone-api.ts';
import { RenewingToken, tokenDelays } from './renewing-token.ts';

/** Where the line is cut, seen from the phone. */
type Cut = 'none' | 'before' | 'after';

/** What the server does with tokens, as documented (docs/payment-server.md, Renewal). */
class Server {
  current = 'phone_0';
  next: string | null = null;
  revoked = false;
  made = 0;
  readonly answers = new Map<string, string>();
  readonly heldBy: string[] = [];
  cuts: Cut[] = [];

  #call<T>(token: string, action: () => T): T {
    const cut = this.cuts.shift() ?? 'none';
    if (cut === 'before') throw new TypeError('fetch failed');
    if (token === this.next) {
      this.current = token;
      this.next = null;
    }
    if (this.revoked || token !== this.current) {
      throw new ORPCError('UNAUTHORIZED', { status: 401, data: { body: { code: 'unauthorized' } } });
    }
    const answer = action();
    if (cut === 'after') throw new TypeError('fetch failed');
    return answer;
  }

  connect = ((token: string) => ({
    phone: {
      renewToken: async (_: object, { context }: { context: { idempotencyKey: string } }) =>
        this.#call(token, () => {
          const known = this.answers.get(context.idempotencyKey);
          if (known !== undefined) return { token: known };
          this.made += 1;
          this.next = `phone_${this.made}`;
          this.answers.set(context.idempotencyKey, this.next);
          return { token: this.next };
        }),
      approvals: async () => this.#call(token, () => ({ waiting: [] })),
      cancelPreorder: async (_: object, { context }: { context: { idempotencyKey: string } }) =>
        this.#call(token, () => void this.heldBy.push(`${token} ${context.idempotencyKey}`)),
    },
  })) as unknown as ConnectPhone;
}

function phone() {
  const clock = new ManualClock();
  const server = new Server();
  const token = new RenewingToken({ connect: server.connect, clock, token: 'phone_0' });
  /** Lets promises that are settled run on, then moves the clock, a step at a time. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= tokenDelays.againMostMs) {
      clock.advance(Math.min(left, tokenDelays.againMostMs));
      for (let n = 0; n < 20; n++) await Promise.resolve();
    }
  };
  return { server, token, pass };
}

describe('a phone’s token', () => {
  it('is renewed from time to time, and the old one is dead then', async () => {
    const { server, token, pass } = phone();
    await pass(tokenDelays.renewAfterMs);
    expect(server.current).toBe('phone_1');
    await pass(tokenDelays.renewAfterMs);
    expect(server.current).toBe('phone_2');
    await expect(token.use((api) => api.phone.approvals({}))).resolves.toEqual({ waiting: [] });
  });

  it('works after every cut, wherever it is: before or after the server heard', async () => {
    const cut = fc.constantFrom<Cut>('none', 'before', 'after');
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 8 }), async (cuts) => {
        const { server, token, pass } = phone();
        server.cuts = [...cuts];
        await pass(tokenDelays.renewAfterMs + 20 * tokenDelays.againMostMs);
        server.cuts = [];
        await token.use((api) => api.phone.approvals({}));
        // Asked with one key until it was answered: one new token, and it is the one in use.
        expect(server.made).toBe(1);
        expect(server.current).toBe('phone_1');
        token.close();
      }),
      { numRuns: 200 },
    );
  });

  it('goes on with the old one when the new one is void, and renews later', async () => {
    const { server, token, pass } = phone();
    // The answer is lost; then another renewal makes the first one's token void, as another phone program would.
    server.cuts = ['none', 'before'];
    await pass(tokenDelays.renewAfterMs);
    server.next = null;
    await pass(tokenDelays.againMs);
    await expect(token.use((api) => api.phone.approvals({}))).resolves.toEqual({ waiting: [] });
    expect(server.current).toBe('phone_0');
    await pass(tokenDelays.renewAfterMs);
    expect(server.current).toBe('phone_2');
  });

  it('a call that was on its way with the old one is made again with the new one, under the same key', async () => {
    const { server, token, pass } = phone();
    const how = { context: { idempotencyKey: 'k' } };
    let late = () => {};
    const waits = new Promise<void>((resolve) => {
      late = resolve;
    });
    const call = token.use(async (api) => {
      await waits;
      return api.phone.cancelPreorder({ preorderId: 'p' }, how);
    });
    await pass(tokenDelays.renewAfterMs);
    late();
    await call;
    expect(server.heldBy).toEqual(['phone_1 k']);
  });

  it('that is revoked stays so: nobody is asked any more', async () => {
    const { server, token, pass } = phone();
    server.revoked = true;
    await pass(3 * tokenDelays.renewAfterMs);
    expect(server.made).toBe(0);
    await expect(token.use((api) => api.phone.approvals({}))).rejects.toMatchObject({ status: 401 });
  });
});
