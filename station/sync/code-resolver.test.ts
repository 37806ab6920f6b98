import { describe, expect, it } from 'vitest';
import { beaconCode, ManualClock, newId } from '../../shared/domain/index.ts';
import { CodeResolver } from './code-resolver.ts';
import { createServerClient } from './server-client.ts';

function world() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const state: { answer: () => Response | 'hold' | 'down' } = {
    answer: () => Response.json({ known: false }),
  };
  const troubles: string[] = [];
  const resolver = new CodeResolver({
    clock,
    onReached: () => {},
    onTrouble: (failure) => troubles.push(failure.outcome),
  });
  resolver.use(
    createServerClient({
      serverUrl: 'http://server.test',
      credential: 'site_test',
      clock,
      fetch: async (input) => {
        const { code } = (await (input as Request).json()) as { code: string };
        asked.push(code);
        const answer = state.answer();
        if (answer === 'down') throw new TypeError('fetch failed');
        if (answer !== 'hold') return answer;
        await new Promise<void>((resolve) => waiting.push(resolve));
        return Response.json({ known: false });
      },
    }),
  );
  return { clock, asked, state, resolver, troubles, waiting };
}
const codeOf = (n: number) => beaconCode('eddystone-uid', n.toString(16).padStart(32, '0'));

describe('asking whose a code is', () => {
  it('gives the car of a known code', async () => {
    const { resolver, state } = world();
    const car = {
      jackId: newId(),
      vehicle: { plate: '12가3456', model: 'Avante', color: 'white', fuel: null },
      codeBehaviour: 'static',
      preorders: [],
      reservation: null,
    };
    state.answer = () => Response.json({ known: true, car });
    expect(await resolver.askServer(codeOf(1), 0, null)).toEqual({ kind: 'known', car });
  });

  it("asks about a stranger's code once, until ten minutes have passed or the list changed", async () => {
    const { resolver, asked, clock } = world();
    for (let i = 0; i < 5; i++) {
      expect(await resolver.askServer(codeOf(1), clock.nowMs(), null)).toEqual({ kind: 'unknown' });
    }
    expect(asked).toHaveLength(1);
    clock.advance(10 * 60_000);
    await resolver.askServer(codeOf(1), clock.nowMs(), null);
    expect(asked).toHaveLength(2);
    resolver.forgetUnknown();
    await resolver.askServer(codeOf(1), clock.nowMs(), null);
    expect(asked).toHaveLength(3);
  });

  it('asks one question for one code, however often it is heard meanwhile, and eight at once at most', async () => {
    const { resolver, asked, state, waiting } = world();
    state.answer = () => 'hold';
    const same = [1, 1, 1].map((n) => resolver.askServer(codeOf(n), 0, null));
    const others = Array.from({ length: 20 }, (_, i) => resolver.askServer(codeOf(100 + i), 0, null));
    const busy = await Promise.race([Promise.all(others.slice(7)), new Promise((r) => setTimeout(r, 500))]);
    expect(busy).toEqual(Array.from({ length: 13 }, () => ({ kind: 'unreachable' })));
    while (waiting.length < 8) await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(8);
    for (const go of waiting) go();
    expect(await Promise.all(same)).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }, { kind: 'unknown' }]);
  });

  it('does not take a dead line for a stranger', async () => {
    const { resolver, state, asked, troubles } = world();
    state.answer = () => 'down';
    expect(await resolver.askServer(codeOf(1), 0, null)).toEqual({ kind: 'unreachable' });
    expect(troubles).toEqual(['transient']);
    expect(await resolver.askServer(codeOf(1), 0, null)).toEqual({ kind: 'unreachable' });
    expect(asked).toHaveLength(2);
    resolver.use(null);
    expect(await resolver.askServer(codeOf(1), 0, null)).toEqual({ kind: 'unreachable' });
  });

  it('remembers a bounded number of strangers', async () => {
    const { resolver } = world();
    for (let i = 0; i < 20_100; i++) await resolver.askServer(codeOf(i), 0, null);
    expect(resolver.remembered).toBe(20_000);
  }, 60_000);
});
