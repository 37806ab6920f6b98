// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

it('a manager sets how long plates are kept; a shorter time is asked about first', async () => {
  const screen = openKiosk();
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Setup' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Privacy' }));
  expect((await screen.findByTestId('privacy-state')).textContent).toContain('1,204 visits');
  expect(screen.getByText(/2 backups were made before that/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: '180 days' }));
  await waitFor(() => expect(screen.station.retentionDays).toBe(180));
  await waitFor(() =>
    expect(screen.getByRole('button', { name: '180 days' }).getAttribute('aria-pressed')).toBe('true'),
  );
  fireEvent.click(screen.getByRole('button', { name: '30 days' }));
  const dialog = await screen.findByRole('dialog', { name: /30 days/ });
  expect(screen.station.retentionDays).toBe(180);
  fireEvent.click(within(dialog).getByRole('button', { name: 'Erase what is older' }));
  await waitFor(() => expect(screen.station.retentionDays).toBe(30));
});
