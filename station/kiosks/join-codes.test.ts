import { describe, expect, it } from 'vitest';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { Actor } from '../core/types.ts';
import { JoinCodes, joinLimits } from './join-codes.ts';

const by: Actor = { person: { staffId: newId(), displayName: 'Soo', role: 'manager' }, kioskId: null };
const world = () => {
  const clock = new ManualClock();
  const codes = new JoinCodes(clock);
  return { clock, codes };
};
/** Never the right one. */
const wrongFor = (code: string) => (code === '00000000' ? '11111111' : '00000000');

describe('the code that lets a device in', () => {
  it('is eight digits, another one each time, and right however it is spaced', () => {
    const { codes } = world();
    const made = new Set(Array.from({ length: 50 }, () => codes.make(by).code));
    expect(made.size).toBe(50);
    for (const code of made) expect(code).toMatch(/^[0-9]{8}$/);
    const { code } = codes.make(by);
    for (const typed of [
      code,
      `${code.slice(0, 4)} ${code.slice(4)}`,
      ` ${code.slice(0, 2)}-${code.slice(2)} `,
    ]) {
      expect(codes.try(typed, '10.0.0.1')).toEqual({ kind: 'right', by });
    }
  });

  it('lets nobody in before one was made, after it was cancelled, and once another one was made', () => {
    const { codes } = world();
    expect(codes.try('', 'a').kind).toBe('wrong');
    const first = codes.make(by);
    const second = codes.make(by);
    if (first.code !== second.code) expect(codes.try(first.code, 'b').kind).toBe('wrong');
    codes.cancel();
    expect(codes.try(second.code, 'c').kind).toBe('wrong');
    expect(codes.open()).toBe(null);
  });

  it('lives ten minutes to the millisecond, and no longer or shorter for a clock that is corrected', () => {
    const { clock, codes } = world();
    const { code } = codes.make(by);
    clock.advance(joinLimits.validMs - 1);
    expect(codes.try(code, 'a').kind).toBe('right');
    clock.advance(1);
    expect(codes.try(code, 'a').kind).toBe('wrong');
    const again = codes.make(by);
    clock.set(clock.nowMs() + 3_600_000);
    expect(codes.try(again.code, 'a').kind).toBe('right');
    clock.set(clock.nowMs() - 7_200_000);
    clock.advance(joinLimits.validMs);
    expect(codes.try(again.code, 'a').kind).toBe('wrong');
  });

  it('is void after ten wrong tries, wherever they come from', () => {
    const { codes } = world();
    const { code } = codes.make(by);
    for (let n = 0; n < joinLimits.wrongTries - 1; n++) codes.try(wrongFor(code), `10.0.0.${n}`);
    expect(codes.open()?.wrongTries).toBe(joinLimits.wrongTries - 1);
    expect(codes.try(code, 'x').kind).toBe('right');
    codes.try(wrongFor(code), 'y');
    expect(codes.try(code, 'z').kind).toBe('wrong');
  });

  it('can be tried five times from one address, then once in thirty seconds', () => {
    const { clock, codes } = world();
    const kinds = Array.from({ length: 7 }, () => codes.try('', 'a').kind);
    expect(kinds).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'wait', 'wait']);
    expect(codes.try('', 'b').kind).toBe('wrong');
    clock.advance(joinLimits.addressRefillMs);
    expect(codes.try('', 'a').kind).toBe('wrong');
    expect(codes.try('', 'a')).toMatchObject({ kind: 'wait', retryAfterMs: joinLimits.addressRefillMs });
  });

  it('can be tried twenty times from all addresses together, then once in three seconds', () => {
    const { clock, codes } = world();
    const tries = (n: number) =>
      Array.from({ length: n }, (_, i) => codes.try('', `fd00::${newId()}${i}`).kind);
    expect(tries(joinLimits.tries)).not.toContain('wait');
    expect(tries(3)).toEqual(['wait', 'wait', 'wait']);
    clock.advance(joinLimits.refillMs);
    expect(tries(2)).toEqual(['wrong', 'wait']);
  });

  it('costs whoever has it no attempt: ten tablets come in one after the other', () => {
    const { codes } = world();
    for (let n = 0; n < 30; n++) {
      const { code } = codes.make(by);
      expect(codes.try(code, '10.0.0.9').kind).toBe('right');
      codes.cancel();
    }
  });

  it('remembers a bounded number of addresses', () => {
    const { clock, codes } = world();
    for (let n = 0; n < 20_000; n++) {
      clock.advance(joinLimits.refillMs);
      codes.try('', `fd00::${n}`);
    }
    expect(codes.addresses).toBeLessThanOrEqual(joinLimits.addresses);
  });
});
