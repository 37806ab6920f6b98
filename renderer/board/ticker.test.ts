import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ticker } from './ticker.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 5, 0, 0, 400) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the ticker', () => {
  it('beats once a second for everybody, on the station’s full second', () => {
    const offsetMs = 250;
    const ticker = new Ticker(() => Date.now() + offsetMs);
    const beats: number[] = [];
    const stopA = ticker.subscribe(() => beats.push(ticker.get()));
    const stopB = ticker.subscribe(() => {});
    vi.advanceTimersByTime(3_000);
    expect(beats.map((ms) => ms % 1000)).toEqual([0, 0, 0]);
    expect(beats[2]).toBe(Date.UTC(2026, 10, 21, 5, 0, 3));
    stopA();
    stopB();
    expect(vi.getTimerCount()).toBe(0);
  });
});
