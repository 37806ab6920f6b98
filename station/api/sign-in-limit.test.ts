import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import { SignInLimit } from './sign-in-limit.ts';

describe('the sign-in attempts of one connection', () => {
  it('are ten at once, then one every six seconds', () => {
    const clock = new ManualClock();
    const limit = new SignInLimit(clock, 10, 6_000);
    const waits = Array.from({ length: 12 }, () => limit.take());
    expect(waits).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6_000, 6_000]);
    clock.advance(5_999);
    expect(limit.take()).toBe(1);
    clock.advance(1);
    expect(limit.take()).toBe(0);
    expect(limit.take()).toBe(6_000);
  });

  it('come back whole after a long pause, and never more than that', () => {
    const clock = new ManualClock();
    const limit = new SignInLimit(clock, 3, 1_000);
    for (let i = 0; i < 3; i++) limit.take();
    clock.advance(3_600_000);
    expect(Array.from({ length: 4 }, () => limit.take())).toEqual([0, 0, 0, 1_000]);
  });

  it('are not lost to a wall clock that is set back', () => {
    const clock = new ManualClock();
    const limit = new SignInLimit(clock, 2, 1_000);
    limit.take();
    clock.set(clock.nowMs() - 3_600_000);
    expect(limit.take()).toBe(0);
    clock.advance(1_000);
    expect(limit.take()).toBe(0);
  });
});
