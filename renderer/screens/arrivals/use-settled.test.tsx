// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changedUnderFingerMs, useSettled } from './use-settled.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

describe('an action that has just become another one', () => {
  it('takes no tap until a moment has passed, so that a second tap on "Mark ready" hands nothing over', () => {
    const { result, rerender } = renderHook(({ action }) => useSettled(action), {
      initialProps: { action: 'mark-ready' },
    });
    expect(result.current).toBe(true);
    rerender({ action: 'hand-over' });
    expect(result.current).toBe(false);
    pass(changedUnderFingerMs - 1);
    expect(result.current).toBe(false);
    pass(1);
    expect(result.current).toBe(true);
  });

  it('waits anew when it changes once more', () => {
    const { result, rerender } = renderHook(({ action }) => useSettled(action), {
      initialProps: { action: 'mark-ready' },
    });
    rerender({ action: 'hand-over' });
    pass(changedUnderFingerMs - 1);
    rerender({ action: 'none' });
    pass(changedUnderFingerMs - 1);
    expect(result.current).toBe(false);
    pass(1);
    expect(result.current).toBe(true);
  });
});
