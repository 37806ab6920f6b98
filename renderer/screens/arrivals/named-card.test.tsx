// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakePickup, fakeVisit } from '../../dev/fake-lot.ts';
import { FakeStation } from '../../dev/fake-station.ts';
import { createKiosk, KioskContext } from '../../session/index.ts';
import { NamedCard } from './named-card.tsx';

const startMs = Date.UTC(2026, 10, 21, 5, 0);
const visit = fakeVisit(startMs, {
  plateTail: '3456',
  arrivedAtMs: startMs - 130_000,
  pickup: fakePickup('A1'),
});

let drawn = 0;
function Body() {
  drawn++;
  return <p>what is on the card</p>;
}

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('a card’s name changes once a minute, is no live region, and draws the card no second time', async () => {
  const kiosk = createKiosk(new FakeStation().openWire);
  kiosk.preferences.change({ locale: 'en' });
  drawn = 0;
  render(
    <KioskContext value={kiosk}>
      <NamedCard visit={visit}>
        <Body />
      </NamedCard>
    </KioskContext>,
  );
  const card = screen.getByRole('listitem');
  const first = drawn;
  const names: (string | null)[] = [];
  new MutationObserver(() => names.push(card.getAttribute('aria-label'))).observe(card, { attributes: true });
  expect(card.getAttribute('aria-label')).toContain('waiting for 2 minutes');
  await act(() => vi.advanceTimersByTimeAsync(180_000));
  expect(names.map((name) => name?.match(/waiting.*/)?.[0])).toEqual([
    'waiting for 3 minutes',
    'waiting for 4 minutes',
    'waiting for 5 minutes',
  ]);
  expect(drawn).toBe(first);
  expect(card.closest('[aria-live], [role=status], [role=log], [role=alert]')).toBeNull();
});
