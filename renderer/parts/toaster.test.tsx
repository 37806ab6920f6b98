// @vitest-environment happy-dom
/** Undo and the driver's time to approve count down as the station's seconds pass, and end when they end. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSite, healthyStatus } from '../dev/fake-lot.ts';
import { FakeStation } from '../dev/fake-station.ts';
import { createKiosk, KioskContext } from '../session/index.ts';
import { type Toast, Toaster, useToast } from './toaster.tsx';

const startMs = Date.UTC(2026, 10, 21, 5, 0);
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const undoButton = () => screen.queryByRole('button', { name: /^Undo/ });

function Says({ toast }: { toast: Toast }) {
  const show = useToast();
  useEffect(() => show(toast), [show, toast]);
  return null;
}

function say(toast: Toast) {
  const kiosk = createKiosk(new FakeStation().openWire);
  kiosk.preferences.change({ locale: 'en' });
  const snapshot = (nowMs: number) =>
    kiosk.hear({
      type: 'snapshot',
      nowMs,
      visits: [],
      status: healthyStatus(nowMs),
      site: fakeSite,
      receivers: [],
    });
  act(() => snapshot(startMs));
  render(
    <KioskContext value={kiosk}>
      <Toaster>
        <Says toast={toast} />
      </Toaster>
    </KioskContext>,
  );
  return { corrected: (nowMs: number) => act(() => snapshot(nowMs)) };
}

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const undoable = (run = vi.fn(async () => undefined)) => ({
  toast: {
    tone: 'done',
    text: 'Order A17 handed over.',
    undo: { untilMs: startMs + 30_000, run },
  } satisfies Toast,
  run,
});

describe('the undo of what was just done', () => {
  it('counts down to its last second, then leaves, and its message with it', async () => {
    say(undoable().toast);
    expect(undoButton()?.textContent).toContain('30 s');
    await pass(12_000);
    expect(undoButton()?.textContent).toContain('18 s');
    await pass(17_500);
    expect(undoButton()?.textContent).toContain('1 s');
    await pass(2_000);
    expect(undoButton()).toBeNull();
    await pass(4_000);
    expect(screen.queryByText('Order A17 handed over.')).toBeNull();
  });

  it.each([-3_600_000, 3_600_000])(
    'has as much time as it had when the clock jumps by %i ms',
    async (byMs) => {
      const { corrected } = say(undoable().toast);
      await pass(10_000);
      vi.setSystemTime(Date.now() + byMs);
      corrected(startMs + 10_000 + byMs);
      await pass(2_500);
      expect(undoButton()?.textContent).toMatch(/1[78] s/);
      await pass(19_000);
      expect(undoButton()).toBeNull();
    },
  );

  it('is asked for once, however often it is tapped', async () => {
    let end = () => {};
    const running = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { toast, run } = undoable(vi.fn(async () => void (await running)));
    say(toast);
    for (let tap = 0; tap < 3; tap += 1) fireEvent.click(undoButton() ?? document.body);
    expect(run).toHaveBeenCalledTimes(1);
    end();
    await pass(0);
    expect(undoButton()).toBeNull();
  });
});

describe('a message', () => {
  it('of success leaves by itself, one of failure stays until it is read', async () => {
    say({ tone: 'done', text: 'Saved.' });
    await pass(5_000);
    expect(screen.queryByText('Saved.')).toBeNull();
    cleanup();
    say({ tone: 'failed', text: 'Nothing was changed.' });
    await pass(10_000);
    expect(screen.getByRole('alert').textContent).toContain('Nothing was changed.');
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText('Nothing was changed.')).toBeNull();
  });
});
