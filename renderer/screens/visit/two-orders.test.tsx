// @vitest-environment happy-dom
import { fireEvent, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { fakePickup, fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

it('a car with two orders says so on its card, and shows each of them when it is opened', async () => {
  const nowMs = Date.now();
  const first = fakePickup('A17', { state: 'ready' });
  const second = fakePickup('B20', { state: 'preparing' });
  const visit = fakeVisit(nowMs, {
    plateTail: '3456',
    presence: 'arrived',
    laneId: 'bay-1',
    arrivedAtMs: nowMs - 30_000,
    pickup: first,
    pickups: [first, second],
  });
  const screen = openKiosk({ visits: [visit] });
  const card = await screen.findByTestId('visit-card');
  expect(within(card).getByText('2 orders')).toBeTruthy();
  fireEvent.click(within(card).getByRole('button', { name: 'Details of the car ending 3456' }));
  expect(await screen.findByRole('heading', { name: /A17/ })).toBeTruthy();
  expect(screen.getByRole('heading', { name: /B20/ })).toBeTruthy();
});

it('one order of two that is handed over is one that is left', async () => {
  const nowMs = Date.now();
  const first = fakePickup('A17', { state: 'handed-over', handedOverAtMs: nowMs });
  const second = fakePickup('B20', { state: 'ready' });
  const visit = fakeVisit(nowMs, {
    plateTail: '3456',
    presence: 'arrived',
    laneId: 'bay-1',
    pickup: second,
    pickups: [first, second],
  });
  const screen = openKiosk({ visits: [visit] });
  const card = await screen.findByTestId('visit-card');
  expect(within(card).queryByText('2 orders')).toBeNull();
  expect(card.textContent).toContain('#B20');
});
