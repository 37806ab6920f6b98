// @vitest-environment happy-dom
import { fireEvent, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

it('a manager sees what a person did and where they are signed in', async () => {
  const visit = fakeVisit(Date.now(), { plateTail: '7890', presence: 'arrived', laneId: 'bay-1' });
  const screen = openKiosk({ visits: [visit] });
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Staff' }));
  await screen.findAllByRole('button', { name: 'Activity' });
  await screen.kiosk.client.visits.claim({ visitId: visit.visitId, idempotencyKey: crypto.randomUUID() });
  const [minji] = await screen.findAllByRole('button', { name: 'Activity' });
  if (minji === undefined) throw new Error('nobody works here');
  fireEvent.click(minji);
  const dialog = within(await screen.findByRole('dialog'));
  expect(await dialog.findByText('Taken over')).toBeTruthy();
  expect(dialog.getByText(/^Signed in at Counter since /)).toBeTruthy();
});
