// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSite, healthyStatus, minji } from '../dev/fake-lot.ts';
import { FakeStation } from '../dev/fake-station.ts';
import { createKiosk, KioskContext } from '../session/index.ts';
import { useAutoLock } from './use-auto-lock.ts';

const startMs = Date.UTC(2026, 10, 21, 5, 0);
const autoLockMs = 600_000;
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

function Locks() {
  useAutoLock();
  return null;
}

function aKiosk() {
  const kiosk = createKiosk(new FakeStation().openWire);
  const site = (ms: number) => ({ ...fakeSite, autoLockMs: ms });
  render(
    <KioskContext value={kiosk}>
      <Locks />
    </KioskContext>,
  );
  act(() => {
    kiosk.session.signedIn(minji, 'fake');
    kiosk.hear({
      type: 'snapshot',
      nowMs: startMs,
      visits: [],
      status: healthyStatus(startMs),
      site: site(autoLockMs),
      receivers: [],
    });
  });
  return {
    state: () => kiosk.session.get(),
    allows: (ms: number) => act(() => kiosk.hear({ type: 'site', site: site(ms) })),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('a kiosk that nobody touches', () => {
  it('locks after the time that the site allows, and knows whose screens they are', async () => {
    const kiosk = aKiosk();
    await pass(autoLockMs - 1_000);
    expect(kiosk.state().kind).toBe('signed-in');
    await pass(2_000);
    expect(kiosk.state()).toMatchObject({ kind: 'locked', person: { staffId: minji.staffId } });
  });

  it.each([
    ['a finger', () => fireEvent.pointerDown(document.body)],
    ['a pointer', () => fireEvent.pointerMove(document.body)],
    ['a key', () => fireEvent.keyDown(document.body, { key: '7' })],
  ])('begins to count anew with %s', async (_, touch) => {
    const kiosk = aKiosk();
    await pass(autoLockMs - 1_000);
    touch();
    await pass(autoLockMs - 1_000);
    expect(kiosk.state().kind).toBe('signed-in');
    await pass(2_000);
    expect(kiosk.state().kind).toBe('locked');
  });

  it.each([-3_600_000, 3_600_000])(
    'locks neither sooner nor later when the clock jumps by %i ms',
    async (byMs) => {
      const kiosk = aKiosk();
      await pass(autoLockMs / 2);
      vi.setSystemTime(Date.now() + byMs);
      await pass(autoLockMs / 2 - 1_000);
      expect(kiosk.state().kind).toBe('signed-in');
      await pass(2_000);
      expect(kiosk.state().kind).toBe('locked');
    },
  );

  it('follows the site at once when it allows less', async () => {
    const kiosk = aKiosk();
    await kiosk.allows(60_000);
    await pass(61_000);
    expect(kiosk.state().kind).toBe('locked');
  });
});
