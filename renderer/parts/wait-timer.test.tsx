// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BoardEvent } from '../../shared/station-contract/index.ts';
import { fakePickup, fakeSite, fakeVisit, healthyStatus } from '../dev/fake-lot.ts';
import { FakeStation } from '../dev/fake-station.ts';
import { createKiosk, KioskContext, useVisit } from '../session/index.ts';
import { WaitTimer } from './wait-timer.tsx';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 21, 5, 0);
const visitId = 'c0ffee00-0000-4000-8000-000000000001';

/** What the station says when its clock shows `nowMs`: one car that waits. */
const said = (nowMs: number, arrivedAtMs: number): BoardEvent => ({
  type: 'snapshot',
  nowMs,
  visits: [fakeVisit(nowMs, { visitId, plateTail: '3456', pickup: fakePickup('A1'), arrivedAtMs })],
  status: healthyStatus(nowMs),
  site: fakeSite,
  receivers: [],
});

function Card() {
  const visit = useVisit(visitId);
  return visit === undefined ? null : <WaitTimer visit={visit} site={fakeSite} />;
}

const timer = () => screen.getByTestId('wait-timer');
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

function aKiosk() {
  const kiosk = createKiosk(new FakeStation().openWire);
  kiosk.preferences.change({ locale: 'en' });
  render(
    <KioskContext value={kiosk}>
      <Card />
    </KioskContext>,
  );
  act(() => kiosk.hear(said(startMs, startMs - 130_000)));
  return kiosk;
}

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe.each([
  ['set back by an hour', -hourMs],
  ['set forward by an hour', hourMs],
])('the waiting time on a card, when a clock is %s', (_, byMs) => {
  it('goes on as it was where it is this kiosk’s own clock', async () => {
    aKiosk();
    await pass(1_100);
    expect(timer().textContent).toContain('2:11');
    expect(timer().dataset.tone).toBe('amber');
    vi.setSystemTime(Date.now() + byMs);
    await pass(3_000);
    expect(timer().textContent).toContain('2:14');
    expect(timer().dataset.tone).toBe('amber');
    await pass(46_000);
    expect(timer().dataset.tone).toBe('red');
  });

  it('never shows another time, not for a moment, where it is the station’s', async () => {
    const kiosk = aKiosk();
    await pass(1_100);
    const seen: (string | null)[] = [];
    const watcher = new MutationObserver(() => seen.push(timer().textContent));
    watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
    act(() => kiosk.hear(said(startMs + 1_100 + byMs, startMs - 130_000 + byMs)));
    await pass(2_000);
    watcher.disconnect();
    expect(timer().textContent).toContain('2:13');
    expect(timer().dataset.tone).toBe('amber');
    expect(seen.filter((text) => !/2:1[123]/.test(text ?? ''))).toEqual([]);
    expect(seen.length).toBeGreaterThan(0);
  });
});
