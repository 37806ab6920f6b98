// @vitest-environment happy-dom
import { act, fireEvent, waitFor } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { fakePickup, fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

// That the focus goes into the menu and comes back is seen in a real browser (tests/e2e/keyboard.spec.ts).
it('what else can be done for a car opens at the first press and at the next, and the focus is never lost', async () => {
  const screen = openKiosk({
    visits: [fakeVisit(Date.now(), { plateTail: '3456', laneId: 'bay-2', pickup: fakePickup('A17') })],
  });
  const more = () => screen.getByRole('button', { name: 'More for the car ending 3456' });
  await waitFor(more);
  expect(more().getAttribute('aria-haspopup')).toBe('menu');
  expect(more().getAttribute('aria-expanded')).toBe('false');
  for (const _time of ['first', 'next']) {
    act(() => more().focus());
    fireEvent.click(more());
    const menu = await screen.findByRole('menu', { hidden: true });
    await waitFor(() => expect(more().getAttribute('aria-expanded')).toBe('true'));
    await screen.findByText('Change the lane…');
    expect([more(), ...menu.querySelectorAll('*'), menu]).toContain(document.activeElement);
    fireEvent.keyDown(menu, { key: 'Escape' });
    await waitFor(() => expect(more().getAttribute('aria-expanded')).toBe('false'));
  }
});
