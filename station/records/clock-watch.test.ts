import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import { ClockWatch } from './clock-watch.ts';

const hourMs = 3_600_000;

function world() {
  const clock = new ManualClock();
  let sleptMs = 0;
  return {
    clock,
    watch: new ClockWatch(clock, () => clock.monotonicMs() + sleptMs),
    /** The machine sleeps: the wall clock goes on, the monotonic one stands. */
    sleep(ms: number) {
      sleptMs += ms;
      clock.set(clock.nowMs() + ms);
    },
  };
}

describe('a corrected wall clock', () => {
  it.each([-hourMs, hourMs, -3_000])('is told from time that passed (%i ms)', (byMs) => {
    const { clock, watch } = world();
    clock.advance(26 * hourMs);
    expect(watch.correctionMs()).toBe(0);
    clock.set(clock.nowMs() + byMs);
    clock.advance(700);
    expect(watch.correctionMs()).toBe(byMs);
    expect(watch.correctionMs()).toBe(byMs);
    watch.seen();
    clock.advance(hourMs);
    expect(watch.correctionMs()).toBe(0);
  });

  it('is not seen in a machine that slept, before or after which it may be corrected all the same', () => {
    const { clock, watch, sleep } = world();
    sleep(8 * hourMs);
    expect(watch.correctionMs()).toBe(0);
    clock.set(clock.nowMs() - hourMs);
    expect(watch.correctionMs()).toBe(-hourMs);
    watch.seen();
    sleep(hourMs);
    clock.set(clock.nowMs() + 2 * hourMs);
    expect(watch.correctionMs()).toBe(2 * hourMs);
  });

  it('is not seen in a time server that works in small steps, however many', () => {
    const { clock, watch } = world();
    for (let i = 0; i < 100; i += 1) {
      clock.advance(60_000);
      clock.set(clock.nowMs() - 500);
      expect(watch.correctionMs()).toBe(0);
    }
  });
});
