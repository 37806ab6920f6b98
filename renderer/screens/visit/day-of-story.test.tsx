// @vitest-environment happy-dom
import { fireEvent, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { fakePickup, fakeSite, fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';
import { formatsFor } from '../../words/index.ts';

afterEach(closeKiosks);

const dayMs = 24 * 3_600_000;

it('a stay of another day says which day it was, and an order for tomorrow that it is for tomorrow', async () => {
  const arrivedAtMs = Date.now();
  const format = formatsFor('en', fakeSite.timeZone);
  const visit = fakeVisit(arrivedAtMs, {
    plateTail: '3456',
    presence: 'arrived',
    laneId: 'bay-1',
    arrivedAtMs,
    pickup: fakePickup('A17', { state: 'preparing', promisedAtMs: arrivedAtMs + 4 * dayMs }),
  });
  const screen = openKiosk({ visits: [visit] });
  const card = await screen.findByTestId('visit-card');
  expect(card.textContent).toContain(`Arrived ${format.clock(arrivedAtMs)}`);
  fireEvent.click(within(card).getByRole('button', { name: /ready/i }));
  screen.kiosk.board.nowMs = () => Date.now() + 3 * dayMs;
  fireEvent.click(within(card).getByRole('button', { name: 'Details of the car ending 3456' }));
  const ofStay = format.day(arrivedAtMs);
  const car = await screen.findByRole('region', { name: 'Car' });
  expect(car.textContent).toContain(`Arrived ${ofStay} ${format.clock(arrivedAtMs)}`);
  const order = screen.getByRole('region', { name: 'Preorder' });
  const promisedAtMs = arrivedAtMs + 4 * dayMs;
  expect(order.textContent).toContain(`due ${format.day(promisedAtMs)} ${format.clock(promisedAtMs)}`);
  const story = await screen.findByRole('region', { name: 'What happened' });
  expect(await within(story).findByText(ofStay)).toBeTruthy();
});
