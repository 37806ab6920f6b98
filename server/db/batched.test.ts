import { describe, expect, it } from 'vitest';
import { batched, batchedPer } from './batched.ts';

describe('callers of the same moment', () => {
  it('share one question, and each gets its own answer', async () => {
    const asked: number[][] = [];
    const double = batched<number, number>(async (keys) => {
      asked.push(keys);
      return keys.map((key) => key * 2);
    });
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(asked).toEqual([[1, 2, 3]]);
  });

  it('gather while earlier questions are on their way, so many at most per question', async () => {
    const asked: number[] = [];
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const same = batched<number, number>(
      async (keys) => {
        asked.push(keys.length);
        if (asked.length === 1) await gate;
        return keys;
      },
      { most: 3, atOnce: 1 },
    );
    const first = same(0);
    await new Promise((resolve) => setImmediate(resolve));
    const others = [1, 2, 3, 4, 5].map(same);
    goOn();
    expect(await Promise.all([first, ...others])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(asked).toEqual([1, 3, 2]);
  });

  it('do not pay for another’s: when a question fails, each is asked alone', async () => {
    const careful = batched<number, string>(async (keys) => {
      if (keys.includes(13)) throw new Error('thirteen');
      return keys.map(String);
    });
    const results = await Promise.allSettled([12, 13, 14].map(careful));
    expect(results.map((r) => (r.status === 'fulfilled' ? r.value : String(r.reason)))).toEqual([
      '12',
      'Error: thirteen',
      '14',
    ]);
  });

  it('of another server share nothing', async () => {
    const asked: string[] = [];
    const say = batchedPer<{ name: string }, number, string>(async ({ name }, keys) => {
      asked.push(`${name} ${keys.join()}`);
      return keys.map((key) => `${name}${key}`);
    });
    const [a, b] = [{ name: 'a' }, { name: 'b' }];
    expect(await Promise.all([say(a, 1), say(b, 1), say(a, 2)])).toEqual(['a1', 'b1', 'a2']);
    expect(asked).toEqual(['a 1,2', 'b 1']);
  });
});
