// @vitest-environment happy-dom
import { fireEvent, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

it('each kind of lane has its own sound, loudness and repetition, kept on this kiosk', async () => {
  const screen = openKiosk({ locale: 'ko' });
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: '설정' }));
  fireEvent.click(await screen.findByRole('button', { name: '소리' }));
  // Muted for tests: it is said here, as it is on the board.
  expect(screen.getByText(/소리가 꺼져 있습니다/)).toBeTruthy();
  const pump = within(screen.getByTestId('sound-pump'));
  fireEvent.click(pump.getByRole('button', { name: '노크' }));
  fireEvent.change(pump.getByRole('slider'), { target: { value: '90' } });
  fireEvent.click(pump.getByRole('checkbox'));
  expect(screen.kiosk.preferences.get().sounds).toMatchObject({
    bay: { sound: 'rising', repeat: true },
    pump: { sound: 'knock', volume: 0.9, repeat: false },
  });
  expect(JSON.parse(localStorage.getItem('kiosk.preferences') ?? '{}').sounds.pump.sound).toBe('knock');
  // Money rings once: there is nobody to claim it.
  expect(within(screen.getByTestId('sound-paid')).queryByRole('checkbox')).toBeNull();
});
